package io.craton.storage.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.entry.EntryHeader;
import io.craton.storage.io.RealFiles;
import io.craton.storage.log.EntryType;
import io.craton.storage.log.EventLog;
import io.craton.storage.log.LogOptions;
import io.craton.storage.log.LogRecord;
import io.craton.storage.sim.MemoryCommitLog;
import io.craton.storage.sim.Node;
import io.craton.storage.sim.Tables;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Projections that are, and are not, what a log says. */
class DataVerifierTest {
    @TempDir Path folder;

    /** A folder whose projections have these rows, checkpointed in the middle; answers its entries. */
    private List<MemoryCommitLog.Entry> data(Path data, int... ids) throws InterruptedException {
        try (Node node = Node.open(data)) {
            TableDef[] table = new TableDef[1];
            node.run(transaction -> {
                table[0] = Tables.table(transaction, "accounts", List.of(Tables.int4("id"), Tables.text("name")), List.of(1));
                transaction.change(new CatalogChange.Put(table[0]));
                transaction.change(new CatalogChange.Put(Tables.primaryKey(transaction.newOid(), table[0])));
            });
            for (int i = 0; i < ids.length; i++) {
                long id = ids[i];
                node.run(transaction -> transaction.insert(table[0], new Object[] {id, "x"}));
                if (i == ids.length / 2) node.engine.checkpoint();
            }
            return node.log.entries();
        }
    }

    private Path log(List<MemoryCommitLog.Entry> entries) throws IOException {
        Path log = folder.resolve("log");
        List<LogRecord> records = new ArrayList<>();
        for (MemoryCommitLog.Entry entry : entries) {
            ByteBuffer payload = ByteBuffer.wrap(entry.payload());
            records.add(new LogRecord(entry.position(), 1, EntryType.DATA, EntryHeader.tenant(payload), payload));
        }
        try (EventLog made = EventLog.open(RealFiles.at(log), LogOptions.DEFAULT.withSegmentBytes(64 << 10), failure -> {})) {
            made.append(records);
        }
        return log;
    }

    private DataVerifier.Report verify(Path log, Path data) throws IOException {
        return new DataVerifier(List.of(RealFiles.at(log)), data, folder.resolve("scratch"), null).run(bytes -> {});
    }

    @Test
    void projectionsThatLagBehindTheirOwnLogAreEqualToIt() throws Exception {
        Path log = log(data(folder.resolve("a"), 1, 2, 3, 4, 5));
        DataVerifier.Report report = verify(log, folder.resolve("a"));
        assertThat(report.differences()).isEmpty();
        assertThat(report.position()).isEqualTo(6);
        assertThat(folder.resolve("scratch")).doesNotExist();
    }

    @Test
    void aRowThatTheLogDoesNotHaveIsNamed() throws Exception {
        Path log = log(data(folder.resolve("a"), 1, 2, 3, 4, 5));
        data(folder.resolve("b"), 1, 9, 3, 4, 5);
        DataVerifier.Report report = verify(log, folder.resolve("b"));
        assertThat(report.differences()).anySatisfy(each -> assertThat(each).contains("tenant 1", "a row of table accounts", "is missing"))
                .anySatisfy(each -> assertThat(each).contains("tenant 1", "a row of table accounts", "is not in the log"));
    }
}
