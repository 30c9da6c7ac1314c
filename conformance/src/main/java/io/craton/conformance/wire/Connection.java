package io.craton.conformance.wire;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One connection, used by one thread; only the watchdog acts from aside, by a cancel request and, when that does not help, by closing the socket. */
public final class Connection implements AutoCloseable {
    private static final int CANCEL_REQUEST = 80877102;
    private static final int PROTOCOL = 196608;
    private static final Duration GRACE = Duration.ofSeconds(20);

    private final int port;
    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;
    private final Map<String, String> parameters = new HashMap<>();
    private int processId;
    private int secret;
    private char state = 'I';
    private volatile boolean cancelled;
    private volatile boolean abandoned;

    private Connection(int port) throws IOException {
        this.port = port;
        this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1 << 16));
        this.out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream(), 1 << 16));
    }

    /** The server's refusal of a connection. */
    public static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient Report report;

        RefusedException(Report report) {
            super(report.message());
            this.report = report;
        }

        public Report report() {
            return report;
        }
    }

    /** Connects with the given start-up parameters. */
    public static Connection open(int port, Map<String, String> startup) throws IOException, RefusedException {
        Connection connection = new Connection(port);
        try {
            connection.start(startup);
            return connection;
        } catch (IOException | RefusedException e) {
            connection.close();
            throw e;
        }
    }

    /** The last reported value of a parameter. */
    public String parameter(String name) {
        return parameters.getOrDefault(name, "");
    }

    public char state() {
        return state;
    }

    private void start(Map<String, String> startup) throws IOException, RefusedException {
        StringBuilder body = new StringBuilder();
        startup.forEach((name, value) -> body.append(name).append('\0').append(value).append('\0'));
        byte[] bytes = latin(body.append('\0').toString());
        out.writeInt(bytes.length + 8);
        out.writeInt(PROTOCOL);
        out.write(bytes);
        out.flush();
        while (true) {
            char type = (char) in.readByte();
            Message message = body();
            switch (type) {
                case 'R' -> {
                    if (message.int32() != 0) throw new IOException("the server asks for a password");
                }
                case 'S' -> parameters.put(message.text(), message.text());
                case 'K' -> {
                    processId = message.int32();
                    secret = message.int32();
                }
                case 'E' -> throw new RefusedException(message.report());
                case 'Z' -> {
                    state = (char) message.bytes(1)[0];
                    return;
                }
                default -> {}
            }
        }
    }

    /**
     * Runs one query string to its end.
     *
     * @param copyData the data for each COPY FROM STDIN in it, null when there is none
     * @param limit of the clock's time, after which it is cancelled
     * @param late what to do before it is cancelled
     */
    public Answer query(String sql, Supplier<@Nullable String> copyData, RunningClock clock, Duration limit, Runnable late) {
        List<Result> results = new ArrayList<>();
        List<Report> notices = new ArrayList<>();
        cancelled = false;
        RunningClock.Alarm alarm = clock.after(limit, () -> {
            late.run();
            cancel();
        });
        RunningClock.Alarm end = clock.after(limit.plus(GRACE), this::abandon);
        try {
            send('Q', latin(sql + "\0"));
            out.flush();
            new Conversation(results, notices, copyData).run();
            return new Answer(results, notices, cancelled ? Answer.End.CANCELLED : Answer.End.READY, state);
        } catch (IOException e) {
            return new Answer(results, notices, abandoned ? Answer.End.HUNG : Answer.End.CLOSED, 'I');
        } finally {
            alarm.cancel();
            end.cancel();
        }
    }

    private void cancel() {
        cancelled = true;
        try (Socket aside = new Socket(InetAddress.getLoopbackAddress(), port)) {
            DataOutputStream request = new DataOutputStream(new BufferedOutputStream(aside.getOutputStream()));
            request.writeInt(16);
            request.writeInt(CANCEL_REQUEST);
            request.writeInt(processId);
            request.writeInt(secret);
            request.flush();
            aside.getInputStream().read();
        } catch (IOException e) {
            // a server that is gone: the reading side finds out
        }
    }

    private void abandon() {
        abandoned = true;
        try {
            socket.close();
        } catch (IOException e) {
            // nothing more can be done about it
        }
    }

    @Override
    public void close() {
        try (socket) {
            if (!socket.isClosed()) {
                send('X', new byte[0]);
                out.flush();
            }
        } catch (IOException e) {
            // gone already
        }
    }

    private void send(char type, byte[] body) throws IOException {
        out.writeByte(type);
        out.writeInt(body.length + 4);
        out.write(body);
    }

    private Message body() throws IOException {
        int length = in.readInt() - 4;
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) throw new EOFException();
        return new Message(bytes);
    }

    static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** The messages of one query, collected into results. */
    private final class Conversation {
        private final List<Result> results;
        private final List<Report> notices;
        private final Supplier<@Nullable String> copyData;
        private @Nullable List<Field> fields;
        private List<List<@Nullable String>> rows = new ArrayList<>();
        private @Nullable List<String> copied;

        Conversation(List<Result> results, List<Report> notices, Supplier<@Nullable String> copyData) {
            this.results = results;
            this.notices = notices;
            this.copyData = copyData;
        }

        void run() throws IOException {
            while (true) {
                char type = (char) in.readByte();
                Message message = body();
                switch (type) {
                    case 'T' -> fields = message.fields();
                    case 'D' -> rows.add(message.row());
                    case 'C' -> complete(message.text());
                    case 'I' -> results.add(new Result.Empty());
                    case 'E' -> {
                        results.add(new Result.Failure(message.report()));
                        begin();
                    }
                    case 'N' -> notices.add(message.report());
                    case 'S' -> parameters.put(message.text(), message.text());
                    case 'G' -> feed();
                    case 'H' -> copied = new ArrayList<>();
                    case 'd' -> {
                        if (copied != null) copied.add(message.rest());
                    }
                    case 'Z' -> {
                        state = (char) message.bytes(1)[0];
                        return;
                    }
                    default -> {}
                }
            }
        }

        private void begin() {
            fields = null;
            copied = null;
            rows = new ArrayList<>();
        }

        private void complete(String tag) {
            if (copied != null) results.add(new Result.CopyOut(copied, tag));
            else if (fields != null) results.add(new Result.Rows(fields, rows, tag));
            else results.add(new Result.Command(tag));
            begin();
        }

        private void feed() throws IOException {
            String data = copyData.get();
            if (data == null) {
                send('f', latin("no data\0"));
            } else {
                byte[] bytes = latin(data);
                for (int from = 0; from < bytes.length; from += 1 << 15) {
                    send('d', Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + (1 << 15))));
                }
                send('c', new byte[0]);
            }
            out.flush();
        }
    }
}
