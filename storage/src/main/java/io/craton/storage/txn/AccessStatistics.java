package io.craton.storage.txn;

import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * How the tables and indexes of a tenant were read and changed on this node since it started, and how its transactions ended. What is rolled back counts as well.
 * Any thread.
 */
public final class AccessStatistics {
    /** One table. Reads by its clustered index are those of the table's rows by key. */
    public static final class Table {
        final int oid;
        final LongAdder scans = new LongAdder();
        final LongAdder scanned = new LongAdder();
        final LongAdder indexScans = new LongAdder();
        final LongAdder fetched = new LongAdder();
        final LongAdder inserted = new LongAdder();
        final LongAdder updated = new LongAdder();
        final LongAdder deleted = new LongAdder();
        private final LongAdder analyses = new LongAdder();
        private volatile long changedBefore;
        private volatile @Nullable Long analyzed;

        private Table(int oid) {
            this.oid = oid;
        }

        public long scans() {
            return scans.sum();
        }

        /** Rows that scans gave. */
        public long scanned() {
            return scanned.sum();
        }

        public long indexScans() {
            return indexScans.sum();
        }

        /** Rows that indexes led to. */
        public long fetched() {
            return fetched.sum();
        }

        public long inserted() {
            return inserted.sum();
        }

        public long updated() {
            return updated.sum();
        }

        public long deleted() {
            return deleted.sum();
        }

        private long changed() {
            return inserted() + updated() + deleted();
        }

        public long changedSinceAnalyzed() {
            return Math.max(0, changed() - changedBefore);
        }

        public long analyses() {
            return analyses.sum();
        }

        /** Micros since 2000; null: never. */
        public @Nullable Long analyzed() {
            return analyzed;
        }

        void analyzed(long micros) {
            analyzed = micros;
            analyses.increment();
            changedBefore = changed();
        }
    }

    /** One index. */
    public static final class Index {
        final int oid;
        final LongAdder scans = new LongAdder();
        final LongAdder read = new LongAdder();

        private Index(int oid) {
            this.oid = oid;
        }

        public long scans() {
            return scans.sum();
        }

        /** Entries read, each of which leads to a row. */
        public long read() {
            return read.sum();
        }
    }

    private final ConcurrentHashMap<Integer, Table> tables = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Integer, Index> indexes = new ConcurrentHashMap<>();
    final LongAdder commits = new LongAdder();
    final LongAdder rollbacks = new LongAdder();
    final LongAdder deadlocks = new LongAdder();
    final LongAdder sessions = new LongAdder();
    private final long sinceMicros;

    AccessStatistics(long sinceMicros) {
        this.sinceMicros = sinceMicros;
    }

    /** Of a table that may not have been touched yet. */
    public Table of(TableDef table) {
        Table known = tables.get(table.oid());
        return known != null ? known : tables.computeIfAbsent(table.oid(), Table::new);
    }

    public Index of(IndexDef index) {
        Index known = indexes.get(index.oid());
        return known != null ? known : indexes.computeIfAbsent(index.oid(), Index::new);
    }

    public Iterable<Table> tables() {
        return tables.values();
    }

    /** Whoever knows that a table or an index is no more. */
    void forget(int oid) {
        tables.remove(oid);
        indexes.remove(oid);
    }

    public long commits() {
        return commits.sum();
    }

    public long rollbacks() {
        return rollbacks.sum();
    }

    public long deadlocks() {
        return deadlocks.sum();
    }

    /** Sessions begun. */
    public long sessions() {
        return sessions.sum();
    }

    /** When counting began, micros since 2000. */
    public long sinceMicros() {
        return sinceMicros;
    }
}
