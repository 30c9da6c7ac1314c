package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.craton.server.config.ConfigKey;
import io.craton.server.config.Configuration;
import io.craton.server.config.DataFolder;
import io.craton.server.config.EncryptionConfig;
import io.craton.server.config.LiveConfiguration;
import io.craton.server.config.NodeConfig;
import io.craton.server.config.StartException;
import io.craton.storage.encryption.EncryptionException;
import io.craton.storage.encryption.KeyServiceAwayException;
import io.craton.storage.encryption.MasterKey;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Master keys of key management services: the vendors' libraries, loaded as an installed server loads them, against services in miniature. */
class KeyServicesTest {
    private static final String AWS = "aws-kms";
    private static final String GCP = "gcp-kms";
    private static final String AZURE = "azure-keyvault";
    /** Nobody listens there. */
    private static final String NOWHERE = "127.0.0.1:1";
    private static final Duration SHORT = Duration.ofSeconds(2);

    @TempDir Path parent;
    private SmallKeys service;

    @BeforeAll
    static void credentials() {
        System.setProperty("aws.accessKeyId", "somebody");
        System.setProperty("aws.secretAccessKey", "secret");
    }

    @AfterAll
    static void noCredentials() {
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
    }

    private SmallKeys service(String provider) throws Exception {
        service = switch (provider) {
            case AWS -> new SmallAwsKms();
            case GCP -> new SmallGcpKms(parent);
            case AZURE -> new SmallAzureVault(parent);
            default -> throw new IllegalArgumentException(provider);
        };
        return service;
    }

    @AfterEach
    void close() {
        if (service != null) service.close();
    }

    private MasterKey open(String keyId, Duration timeout) {
        return new EncryptionConfig(service.provider(), keyId, timeout, service.environment()).open();
    }

    private MasterKey open() {
        return open(service.keyId(), Duration.ofSeconds(15));
    }

    private static byte[] dataKey() {
        byte[] key = new byte[32];
        for (int i = 0; i < key.length; i++) key[i] = (byte) (i * 7);
        return key;
    }

    @ParameterizedTest
    @ValueSource(strings = {AWS, GCP, AZURE})
    void dataKeysAreWrappedForOneDatabase(String provider) throws Exception {
        service(provider);
        MasterKey master = open();
        assertThat(master.name()).startsWith(provider + ":").matches("[!-~&&[^\"\\\\]]+");
        byte[] wrapped = master.wrap(7, dataKey());
        assertThat(new String(wrapped, StandardCharsets.ISO_8859_1)).doesNotContain(new String(dataKey(), StandardCharsets.ISO_8859_1));
        assertThat(master.unwrap(7, master.name(), wrapped)).isEqualTo(dataKey());
        assertThat(open().unwrap(7, master.name(), wrapped)).as("by another start").isEqualTo(dataKey());
        assertThatThrownBy(() -> master.unwrap(8, master.name(), wrapped)).isExactlyInstanceOf(EncryptionException.class);
        byte[] altered = wrapped.clone();
        altered[altered.length / 2] ^= 1;
        assertThatThrownBy(() -> master.unwrap(7, master.name(), altered)).isExactlyInstanceOf(EncryptionException.class);
        assertThatThrownBy(() -> master.unwrap(7, "local:0123", wrapped)).isExactlyInstanceOf(EncryptionException.class)
                .hasMessageContaining("the data keys are wrapped by local:0123, which " + provider + " does not keep");
    }

    @ParameterizedTest
    @ValueSource(strings = {AWS, GCP, AZURE})
    void aNewerKeyWrapsOnceItIsLookedFor(String provider) throws Exception {
        service(provider);
        MasterKey master = open();
        String first = master.name();
        byte[] before = master.wrap(7, dataKey());
        service.rotate();
        byte[] between = master.wrap(7, dataKey());
        assertThat(master.name()).isEqualTo(first);
        master.reload();
        String second = master.name();
        assertThat(second).isNotEqualTo(first);
        byte[] after = master.wrap(7, dataKey());
        assertThat(master.unwrap(7, first, before)).isEqualTo(dataKey());
        assertThat(master.unwrap(7, first, between)).isEqualTo(dataKey());
        assertThat(master.unwrap(7, second, after)).isEqualTo(dataKey());
    }

