package io.craton.server.backup;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.paginators.ListObjectsV2Iterable;

/**
 * A bucket of S3, or of a server that speaks like it ({@code AWS_ENDPOINT_URL_S3}). An object is there whole or not at all; with it goes its SHA-256, which the service
 * checks before it takes it. Region and credentials come from where the AWS tools have them.
 */
final class S3Store implements BackupStore {
    private final S3Client client;
    private final String bucket;
    private final String prefix;

    private S3Store(S3Client client, String bucket, String prefix) {
        this.client = client;
        this.bucket = bucket;
        this.prefix = prefix;
    }

    /** @param place as {@code s3://bucket/prefix/} */
    static S3Store open(String place, String option, Map<String, String> environment) {
        URI uri = Places.uri(place, option);
        String bucket = uri.getAuthority();
        if (bucket == null || bucket.isEmpty()) throw Said.usage("invalid " + option + " \"" + place + "\": it is like s3://bucket/prefix/");
        String path = uri.getPath() == null ? "" : uri.getPath().replaceAll("^/+", "").replaceAll("/+$", "");
        S3ClientBuilder builder = S3Client.builder().httpClientBuilder(UrlConnectionHttpClient.builder());
        String endpoint = endpoint(environment);
        if (endpoint != null) {
            builder.endpointOverride(Places.uri(endpoint, "AWS_ENDPOINT_URL")).forcePathStyle(true);
            if (!environment.containsKey("AWS_REGION") && !environment.containsKey("AWS_DEFAULT_REGION")) builder.region(Region.US_EAST_1);
        }
        try {
            return new S3Store(builder.build(), bucket, path.isEmpty() ? "" : path + "/");
        } catch (SdkException e) {
            throw Said.failure(place + ": " + firstLine(e));
        }
    }

    private static @Nullable String endpoint(Map<String, String> environment) {
        String own = environment.get("AWS_ENDPOINT_URL_S3");
        return own != null ? own : environment.get("AWS_ENDPOINT_URL");
    }

    @Override
    public List<Item> list(String folder) throws IOException {
        try {
            List<Item> items = new ArrayList<>();
            ListObjectsV2Iterable pages = client.listObjectsV2Paginator(request -> request.bucket(bucket).prefix(prefix + folder + "/"));
            for (S3Object object : pages.contents()) items.add(new Item(object.key().substring(prefix.length()), object.size()));
            return items;
        } catch (SdkException e) {
            throw failed(folder, e);
        }
    }

    @Override
    public boolean exists(String name) throws IOException {
        try {
            client.headObject(request -> request.bucket(bucket).key(prefix + name));
            return true;
        } catch (NoSuchKeyException e) {
            return false;
        } catch (SdkException e) {
            throw failed(name, e);
        }
    }

    @Override
    public byte[] read(String name) throws IOException {
        try {
            return client.getObjectAsBytes(request -> request.bucket(bucket).key(prefix + name)).asByteArrayUnsafe();
        } catch (SdkException e) {
            throw failed(name, e);
        }
    }

    @Override
    public void write(String name, byte[] content) throws IOException {
        try {
            client.putObject(request -> request.bucket(bucket).key(prefix + name).checksumAlgorithm(ChecksumAlgorithm.SHA256), RequestBody.fromBytes(content));
        } catch (SdkException e) {
            throw failed(name, e);
        }
    }

    @Override
    public void delete(String name) throws IOException {
        try {
            client.deleteObject(request -> request.bucket(bucket).key(prefix + name));
        } catch (SdkException e) {
            throw failed(name, e);
        }
    }

    private IOException failed(String name, SdkException e) {
        String what = e instanceof S3Exception s3 && s3.awsErrorDetails() != null ? answered(s3.awsErrorDetails()) + " (HTTP status " + s3.statusCode() + ")" : firstLine(e);
        return new IOException(describe() + "/" + name + ": " + what, e);
    }

    /** What is only asked whether it is there is refused without a code. */
    private static String answered(AwsErrorDetails details) {
        return details.errorCode() == null ? details.errorMessage() : details.errorCode() + ": " + details.errorMessage();
    }

    private static String firstLine(SdkException e) {
        String message = e.getMessage() == null ? e.toString() : e.getMessage().lines().findFirst().orElse("");
        // What follows is a list of the SDK's classes.
        if (message.startsWith("Unable to load region")) return "no region is configured: set AWS_REGION, or a profile";
        if (message.startsWith("Unable to load credentials")) return "there are no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, or a role";
        return message;
    }

    @Override
    public String describe() {
        return "s3://" + bucket + "/" + prefix.replaceAll("/$", "");
    }

    @Override
    public void close() {
        client.close();
    }
}
