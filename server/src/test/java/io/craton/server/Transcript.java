package io.craton.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A conversation of one or more connections with a server, as lines. {@code A> message} is sent by connection A, together with the lines of A that follow; {@code A<
 * message} must come back to it; {@code A! name=value ..} opens it with these start-up parameters, otherwise it is opened when it is first used; {@code A.} closes its
 * socket. Answers to a statement that waits stand where they arrive, behind what another connection did.
 */
final class Transcript {
    private static final int QUIET_MILLIS = 250;
    private static final int PATIENCE_MILLIS = 10_000;

    private final InetSocketAddress address;
    private final String database;
    private final boolean recording;
    private final Map<Character, TranscriptClient> connections = new TreeMap<>();
    private final List<String> heard = new ArrayList<>();

    private Transcript(InetSocketAddress address, String database, boolean recording) {
        this.address = address;
        this.database = database;
        this.recording = recording;
    }

    /** Sends what the lines say and answers them with what came back in the places of their answers. */
    static List<String> replay(InetSocketAddress address, String database, List<String> lines) throws IOException {
        return new Transcript(address, database, false).run(lines);
    }

    private List<String> run(List<String> lines) throws IOException {
        try {
            for (int i = 0; i < lines.size(); ) i = step(lines, i);
            if (!recording) {
                for (Map.Entry<Character, TranscriptClient> each : connections.entrySet()) {
                    String late = each.getValue().read(1);
                    if (!late.equals("Quiet") && !late.equals("Closed")) heard.add(each.getKey() + "< " + late + " (unexpected)");
                }
            }
            return heard;
        } finally {
            for (TranscriptClient client : connections.values()) client.close();
        }
    }

    private TranscriptClient connection(char name, Map<String, String> more) throws IOException {
        TranscriptClient open = connections.get(name);
        if (open == null) {
            Map<String, String> parameters = new LinkedHashMap<>(Map.of("user", "postgres", "database", database, "client_min_messages", "notice"));
            parameters.putAll(more);
            open = new TranscriptClient(address, parameters);
            connections.put(name, open);
        }
        return open;
    }

    /** Does what the line at {@code i} and those that belong to it say; answers where the next ones begin. */
    private int step(List<String> lines, int i) throws IOException {
        String line = lines.get(i);
        char kind = line.length() < 2 || line.startsWith("#") ? '#' : line.charAt(1);
        char name = line.isEmpty() ? ' ' : line.charAt(0);
        switch (kind) {
            case '>' -> {
                ByteArrayOutputStream block = new ByteArrayOutputStream();
                int next = i;
                for (String prefix = name + "> "; next < lines.size() && lines.get(next).startsWith(prefix); next++) {
                    heard.add(lines.get(next));
                    block.writeBytes(TranscriptClient.encode(lines.get(next).substring(prefix.length())));
                }
                connection(name, Map.of()).send(block.toByteArray());
                if (recording) listen(name);
                else if (next == lines.size() || !lines.get(next).startsWith(name + "< ")) letWait();
                return next;
            }
            case '<' -> {
                if (!recording) heard.add(name + "< " + connection(name, Map.of()).read(PATIENCE_MILLIS));
            }
            case '!' -> {
                heard.add(line);
                Map<String, String> parameters = new LinkedHashMap<>();
                for (String word : line.substring(2).trim().split(" ")) {
                    int equals = word.indexOf('=');
                    if (equals > 0) parameters.put(word.substring(0, equals), word.substring(equals + 1).replace("%20", " "));
                }
                connection(name, parameters);
            }
            case '.' -> {
                heard.add(line);
                TranscriptClient gone = connections.remove(name);
                if (gone != null) gone.close();
                if (recording) listen(' ');
            }
            default -> heard.add(line);
        }
        return i + 1;
    }

    /** No answer is expected yet: a statement that is not done after so many of others' round trips can only be waiting. */
    private void letWait() throws IOException {
        TranscriptClient observer = connection('_', Map.of());
        for (int i = 0; i < 200; i++) {
            observer.send(TranscriptClient.encode("Query select 1"));
            String answer;
            do answer = observer.read(PATIENCE_MILLIS);
            while (!answer.startsWith("ReadyForQuery") && !answer.equals("Quiet") && !answer.equals("Closed"));
        }
    }

    /** Records what comes to every connection until all are quiet, the one that spoke first. */
    private void listen(char speaker) throws IOException {
        TranscriptClient first = connections.get(speaker);
        if (first != null) hear(speaker, first);
        boolean all = true;
        while (all) {
            all = false;
            for (Map.Entry<Character, TranscriptClient> each : connections.entrySet()) all |= hear(each.getKey(), each.getValue());
        }
    }

    private boolean hear(char name, TranscriptClient client) throws IOException {
        boolean any = false;
        for (String answer = client.read(QUIET_MILLIS); !answer.equals("Quiet"); answer = client.read(QUIET_MILLIS)) {
            heard.add(name + "< " + answer);
            any = true;
            if (answer.equals("Closed")) {
                client.close();
                connections.remove(name);
                return false;
            }
        }
        return any;
    }

    /** {@code host port file..}: records the answers of a PostgreSQL server into transcripts, each in a database of its own. */
    public static void main(String[] arguments) throws IOException, SQLException {
        InetSocketAddress address = new InetSocketAddress(arguments[0], Integer.parseInt(arguments[1]));
        String url = "jdbc:postgresql://" + arguments[0] + ":" + arguments[1] + "/postgres?user=postgres";
        for (int i = 2; i < arguments.length; i++) {
            Path file = Path.of(arguments[i]);
            try (Connection admin = DriverManager.getConnection(url); Statement statement = admin.createStatement()) {
                statement.execute("drop database if exists craton_transcript with (force)");
                statement.execute("create database craton_transcript");
                List<String> lines = Files.readAllLines(file).stream().filter(line -> line.length() < 2 || line.charAt(1) != '<').toList();
                Files.write(file, new Transcript(address, "craton_transcript", true).run(lines));
                statement.execute("drop database craton_transcript with (force)");
            }
        }
    }

    static Stream<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/test/transcripts"))) {
            return files.filter(file -> file.toString().endsWith(".pgt")).sorted().toList().stream();
        }
    }
}
