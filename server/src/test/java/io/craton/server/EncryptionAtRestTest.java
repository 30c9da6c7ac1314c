package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.craton.server.config.ConfigKey;
import io.craton.server.config.Configuration;
import io.craton.server.config.DataFolder;
import io.craton.server.config.EncryptionConfig;
import io.craton.server.config.LiveConfiguration;
import io.craton.server.config.NodeConfig;
import io.craton.server.config.StartException;
import io.craton.storage.encryption.KeyRing;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rocksdb.FlushOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteOptions;

/** What a stolen disk shows of an encrypted data folder, and what refuses to open it. */
class EncryptionAtRestTest {
    /** In columns that no key holds, or that are keyed; never to be found. */
    private static final List<String> HIDDEN = List.of("PlantedInserted", "PlantedUpdated", "PlantedDeleted", "PlantedLarge", "PlantedDefault",
            "PlantedComment", "PlantedNotified", "PlantedSpilled", "planted_table", "SCRAM-SHA-256$", "PlantedSealedKey", "PlantedSealedIndex", "plantedsealedindex", "PlantedSealedLarge");
    /** In a primary key and in an index: keys of the store show them, but nothing else does. */
    private static final List<String> KEYS = List.of("PlantedPrimary", "PlantedIndexed");

    @TempDir Path parent;
    private Path data;
    private Path keyFile;

    @BeforeEach
    void key() throws IOException {
        data = parent.resolve("data");
        keyFile = key("master.key", 1);
    }

