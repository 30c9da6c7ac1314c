package io.craton.conformance.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The body of a message from the server, read from front to back. */
final class Message {
    private final ByteBuffer buffer;

    Message(byte[] bytes) {
        buffer = ByteBuffer.wrap(bytes);
    }

    int int32() {
        return buffer.getInt();
    }

    byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        buffer.get(bytes);
        return bytes;
    }

    /** A text up to its zero byte. */
    String text() {
        int from = buffer.position();
        while (buffer.get() != 0) {}
        return new String(buffer.array(), from, buffer.position() - from - 1, StandardCharsets.ISO_8859_1);
    }

    String rest() {
        return new String(bytes(buffer.remaining()), StandardCharsets.ISO_8859_1);
    }

    List<Field> fields() {
        int count = buffer.getShort();
        List<Field> fields = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            String name = text();
            buffer.position(buffer.position() + 6); // table and column
            int type = buffer.getInt();
            buffer.getShort(); // length
            int modifier = buffer.getInt();
            buffer.getShort(); // format: text
            fields.add(new Field(name, type, modifier));
        }
        return fields;
    }

    List<@Nullable String> row() {
        int count = buffer.getShort();
        List<@Nullable String> cells = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int length = buffer.getInt();
            cells.add(length < 0 ? null : new String(bytes(length), StandardCharsets.ISO_8859_1));
        }
        return cells;
    }

    Report report() {
        Map<Character, String> fields = new HashMap<>();
        while (buffer.hasRemaining()) {
            char key = (char) buffer.get();
            if (key == 0) break;
            fields.put(key, text());
        }
        return new Report(fields);
    }
}
