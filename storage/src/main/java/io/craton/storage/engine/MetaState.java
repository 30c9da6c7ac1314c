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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code meta/projections.json}: the position from which the log must be replayed. Written aside, synced and renamed, so that it is the old one or the new. */
final class MetaState {
    private static final Pattern RECOVERY = Pattern.compile("\"recovery_position\"\\s*:\\s*(\\d+)");

    private final Path folder;
    private final Path file;
    private long recoveryPosition;

    MetaState(Path folder) {
        this.folder = folder;
        this.file = folder.resolve("projections.json");
        try {
            Files.createDirectories(folder);
            if (!Files.exists(file)) return;
            Matcher matcher = RECOVERY.matcher(Files.readString(file));
            if (!matcher.find()) throw new IllegalStateException(file + " has no recovery_position");
            recoveryPosition = Long.parseLong(matcher.group(1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long recoveryPosition() {
        return recoveryPosition;
    }

    void recoveryPosition(long position) {
        if (position == recoveryPosition) return;
        Path next = folder.resolve("projections.json.new");
        byte[] text = ("{\"format\": 1, \"recovery_position\": " + position + "}\n").getBytes(StandardCharsets.US_ASCII);
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
    }
}
