package io.craton.keys.azure;

import com.azure.core.credential.TokenCredential;
import com.azure.core.exception.HttpResponseException;
import com.azure.core.http.HttpClient;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.core.http.policy.FixedDelayOptions;
import com.azure.core.http.policy.RetryOptions;
import com.azure.core.util.ConfigurationBuilder;
import com.azure.identity.DefaultAzureCredentialBuilder;
import com.azure.security.keyvault.keys.cryptography.CryptographyClient;
import com.azure.security.keyvault.keys.cryptography.CryptographyClientBuilder;
import com.azure.security.keyvault.keys.cryptography.models.KeyWrapAlgorithm;
import com.azure.security.keyvault.keys.cryptography.models.WrapResult;
import io.craton.storage.encryption.EncryptionException;
import io.craton.storage.encryption.KeyService;
import io.craton.storage.encryption.KeyServiceAwayException;
import java.net.ConnectException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * RSA keys of Azure Key Vault: {@code https://VAULT.vault.azure.net/keys/NAME}, of which the newest version wraps, or one with its version. Wrapping is RSA-OAEP-256, which knows no context: the database that a data key
 * is for stands in front of it, inside. Credentials come from where the Azure tools have them ({@code AZURE_CLIENT_ID} and its like, or the machine's identity).
 */
public final class AzureKeyVault implements KeyService {
    private static final Pattern KEY = Pattern.compile("https://[^/]+/keys/[0-9a-zA-Z-]+(/[0-9a-zA-Z]+)?");
    private static final Pattern AZURE_VAULT = Pattern.compile(".*\\.(vault|managedhsm)\\.(azure\\.net|azure\\.cn|usgovcloudapi\\.net|microsoftazure\\.de)");
    private static final Pattern AZURE_LOGIN = Pattern.compile("https://login\\.(microsoftonline\\.(com|us)|chinacloudapi\\.cn|partner\\.microsoftonline\\.cn)/?");
    private static final int NO_TENANT = 0;

    /** Found by name, in META-INF. */
    public static final class Provider implements KeyService.Provider {
        @Override
        public String name() {
            return "azure-keyvault";
        }

        @Override
        public KeyService open(Settings settings) {
            settings.requireKey(KEY, name(), "https://VAULT.vault.azure.net/keys/NAME");
            HttpClient http = new JdkHttpClientBuilder().connectionTimeout(settings.timeout()).responseTimeout(settings.timeout()).readTimeout(settings.timeout()).build();
            return new AzureKeyVault(http, settings, credential(http, settings));
        }

        private static TokenCredential credential(HttpClient http, Settings settings) {
            ConfigurationBuilder variables = new ConfigurationBuilder();
            settings.environment().forEach(variables::putProperty);
            DefaultAzureCredentialBuilder builder = new DefaultAzureCredentialBuilder().httpClient(http).configuration(variables.build()).retryOptions(retries())
                    .credentialProcessTimeout(settings.timeout());
            String authority = settings.environment().get("AZURE_AUTHORITY_HOST");
            if (authority != null) {
                builder.authorityHost(authority);
                // A cloud of one's own: Microsoft's list does not know it, and may not be to be reached from there.
                if (!AZURE_LOGIN.matcher(authority).matches()) builder.disableInstanceDiscovery();
            }
            return builder.build();
        }
    }

    private final HttpClient http;
    private final Settings settings;
    private final TokenCredential credential;
    private final Map<String, CryptographyClient> clients = new ConcurrentHashMap<>();

    private AzureKeyVault(HttpClient http, Settings settings, TokenCredential credential) {
        this.http = http;
        this.settings = settings;
        this.credential = credential;
    }

    private static RetryOptions retries() {
        return new RetryOptions(new FixedDelayOptions(1, Duration.ofMillis(500)));
    }

    /** The key's own part must not be fetched: then one right less is needed, and it is the service that wraps. */
    private CryptographyClient client(String key) {
        return clients.computeIfAbsent(key, id -> {
            CryptographyClientBuilder builder = new CryptographyClientBuilder().keyIdentifier(id).credential(credential).httpClient(http).retryOptions(retries()).disableKeyCaching();
            // A vault under a name of one's own tells another resource than its name.
            if (!AZURE_VAULT.matcher(URI.create(id).getHost()).matches()) builder.disableChallengeResourceVerification();
            return builder.buildClient();
        });
    }

    private WrapResult wrapped(String key, byte[] plain) {
        return ask(key, () -> client(key).wrapKey(KeyWrapAlgorithm.RSA_OAEP_256, plain));
    }

    private static byte[] withTenant(int tenant, byte[] dataKey) {
        return ByteBuffer.allocate(Integer.BYTES + dataKey.length).putInt(tenant).put(dataKey).array();
    }

    @Override
    public String newest() {
        return wrapped(settings.keyId(), withTenant(NO_TENANT, new byte[1])).getKeyId();
    }

    @Override
    public byte[] wrap(String key, int tenant, byte[] dataKey) {
        return wrapped(key, withTenant(tenant, dataKey)).getEncryptedKey();
    }

    @Override
    public byte[] unwrap(String key, int tenant, byte[] wrapped) {
        ByteBuffer plain = ByteBuffer.wrap(ask(key, () -> client(key).unwrapKey(KeyWrapAlgorithm.RSA_OAEP_256, wrapped)).getKey());
        if (plain.remaining() <= Integer.BYTES || plain.getInt() != tenant) throw new EncryptionException("a wrapped data key of tenant " + tenant + " is not as it was written");
        byte[] dataKey = new byte[plain.remaining()];
        plain.get(dataKey);
        return dataKey;
    }

    private static <T> T ask(String key, Supplier<T> question) {
        try {
            return question.get();
        } catch (HttpResponseException e) {
            int status = e.getResponse() == null ? 0 : e.getResponse().getStatusCode();
            String message = "azure-keyvault: key " + key + ": " + line(e) + (status == 0 ? "" : " (HTTP status " + status + ")");
            if (status == 0 || status >= 500 || status == 429 || status == 408) throw new KeyServiceAwayException(message, e);
            throw new EncryptionException(message, e);
        } catch (RuntimeException e) {
            // The SDK has no type of its own for a place that cannot be reached: what its HTTP client and its reactor throw comes through.
            throw new KeyServiceAwayException("azure-keyvault: key " + key + ": " + (connects(e) ? "" : "cannot connect: ") + line(e), e);
        }
    }

    /** The JDK's client has often nothing to say about it. */
    private static boolean connects(Throwable e) {
        for (Throwable each = e; each != null; each = each.getCause()) if (each instanceof ConnectException) return false;
        return true;
    }

    private static String line(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null && (cause.getMessage() == null || cause.getMessage().startsWith(cause.getCause().getClass().getName()))) cause = cause.getCause();
        return cause.getMessage() == null ? cause.toString() : cause.getMessage().lines().findFirst().orElse("");
    }

    @Override
    public void close() {
        clients.clear();
    }
}
