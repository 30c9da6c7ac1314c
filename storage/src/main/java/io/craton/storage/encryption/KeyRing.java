package io.craton.storage.encryption;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's data keys: wrapped in {@code meta/keys.json}, which also says that a folder is encrypted at all, and unwrapped in memory once they are needed. They come
 * in by entries of the log. Any thread; {@link #add} and what writes the file one at a time.
 */
public final class KeyRing {
    /** In {@code meta/}, and in a copy of projections. */
    public static final String FILE = "keys.json";

    private static final Logger LOG = LoggerFactory.getLogger(KeyRing.class);
    private static final Pattern KEY = Pattern.compile("\\{\"tenant\": (\\d+), \"key\": (\\d+), \"since\": (\\d+), \"wrapped_by\": \"([^\"]*)\", \"wrapped\": \"([^\"]*)\"}");
    private static final Pattern WHOLE = Pattern.compile("\\{\"format\": 1, \"count\": (\\d+), \"keys\": \\[.*]}\\s*", Pattern.DOTALL);

    private final Path folder;
    private final MasterKey master;
    /** Whose copy this is: what came to that one later is asked for there. */
    private final @Nullable KeyRing original;
    private final SecureRandom random = new SecureRandom();
    /** By identity; the file has the same. */
    private volatile Map<Long, WrappedKey> wrapped = Map.of();
    /** Identity of each tenant's newest key. */
    private final Map<Integer, Long> newest = new ConcurrentHashMap<>();
    private final Map<Long, DataKey> unwrapped = new ConcurrentHashMap<>();
    /** Keys made here whose entries are on their way, by their wrapped bytes: nobody need unwrap them. */
    private final Map<ByteBuffer, byte[]> fresh = new ConcurrentHashMap<>();

    private KeyRing(Path folder, MasterKey master, @Nullable KeyRing original) {
        this.folder = folder;
        this.master = master;
        this.original = original;
    }

    /** Whether a data folder is an encrypted one. */
    public static boolean marks(Path dataFolder) {
        return Files.exists(dataFolder.resolve("meta").resolve(FILE));
    }

    /** Position of the newest entry that brought a data folder a key; 0 where nothing is encrypted. */
    public static long newestPosition(Path dataFolder) {
        return marks(dataFolder) ? read(dataFolder.resolve("meta").resolve(FILE)).stream().mapToLong(WrappedKey::since).max().orElse(0) : 0;
    }

    /** Makes a restored data folder an encrypted one, with the keys that its log brings. Durable when it returns. */
    public static void restore(Path dataFolder, Collection<WrappedKey> keys) {
        write(dataFolder.resolve("meta"), keys);
    }

    /** Makes an empty data folder an encrypted one, if it is not. Durable when it returns. */
    public static void mark(Path dataFolder) {
        if (!marks(dataFolder)) write(dataFolder.resolve("meta"), List.of());
    }

    /**
     * Of a data folder that is encrypted.
     *
     * @throws EncryptionException when the master key is not the one that wrapped the keys here
     */
    public static KeyRing open(Path dataFolder, MasterKey master) {
        return open(dataFolder, master, null);
    }

    private static KeyRing open(Path dataFolder, MasterKey master, @Nullable KeyRing original) {
        KeyRing ring = new KeyRing(dataFolder.resolve("meta"), master, original);
        Map<Long, WrappedKey> found = new TreeMap<>();
        for (WrappedKey key : read(ring.folder.resolve(FILE))) {
            found.put(key.id(), key);
            ring.newest.merge(key.tenant(), key.id(), Math::max);
        }
        ring.wrapped = found;
        Long system = ring.newest.get(0);
        if (system != null) ring.key(system);
        return ring;
    }

    private static List<WrappedKey> read(Path file) {
        String text;
        try {
            text = Files.readString(file, StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new EncryptionException(file + " cannot be read: " + e.getMessage(), e);
        }
        List<WrappedKey> keys = new ArrayList<>();
        Matcher matcher = KEY.matcher(text);
        while (matcher.find()) {
            keys.add(new WrappedKey(Integer.parseInt(matcher.group(1)), Long.parseLong(matcher.group(2)), Long.parseLong(matcher.group(3)), matcher.group(4),
                    Base64.getDecoder().decode(matcher.group(5))));
        }
        Matcher whole = WHOLE.matcher(text);
        if (!whole.matches() || Integer.parseInt(whole.group(1)) != keys.size()) throw new EncryptionException(file + " is not as it was written");
        return keys;
    }

    private static void write(Path folder, Collection<WrappedKey> keys) {
        StringBuilder text = new StringBuilder("{\"format\": 1, \"count\": ").append(keys.size()).append(", \"keys\": [");
        String before = "\n";
        for (WrappedKey key : keys) {
            text.append(before).append("{\"tenant\": ").append(key.tenant()).append(", \"key\": ").append(key.id()).append(", \"since\": ").append(key.since())
                    .append(", \"wrapped_by\": \"").append(key.wrappedBy()).append("\", \"wrapped\": \"")
                    .append(Base64.getEncoder().encodeToString(key.wrapped())).append("\"}");
            before = ",\n";
        }
        byte[] bytes = text.append("]}\n").toString().getBytes(StandardCharsets.US_ASCII);
        Path next = folder.resolve(FILE + ".new");
        try {
            try (FileChannel channel = FileChannel.open(next, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
                ByteBuffer buffer = ByteBuffer.wrap(bytes);
                while (buffer.hasRemaining()) channel.write(buffer);
                channel.force(true);
            }
            Files.move(next, folder.resolve(FILE), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            try (FileChannel directory = FileChannel.open(folder)) {
                directory.force(true);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes what is here into another folder, for a copy. */
    public void copyTo(Path target) {
        write(target, wrapped.values());
    }

    /** For a second engine beside this one, in a folder of its own: the same keys, unwrapped as far as they are here, and those that come here later. */
    public KeyRing copyFor(Path dataFolder) {
        Path meta = dataFolder.resolve("meta");
        try {
            Files.createDirectories(meta);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        copyTo(meta);
        KeyRing copy = open(dataFolder, master, this);
        copy.unwrapped.putAll(unwrapped);
        return copy;
    }

    public boolean has(int tenant) {
        return newest.containsKey(tenant);
    }

    /** Whether the key with this identity has come. */
    public boolean knows(long id) {
        return wrapped.containsKey(id) || original != null && original.knows(id);
    }

    public MasterKey master() {
        return master;
    }

    /** A key for an entry of the log: it counts when that is applied. */
    public WrappedKey make(int tenant) {
        byte[] material = new byte[DataKey.BYTES];
        random.nextBytes(material);
        WrappedKey made = new DataKey(0, material).wrap(tenant, master);
        fresh.put(ByteBuffer.wrap(made.wrapped()), material);
        return made;
    }

    /** Keys that the newest master key has not wrapped yet, wrapped by it, for entries of the log. Looks for a newer master key first. */
    public List<WrappedKey> wrapAgain() {
        master.reload();
        List<WrappedKey> again = new ArrayList<>();
        for (WrappedKey each : wrapped.values()) {
            if (!each.wrappedBy().equals(master.name())) again.add(key(each.id()).wrap(each.tenant(), master));
        }
        return again;
    }

    /** An entry with it is applied. Durable when it returns. */
    public synchronized void add(WrappedKey key) {
        byte[] material = fresh.remove(ByteBuffer.wrap(key.wrapped()));
        if (material != null && key.id() == key.since()) unwrapped.put(key.id(), new DataKey(key.id(), material));
        WrappedKey known = wrapped.get(key.id());
        if (known != null && known.since() >= key.since()) return;
        Map<Long, WrappedKey> next = new TreeMap<>(wrapped);
        next.put(key.id(), key);
        write(folder, next.values());
        wrapped = next;
        newest.merge(key.tenant(), key.id(), Math::max);
        if (known != null) Thread.startVirtualThread(() -> tryMaster(key));
    }

    /** Another node had it wrapped by a newer master key: whether this node has that too matters at its next start. */
    private void tryMaster(WrappedKey key) {
        try {
            master.reload();
            master.unwrap(key.tenant(), key.wrappedBy(), key.wrapped());
        } catch (EncryptionException e) {
            LOG.error("data keys are wrapped by a new master key now, without which this node will not start again: {}", e.getMessage());
        }
    }

    private DataKey key(long id) {
        DataKey known = unwrapped.get(id);
        if (known != null) return known;
        WrappedKey found = wrapped.get(id);
        if (found == null && original != null) return original.key(id);
        if (found == null) throw new EncryptionException("data key " + id + " is not in " + folder.resolve(FILE));
        DataKey key = new DataKey(id, master.unwrap(found.tenant(), found.wrappedBy(), found.wrapped()));
        DataKey first = unwrapped.putIfAbsent(id, key);
        return first == null ? key : first;
    }

    public TenantKeys of(int tenant) {
        return new TenantKeys() {
            @Override
            public DataKey current() {
                return KeyRing.this.key(currentId());
            }

            @Override
            public long currentId() {
                @Nullable Long id = newest.get(tenant);
                if (id == null) throw new EncryptionException("tenant " + tenant + " has no data key");
                return id;
            }

            @Override
            public DataKey key(long id) {
                return KeyRing.this.key(id);
            }
        };
    }
}