    private Path key(String name, int number) throws IOException {
        Path file = Files.writeString(parent.resolve(name), "# of a test\n" + String.format("%064x", number) + "\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private Path file(Path masterKey, boolean enabled) {
        try {
            return Files.writeString(parent.resolve("c.toml"), storage() + "[encryption]\nenabled = " + enabled + "\nkms_provider = \"local\"\nkms_key_id = \"" + masterKey + "\"\n");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Whether large entries of the log are compressed before they are encrypted. */
    private boolean compress = true;

    private String storage() {
        return "[storage]\nlog_compression = " + compress + "\n";
    }

    private final class Node implements AutoCloseable {
        final DataFolder folder;
        final NodeAssembly assembly;

        Node(@Nullable Path masterKey) {
            var sources = new Configuration.Sources(masterKey == null ? plain() : file(masterKey, true), Map.of(),
                    Map.of(ConfigKey.BIND_ADDRESS, "127.0.0.1:0", ConfigKey.DATA_DIR, data.toString()));
            Configuration configuration = sources.read();
            folder = DataFolder.open(data);
            try {
                assembly = NodeAssembly.start(NodeConfig.of(configuration, false), folder, new LiveConfiguration(sources, configuration), () -> { });
            } catch (StartException e) {
                folder.close();
                throw e;
            }
        }

        Connection connect(String database) throws SQLException {
            return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + assembly.address().getPort() + "/" + database + "?user=postgres");
        }

        @Override
        public void close() {
            assembly.close();
            folder.close();
        }
    }

    private Path plain() {
        try {
            return Files.writeString(parent.resolve("c.toml"), storage());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static List<String> past(Connection connection, List<String> positions) throws SQLException {
        List<String> answers = new ArrayList<>();
        for (String position : positions) {
            answers.addAll(TestNode.values(connection, "select * from t for system_time as of position " + position + " order by id"));
            answers.add(TestNode.value(connection, "select count(*) from t for system_time as of position " + position + " where b = 'b7'"));
        }
        return answers;
    }

    @Test
    void thePastIsReadRebuiltAndTrimmed() throws Exception {
        List<String> positions = new ArrayList<>();
        try (Node node = new Node(keyFile); Connection admin = node.connect("postgres")) {
            TestNode.run(admin, "create database past");
            try (Connection connection = node.connect("past")) {
                TestNode.run(connection, "create table t (id int primary key, b text)", "create index concurrently t_b on t (b) where id > 3", "insert into t select g, 'b' || g from generate_series(1, 50) g");
                for (int i = 0; i < 4; i++) {
                    positions.add(TestNode.value(connection, "select craton_position()"));
                    TestNode.run(connection, "update t set b = b || '.' where id % 4 = " + i, "delete from t where id = " + (i + 20));
                    if (i == 1) TestNode.run(connection, "alter table t add column c int default 9");
                }
                List<String> kept = past(connection, positions);
                for (String part : List.of("rows", "indexes", "t")) {
                    assertThat(TestNode.value(connection, "select craton_rebuild_projection('" + part + "')::json->>'mended'")).isEqualTo("0");
                    assertThat(past(connection, positions)).isEqualTo(kept);
                }
                assertThat(TestNode.value(admin, "select craton_new_data_keys() > 1")).isEqualTo("t");
                Thread.sleep(1_100);
                TestNode.run(connection, "update t set b = 'PlantedLate' where id = 1", "alter table t set (craton.retention = '1 second')");
                Thread.sleep(1_100);
                TestNode.run(connection, "update t set b = b where id = 2", "vacuum");
                assertThat(past(connection, positions)).isEqualTo(kept);
                assertThat(TestNode.value(connection, "select craton_projection_status()")).contains("rebuilt_past");
                assertThat(onDisk(List.of("PlantedLate"))).isEmpty();
                TestNode.run(connection, "reset craton.as_of");
            }
        }
        try (Node node = new Node(keyFile); Connection connection = node.connect("past")) {
            assertThat(TestNode.value(connection, "select count(*) from t for system_time as of position " + positions.getFirst())).isEqualTo("50");
        }
    }

    /** Leaves planted values everywhere that the engine writes to; {@code found} collects what is on disk in the middle of it. */
    private void fill(Node node, List<String> found) throws Exception {
        try (Connection connection = node.connect("postgres")) {
            TestNode.run(connection, "create role planted password 'secret'", "create database other");
        }
        try (Connection connection = node.connect("other")) {
            TestNode.run(connection,
                    "create table planted_table (id text primary key, a text default 'PlantedDefault', i text)",
                    "comment on table planted_table is 'PlantedComment'",
                    "create index on planted_table (i)",
                    "create unique index on planted_table (i, id)",
                    "insert into planted_table select 'PlantedPrimary' || g, 'PlantedInserted' || g, 'PlantedIndexed' || g from generate_series(1, 200) g",
                    "update planted_table set a = 'PlantedUpdated' || id where id like '%1'",
                    "insert into planted_table values ('gone', 'PlantedDeleted', 'gone')",
                    "delete from planted_table where id = 'gone'",
                    "analyze planted_table",
                    "create table keyed (id text, i text)", "alter table keyed alter id set (craton.keyed = on), alter i set (craton.keyed = on)",
                    "alter table keyed add primary key (id)", "create index on keyed (i)", "create index on keyed (lower(i) desc)", "create unique index on keyed (i, id)",
                    "insert into keyed select 'PlantedSealedKey' || g, 'PlantedSealedIndex' || g from generate_series(1, 200) g",
                    "update keyed set i = i || 'again' where id like '%7'", "delete from keyed where id like '%9'", "analyze keyed",
                    "listen c", "notify c, 'PlantedNotified'",
                    "create temporary table passing (a text)",
                    "insert into passing select 'PlantedLarge' || repeat('x', 1000) || g from generate_series(1, 200) g");
            connection.setAutoCommit(false);
            TestNode.run(connection, "create table large (a text)",
                    "insert into large select 'PlantedLarge' || repeat('x', 1000) || g from generate_series(1, 12000) g",
                    "insert into keyed select 'PlantedSealedLarge' || repeat('x', 100) || g, 'PlantedSealedLarge' || g from generate_series(1, 3000) g");
            found.addAll(onDisk(HIDDEN));
            connection.commit();
            TestNode.run(connection, "set craton.statement_memory = '1MB'",
                    "declare spilling cursor for select 'PlantedSpilled' || a from large order by a desc", "fetch 10 from spilling");
            assertThat(unlinked()).as("there is something to find").isNotEmpty();
            found.addAll(onDisk(HIDDEN));
            connection.rollback();
            connection.setAutoCommit(true);
            TestNode.run(connection, "checkpoint");
            found.addAll(onDisk(HIDDEN));
        }
    }

    /** Those of a running node come and go. */
    private static List<Path> files(Path folder) throws IOException {
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isRegularFile()) found.add(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                if (failure instanceof NoSuchFileException) return FileVisitResult.CONTINUE;
                throw failure;
            }
        });
        return found;
    }

    /** Files in the folder that have no name any more but are open: temporary ones, where the system shows them. */
    private List<Path> unlinked() throws IOException {
        List<Path> found = new ArrayList<>();
        Path open = Path.of("/proc/self/fd");
        if (!Files.isDirectory(open)) return found;
        try (Stream<Path> descriptors = Files.list(open)) {
            for (Path each : descriptors.toList()) {
                try {
                    String target = Files.readSymbolicLink(each).toString();
                    if (target.startsWith(data.toString()) && target.endsWith(" (deleted)")) found.add(each);
                } catch (NoSuchFileException e) {
                    // closed meanwhile
                }
            }
        }
        return found;
    }

    /** Which of these texts are in which files, "text in file". Of the stores' files, {@link #values} tells more: their blocks are compressed. */
    private List<String> onDisk(List<String> texts) throws IOException {
        List<String> found = new ArrayList<>();
        List<Path> all = new ArrayList<>(files(data));
        all.addAll(unlinked());
        for (Path file : all) {
            String content;
            try {
                content = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
            } catch (NoSuchFileException e) {
                continue; // compacted meanwhile
            }
            for (String text : texts) if (content.contains(text)) found.add(text + " in " + (file.startsWith(data) ? data.relativize(file) : file));
        }
        return found;
    }

    /** Which of these texts are in values of the stores; {@code keys} takes those that are in their keys. */
    private List<String> values(List<String> texts, List<String> keys) throws Exception {
        List<String> found = new ArrayList<>();
        try (Stream<Path> stores = Files.list(data.resolve("projections"))) {
            for (Path store : stores.toList()) {
                try (Options options = new Options(); RocksDB db = RocksDB.openReadOnly(options, store.toString()); RocksIterator entries = db.newIterator()) {
                    for (entries.seekToFirst(); entries.isValid(); entries.next()) {
                        String key = new String(entries.key(), StandardCharsets.ISO_8859_1);
                        String value = new String(entries.value(), StandardCharsets.ISO_8859_1);
                        for (String text : texts) {
                            if (value.contains(text)) found.add(text);
                            if (key.contains(text)) keys.add(text);
                        }
                    }
                }
            }
        }
        return found;
    }

    private Map<String, String> contents(Node node) throws SQLException {
        Map<String, String> contents = new TreeMap<>();
        try (Connection connection = node.connect("other")) {
            contents.put("rows", TestNode.value(connection, "select md5(string_agg(id || a || i, ',' order by id)) from planted_table"));
            contents.put("by index", TestNode.value(connection, "select a from planted_table where i = 'PlantedIndexed11'"));
            contents.put("keyed", TestNode.value(connection, "select md5(string_agg(id || i, ',' order by id)) from keyed"));
            contents.put("by keyed key", TestNode.value(connection, "select i from keyed where id = 'PlantedSealedKey17'"));
            contents.put("by keyed index", TestNode.value(connection, "select id from keyed where lower(i) = 'plantedsealedindex17again'"));
            contents.put("log", TestNode.value(connection, "select count(role) || max(command) from craton_log where position < 30 and kind <> 'key'"));
            boolean small = TestNode.value(connection, "select count(*) > 5 from craton_log where kind = 'chunk' and size < 100000").equals("t");
            assertThat(small).as("chunks of a megabyte are compressed").isEqualTo(compress);
            contents.put("large", TestNode.value(connection, "select count(*) || max(a) from large"));
        }
        return contents;
    }

    private String verify(String... arguments) {
        StringWriter out = new StringWriter();
        int status = AdminMain.run(new PrintWriter(out, true), new PrintWriter(out, true), arguments);
        return status + "\n" + out;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aStolenDiskShowsNothingButKeys(boolean compressed) throws Exception {
        compress = compressed;
        List<String> found = new ArrayList<>();
        Map<String, String> before;
        try (Node node = new Node(keyFile)) {
            fill(node, found);
            before = contents(node);
        }
        found.addAll(onDisk(HIDDEN));
        try (Node node = new Node(keyFile)) {
            assertThat(contents(node)).isEqualTo(before);
            try (Connection connection = node.connect("other")) {
                TestNode.run(connection, "update planted_table set a = 'PlantedUpdated again'", "checkpoint");
            }
        }
        found.addAll(onDisk(HIDDEN));
        assertThat(found).isEmpty();
        List<String> all = new ArrayList<>(HIDDEN);
        all.addAll(KEYS);
        List<String> inKeys = new ArrayList<>();
        assertThat(values(all, inKeys)).isEmpty();
        assertThat(Set.copyOf(inKeys)).as("what is documented").containsExactlyInAnyOrderElementsOf(KEYS);
        assertThat(onDisk(KEYS)).isNotEmpty().allMatch(each -> each.contains(" in projections/"), "keys of the store, and nowhere else");
        Path config = file(keyFile, false);
        assertThat(verify("verify", "--data-dir", data.toString(), "--config", config.toString())).startsWith("0\n").contains("are equal to a replay of the log");
        assertThat(verify("log", "verify", "--data-dir", data.toString())).startsWith("0\n");
        assertThat(verify("verify", "--data-dir", data.toString())).startsWith("1\n").contains("log: ok", "is encrypted, and no master key is named");
    }

    @Test
    void withoutEncryptionAllOfItIsThere() throws Exception {
        compress = false; // large entries would show it only to who decompresses them
        List<String> found = new ArrayList<>();
        try (Node node = new Node(null)) {
            fill(node, found);
        }
        found.addAll(onDisk(HIDDEN));
        assertThat(verify("verify", "--data-dir", data.toString())).startsWith("0\n");
        assertThat(values(HIDDEN, new ArrayList<>())).contains("PlantedInserted", "PlantedUpdated", "PlantedDeleted", "PlantedLarge", "planted_table", "SCRAM-SHA-256$");
        for (String text : HIDDEN) assertThat(found).as(text).anyMatch(each -> each.startsWith(text));
    }

    private String admin(Node node, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--port", Integer.toString(node.assembly.address().getPort())));
        return verify(all.toArray(String[]::new));
    }

    /** Masters that the file says wrapped the keys, and how many keys there are. */
    private Set<String> masters() throws IOException {
        Set<String> found = new TreeSet<>();
        var matcher = Pattern.compile("\"wrapped_by\": \"([^\"]*)\"").matcher(Files.readString(data.resolve("meta").resolve(KeyRing.FILE)));
        while (matcher.find()) found.add(matcher.group(1));
        return found;
    }

    @Test
    void keysAreReplacedWhileTheNodeRuns() throws Exception {
        String old = Files.readString(keyFile);
        try (Node node = new Node(keyFile); Connection connection = node.connect("postgres")) {
            TestNode.run(connection, "create table t (id int primary key, a text)", "insert into t select g, 'PlantedOld' from generate_series(1, 100) g");
            assertThat(admin(node, "encryption", "rotate")).startsWith("0\n5 new data keys");
            TestNode.run(connection, "insert into t select g, 'PlantedNew' from generate_series(101, 200) g", "update t set a = 'PlantedChanged' where id <= 10");
            Set<String> before = masters();
            assertThat(admin(node, "encryption", "rewrap")).startsWith("0\nthe newest master key has wrapped all data keys already");
            Files.writeString(keyFile, old + String.format("%064x", 77) + "\n");
            assertThat(admin(node, "encryption", "rewrap")).startsWith("0\n").contains("data keys are wrapped by the newest master key now");
            assertThat(masters()).hasSize(1).doesNotContainAnyElementsOf(before);
            TestNode.run(connection, "create role someone login");
            assertThat(TestNode.value(connection, "select string_agg(action, ',' order by position) from craton_audit where class = 'admin' and action like '%keys'"))
                    .startsWith("new data keys,rewrap data keys");
        }
        assertThat(refusalWith(old)).contains("does not hold the master key of this data folder");
        Files.writeString(keyFile, String.format("%064x", 77) + "\n");
        try (Node node = new Node(keyFile); Connection connection = node.connect("postgres")) {
            assertThat(TestNode.value(connection, "select count(*) || max(a) || min(a) from t")).isEqualTo("200PlantedOldPlantedChanged");
        }
        assertThat(onDisk(List.of("PlantedOld", "PlantedNew", "PlantedChanged"))).isEmpty();
        assertThat(verify("verify", "--data-dir", data.toString(), "--config", file(keyFile, false).toString())).startsWith("0\n");
    }

    private String refusalWith(String key) throws IOException {
        String present = Files.readString(keyFile);
        Files.writeString(keyFile, key);
        try {
            return refusal(keyFile);
        } finally {
            Files.writeString(keyFile, present);
        }
    }

    @Test
    void withoutEncryptionThereAreNoKeysToReplace() throws Exception {
        try (Node node = new Node(null)) {
            assertThat(admin(node, "encryption", "rotate")).startsWith("1\n").contains("encryption at rest is not enabled");
        }
    }

    @Test
    void aBackupIsEncryptedAndCanBeRestored() throws Exception {
        Map<String, String> before;
        Path snapshot = parent.resolve("s.tar.gz");
        Path stream = parent.resolve("stream");
        try (Node node = new Node(keyFile)) {
            fill(node, new ArrayList<>());
            before = contents(node);
            assertThat(BackupMain.run(out(), out(), "snapshot", "--data-dir", data.toString(), "--output", snapshot.toString(), "--compress", "0")).isZero();
        }
        assertThat(BackupMain.run(out(), out(), "stream", "--source", data.toString(), "--destination", "file://" + stream, "--once")).isZero();
        for (Path source : List.of(snapshot, stream)) {
            data = parent.resolve("restored " + source.getFileName());
            assertThat(RestoreMain.run(out(), out(), "--source", source.toString(), "--data-dir", data.toString())).isZero();
            assertThat(refusal(null)).contains("is encrypted, but encryption.enabled is false");
            try (Node node = new Node(keyFile)) {
                assertThat(contents(node)).isEqualTo(before);
            }
        }
    }

    @Test
    void aBackupInAFolderIsEncryptedAndCanBeShared() throws Exception {
        Map<String, String> before;
        try (Node node = new Node(keyFile)) {
            fill(node, new ArrayList<>());
            before = contents(node);
        }
        Path snapshot = parent.resolve("snapshot");
        BackupTest.backup("snapshot", "--data-dir", data.toString(), "--output", snapshot.toString()).done();
        Path target = parent.resolve("never");
        SnapshotFolderTest.requireFlipsAreSeen(snapshot, target);
        for (List<String> options : List.of(List.<String>of(), List.of("--link"))) {
            data = parent.resolve("restored" + options.size());
            BackupTest.restore(Stream.concat(Stream.of("--source", snapshot.toString(), "--data-dir", data.toString()), options.stream()).toArray(String[]::new)).done();
            assertThat(verify("verify", "--data-dir", data.toString(), "--config", file(keyFile, true).toString())).startsWith("0\n").contains("are equal to a replay of the log");
            assertThat(onDisk(HIDDEN)).isEmpty();
            assertThat(refusal(null)).contains("is encrypted, but encryption.enabled is false");
            try (Node node = new Node(keyFile)) {
                assertThat(contents(node)).isEqualTo(before);
            }
        }
        BackupTest.restore("--source", snapshot.toString(), "--data-dir", target.toString()).done();
    }

    private static PrintWriter out() {
        return new PrintWriter(System.out, true);
    }

    @Test
    void threeNodesShareTheKeys() throws Exception {
        try (RealNodes nodes = new RealNodes(new EncryptionConfig("local", keyFile.toString(), java.time.Duration.ZERO, Map.of()))) {
            RealNodes.Node leader = nodes.leader();
            try (Connection connection = leader.connect()) {
                TestNode.run(connection, "create table t (id int primary key, a text)", "insert into t select g, 'PlantedClustered' || g from generate_series(1, 500) g");
            }
            int first = leader.id;
            leader.stop();
            RealNodes.Node second = nodes.leader();
            try (Connection connection = second.connect()) {
                assertThat(TestNode.value(connection, "select count(*) from t where a like 'PlantedClustered%'")).isEqualTo("500");
                assertThat(TestNode.value(connection, "select craton_new_data_keys()")).isEqualTo("5");
                TestNode.run(connection, "insert into t select g, 'PlantedLater' || g from generate_series(501, 600) g");
            }
            nodes.start(first);
            try (Connection connection = nodes.leader().connect()) {
                TestNode.run(connection, "update t set a = a || '!' where id <= 100");
                String expected = TestNode.value(connection, "select md5(string_agg(a, ',' order by id)) from t");
                for (RealNodes.Node node : nodes.running()) {
                    try (Connection reader = node.connect("options", "-c craton.read_mode=follower")) {
                        RealNodes.await(() -> {
                            try {
                                return expected.equals(TestNode.value(reader, "select md5(string_agg(a, ',' order by id)) from t"));
                            } catch (SQLException e) {
                                return false;
                            }
                        });
                    }
                }
            }
            for (RealNodes.Node node : List.copyOf(nodes.running())) node.stop();
            for (int id = 1; id <= 3; id++) {
                data = nodes.folder(id);
                assertThat(onDisk(List.of("PlantedClustered", "PlantedLater"))).isEmpty();
                assertThat(values(List.of("PlantedClustered", "PlantedLater"), new ArrayList<>())).isEmpty();
                assertThat(verify("verify", "--data-dir", data.toString(), "--config", file(keyFile, false).toString())).startsWith("0\n");
            }
        }
    }

    /** Changes a sealed row and drops another, behind everybody's back. */
    private void damage(String store) throws Exception {
        try (Options options = new Options(); RocksDB db = RocksDB.open(options, data.resolve("projections").resolve(store).toString());
                WriteOptions write = new WriteOptions().setDisableWAL(true); RocksIterator rows = db.newIterator(); FlushOptions flush = new FlushOptions().setWaitForFlush(true)) {
            rows.seek(new byte[] {0x10});
            for (int i = 0; i < 5; i++) rows.next();
            byte[] gone = rows.key();
            rows.next();
            byte[] value = rows.value();
            value[value.length / 2] ^= 1;
            db.put(write, rows.key(), value);
            db.delete(write, gone);
            db.flush(flush);
        }
    }

    @Test
    void aProjectionIsRebuiltWhileItIsUsed() throws Exception {
        String rows = "select string_agg(id || a, ',' order by id) from t";
        String before;
        try (Node node = new Node(keyFile)) {
            try (Connection connection = node.connect("postgres")) {
                TestNode.run(connection, "create database other", "create table t (id int primary key, a text)", "create index on t (a)",
                        "insert into t select g, 'PlantedOne' || g from generate_series(1, 300) g", "create role someone");
                assertThat(admin(node, "encryption", "rotate")).startsWith("0\n");
                TestNode.run(connection, "update t set a = 'PlantedTwo' || id where id % 3 = 0", "checkpoint");
                before = TestNode.value(connection, rows);
            }
        }
        damage("tenant_001");
        try (Node node = new Node(keyFile)) {
            assertThat(admin(node, "projection", "rebuild", "--tenant", "postgres", "--projection", "t", "--json")).startsWith("0\n").contains("\"mended\" : 2,");
            assertThat(admin(node, "projection", "rebuild", "--tenant", "postgres", "--projection", "rows", "--json")).startsWith("0\n").contains("\"mended\" : 0,");
            assertThat(admin(node, "projection", "rebuild", "--tenant", "postgres", "--projection", "catalog", "--json")).startsWith("0\n").contains("\"mended\" : 0,");
            try (Connection connection = node.connect("postgres")) {
                assertThat(TestNode.value(connection, rows)).isEqualTo(before);
            }
        }
        assertThat(onDisk(List.of("PlantedTwo"))).allMatch(each -> each.contains(" in projections/"), "an index's keys alone");
        assertThat(verify("verify", "--data-dir", data.toString(), "--config", file(keyFile, false).toString())).startsWith("0\n");
    }

    private String refusal(@Nullable Path masterKey) {
        return catchThrowableOfType(StartException.class, () -> new Node(masterKey).close()).getMessage();
    }

    @Test
    void aFolderOpensOnlyAsItWasMade() throws Exception {
        try (Node node = new Node(keyFile)) {
            try (Connection connection = node.connect("postgres")) {
                TestNode.run(connection, "create table t (a text)", "insert into t values ('x')");
            }
        }
        Map<String, String> before = checksums();
        assertThat(refusal(null)).isEqualTo("data folder " + data + " is encrypted, but encryption.enabled is false; set it, with kms_provider and kms_key_id");
        assertThat(refusal(key("other.key", 2))).startsWith("key file " + parent.resolve("other.key") + " does not hold the master key of this data folder");
        assertThat(refusal(parent.resolve("none.key"))).isEqualTo("key file " + parent.resolve("none.key") + " does not exist");
        Files.setPosixFilePermissions(keyFile, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(refusal(keyFile)).isEqualTo("key file " + keyFile + " can be read by others than its owner; chmod 0600 it");
        Files.setPosixFilePermissions(keyFile, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(keyFile, "abc\n");
        assertThat(refusal(keyFile)).isEqualTo("key file " + keyFile + ", line 1: a key is 64 hexadecimal digits, as openssl rand -hex 32 makes them");
        Path keys = data.resolve("meta").resolve(KeyRing.FILE);
        assertThat(checksums()).as("nothing changed").isEqualTo(before);
        key("master.key", 1);
        String text = Files.readString(keys);
        Files.writeString(keys, text.substring(0, text.length() / 2));
        assertThat(refusal(keyFile)).isEqualTo(keys + " is not as it was written");
        Files.writeString(keys, text);
        new Node(keyFile).close();
    }

    @Test
    void aFolderThatIsNotEncryptedStaysSo() throws Exception {
        new Node(null).close();
        assertThat(refusal(keyFile)).startsWith("data folder " + data + " is not encrypted, and encryption.enabled is true: only an empty folder can begin encrypted");
        new Node(null).close();
    }

    private Map<String, String> checksums() throws IOException {
        Map<String, String> all = new TreeMap<>();
        for (Path file : files(data)) all.put(data.relativize(file).toString(), java.util.Arrays.hashCode(Files.readAllBytes(file)) + " " + Files.size(file));
        return all;
    }
}
