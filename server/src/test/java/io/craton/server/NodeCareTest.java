package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.craton.server.BackupTest.Outcome;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.FlushOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteOptions;

/** craton-admin projection and diagnostics, against a node that works. */
@Timeout(400)
class NodeCareTest {
    @TempDir Path parent;

    private Path data() {
        return parent.resolve("data");
    }

    private static Outcome admin(java.sql.Statement at, String... args) throws Exception {
        String url = at.getConnection().getMetaData().getURL().replaceFirst("[?].*", "");
        List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of("--url", url));
        return BackupTest.admin(all.toArray(String[]::new));
    }

    private static JsonNode json(Outcome outcome) throws Exception {
        return new ObjectMapper().readTree(outcome.done().out());
    }

    /** Drops a row, changes another, and drops an index entry and the count, behind everybody's back. */
    private void damage() throws Exception {
        Path folder = data().resolve("projections/tenant_001");
        try (Options options = new Options(); RocksDB db = RocksDB.open(options, folder.toString()); WriteOptions write = new WriteOptions().setDisableWAL(true)) {
            for (int kind : new int[] {0x10, 0x11}) {
                try (RocksIterator rows = db.newIterator()) {
                    rows.seek(new byte[] {(byte) kind});
                    for (int i = 0; i < 5; i++) rows.next();
                    byte[] gone = rows.key();
                    rows.next();
                    byte[] changed = rows.key();
                    byte[] value = rows.value();
                    db.delete(write, gone);
                    if (value.length > 0) value[value.length - 1] ^= 1;
                    db.put(write, changed, value);
                }
            }
            try (FlushOptions flush = new FlushOptions().setWaitForFlush(true)) {
                db.flush(flush);
            }
        }
    }

    @Test
    void aProjectionIsMendedWhileItIsUsed() throws Exception {
        BackupTest.withNode(data(), statement -> {
            statement.execute("create table records (i int primary key, s text)");
            statement.execute("create index on records (s)");
            statement.execute("insert into records select i, md5(i::text) from generate_series(1, 3000) i");
            statement.execute("update records set s = 'x' || s where i % 3 = 0");
            statement.execute("create database other");
        });
        damage();
        BackupTest.withNode(data(), statement -> {
            assertThat(one(statement, "select count(*) from (select s from records order by i) r")).as("the damage shows").isNotEqualTo(3000);
            AtomicBoolean stop = new AtomicBoolean();
            AtomicReference<Throwable> failure = new AtomicReference<>();
            String url = statement.getConnection().getMetaData().getURL();
            Thread writer = Thread.ofVirtual().start(() -> {
                try (var other = java.sql.DriverManager.getConnection(url); var inserts = other.createStatement()) {
                    for (int i = 10_000; !stop.get(); i++) inserts.execute("insert into records values (" + i + ", 'new'); update records set s = s || '.' where i = " + (i % 3000 + 1));
                } catch (Throwable e) {
                    failure.set(e);
                }
            });
            JsonNode table = json(admin(statement, "projection", "rebuild", "--tenant", "postgres", "--projection", "records", "--json"));
            stop.set(true);
            writer.join();
            assertThat(failure.get()).isNull();
            assertThat(table.path("mended").asLong()).isBetween(2L, 8L);
            for (String name : new String[] {"rows", "indexes", "columns", "catalog"}) {
                assertThat(json(admin(statement, "projection", "rebuild", "--tenant", "postgres", "--projection", name, "--json")).path("mended").asLong()).as(name).isZero();
            }
            assertThat(one(statement, "select count(*) from (select s from records order by i) r where s <> 'new'") >= 3000).isTrue();
            JsonNode status = json(admin(statement, "projection", "status", "--tenant", "postgres", "--json"));
            assertThat(status.path("tables").asInt()).isEqualTo(1);
            assertThat(status.path("rows").asLong()).isEqualTo(one(statement, "select count(*) from records"));
            assertThat(admin(statement, "projection", "status", "--tenant", "postgres").done().out()).contains("table records: ");
            BackupTest.requireRefused(admin(statement, "projection", "rebuild", "--tenant", "postgres", "--projection", "nonsense"), "there is no projection \"nonsense\"");
            BackupTest.requireRefused(admin(statement, "projection", "status", "--tenant", "nobody"), "\"nobody\" does not exist");
            assertThat(BackupTest.admin("projection", "rebuild", "--tenant", "x").status()).isEqualTo(2);
            statement.execute("create role plain login");
            BackupTest.requireRefused(admin(statement, "projection", "status", "--tenant", "postgres", "--user", "plain"), "permission denied for function craton_projection_status");
        });
        BackupTest.admin("verify", "--data-dir", data().toString()).done();
    }

    private static long one(java.sql.Statement statement, String query) throws Exception {
        try (ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    @Test
    void diagnosticsHoldEverythingAndNoSecrets() throws Exception {
        BackupTest.withNode(data(), statement -> {
            statement.execute("create table t (i int primary key)");
            statement.execute("insert into t values (1)");
            Path file = parent.resolve("diag.tar.gz");
            admin(statement, "diagnostics", "export", "--output", file.toString()).done();
            Process tar = new ProcessBuilder("tar", "xzf", file.toString(), "-C", parent.toString()).inheritIO().start();
            assertThat(tar.waitFor()).isZero();
            Path bundle = parent.resolve("craton-diagnostics");
            assertThat(bundle.resolve("threads.txt")).content(StandardCharsets.UTF_8).contains("craton");
            assertThat(new ObjectMapper().readTree(bundle.resolve("log-heads.json").toFile()).path("last_index").asLong()).isGreaterThan(1);
            assertThat(new ObjectMapper().readTree(bundle.resolve("status.json").toFile()).path("state").asText()).isEqualTo("leader");
            assertThat(bundle.resolve("metrics.txt")).content().contains("craton_log_entries_total");
            assertThat(bundle.resolve("rocksdb.txt")).content().contains("== tenant_001", "Compaction Stats");
            assertThat(bundle.resolve("configuration.txt")).content().contains("storage.data_dir", "security.cluster_secret");
            assertThat(bundle.resolve("ready.json")).content().contains("data_dir");
            BackupTest.requireRefused(admin(statement, "diagnostics", "export", "--output", file.toString()), "exists");
            BackupTest.requireRefused(admin(statement, "diagnostics", "export", "--output", parent.resolve("no/where.tar.gz").toString()), "no");
        });
        BackupTest.requireRefused(BackupTest.admin("diagnostics", "export", "--output", parent.resolve("x.tar.gz").toString(), "--port", "1"), "127.0.0.1:1");
        assertThat(parent.resolve("x.tar.gz")).doesNotExist();
    }
}
