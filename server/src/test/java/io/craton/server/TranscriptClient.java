package io.craton.server;

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
import java.util.HexFormat;
import java.util.Map;

/**
 * One connection of a transcript: turns its lines into messages and answers into lines. What differs between servers is left out: numbers of processes and of objects
 * made by the transcript show as a star.
 */
final class TranscriptClient implements AutoCloseable {
    private static final int PROTOCOL_3 = 3 << 16;
    private static final int FIRST_OBJECT = 16_384;
    private static final int LOGIN_MILLIS = 20_000;

    private final Socket socket = new Socket();
    private final DataInputStream in;

    TranscriptClient(InetSocketAddress address, Map<String, String> parameters) throws IOException {
        socket.connect(address, LOGIN_MILLIS);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(new java.io.BufferedInputStream(socket.getInputStream(), 1 << 16));
        socket.getOutputStream().write(bytes(out -> {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            parameters.forEach((name, value) -> {
                body.writeBytes(text(name));
                body.writeBytes(text(value));
            });
            body.write(0);
            out.writeInt(8 + body.size());
            out.writeInt(PROTOCOL_3);
            out.write(body.toByteArray());
        }));
        String answer;
        do answer = read(LOGIN_MILLIS);
        while (!answer.startsWith("ReadyForQuery") && !answer.equals("Closed"));
    }

    void send(byte[] messages) throws IOException {
        socket.getOutputStream().write(messages);
        socket.getOutputStream().flush();
    }

    /** The next message; "Closed" at the end; "Quiet" when nothing comes in time. */
    String read(int millis) throws IOException {
        try {
            socket.setSoTimeout(millis);
            int tag = in.read();
            if (tag < 0) return "Closed";
            socket.setSoTimeout(LOGIN_MILLIS);
            byte[] body = new byte[in.readInt() - 4];
            in.readFully(body);
            return show((char) tag, ByteBuffer.wrap(body));
        } catch (SocketTimeoutException quiet) {
            return "Quiet";
        } catch (EOFException | SocketException closed) {
            return "Closed";
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    // ---- to the server -------------------------------------------------------------------------------------------

    /** A line as a message. A dash stands for an empty name or list. */
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
            case "Describe" -> message('D', bytes(out -> kind(out, words)));
            case "Close" -> message('C', bytes(out -> kind(out, words)));
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

    private static byte[] message(char tag, byte[] body) {
        return bytes(out -> {
            out.writeByte(tag);
            out.writeInt(4 + body.length);
            out.write(body);
        });
    }

    private static void kind(DataOutputStream out, String[] words) throws IOException {
        out.writeByte(words[1].charAt(0));
        out.write(text(name(words[2])));
    }

    private static String rest(String line, int skipped) {
        String[] words = line.split(" ", skipped + 1);
        return words.length > skipped ? words[skipped] : "";
    }

    private static String name(String word) {
        return word.equals("-") ? "" : word;
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

    private static byte[] text(String value) {
        return (value + "\0").getBytes(StandardCharsets.UTF_8);
    }

    // ---- from the server -----------------------------------------------------------------------------------------

    private static String text(ByteBuffer body) {
        int start = body.position();
        while (body.get() != 0) { }
        return new String(body.array(), start, body.position() - start - 1, StandardCharsets.UTF_8);
    }

    private static String oid(int oid) {
        return Integer.compareUnsigned(oid, FIRST_OBJECT) < 0 ? Integer.toString(oid) : "*";
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
            case 'R' -> "Authentication " + body.getInt();
            case 'K' -> "BackendKeyData";
            case 'Z' -> "ReadyForQuery " + (char) body.get();
            case 'C' -> "CommandComplete " + text(body);
            case 'S' -> "ParameterStatus " + text(body) + " " + text(body);
            case 'A' -> "NotificationResponse * " + text(body.position(4)) + " " + text(body);
            case 'd' -> "CopyData " + new String(body.array(), StandardCharsets.UTF_8).replace("\n", "\\n");
            case 't' -> {
                StringBuilder line = new StringBuilder("ParameterDescription");
                for (int i = body.getShort(); i > 0; i--) line.append(' ').append(oid(body.getInt()));
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

    private static String rowDescription(ByteBuffer body) {
        StringBuilder line = new StringBuilder("RowDescription");
        for (int i = body.getShort(); i > 0; i--) {
            line.append(' ').append(text(body)).append(" table ").append(oid(body.getInt())).append('.').append(body.getShort())
                    .append(" type ").append(oid(body.getInt())).append(" length ").append(body.getShort())
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
            String value = text(body).replaceAll("\\b(Process|process|transaction|database|relation) \\d+", "$1 *")
                    .replaceAll("advisory lock \\[\\d+", "advisory lock [*").replace("\n", "\\n");
            switch (code) {
                case 'S', 'C', 'M' -> line.append(' ').append(value);
                case 'V', 'F', 'L', 'R', 'W' -> { }
                default -> line.append(' ').append(code).append('=').append(value);
            }
        }
        return line.toString();
    }
}
