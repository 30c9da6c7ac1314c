package io.craton.server;

import static io.craton.server.BackupTest.admin;
import static io.craton.server.BackupTest.backup;
import static io.craton.server.BackupTest.flip;
import static io.craton.server.BackupTest.requireRefused;
import static io.craton.server.BackupTest.restore;
import static io.craton.server.BackupTest.withNode;
import static org.assertj.core.api.Assertions.assertThat;

import io.craton.storage.io.BlockFile;
import io.craton.storage.io.RealFiles;
import io.craton.storage.log.LogSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots that are folders, and files that older versions wrote. */
@Timeout(400)
class SnapshotFolderTest {
    @TempDir Path parent;

    private static void requireCount(Path data, int count) throws Exception {
        withNode(data, statement -> {
            try (ResultSet rows = statement.executeQuery("select count(*), count(distinct s) from t")) {
                rows.next();
                assertThat(rows.getInt(1)).isEqualTo(count);
                assertThat(rows.getInt(2)).isEqualTo(count);
            }
        });
    }

    private BackupTest.Outcome snapshot(Path folder, String... more) {
        return backup(Stream.concat(Stream.of("snapshot", "--data-dir", parent.resolve("data").toString(), "--output", folder.toString(), "--json"), Stream.of(more)).toArray(String[]::new));
    }

    @Test
    void aFolderHasWhatAFileHas() throws Exception {
        Path running = parent.resolve("running");
        Path past = parent.resolve("past");
        long[] position = new long[2];
        withNode(parent.resolve("data"), statement -> {
            statement.execute("create table t (i int primary key, s text)");
            BackupTest.insert(statement, 0, 5000);
            statement.execute("checkpoint");
            position[0] = snapshot(running).done().last().path("position").asLong();
            statement.execute("insert into t select i, i::text from generate_series(5000, 5999) i");
            position[1] = snapshot(past, "--position", Long.toString(position[0])).done().last().path("position").asLong();
            requireRefused(snapshot(running), "exists");
        });
        assertThat(position[1]).isEqualTo(position[0]);
        assertThat(running.resolve("projections/tenant_000/CURRENT")).exists();
        for (Path folder : List.of(running, past)) {
            Path target = parent.resolve(folder.getFileName() + ".d");
            BackupTest.Outcome restored = restore("--source", folder.toString(), "--data-dir", target.toString(), "--json").done();
            assertThat(restored.last().path("position").asLong()).isEqualTo(position[0]);
            assertThat(restored.last().path("projections").asBoolean()).isTrue();
            admin("verify", "--data-dir", target.toString()).done();
            requireCount(target, 5000);
        }
        Path linked = parent.resolve("linked");
        restore("--source", running.toString(), "--data-dir", linked.toString(), "--link").done();
        try (Stream<Path> segments = Files.list(running.resolve("log"))) {
            Path first = segments.sorted().findFirst().orElseThrow();
            assertThat(Files.isSameFile(first, linked.resolve("log/00000000.segment"))).isTrue();
        }
        admin("verify", "--data-dir", linked.toString()).done();
        withNode(linked, statement -> {
            statement.execute("update t set s = s || '!'");
            statement.execute("checkpoint");
            statement.execute("truncate t");
        });
        Path cut = parent.resolve("cut");
        restore("--source", running.toString(), "--data-dir", cut.toString(), "--link", "--position", Long.toString(position[0] - 2)).done();
        admin("verify", "--data-dir", cut.toString()).done();
        requireRefused(restore("--source", running.toString(), "--data-dir", linked.toString(), "--link"), "is not empty");
        String segment = renumbered(past);
        Path partly = parent.resolve("partly");
        restore("--source", past.toString(), "--data-dir", partly.toString(), "--link").done();
        admin("verify", "--data-dir", partly.toString()).done();
        assertThat(Files.isSameFile(past.resolve("log").resolve(segment), partly.resolve("log/00000001.segment"))).as("it has another number").isFalse();
        assertThat(restore("--source", parent.resolve("data").toUri().toString(), "--data-dir", parent.resolve("y").toString(), "--link").status()).isEqualTo(1);
        assertThat(snapshot(parent.resolve("x"), "--compress", "3").status()).isEqualTo(2);
        String stream = parent.resolve("stream").toUri().toString();
        backup("stream", "--source", parent.resolve("data").toString(), "--destination", stream, "--once").done();
        restore("--source", running.toString(), "--source", stream, "--data-dir", parent.resolve("both").toString()).done();
        requireCount(parent.resolve("both"), 6000);
        requireDamageIsSeen(running);
        try (Stream<Path> left = Files.list(parent)) {
            assertThat(left.filter(path -> path.toString().endsWith(".unfinished"))).isEmpty();
        }
    }

