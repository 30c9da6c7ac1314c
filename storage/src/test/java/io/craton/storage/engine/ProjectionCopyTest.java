package io.craton.storage.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.projection.StoreFailedException;
import io.craton.storage.sim.MemoryCommitLog;
import io.craton.storage.sim.Node;
import io.craton.storage.sim.Tables;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Projections copied from one node to another. */
class ProjectionCopyTest {
    @TempDir Path folder;

    private TableDef table(Node node) {
        TableDef[] table = new TableDef[1];
        node.run(transaction -> {
            table[0] = Tables.table(transaction, "accounts", List.of(Tables.int4("id"), Tables.text("name")), List.of(1));
            transaction.change(new CatalogChange.Put(table[0]));
            transaction.change(new CatalogChange.Put(Tables.primaryKey(transaction.newOid(), table[0])));
        });
        return table[0];
    }

    private static void insert(Node node, TableDef table, long from, long to) {
        for (long id = from; id < to; id++) {
            long row = id;
            node.run(transaction -> transaction.insert(table, new Object[] {row, "x".repeat(50)}));
        }
        node.log.readBarrier();
    }

    @Test
    void aCopyAndTheEntriesBehindItAreWhatTheOtherNodeHas() throws Exception {
        Path copy = folder.resolve("copy");
        Map<Integer, String> expected;
        List<MemoryCommitLog.Entry> entries;
        long position;
        try (Node node = Node.open(folder.resolve("a"))) {
            TableDef table = table(node);
            insert(node, table, 0, 100);
            position = node.engine.copyTo(copy);
            assertThat(position).isEqualTo(101);
            insert(node, table, 100, 130);
            expected = node.engine.digests();
            entries = node.log.entries();
        }
        // What was there before goes, as after a copy that was cut short.
        Node.open(folder.resolve("b")).close();
        var arrived = new ProjectionCopy(copy);
        assertThat(arrived.files()).contains("tenant_000/CURRENT", "tenant_001/CURRENT").allMatch(ProjectionCopy::isName);
        arrived.check();
        arrived.moveInto(folder.resolve("b"), position);
        try (Node node = Node.open(Node.config(folder.resolve("b")), entries)) {
            assertThat(node.engine.digests()).isEqualTo(expected);
        }
        assertThat(ProjectionCopy.isName("tenant_001/../../x")).isFalse();
        assertThat(ProjectionCopy.isName("/etc/passwd")).isFalse();
    }

    @Test
    void damageInACopyIsFound() throws Exception {
        Path copy = folder.resolve("copy");
        try (Node node = Node.open(folder.resolve("a"))) {
            insert(node, table(node), 0, 100);
            node.engine.copyTo(copy);
        }
        var arrived = new ProjectionCopy(copy);
        int checked = 0;
        for (String file : arrived.files()) {
            if (!file.startsWith("tenant_001/") || !file.matches(".*(sst|MANIFEST-\\d+)")) continue;
            Path path = copy.resolve(file);
            byte[] bytes = Files.readAllBytes(path);
            for (int at = 40; at < bytes.length; at += bytes.length / 3) {
                byte[] damaged = bytes.clone();
                damaged[at] ^= 16;
                Files.delete(path);
                Files.write(path, damaged);
                assertThatThrownBy(arrived::check).as(file + " at " + at).isInstanceOf(StoreFailedException.class);
                checked++;
            }
            Files.write(path, bytes);
        }
        assertThat(checked).isGreaterThan(3);
        arrived.check();
    }
}