    @ParameterizedTest
    @ValueSource(strings = {AWS, GCP, AZURE})
    void whatTheServiceSaysComesThroughInOneLine(String provider) throws Exception {
        service(provider);
        MasterKey master = open();
        byte[] wrapped = master.wrap(7, dataKey());
        service.deny(true);
        for (EncryptionException denied : List.of(catchThrowableOfType(EncryptionException.class, () -> master.wrap(7, dataKey())),
                catchThrowableOfType(EncryptionException.class, () -> master.unwrap(7, master.name(), wrapped)), catchThrowableOfType(EncryptionException.class, this::open))) {
            assertThat(denied).isExactlyInstanceOf(EncryptionException.class);
            assertThat(denied.getMessage()).startsWith(provider + ": key ").containsAnyOf("not authorized", "denied").doesNotContain("\n");
        }
        service.deny(false);
        assertThat(master.unwrap(7, master.name(), wrapped)).isEqualTo(dataKey());
        assertThatThrownBy(() -> open(service.unknownKeyId(), Duration.ofSeconds(15))).isExactlyInstanceOf(EncryptionException.class)
                .hasMessageStartingWith(provider + ": key " + service.unknownKeyId() + ": ").message().containsAnyOf("not found", "does not exist").doesNotContain("\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {AWS, GCP, AZURE})
    void aSlowServiceIsNotWaitedForLongerThanSaid(String provider) throws Exception {
        service(provider);
        MasterKey master = open(service.keyId(), SHORT);
        service.delay(20_000);
        long begun = System.nanoTime();
        assertThatThrownBy(() -> master.wrap(7, dataKey())).isExactlyInstanceOf(KeyServiceAwayException.class).hasMessageStartingWith(provider + ": key ");
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
        service.delay(0);
        assertThat(master.unwrap(7, master.name(), master.wrap(7, dataKey()))).isEqualTo(dataKey());
    }

    @Test
    void aServiceThatIsAwayIsAskedAgainForDataKeys() throws Exception {
        service(AWS);
        MasterKey master = open(service.keyId(), SHORT);
        byte[] wrapped = master.wrap(7, dataKey());
        service.delay(20_000);
        Thread.ofVirtual().start(() -> {
            try {
                TimeUnit.MILLISECONDS.sleep(SHORT.toMillis() * 2);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            service.delay(0);
        });
        assertThat(master.unwrap(7, master.name(), wrapped)).isEqualTo(dataKey());
    }

    private final class Node implements AutoCloseable {
        final DataFolder folder;
        final NodeAssembly assembly;

        Node(Map<String, String> environment, String keyId) {
            Map<String, String> all = new HashMap<>(environment);
            all.putAll(Map.of("CRATON_ENCRYPTION_ENABLED", "true", "CRATON_KMS_PROVIDER", service.provider(), "CRATON_KMS_KEY_ID", keyId, "CRATON_KMS_TIMEOUT", "5s"));
            var sources = new Configuration.Sources(null, all, Map.of(ConfigKey.BIND_ADDRESS, "127.0.0.1:0", ConfigKey.DATA_DIR, parent.resolve("data").toString()));
            Configuration configuration = sources.read();
            folder = DataFolder.open(parent.resolve("data"));
            try {
                assembly = NodeAssembly.start(NodeConfig.of(configuration, false), folder, new LiveConfiguration(sources, configuration), () -> { });
            } catch (StartException e) {
                folder.close();
                throw e;
            }
        }

        Node() {
            this(service.environment(), service.keyId());
        }

        String sql(String database, String... statements) throws SQLException {
            String url = "jdbc:postgresql://127.0.0.1:" + assembly.address().getPort() + "/" + database + "?user=postgres";
            String last = "";
            try (Connection connection = DriverManager.getConnection(url); Statement statement = connection.createStatement()) {
                for (String each : statements) {
                    if (!statement.execute(each)) continue;
                    try (ResultSet result = statement.getResultSet()) {
                        result.next();
                        last = result.getString(1);
                    }
                }
            }
            return last;
        }

        @Override
        public void close() {
            assembly.close();
            folder.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {AWS, GCP, AZURE})
    void aNodeWorksWithIt(String provider) throws Exception {
        service(provider);
        try (Node node = new Node()) {
            node.sql("postgres", "create database other");
            node.sql("other", "create table t (id int primary key, a text)", "insert into t values (1, 'before')");
            service.rotate();
            assertThat(admin(node, "encryption", "rewrap")).startsWith("0\n").contains("data keys are wrapped by the newest master key now");
            assertThat(admin(node, "encryption", "rotate")).startsWith("0\n").contains("new data keys");
            node.sql("other", "insert into t values (2, 'after')");
            service.deny(true);
            node.sql("postgres", "create database third");
            assertThatThrownBy(() -> node.sql("third", "create table t (a text)")).isInstanceOf(SQLException.class).hasMessageContaining("could not make a data key: " + provider + ": key ");
            assertThat(node.sql("other", "select string_agg(a, ',' order by id) from t")).as("what is open goes on").isEqualTo("before,after");
            service.deny(false);
        }
        service.deny(true);
        StartException refused = catchThrowableOfType(StartException.class, () -> new Node().close());
        assertThat(refused.exitStatus()).isEqualTo(StartException.FAILURE);
        assertThat(refused.getMessage()).startsWith(provider + ": key ").containsAnyOf("not authorized", "denied").doesNotContain("\n");
        service.deny(false);
        try (Node node = new Node()) {
            assertThat(node.sql("other", "select string_agg(a, ',' order by id) from t")).isEqualTo("before,after");
        }
    }

    private static String admin(Node node, String... arguments) {
        StringWriter out = new StringWriter();
        String[] all = java.util.Arrays.copyOf(arguments, arguments.length + 2);
        all[arguments.length] = "--port";
        all[arguments.length + 1] = Integer.toString(node.assembly.address().getPort());
        return AdminMain.run(new PrintWriter(out, true), new PrintWriter(out, true), all) + "\n" + out;
    }

    @ParameterizedTest
    @ValueSource(strings = {AWS, GCP, AZURE})
    void aNodeDoesNotStartWithoutItsService(String provider) throws Exception {
        service(provider);
        Map<String, String> environment = new HashMap<>(service.environment());
        environment.replace("AWS_ENDPOINT_URL_KMS", "http://" + NOWHERE);
        environment.replace("CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDKMS", "http://" + NOWHERE);
        String keyId = provider.equals(AZURE) ? "https://" + NOWHERE + "/keys/craton" : service.keyId();
        StartException refused = catchThrowableOfType(StartException.class, () -> new Node(environment, keyId).close());
        assertThat(refused.exitStatus()).isEqualTo(StartException.FAILURE);
        assertThat(refused.getMessage()).startsWith(provider + ": key " + keyId + ": ").contains("onnect").doesNotContain("\n").hasSizeLessThan(400);
        assertThat(parent.resolve("data").resolve("meta").resolve("keys.json")).as("the folder is as it was").doesNotExist();
    }

    @Test
    void theServersClassPathKnowsNoneOfTheLibraries() {
        for (String name : List.of("software.amazon.awssdk.services.kms.KmsClient", "com.google.cloud.kms.v1.KeyManagementServiceClient", "com.azure.security.keyvault.keys.cryptography.CryptographyClient",
                "io.craton.keys.aws.AwsKms")) {
            assertThatThrownBy(() -> Class.forName(name)).isInstanceOf(ClassNotFoundException.class);
        }
    }

    @Test
    void theProgramSaysItInOneLineAndEndsWithStatusOne() throws Exception {
        service(AWS);
        ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-cp", System.getProperty("java.class.path"), Main.class.getName(),
                "--data-dir", parent.resolve("data").toString(), "--bind", "127.0.0.1:0");
        builder.environment().putAll(service.environment());
        builder.environment().putAll(Map.of("CRATON_ENCRYPTION_ENABLED", "true", "CRATON_KMS_PROVIDER", AWS, "CRATON_KMS_KEY_ID", service.unknownKeyId()));
        Path output = parent.resolve("output");
        Process process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readAllLines(output)).singleElement().asString()
                .isEqualTo("craton-server: aws-kms: key " + service.unknownKeyId() + ": NotFoundException: Key '" + service.unknownKeyId() + "' does not exist (HTTP status 400)");
        assertThat(process.exitValue()).isEqualTo(1);
    }
}