    /** Gives the second segment of a snapshot a number that a restore has no use for; answers its name. */
    private static String renumbered(Path folder) throws IOException {
        try (Stream<Path> segments = Files.list(folder.resolve("log"))) {
            String name = segments.sorted().skip(1).findFirst().orElseThrow().getFileName().toString();
            try (BlockFile file = RealFiles.at(folder.resolve("log")).open(name)) {
                LogSource.number(file, 77);
            }
            return name;
        }
    }

    private void requireDamageIsSeen(Path folder) throws IOException {
        Path target = parent.resolve("never");
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = all.filter(Files::isRegularFile).toList();
        }
        assertThat(files).hasSizeGreaterThan(8);
        for (Path file : files) {
            long size = Files.size(file);
            byte[] bytes = Files.readAllBytes(file);
            for (long at : new long[] {0, size / 3, size / 2, size - 1}) {
                if (bytes[(int) at] == '\n' && file.toString().endsWith(".json") && at == size - 1) continue; // says nothing
                flip(file, at);
                requireNoRestore(folder, target, file + " flipped at " + at);
                Files.write(file, bytes);
            }
            for (long length : new long[] {0, size / 2, size - 8}) {
                Files.write(file, java.util.Arrays.copyOf(bytes, (int) Math.max(0, length)));
                requireNoRestore(folder, target, file + " cut at " + length);
                Files.write(file, bytes);
            }
            if (!file.startsWith(folder.resolve("projections"))) {
                try (RandomAccessFile longer = new RandomAccessFile(file.toFile(), "rw")) {
                    longer.setLength(3L << 30);
                }
                requireNoRestore(folder, target, file + " of three gigabytes");
                Files.write(file, bytes);
            }
            Path away = parent.resolve("away");
            Files.move(file, away);
            requireNoRestore(folder, target, file + " missing");
            Files.move(away, file);
        }
        restore("--source", folder.toString(), "--data-dir", target.toString()).done();
    }

    /** One byte that is another, in the middle of any file, is found whether the files are copied or shared, and leaves nothing behind. */
    static void requireFlipsAreSeen(Path folder, Path target) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = all.filter(Files::isRegularFile).toList();
        }
        for (Path file : files) {
            long at = Files.size(file) / 2;
            flip(file, at);
            requireNoRestore(folder, target, file + " flipped at " + at);
            flip(file, at);
        }
    }

    private static void requireNoRestore(Path folder, Path target, String what) {
        for (List<String> options : List.of(List.<String>of(), List.of("--link"))) {
            BackupTest.Outcome outcome = restore(Stream.concat(Stream.of("--source", folder.toString(), "--data-dir", target.toString()), options.stream()).toArray(String[]::new));
            assertThat(outcome.status()).as(what + options + ": " + outcome.out()).isEqualTo(1);
            assertThat(outcome.err().lines().filter(line -> !line.contains(" % (")).toList()).as(what + options + ": " + outcome.err()).hasSize(1);
            assertThat(target).as(what + options).doesNotExist();
        }
    }

    /** Older ones wrote no hash of the description; all else is as it was. */
    @Test
    void whatOlderVersionsWroteIsRestored() throws Exception {
        Path file = parent.resolve("new.tar.gz");
        withNode(parent.resolve("data"), statement -> {
            statement.execute("create table t (i int primary key, s text)");
            statement.execute("insert into t select i, i::text from generate_series(1, 150) i");
            statement.execute("checkpoint");
            snapshot(file).done();
        });
        String tar;
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            tar = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
        Matcher hash = Pattern.compile(",\\s*\"about\"\\s*:\\s*\"[0-9a-f]{64}\"").matcher(tar);
        assertThat(hash.find()).isTrue();
        Path old = parent.resolve("old.tar.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(old))) {
            out.write(hash.replaceFirst(" ".repeat(hash.end() - hash.start())).getBytes(StandardCharsets.ISO_8859_1));
        }
        Path target = parent.resolve("restored");
        assertThat(restore("--source", old.toString(), "--data-dir", target.toString(), "--json").done().last().path("projections").asBoolean()).isTrue();
        admin("verify", "--data-dir", target.toString()).done();
        requireCount(target, 150);
    }
}
