package io.craton.server;

import io.craton.server.logging.LogOutput;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs the everyday commands of all programs but the server, against a server in another process: what the JVM saw goes into their start-up cache, which is one of its own, for a server's would have them load
 * what they do not need.
 */
public final class ToolsRehearsal {
    private static final Pattern PORT = Pattern.compile("try: psql -h \\S+ -p (\\d+) .*");
    private static final long LIMIT_NANOS = 60_000_000_000L;
    private static final PrintWriter NOWHERE = new PrintWriter(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);

    private ToolsRehearsal() {}

    /** Exit status 0 when all were run, whatever they answered. Somebody waits for the end: it comes whatever happens. @param server the command that starts a server */
    public static void main(String[] server) {
        Thread.ofPlatform().daemon().start(() -> {
            LockSupport.parkNanos(LIMIT_NANOS);
            System.err.println("the rehearsal takes too long; what was seen so far has to do");
            System.exit(0);
        });
        LogOutput.level("warn");
        int status = 0;
        try {
            Path folder = Files.createTempDirectory("craton-rehearsal");
            try {
                run(List.of(server), folder);
            } finally {
                Rehearsal.delete(folder);
            }
        } catch (Exception failure) {
            failure.printStackTrace();
            status = 1;
        }
        System.exit(status);
    }

    private static void run(List<String> server, Path folder) throws IOException, InterruptedException {
        Path data = folder.resolve("data");
        List<String> command = new ArrayList<>(server);
        command.addAll(List.of("--data-dir", data.toString(), "--bind", "127.0.0.1:0"));
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        try (BufferedReader said = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            besideServer(port(said), folder, data);
        } finally {
            process.destroy();
            if (!process.waitFor(20, TimeUnit.SECONDS)) process.destroyForcibly().waitFor();
        }
        admin("log", "verify", "--data-dir", data.toString());
        admin("verify", "--data-dir", data.toString());
        restore(folder, "snapshot.tar.gz", "restored");
        restore(folder, "snapshot", "linked", "--link");
    }

    private static String port(BufferedReader said) throws IOException {
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            Matcher matcher = PORT.matcher(line);
            if (matcher.matches()) return matcher.group(1);
        }
        throw new IOException("no server started");
    }

    private static void restore(Path folder, String snapshot, String target, String... options) {
        List<String> arguments = new ArrayList<>(List.of("--source", folder.resolve(snapshot).toString(), "--data-dir", folder.resolve(target).toString()));
        arguments.addAll(List.of(options));
        RestoreMain.run(NOWHERE, NOWHERE, arguments.toArray(String[]::new));
    }

    /** So much that what reads and hashes it is seen to be worth compiling, and a part of it in the projections. */
    private static void fill(String url) {
        try (Connection connection = DriverManager.getConnection(url + "?user=postgres"); Statement statement = connection.createStatement()) {
            statement.execute("create table filled (id int primary key, text text)");
            for (int i = 0; i < 10; i++) statement.execute("insert into filled select g, repeat(md5(g::text), 8) from generate_series(" + i + "0000, " + i + "9999) g");
            statement.execute("checkpoint");
        } catch (SQLException e) {
            System.err.println(e.getMessage());
        }
    }

    private static void besideServer(String port, Path folder, Path data) throws IOException {
        String url = "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
        Path migrations = Files.createDirectory(folder.resolve("migrations"));
        Files.writeString(migrations.resolve("V1__rehearsal.sql"), "create table rehearsal (id int primary key, name text);\ninsert into rehearsal values (1, 'a');\n");
        for (String each : List.of("plan", "apply", "status")) {
            io.craton.migrations.Main.execute(NOWHERE, NOWHERE, each, "--url", url, "--user", "postgres", "--tenant", "postgres", "--dir", migrations.toString());
        }
        for (String each : List.of("status", "metrics", "node status", "cluster status", "cluster wait-healthy", "config show", "tenant list", "tenant info postgres", "projection status --tenant postgres",
                "schema show --tenant postgres", "tenant info nobody")) {
            admin((each + " --port " + port).split(" "));
        }
        admin("--help");
        admin("nonsense");
        fill(url);
        for (String each : List.of("snapshot.tar.gz", "snapshot")) BackupMain.run(NOWHERE, NOWHERE, "snapshot", "--data-dir", data.toString(), "--output", folder.resolve(each).toString());
        BackupMain.run(NOWHERE, NOWHERE, "stream", "--once", "--source", data.toString(), "--destination", folder.resolve("stream").toString());
    }

    private static void admin(String... arguments) {
        AdminMain.run(NOWHERE, NOWHERE, arguments);
    }
}
