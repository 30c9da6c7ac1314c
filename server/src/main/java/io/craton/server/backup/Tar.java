package io.craton.server.backup;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** The tar format (ustar), as far as files go. */
final class Tar {
    private static final int BLOCK = 512;

    private Tar() {}

    /** Writes one file behind the other. */
    static final class Writer implements AutoCloseable {
        private final OutputStream out;
        private final long seconds;

        Writer(OutputStream out, long seconds) {
            this.out = out;
            this.seconds = seconds;
        }

        void file(String name, byte[] content) throws IOException {
            file(name, content, content.length);
        }

        /** Of the first so many bytes. */
        void file(String name, byte[] content, int length) throws IOException {
            begin(name, length);
            out.write(content, 0, length);
            end(length);
        }

        /** So many bytes must be written to {@link #out} next, and then {@link #end}. */
        void begin(String name, long size) throws IOException {
            byte[] header = new byte[BLOCK];
            byte[] encoded = name.getBytes(StandardCharsets.UTF_8);
            if (encoded.length > 100) throw new IOException("the name " + name + " is too long");
            System.arraycopy(encoded, 0, header, 0, encoded.length);
            text(header, 100, "0000600");
            text(header, 108, "0000000");
            text(header, 116, "0000000");
            text(header, 124, String.format(Locale.ROOT, "%011o", size));
            text(header, 136, String.format(Locale.ROOT, "%011o", seconds));
            text(header, 148, "        ");
            header[156] = '0';
            text(header, 257, "ustar");
            text(header, 263, "00");
            text(header, 148, String.format(Locale.ROOT, "%06o", sum(header)));
            header[154] = 0;
            header[155] = ' ';
            out.write(header);
        }

        OutputStream out() {
            return out;
        }

        void end(long size) throws IOException {
            out.write(new byte[(int) (-size & BLOCK - 1)]);
        }

        @Override
        public void close() throws IOException {
            try (out) {
                out.write(new byte[2 * BLOCK]);
            }
        }

        private static void text(byte[] header, int at, String text) {
            byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(bytes, 0, header, at, bytes.length);
        }
    }

    private static int sum(byte[] header) {
        int sum = 0;
        for (int i = 0; i < BLOCK; i++) sum += i >= 148 && i < 156 ? ' ' : header[i] & 0xff;
        return sum;
    }

    /** Reads one file behind the other. */
    static final class Reader implements AutoCloseable {
        private final InputStream in;
        private long left;
        private int padding;

        Reader(InputStream in) {
            this.in = in;
        }

        /** The next file's name; null at the end. What was not read of the one before is left out. */
        @Nullable String next() throws IOException {
            in.skipNBytes(left + padding);
            left = 0;
            padding = 0;
            byte[] header = in.readNBytes(BLOCK);
            if (header.length < BLOCK) throw new EOFException();
            if (header[0] == 0) return null;
            try {
                if (Integer.parseInt(text(header, 148, 8), 8) != sum(header)) throw new ZipException("a header of the archive is not as it was written");
                left = Long.parseLong(text(header, 124, 12), 8);
            } catch (NumberFormatException e) {
                throw new ZipException("a header of the archive is not as it was written");
            }
            padding = (int) (-left & BLOCK - 1);
            return text(header, 0, 100);
        }

        long size() {
            return left;
        }

        /** Of the file, so many at most; fewer at its end. */
        int read(byte[] into) throws IOException {
            int wanted = (int) Math.min(into.length, left);
            int read = in.readNBytes(into, 0, wanted);
            if (read < wanted) throw new EOFException();
            left -= read;
            return read;
        }

        private static String text(byte[] header, int at, int length) {
            int end = at;
            while (end < at + length && header[end] != 0) end++;
            return new String(header, at, end - at, StandardCharsets.UTF_8).strip();
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
