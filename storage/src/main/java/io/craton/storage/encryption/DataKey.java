package io.craton.storage.encryption;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * A tenant's data key. It encrypts nothing itself: each purpose and each process derives keys of its own from it by a random salt, so that no two count the same
 * nonces, not even nodes that began with copies of one folder. Any thread.
 */
public final class DataKey {
    public static final int BYTES = 32;
    public static final int SALT_BYTES = 16;

    /** What derived keys are for; the names are part of what is on disk. */
    public enum Purpose {
        LOG("craton log"), PROJECTION("craton projection");

        private final byte[] info;

        Purpose(String info) {
            this.info = info.getBytes(StandardCharsets.US_ASCII);
        }
    }

    /** A key derived by a salt of its own, and how often it was used. */
    public record Derived(byte[] salt, SealingKey key, AtomicLong uses) {}

    private final long id;
    private final byte[] material;
    /** With which this process encrypts entries. */
    private volatile @Nullable Derived writing;
    /** With which entries were decrypted last: nearly all in a row are of one process. */
    private volatile @Nullable Derived reading;

    public DataKey(long id, byte[] material) {
        if (material.length != BYTES) throw new EncryptionException("data key " + id + " has " + material.length + " bytes instead of " + BYTES);
        this.id = id;
        this.material = material;
    }

    WrappedKey wrap(int tenant, MasterKey master) {
        String name = master.name();
        if (name.chars().anyMatch(c -> c < ' ' || c > '~' || c == '"' || c == '\\')) throw new EncryptionException("\"" + name + "\" cannot be the name of a master key");
        return new WrappedKey(tenant, id, 0, name, master.wrap(tenant, material));
    }

    /** The position of the entry that brought it. */
    public long id() {
        return id;
    }

    public SealingKey derive(Purpose purpose, byte[] salt) {
        try {
            return new SealingKey(KDF.getInstance("HKDF-SHA256")
                    .deriveData(HKDFParameterSpec.ofExtract().addIKM(material).addSalt(salt).thenExpand(purpose.info, BYTES)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK 25 has HKDF", e);
        }
    }

    /** By a salt that nobody else has. */
    public Derived derive(Purpose purpose) {
        byte[] salt = new byte[SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        return new Derived(salt, derive(purpose, salt), new AtomicLong());
    }

    /** For entries that this process encrypts. */
    public Derived ofOwnEntries() {
        Derived own = writing;
        if (own != null) return own;
        synchronized (this) {
            if (writing == null) writing = derive(Purpose.LOG);
            return java.util.Objects.requireNonNull(writing);
        }
    }

    /** For an entry that has its salt there. */
    public SealingKey ofEntry(byte[] payload, int saltAt) {
        Derived last = reading;
        if (last != null && Arrays.equals(last.salt, 0, SALT_BYTES, payload, saltAt, saltAt + SALT_BYTES)) return last.key;
        byte[] salt = Arrays.copyOfRange(payload, saltAt, saltAt + SALT_BYTES);
        Derived found = new Derived(salt, derive(Purpose.LOG, salt), new AtomicLong());
        reading = found;
        return found.key;
    }
}
