package io.craton.server.config;

import io.craton.storage.encryption.EncryptionException;
import io.craton.storage.encryption.KeyService;
import io.craton.storage.encryption.LocalMasterKey;
import io.craton.storage.encryption.MasterKey;
import io.craton.storage.encryption.ServiceMasterKey;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the master key of encryption at rest is.
 *
 * @param environment where the vendors' libraries find credentials and places
 */
public record EncryptionConfig(String provider, String keyId, Duration timeout, Map<String, String> environment) {
    /** A node whose service is away for longer than this, when it needs a data key that it has not had yet, ends. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** Null where encryption is off; a {@link StartException} where it is on and lacks something. */
    static @Nullable EncryptionConfig of(Configuration configuration) {
        if (!configuration.flag(ConfigKey.ENCRYPTION_ENABLED)) return null;
        for (ConfigKey needed : new ConfigKey[] {ConfigKey.KMS_PROVIDER, ConfigKey.KMS_KEY_ID}) {
            if (configuration.find(needed) == null) throw refused(configuration.place(ConfigKey.ENCRYPTION_ENABLED) + "encryption.enabled needs " + needed.path());
        }
        return named(configuration);
    }

    /** As it is said, enabled or not; null when no master key is named. For tools that work on a data folder. */
    public static @Nullable EncryptionConfig named(Configuration configuration) {
        String provider = configuration.find(ConfigKey.KMS_PROVIDER);
        String keyId = configuration.find(ConfigKey.KMS_KEY_ID);
        if (provider == null || keyId == null) return null;
        if (provider.equals("local") && !Path.of(keyId).isAbsolute()) {
            throw refused(configuration.place(ConfigKey.KMS_KEY_ID) + "invalid encryption.kms_key_id: \"" + keyId + "\" is not an absolute path; for kms_provider local it names the key file");
        }
        return new EncryptionConfig(provider, keyId, Duration.ofMillis(configuration.number(ConfigKey.KMS_TIMEOUT)), configuration.environment());
    }

    private static StartException refused(String message) {
        return new StartException(StartException.USAGE, message);
    }

    /**
     * Reads the file, or asks the service.
     *
     * @throws EncryptionException when it is not to be had
     */
    public MasterKey open() {
        return switch (provider) {
            case "local" -> LocalMasterKey.read(Path.of(keyId));
            default -> ask();
        };
    }

    private MasterKey ask() {
        KeyService service = KeyModules.open(provider, new KeyService.Settings(keyId, timeout, environment));
        try {
            return ServiceMasterKey.open(provider, service, PATIENCE);
        } catch (EncryptionException e) {
            service.close();
            throw e;
        }
    }
}
