package io.craton.sql.analyze;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Asks a real PostgreSQL what it says about the statements of {@code cases.txt} by Parse and Describe, and writes the answers beside them.
 * Run with system properties pg.host, pg.port, pg.database (an empty database), pg.user, and the file as argument.
 */
final class RecordFromPostgres implements AutoCloseable {
    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;
    private final Map<Integer, String> types = new HashMap<>();

    private RecordFromPostgres() throws IOException {
        socket = new Socket(System.getProperty("pg.host"), Integer.getInteger("pg.port"));
        in = new DataInputStream(socket.getInputStream());
        out = new DataOutputStream(socket.getOutputStream());
        ByteArrayOutputStream start = new ByteArrayOutputStream();
        start.write(ByteBuffer.allocate(4).putInt(196608).array());
        for (String word : new String[] {"user", System.getProperty("pg.user"), "database", System.getProperty("pg.database"), "TimeZone", "UTC"}) {
            start.write(word.getBytes(StandardCharsets.UTF_8));
            start.write(0);
        }
        start.write(0);
        out.writeInt(start.size() + 4);
        out.write(start.toByteArray());
        out.flush();
        drain(new ArrayList<>());
    }

    public static void main(String[] arguments) throws IOException {
        Path file = Path.of(arguments[0]);
        List<String> lines = new ArrayList<>();
        try (RecordFromPostgres server = new RecordFromPostgres()) {
            server.query("drop schema if exists public, other cascade; create schema public");
            server.query(Fixture.DDL);
            for (String[] row : server.query("select oid, case when oid < 16384 then typname else format_type(oid, -1) end from pg_type")) {
                server.types.put(Integer.valueOf(row[0]), row[1]);
            }
            for (String line : Files.readAllLines(file)) {
                if (line.startsWith("=> ")) continue;
                lines.add(line);
                if (line.isBlank() || line.startsWith("--")) continue;
                lines.add("=> " + server.describe(line));
            }
        }
        Files.write(file, lines);
    }

    private void send(char type, byte[] body) throws IOException {
        out.writeByte(type);
        out.writeInt(body.length + 4);
        out.write(body);
    }

    private List<String[]> query(String sql) throws IOException {
        send('Q', (sql + "\0").getBytes(StandardCharsets.UTF_8));
        out.flush();
        List<String[]> rows = new ArrayList<>();
        for (Message message : drain(new ArrayList<>())) {
            if (message.type == 'E') throw new IOException(error(message.body));
            if (message.type != 'D') continue;
            ByteBuffer body = ByteBuffer.wrap(message.body);
            String[] row = new String[body.getShort()];
            for (int i = 0; i < row.length; i++) {
                byte[] value = new byte[body.getInt()];
                body.get(value);
                row[i] = new String(value, StandardCharsets.UTF_8);
            }
            rows.add(row);
        }
        return rows;
    }

    private String describe(String sql) throws IOException {
        byte[] text = sql.getBytes(StandardCharsets.UTF_8);
        ByteBuffer parse = ByteBuffer.allocate(text.length + 4).put((byte) 0).put(text).put((byte) 0).putShort((short) 0);
        send('P', parse.array());
        send('D', new byte[] {'S', 0});
        send('S', new byte[0]);
        out.flush();
        StringBuilder answer = new StringBuilder("ok");
        String parameters = "";
        for (Message message : drain(new ArrayList<>())) {
            ByteBuffer body = ByteBuffer.wrap(message.body);
            switch (message.type) {
                case 'E' -> {
                    return error(message.body);
                }
                case 't' -> {
                    int count = body.getShort();
                    StringBuilder names = new StringBuilder();
                    for (int i = 0; i < count; i++) names.append(' ').append(types.get(body.getInt()));
                    if (count > 0) parameters = " /" + names;
                }
                case 'T' -> {
                    int count = body.getShort();
                    for (int i = 0; i < count; i++) {
                        StringBuilder name = new StringBuilder();
                        for (byte b = body.get(); b != 0; b = body.get()) name.append((char) b);
                        body.getInt();
                        body.getShort();
                        int type = body.getInt();
                        body.getShort();
                        int typmod = body.getInt();
                        body.getShort();
                        answer.append(' ').append(name).append(':').append(types.get(type)).append(':').append(typmod);
                    }
                }
                default -> { }
            }
        }
        return answer + parameters;
    }

    private static String error(byte[] body) {
        Map<Character, String> fields = new HashMap<>();
        int start = 0;
        while (body[start] != 0) {
            int end = start + 1;
            while (body[end] != 0) end++;
            fields.put((char) body[start], new String(body, start + 1, end - start - 1, StandardCharsets.UTF_8));
            start = end + 1;
        }
        return fields.get('C') + "|" + fields.getOrDefault('P', "0") + "|" + fields.get('M') + "|" + fields.getOrDefault('D', "") + "|"
                + fields.getOrDefault('H', "");
    }

    private record Message(char type, byte[] body) {}

    private List<Message> drain(List<Message> messages) throws IOException {
        while (true) {
            char type = (char) in.readByte();
            byte[] body = new byte[in.readInt() - 4];
            in.readFully(body);
            messages.add(new Message(type, body));
            if (type == 'Z') return messages;
            if (type == 'E' && messages.size() == 1 && body.length == 0) return messages;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
