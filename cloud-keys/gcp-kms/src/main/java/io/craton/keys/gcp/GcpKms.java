package io.craton.keys.gcp;

import com.google.api.gax.core.FixedCredentialsProvider;
import com.google.api.gax.retrying.RetrySettings;
import com.google.api.gax.rpc.ApiException;
import com.google.api.gax.rpc.StatusCode;
import com.google.auth.oauth2.GoogleCredentials;
import com.google.cloud.kms.v1.CryptoKeyVersionName;
import com.google.cloud.kms.v1.DecryptRequest;
import com.google.cloud.kms.v1.DecryptResponse;
import com.google.cloud.kms.v1.EncryptRequest;
import com.google.cloud.kms.v1.EncryptResponse;
import com.google.cloud.kms.v1.KeyManagementServiceClient;
import com.google.cloud.kms.v1.KeyManagementServiceSettings;
import com.google.protobuf.ByteString;
import com.google.protobuf.Int64Value;
import io.craton.storage.encryption.EncryptionException;
import io.craton.storage.encryption.KeyService;
import io.craton.storage.encryption.KeyServiceAwayException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * Keys of Google Cloud KMS: {@code projects/P/locations/L/keyRings/R/cryptoKeys/K}, of which the primary version wraps. The database that a data key is for is its additional authenticated data; checksums go with all
 * that is sent and come with all that is answered. Credentials are the application's default ones; another place by {@code CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDKMS}, as gcloud has it.
 */
public final class GcpKms implements KeyService {
    private static final Pattern KEY = Pattern.compile("projects/[^/]+/locations/[^/]+/keyRings/[^/]+/cryptoKeys/[^/]+");
    private static final Set<StatusCode.Code> AWAY = EnumSet.of(StatusCode.Code.UNAVAILABLE, StatusCode.Code.DEADLINE_EXCEEDED, StatusCode.Code.RESOURCE_EXHAUSTED,
            StatusCode.Code.INTERNAL, StatusCode.Code.UNKNOWN, StatusCode.Code.ABORTED, StatusCode.Code.CANCELLED);
    private static final String SCOPE = "https://www.googleapis.com/auth/cloudkms";
    private static final int NO_TENANT = 0;

    /** Found by name, in META-INF. */
    public static final class Provider implements KeyService.Provider {
        @Override
        public String name() {
            return "gcp-kms";
        }

        @Override
        public KeyService open(Settings settings) {
            settings.requireKey(KEY, name(), "projects/P/locations/L/keyRings/R/cryptoKeys/K");
            try {
                KeyManagementServiceSettings.Builder builder = KeyManagementServiceSettings.newHttpJsonBuilder().setCredentialsProvider(FixedCredentialsProvider.create(credentials(settings)));
                String endpoint = settings.environment().get("CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDKMS");
                if (endpoint != null) builder.setEndpoint(endpoint.replaceAll("/$", ""));
                RetrySettings retries = RetrySettings.newBuilder().setInitialRetryDelayDuration(Duration.ofMillis(100)).setRetryDelayMultiplier(2).setMaxRetryDelayDuration(Duration.ofSeconds(2))
                        .setInitialRpcTimeoutDuration(settings.timeout()).setMaxRpcTimeoutDuration(settings.timeout()).setTotalTimeoutDuration(settings.timeout()).build();
                builder.encryptSettings().setRetrySettings(retries).setRetryableCodes(StatusCode.Code.UNAVAILABLE);
                builder.decryptSettings().setRetrySettings(retries).setRetryableCodes(StatusCode.Code.UNAVAILABLE);
                return new GcpKms(KeyManagementServiceClient.create(builder.build()), settings.keyId());
            } catch (IOException e) {
                throw new EncryptionException("gcp-kms: " + line(e), e);
            }
        }

        private static GoogleCredentials credentials(Settings settings) throws IOException {
            String file = settings.environment().get("GOOGLE_APPLICATION_CREDENTIALS");
            if (file == null) return GoogleCredentials.getApplicationDefault().createScoped(SCOPE);
            try (InputStream content = Files.newInputStream(Path.of(file))) {
                return GoogleCredentials.fromStream(content).createScoped(List.of(SCOPE));
            } catch (IOException e) {
                throw new EncryptionException("gcp-kms: GOOGLE_APPLICATION_CREDENTIALS " + file + " cannot be used: " + line(e), e);
            }
        }
    }

    private final KeyManagementServiceClient client;
    private final String keyId;

    private GcpKms(KeyManagementServiceClient client, String keyId) {
        this.client = client;
        this.keyId = keyId;
    }

    private static ByteString context(int tenant) {
        return ByteString.copyFrom("craton tenant " + tenant, StandardCharsets.US_ASCII);
    }

    private static Int64Value checksum(ByteString bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.asReadOnlyByteBuffer());
        return Int64Value.of(crc.getValue());
    }

    @Override
    public String newest() {
        return encrypt(keyId, NO_TENANT, new byte[1]).getName();
    }

    @Override
    public byte[] wrap(String key, int tenant, byte[] dataKey) {
        return encrypt(key, tenant, dataKey).getCiphertext().toByteArray();
    }

    private EncryptResponse encrypt(String key, int tenant, byte[] plain) {
        ByteString plaintext = ByteString.copyFrom(plain);
        EncryptResponse response = ask(key, () -> client.encrypt(EncryptRequest.newBuilder().setName(key).setPlaintext(plaintext).setPlaintextCrc32C(checksum(plaintext))
                .setAdditionalAuthenticatedData(context(tenant)).setAdditionalAuthenticatedDataCrc32C(checksum(context(tenant))).build()));
        if (!response.getVerifiedPlaintextCrc32C() || !response.getVerifiedAdditionalAuthenticatedDataCrc32C() || !response.getCiphertextCrc32C().equals(checksum(response.getCiphertext()))) {
            throw new EncryptionException("gcp-kms: key " + key + ": a checksum is wrong, something was changed on its way");
        }
        return response;
    }

    @Override
    public byte[] unwrap(String key, int tenant, byte[] wrapped) {
        // The service finds the version by itself, and takes no name with one.
        String name = CryptoKeyVersionName.isParsableFrom(key) ? key.substring(0, key.lastIndexOf("/cryptoKeyVersions/")) : key;
        ByteString ciphertext = ByteString.copyFrom(wrapped);
        DecryptResponse response = ask(key, () -> client.decrypt(DecryptRequest.newBuilder().setName(name).setCiphertext(ciphertext).setCiphertextCrc32C(checksum(ciphertext))
                .setAdditionalAuthenticatedData(context(tenant)).setAdditionalAuthenticatedDataCrc32C(checksum(context(tenant))).build()));
        if (!response.getPlaintextCrc32C().equals(checksum(response.getPlaintext()))) {
            throw new EncryptionException("gcp-kms: key " + key + ": a checksum is wrong, something was changed on its way");
        }
        return response.getPlaintext().toByteArray();
    }

    private static <T> T ask(String key, Supplier<T> question) {
        try {
            return question.get();
        } catch (ApiException e) {
            String message = "gcp-kms: key " + key + ": " + e.getStatusCode().getCode() + ": " + line(e);
            if (AWAY.contains(e.getStatusCode().getCode())) throw new KeyServiceAwayException(message, e);
            throw new EncryptionException(message, e);
        }
    }

    private static String line(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null && (cause.getMessage() == null || cause.getMessage().startsWith(cause.getCause().getClass().getName()))) cause = cause.getCause();
        return cause.getMessage() == null ? cause.toString() : cause.getMessage().lines().findFirst().orElse("");
    }

    @Override
    public void close() {
        client.close();
    }
}
