package io.craton.storage.encryption;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.crypto.AEADBadTagException;

/**
 * Master keys in a file that only the server's user may read: one key a line, 64 hexadecimal digits, the last one wraps, the others only unwrap. Empty lines and
 * lines that begin with # are skipped.
 */
public final class LocalMasterKey implements MasterKey {
    public static final int BYTES = 32;
    private static final byte[] NAME_CONTEXT = "craton master key".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] WRAP_CONTEXT = "craton data key".getBytes(StandardCharsets.US_ASCII);
    private static final Set<PosixFilePermission> TOO_OPEN = EnumSet.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.GROUP_EXECUTE,
            PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE, PosixFilePermission.OTHERS_EXECUTE);

    private record Keys(Map<String, SealingKey> byName, String newest) {}

    private final Path file;
    private final SecureRandom random = new SecureRandom();
    private volatile Keys keys;

    private LocalMasterKey(Path file, Keys keys) {
        this.file = file;
        this.keys = keys;
    }

    public static LocalMasterKey read(Path file) {
        return new LocalMasterKey(file, load(file));
    }

    private static Keys load(Path file) {
        Map<String, SealingKey> byName = new LinkedHashMap<>();
        String newest = "";
        for (byte[] key : digits(file, text(file))) {
            newest = name(key);
            byName.put(newest, new SealingKey(key));
        }
        if (byName.isEmpty()) throw new EncryptionException("key file " + file + " holds no key");
        return new Keys(byName, newest);
    }

    private static String text(Path file) {
        try {
            if (!Files.exists(file)) throw new EncryptionException("key file " + file + " does not exist");
            if (!Files.isRegularFile(file)) throw new EncryptionException("key file " + file + " is not a file");
            refuseOpen(file);
            if (Files.size(file) > 1 << 20) throw new EncryptionException("key file " + file + " is too long to be one");
            return Files.readString(file, StandardCharsets.US_ASCII);
        } catch (java.nio.file.AccessDeniedException e) {
            throw new EncryptionException("key file " + file + " cannot be read: permission denied", e);
        } catch (java.nio.charset.CharacterCodingException e) {
            throw new EncryptionException("key file " + file + " does not hold keys of 64 hexadecimal digits, one a line", e);
        } catch (IOException e) {
            throw new EncryptionException("key file " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** As PostgreSQL does with its private key: the owner alone, or root and the server's group. */
    private static void refuseOpen(Path file) throws IOException {
        PosixFileAttributes attributes;
        try {
            attributes = Files.readAttributes(file, PosixFileAttributes.class);
        } catch (UnsupportedOperationException e) {
            return; // this file system knows no such permissions
        }
        Set<PosixFilePermission> granted = attributes.permissions();
        boolean groupReads = granted.contains(PosixFilePermission.GROUP_READ) && !attributes.owner().getName().equals("root");
        if (!groupReads && granted.stream().noneMatch(TOO_OPEN::contains)) return;
        throw new EncryptionException("key file " + file + " can be read by others than its owner; chmod 0600 it");
    }

    private static List<byte[]> digits(Path file, String text) {
        List<byte[]> found = new ArrayList<>();
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            String digits = line.strip();
            if (digits.isEmpty() || digits.startsWith("#")) continue;
            if (!digits.matches("[0-9a-fA-F]{64}")) {
                throw new EncryptionException("key file " + file + ", line " + number + ": a key is 64 hexadecimal digits, as openssl rand -hex 32 makes them");
            }
            found.add(HexFormat.of().parseHex(digits));
        }
        return found;
    }

    private static String name(byte[] key) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(NAME_CONTEXT);
            return "local:" + HexFormat.of().formatHex(digest.digest(key), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    @Override
    public String name() {
        return keys.newest;
    }

    @Override
    public byte[] wrap(int tenant, byte[] dataKey) {
        byte[] nonce = new byte[SealingKey.NONCE_BYTES];
        random.nextBytes(nonce);
        byte[] wrapped = Arrays.copyOf(nonce, nonce.length + dataKey.length + SealingKey.TAG_BYTES);
        byte[] context = context(tenant);
        Keys now = keys;
        java.util.Objects.requireNonNull(now.byName.get(now.newest)).seal(nonce, context, context.length, dataKey, 0, dataKey.length, wrapped, nonce.length);
        return wrapped;
    }

    @Override
    public byte[] unwrap(int tenant, String wrappedBy, byte[] wrapped) {
        SealingKey key = keys.byName.get(wrappedBy);
        if (key == null) {
            throw new EncryptionException("key file " + file + " does not hold the master key of this data folder (it needs " + wrappedBy + " and has "
                    + String.join(", ", keys.byName.keySet()) + ")");
        }
        int length = wrapped.length - SealingKey.NONCE_BYTES - SealingKey.TAG_BYTES;
        if (length <= 0) throw new EncryptionException("a wrapped data key of tenant " + tenant + " is too short");
        byte[] plain = new byte[length];
        byte[] context = context(tenant);
        try {
            key.open(Arrays.copyOf(wrapped, SealingKey.NONCE_BYTES), context, context.length, wrapped, SealingKey.NONCE_BYTES,
                    wrapped.length - SealingKey.NONCE_BYTES, plain, 0);
        } catch (AEADBadTagException e) {
            throw new EncryptionException("a wrapped data key of tenant " + tenant + " is not as it was written", e);
        }
        return plain;
    }

    private static byte[] context(int tenant) {
        return ByteBuffer.allocate(WRAP_CONTEXT.length + 4).put(WRAP_CONTEXT).putInt(tenant).array();
    }

    @Override
    public void reload() {
        keys = load(file);
    }
}
