package io.craton.storage.encryption;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A key management service: it keeps master keys, and wraps and unwraps with them itself. Implementations are modules of their own that the server loads when they are configured. Any thread; what goes wrong is an
 * {@link EncryptionException}, a {@link KeyServiceAwayException} where asking again may help.
 */
public interface KeyService extends AutoCloseable {
    /** The key that wraps now by the full name that the service answers, with its version where there are versions: asks the service, so that a wrong name or missing rights show. */
    String newest();

    /** @param key what {@link #newest} said */
    byte[] wrap(String key, int tenant, byte[] dataKey);

    byte[] unwrap(String key, int tenant, byte[] wrapped);

    @Override
    void close();

    /**
     * What a service is told.
     *
     * @param keyId as the service names keys
     * @param timeout for one question with all its repetitions
     * @param environment variables that the vendor's tools know
     */
    record Settings(String keyId, Duration timeout, Map<String, String> environment) {
        public Settings {
            environment = Map.copyOf(environment);
        }

        /** Throws when the key has no name that the provider's keys can have, which are like {@code example}. */
        public void requireKey(Pattern names, String provider, String example) {
            if (names.matcher(keyId).matches()) return;
            throw new EncryptionException("invalid encryption.kms_key_id \"" + keyId + "\": for kms_provider " + provider + " it is like " + example);
        }
    }

    /** The door of a module, found by {@link java.util.ServiceLoader}. */
    interface Provider {
        /** As {@code encryption.kms_provider} has it. */
        String name();

        KeyService open(Settings settings);
    }
}
