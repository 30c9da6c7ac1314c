package io.craton.storage.txn;

import io.craton.core.type.ByteWriter;
import io.craton.storage.row.Bytes;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Versions of one row in a run, oldest first: command (4), length of the image plus one or 0 when deleted (4), image. */
final class RowVersions {
    private RowVersions() {}

    /** Writes the versions from the newest one down to {@code below}, which is left out. */
    static void write(WriteSet.@Nullable Version newest, WriteSet.@Nullable Version below, ByteWriter out) {
        ArrayDeque<WriteSet.Version> versions = new ArrayDeque<>(2);
        for (WriteSet.Version version = newest; version != null && version != below; version = version.before) versions.push(version);
        for (WriteSet.Version version : versions) {
            byte[] image = version.image;
            out.putInt(version.command);
            out.putInt(image == null ? 0 : image.length + 1);
            if (image != null) out.putBytes(image);
        }
    }

    /** The versions as a chain on top of {@code before}. */
    static WriteSet.@Nullable Version read(byte[] bytes, WriteSet.@Nullable Version before) {
        WriteSet.Version chain = before;
        for (int at = 0; at < bytes.length;) {
            int command = Bytes.getInt(bytes, at);
            int length = Bytes.getInt(bytes, at + 4) - 1;
            at += 8;
            byte[] image = length < 0 ? null : Arrays.copyOfRange(bytes, at, at + length);
            at += Math.max(length, 0);
            chain = new WriteSet.Version(image, command, chain, true);
        }
        return chain;
    }
}
