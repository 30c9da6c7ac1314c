package io.craton.wire.codec;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of one message from a byte array that is overwritten by the next message: whatever is kept is copied.
 * One per event loop; owned by its thread.
 */
final class MessageReader {
    private static final char REPLACEMENT = '\uFFFD';
    private static final int NAME_LENGTH_MAX = 64;

    /** Names come again and again: the string of a slot is used anew when its bytes match. */
    private final @Nullable String[] names = new String[256];
    private byte[] bytes = new byte[0];
    private int position;
    private int end;

    void over(byte[] body, int offset, int length) {
        bytes = body;
        position = offset;
        end = offset + length;
    }

    int position() {
        return position;
    }

    int remaining() {
        return end - position;
    }

    int readByte() {
        need(1);
        return bytes[position++];
    }

    int readUnsignedShort() {
        need(2);
        int value = (bytes[position] & 0xff) << 8 | bytes[position + 1] & 0xff;
        position += 2;
        return value;
    }

    int readInt() {
        need(4);
        int at = position;
        position += 4;
        return (bytes[at] & 0xff) << 24 | (bytes[at + 1] & 0xff) << 16 | (bytes[at + 2] & 0xff) << 8 | bytes[at + 3] & 0xff;
    }

    /** A copy of what was read since this position. */
    byte[] copyFrom(int start) {
        return Arrays.copyOfRange(bytes, start, position);
    }

    void skip(int length) {
        need(length);
        position += length;
    }

    /** A zero-terminated text in UTF-8. */
    String readText() {
        int start = position;
        int length = terminated();
        String text = new String(bytes, start, length, StandardCharsets.UTF_8);
        if (text.indexOf(REPLACEMENT) >= 0) Utf8.check(bytes, start, length);
        return text;
    }

    /** Like {@link #readText}, for names: short and repeated. */
    String readName() {
        int start = position;
        int length = terminated();
        if (length == 0) return "";
        if (length > NAME_LENGTH_MAX) {
            position = start;
            return readText();
        }
        int hash = length;
        boolean ascii = true;
        for (int i = start; i < start + length; i++) {
            hash = hash * 31 + bytes[i];
            ascii &= bytes[i] > 0;
        }
        if (!ascii) {
            position = start;
            return readText();
        }
        int slot = (hash ^ hash >>> 16) & names.length - 1;
        String known = names[slot];
        if (known != null && same(known, start, length)) return known;
        String name = new String(bytes, start, length, StandardCharsets.ISO_8859_1);
        names[slot] = name;
        return name;
    }

    void end() {
        if (position != end) throw violation("invalid message format");
    }

    private boolean same(String known, int start, int length) {
        if (known.length() != length) return false;
        for (int i = 0; i < length; i++) {
            if (known.charAt(i) != bytes[start + i]) return false;
        }
        return true;
    }

    /** Length of the text that starts here; moves behind its terminator. */
    private int terminated() {
        int at = position;
        while (at < end && bytes[at] != 0) at++;
        if (at >= end) throw violation("invalid string in message");
        int length = at - position;
        position = at + 1;
        return length;
    }

    private void need(int length) {
        if (length < 0 || end - position < length) throw violation("insufficient data left in message");
    }

    static PgException violation(String message) {
        return new PgException(PgError.error(SqlState.PROTOCOL_VIOLATION, message));
    }
}
