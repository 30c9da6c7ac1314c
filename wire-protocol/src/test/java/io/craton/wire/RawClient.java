package io.craton.wire;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** A client that speaks the protocol by the letter and shows what it hears as lines of text. */
final class RawClient implements AutoCloseable {
    static final int PROTOCOL_3 = 3 << 16;
    private final Socket socket;
    private final DataInputStream in;

    RawClient(InetSocketAddress address) {
        try {
            socket = new Socket();
            socket.connect(address, 5000);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(30_000);
            in = new DataInputStream(new java.io.BufferedInputStream(socket.getInputStream(), 65536));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Connects and logs in; everything up to ReadyForQuery is read. */
    static RawClient login(InetSocketAddress address) {
        RawClient client = new RawClient(address);
        client.send(startup(PROTOCOL_3, "user", "postgres", "database", "postgres"));
        while (!client.read().startsWith("ReadyForQuery")) { }
        return client;
    }

    void timeout(int millis) {
        try {
            socket.setSoTimeout(millis);
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        }
    }

    void send(byte[]... messages) {
        try {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (byte[] message : messages) all.writeBytes(message);
            socket.getOutputStream().write(all.toByteArray());
            socket.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void send(String... lines) {
        byte[][] messages = new byte[lines.length][];
        for (int i = 0; i < lines.length; i++) messages[i] = encode(lines[i]);
        send(messages);
    }

    Socket socket() {
        return socket;
    }

    int readByte() {
        try {
            return in.read();
        } catch (IOException e) {
            return -1;
        }
    }

    /** The next message as text; "Closed" at the end; "Quiet" when nothing comes in time. */
    String read() {
        try {
            int tag = in.read();
            if (tag < 0) return "Closed";
            byte[] body = new byte[in.readInt() - 4];
            in.readFully(body);
            return show((char) tag, ByteBuffer.wrap(body));
        } catch (SocketTimeoutException quiet) {
            return "Quiet";
        } catch (EOFException | SocketException closed) {
            return "Closed";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<String> read(int count) {
        List<String> messages = new ArrayList<>();
        for (int i = 0; i < count; i++) messages.add(read());
        return messages;
    }

    List<String> readUntil(String start) {
        List<String> messages = new ArrayList<>();
        do messages.add(read());
        while (!messages.getLast().startsWith(start) && !messages.getLast().equals("Closed") && !messages.getLast().equals("Quiet"));
        return messages;
    }

    static byte[] startup(int version, String... parameters) {
        return bytes(out -> {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            for (String each : parameters) body.writeBytes(text(each));
            body.write(0);
            out.writeInt(8 + body.size());
            out.writeInt(version);
            out.write(body.toByteArray());
        });
    }

    static byte[] request(int code, int... more) {
        return bytes(out -> {
            out.writeInt(8 + 4 * more.length);
            out.writeInt(code);
            for (int each : more) out.writeInt(each);
        });
    }

    static byte[] message(char tag, byte[] body) {
        return bytes(out -> {
            out.writeByte(tag);
            out.writeInt(4 + body.length);
            out.write(body);
        });
    }

    /** One line of a transcript to a message. An empty name is written as a dash. */
    static byte[] encode(String line) {
        String[] words = line.split(" ", -1);
        return switch (words[0]) {
            case "Query" -> message('Q', text(rest(line, 1)));
            case "Parse" -> message('P', bytes(out -> {
                out.write(text(name(words[1])));
                out.write(text(rest(line, 3)));
                numbers(out, words[2], 4);
            }));
            case "Bind" -> message('B', bytes(out -> {
                out.write(text(name(words[1])));
                out.write(text(name(words[2])));
                out.writeShort(0);
                out.writeShort(words.length - 4);
                for (int i = 4; i < words.length; i++) {
                    byte[] value = words[i].getBytes(StandardCharsets.UTF_8);
                    out.writeInt(words[i].equals("\\N") ? -1 : value.length);
                    if (!words[i].equals("\\N")) out.write(value);
                }
                numbers(out, words[3], 2);
            }));
            case "Describe" -> message('D', kind(words));
            case "Close" -> message('C', kind(words));
            case "Execute" -> message('E', bytes(out -> {
                out.write(text(name(words[1])));
                out.writeInt(Integer.parseInt(words[2]));
            }));
            case "Sync" -> message('S', new byte[0]);
            case "Flush" -> message('H', new byte[0]);
            case "Terminate" -> message('X', new byte[0]);
            case "CopyData" -> message('d', rest(line, 1).replace("\\n", "\n").getBytes(StandardCharsets.UTF_8));
            case "CopyDone" -> message('c', new byte[0]);
            case "CopyFail" -> message('f', text(rest(line, 1)));
            case "Raw" -> HexFormat.ofDelimiter(" ").parseHex(rest(line, 1));
            default -> throw new IllegalArgumentException(line);
        };
    }

    private static String rest(String line, int skipped) {
        String[] words = line.split(" ", skipped + 1);
        return words.length > skipped ? words[skipped] : "";
    }

    private static String name(String word) {
        return word.equals("-") ? "" : word;
    }

    private static byte[] kind(String[] words) {
        return bytes(out -> {
            out.writeByte(words[1].charAt(0));
            out.write(text(name(words[2])));
        });
    }

    private static void numbers(DataOutputStream out, String list, int size) throws IOException {
        String[] numbers = list.equals("-") ? new String[0] : list.split(",");
        out.writeShort(numbers.length);
        for (String each : numbers) {
            if (size == 4) out.writeInt(Integer.parseInt(each));
            else out.writeShort(Integer.parseInt(each));
        }
    }

    private interface Writing {
        void to(DataOutputStream out) throws IOException;
    }

    private static byte[] bytes(Writing writing) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            writing.to(new DataOutputStream(bytes));
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] text(String value) {
        return (value + "\0").getBytes(StandardCharsets.UTF_8);
    }

    private static String text(ByteBuffer body) {
        int start = body.position();
        while (body.get() != 0) { }
        return new String(body.array(), start, body.position() - start - 1, StandardCharsets.UTF_8);
    }

    private static String show(char tag, ByteBuffer body) {
        return switch (tag) {
            case '1' -> "ParseComplete";
            case '2' -> "BindComplete";
            case '3' -> "CloseComplete";
            case 'n' -> "NoData";
            case 's' -> "PortalSuspended";
            case 'I' -> "EmptyQueryResponse";
            case 'c' -> "CopyDone";
            case 'Z' -> "ReadyForQuery " + (char) body.get();
            case 'C' -> "CommandComplete " + text(body);
            case 'S' -> "ParameterStatus " + text(body) + " " + text(body);
            case 'K' -> "BackendKeyData " + body.getInt() + " " + body.getInt();
            case 'A' -> "NotificationResponse " + body.getInt() + " " + text(body) + " " + text(body);
            case 'd' -> "CopyData " + new String(body.array(), StandardCharsets.UTF_8).replace("\n", "\\n");
            case 'R' -> authentication(body);
            case 'v' -> negotiation(body);
            case 't' -> {
                StringBuilder line = new StringBuilder("ParameterDescription");
                for (int i = body.getShort(); i > 0; i--) line.append(' ').append(body.getInt());
                yield line.toString();
            }
            case 'T' -> rowDescription(body);
            case 'D' -> dataRow(body);
            case 'G', 'H' -> {
                StringBuilder line = new StringBuilder(tag == 'G' ? "CopyInResponse " : "CopyOutResponse ").append(body.get());
                for (int i = body.getShort(); i > 0; i--) line.append(' ').append(body.getShort());
                yield line.toString();
            }
            case 'E' -> fields("ErrorResponse", body);
            case 'N' -> fields("NoticeResponse", body);
            default -> "Unknown " + tag;
        };
    }

    private static String authentication(ByteBuffer body) {
        int code = body.getInt();
        byte[] rest = new byte[body.remaining()];
        body.get(rest);
        return "Authentication " + code + (rest.length == 0 ? "" : " " + new String(rest, StandardCharsets.UTF_8).replace('\0', ' ').strip());
    }

    private static String negotiation(ByteBuffer body) {
        StringBuilder line = new StringBuilder("NegotiateProtocolVersion ").append(body.getInt());
        for (int i = body.getInt(); i > 0; i--) line.append(' ').append(text(body));
        return line.toString();
    }

    private static String rowDescription(ByteBuffer body) {
        StringBuilder line = new StringBuilder("RowDescription");
        for (int i = body.getShort(); i > 0; i--) {
            line.append(' ').append(text(body)).append(" table ").append(body.getInt()).append('.').append(body.getShort())
                    .append(" type ").append(body.getInt()).append(" length ").append(body.getShort())
                    .append(" typmod ").append(body.getInt()).append(" format ").append(body.getShort());
        }
        return line.toString();
    }

    private static String dataRow(ByteBuffer body) {
        StringBuilder line = new StringBuilder("DataRow");
        for (int i = body.getShort(); i > 0; i--) {
            int length = body.getInt();
            if (length < 0) {
                line.append(" \\N");
                continue;
            }
            byte[] value = new byte[length];
            body.get(value);
            boolean printable = true;
            for (byte each : value) printable &= each >= 0x20 || each < 0;
            line.append(' ').append(printable ? new String(value, StandardCharsets.UTF_8) : "0x" + HexFormat.of().formatHex(value));
        }
        return line.toString();
    }

    /** Severity, SQLSTATE and message; then the fields that a client shows. */
    private static String fields(String name, ByteBuffer body) {
        StringBuilder line = new StringBuilder(name);
        for (char code = (char) body.get(); code != 0; code = (char) body.get()) {
            String value = text(body);
            switch (code) {
                case 'S', 'C', 'M' -> line.append(' ').append(value);
                case 'V', 'F', 'L', 'R', 'W' -> { }
                default -> line.append(' ').append(code).append('=').append(value);
            }
        }
        return line.toString();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
