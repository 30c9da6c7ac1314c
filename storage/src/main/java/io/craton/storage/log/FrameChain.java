package io.craton.storage.log;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Follows the chain over frames in memory, one by one, checking all there is to check: what is taken continues what was taken before. One thread. */
final class FrameChain {
    private final MessageDigest digest = ChainHash.digest();
    private final CRC32C crc = new CRC32C();
    private final byte[] tip;
    private final byte[] scratch = new byte[ChainHash.BYTES];
    private long expected;
    private long term;
    private long configuration;

    /** Begins in front of the segment's first entry. */
    FrameChain(SegmentHeader header) {
        expected = header.firstIndex();
        term = header.previousTerm();
        configuration = header.lastConfiguration();
        tip = header.anchor().toBytes();
    }

    /** The entry that comes next. */
    long expected() {
        return expected;
    }

    /** Of the entry taken last. */
    long term() {
        return term;
    }

    /** Of the entry taken last. */
    ChainHash tip() {
        return ChainHash.of(tip);
    }

    /** The header of a segment that begins with the entry that comes next. */
    SegmentHeader header(long number) {
        return new SegmentHeader(number, expected, term, configuration, tip());
    }

    /** Null when a whole frame begins there that is the next entry's; else what is wrong. The buffer has an array. */
    @Nullable String defectAt(ByteBuffer buffer, int at) {
        if (buffer.limit() - at < Frame.HEADER_BYTES) return "the frame of entry " + expected + " is cut off";
        int length = Frame.length(buffer, at);
        if (!Frame.plausibleLength(length) || Frame.paddedBytes(length) > buffer.limit() - at) return "the frame of entry " + expected + " is cut off";
        if (!Frame.intact(buffer, at, crc)) return "the checksum of entry " + expected + " does not match";
        if (Frame.index(buffer, at) != expected) return "entry " + expected + " expected, entry " + Frame.index(buffer, at) + " found";
        if (Frame.term(buffer, at) < term) return "the term of entry " + expected + " is lower than the one before it";
        if (!Frame.follows(buffer, at, tip)) return "entry " + expected + " does not continue the hash chain";
        if (!Frame.hashHolds(buffer, at, digest, scratch)) return "the hash of entry " + expected + " does not match";
        for (int i = length; i < Frame.paddedBytes(length); i++) if (buffer.get(at + i) != 0) return "the padding of entry " + expected + " is not zero";
        return null;
    }

    /** Takes the frame there, which has no defect, and answers how many bytes it has. */
    int take(ByteBuffer buffer, int at) {
        Frame.hash(buffer, at, tip);
        term = Frame.term(buffer, at);
        if (Frame.type(buffer, at) == EntryType.CONFIGURATION) configuration = expected;
        expected++;
        return Frame.paddedBytes(Frame.length(buffer, at));
    }
}
