package io.craton.storage.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code meta/projections.json}: the position from which the log must be replayed, and the tenants that have a folder with what is in front of it. Written aside,
 * synced and renamed, so that it is the old one or the new.
 */
final class MetaState {
    private static final Pattern RECOVERY = Pattern.compile("\"recovery_position\"\\s*:\\s*(\\d+)");

    private static final Pattern TENANTS = Pattern.compile("\"tenants\"\\s*:\\s*\\[([\\d,\\s]*)]");

    private final Path folder;
    private final Path file;
    private SortedSet<Integer> tenants = new TreeSet<>();
    private long recoveryPosition;

    MetaState(Path folder) {
        this.folder = folder;
        this.file = folder.resolve("projections.json");
        try {
            Files.createDirectories(folder);
            if (!Files.exists(file)) return;
            String text = Files.readString(file);
            Matcher matcher = RECOVERY.matcher(text);
            if (!matcher.find()) throw new IllegalStateException(file + " has no recovery_position");
            recoveryPosition = Long.parseLong(matcher.group(1));
            Matcher list = TENANTS.matcher(text);
            if (list.find()) {
                for (String number : list.group(1).split(",")) if (!number.isBlank()) tenants.add(Integer.parseInt(number.strip()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As if nothing had been written in this folder. */
    static void forget(Path folder) throws IOException {
        Files.deleteIfExists(folder.resolve("projections.json"));
        try (FileChannel directory = FileChannel.open(folder)) {
            directory.force(true);
        }
    }

    long recoveryPosition() {
        return recoveryPosition;
    }

    /** Tenants that had something in a folder of their own. */
    SortedSet<Integer> tenants() {
        return tenants;
    }

    /** Durable when it returns. */
    void set(long position, SortedSet<Integer> withFolders) {
        if (position == recoveryPosition && withFolders.equals(tenants)) return;
        Path next = folder.resolve("projections.json.new");
        byte[] text = ("{\"format\": 1, \"recovery_position\": " + position + ", \"tenants\": " + withFolders + "}\n").getBytes(StandardCharsets.US_ASCII);
        try {
            try (FileChannel channel = FileChannel.open(next, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                    StandardOpenOption.TRUNCATE_EXISTING)) {
                channel.write(ByteBuffer.wrap(text));
                channel.force(true);
            }
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            try (FileChannel directory = FileChannel.open(folder)) {
                directory.force(true);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        recoveryPosition = position;
        tenants = new TreeSet<>(withFolders);
    }
}
