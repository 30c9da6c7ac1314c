package io.craton.server.backup;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;

/** Copies a file and hashes it on the way. */
final class CopiedFile {
    private static final int PIECE_BYTES = 256 << 10;

    private CopiedFile() {}

    /** Takes pieces of a file in order. */
    interface Sink {
        void take(ByteBuffer piece) throws IOException;
    }

    /** Answers its SHA-256, in hexadecimal. */
    static String toFile(Path from, Path to) throws IOException {
        try (FileChannel out = FileChannel.open(to, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
            return read(from, piece -> {
                while (piece.hasRemaining()) out.write(piece);
            });
        }
    }

    /** The same, but it gets a second name where it is a file of rows, which never change; RocksDB writes to others. */
    static String link(Path from, Path to) throws IOException {
        if (!to.toString().endsWith(".sst")) return toFile(from, to);
        String sum = read(from, _ -> {});
        Files.createLink(to, from);
        return sum;
    }

    /** Brings a file or folder to the disk. */
    static void sync(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Hands over a file in pieces, each of which may be used until it is given back; answers the SHA-256 of all. */
    static String read(Path from, Sink sink) throws IOException {
        MessageDigest digest = Snapshot.digest();
        ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
        try (FileChannel in = FileChannel.open(from, StandardOpenOption.READ)) {
            while (in.read(piece) >= 0) {
                piece.flip();
                digest.update(piece.array(), 0, piece.limit());
                sink.take(piece);
                piece.clear();
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
