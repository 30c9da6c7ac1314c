package io.craton.keys.aws;

import io.craton.storage.encryption.EncryptionException;
import io.craton.storage.encryption.KeyService;
import io.craton.storage.encryption.KeyServiceAwayException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.KmsClientBuilder;
import software.amazon.awssdk.services.kms.model.KmsException;

/**
 * Keys of AWS KMS, by ARN, id or alias. The database that a data key is for is its encryption context. Region and credentials come from where the AWS tools have them, the region first from the ARN; another place by
 * {@code AWS_ENDPOINT_URL_KMS}. The versions of a key that AWS rotates by itself have one name.
 */
public final class AwsKms implements KeyService {
    /** Found by name, in META-INF. */
    public static final class Provider implements KeyService.Provider {
        @Override
        public String name() {
            return "aws-kms";
        }

        @Override
        public KeyService open(Settings settings) {
            KmsClientBuilder builder = KmsClient.builder().httpClientBuilder(UrlConnectionHttpClient.builder().connectionTimeout(settings.timeout()).socketTimeout(settings.timeout()))
                    .overrideConfiguration(calls -> calls.apiCallTimeout(settings.timeout()));
            region(settings).ifPresent(builder::region);
            String endpoint = settings.environment().get("AWS_ENDPOINT_URL_KMS");
            if (endpoint == null) endpoint = settings.environment().get("AWS_ENDPOINT_URL");
            try {
                if (endpoint != null) builder.endpointOverride(URI.create(endpoint));
                return new AwsKms(builder.build(), settings.keyId());
            } catch (IllegalArgumentException e) {
                throw new EncryptionException("aws-kms: invalid AWS_ENDPOINT_URL_KMS \"" + endpoint + "\": " + e.getMessage(), e);
            } catch (SdkException e) {
                throw new EncryptionException("aws-kms: key " + settings.keyId() + ": no region: name the key by its ARN, or set AWS_REGION", e);
            }
        }

        /** That of {@code arn:aws:kms:REGION:ACCOUNT:key/ID}; where none is found, the SDK looks into profiles, and asks the machine. */
        private static Optional<Region> region(Settings settings) {
            String[] parts = settings.keyId().split(":", -1);
            if (parts[0].equals("arn") && parts.length > 3 && !parts[3].isEmpty()) return Optional.of(Region.of(parts[3]));
            return Optional.ofNullable(settings.environment().get("AWS_REGION")).map(Region::of);
        }
    }

    private static final int NO_TENANT = 0;

    private final KmsClient client;
    private final String keyId;

    private AwsKms(KmsClient client, String keyId) {
        this.client = client;
        this.keyId = keyId;
    }

    private static Map<String, String> context(int tenant) {
        return Map.of("craton:tenant", Integer.toString(tenant));
    }

    @Override
    public String newest() {
        return ask(keyId, () -> client.encrypt(request -> request.keyId(keyId).plaintext(SdkBytes.fromUtf8String("?")).encryptionContext(context(NO_TENANT))).keyId());
    }

    @Override
    public byte[] wrap(String key, int tenant, byte[] dataKey) {
        return ask(key, () -> client.encrypt(request -> request.keyId(key).plaintext(SdkBytes.fromByteArray(dataKey)).encryptionContext(context(tenant))).ciphertextBlob().asByteArray());
    }

    @Override
    public byte[] unwrap(String key, int tenant, byte[] wrapped) {
        return ask(key, () -> client.decrypt(request -> request.keyId(key).ciphertextBlob(SdkBytes.fromByteArray(wrapped)).encryptionContext(context(tenant))).plaintext().asByteArray());
    }

    private static <T> T ask(String key, Supplier<T> question) {
        try {
            return question.get();
        } catch (KmsException e) {
            String message = "aws-kms: key " + key + ": " + (e.awsErrorDetails() == null ? line(e)
                    : e.awsErrorDetails().errorCode() + ": " + e.awsErrorDetails().errorMessage()) + " (HTTP status " + e.statusCode() + ")";
            if (e.statusCode() >= 500 || e.isThrottlingException()) throw new KeyServiceAwayException(message, e);
            throw new EncryptionException(message, e);
        } catch (SdkException e) {
            throw new KeyServiceAwayException("aws-kms: key " + key + ": " + line(e), e);
        }
    }

    private static String line(Throwable e) {
        return e.getMessage() == null ? e.toString() : e.getMessage().lines().findFirst().orElse("");
    }

    @Override
    public void close() {
        client.close();
    }
}
