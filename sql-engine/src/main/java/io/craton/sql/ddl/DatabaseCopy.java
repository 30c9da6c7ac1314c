package io.craton.sql.ddl;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.catalog.CatalogObject.DatabaseDef;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.catalog.SystemTables;
import io.craton.storage.engine.TenantSession;
import io.craton.storage.row.RowCodec;
import io.craton.storage.txn.AccessMode;
import io.craton.storage.txn.IsolationLevel;
import io.craton.storage.txn.KeyRange;
import io.craton.storage.txn.RowCursor;
import io.craton.storage.txn.Transaction;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Fills a new database with what another one has at one position: definitions under the same identities, rows, and where sequences stand, in one transaction of the new
 * database. Until that is committed the new one is invalid, as one is that DROP DATABASE was interrupted at: nobody gets in, and it can only be dropped.
 */
final class DatabaseCopy {
    /** Connection limit of an invalid database. */
    private static final int INVALID = -2;

    private final Scope scope;

    DatabaseCopy(Scope scope) {
        this.scope = scope;
    }

    /** The template by its name, if this user may copy it. */
    DatabaseDef template(String name) {
        DatabaseDef found = DatabaseDdl.find(name, scope);
        if (found == null) throw new PgException(SqlState.UNDEFINED_DATABASE, "template database \"" + name + "\" does not exist");
        if (!found.template() && !scope.context().session().superuser() && found.owner() != scope.context().session().currentUserOid()) {
            throw new PgException(SqlState.INSUFFICIENT_PRIVILEGE, "permission denied to copy database \"" + name + "\"");
        }
        return found;
    }

    /** Whether there is anything in it that every new database does not have. */
    boolean hasContents(DatabaseDef database) {
        if (!scope.mayHaveContents(database.tenantNumber())) return false;
        try (TenantSession session = scope.openTenant(database.tenantNumber())) {
            Catalog catalog = session.catalog();
            Transaction transaction = session.begin(IsolationLevel.REPEATABLE_READ, AccessMode.READ_ONLY);
            try {
                Catalog birth = Catalog.EMPTY.with(transaction.birth());
                long own = catalog.allObjects().stream().filter(object -> !Catalog.clusterWide(object)).count();
                if (SystemTables.CATALOG.all(TableDef.class).stream().anyMatch(table -> transaction.rowCount(table) > 0)) return true;
                return own != birth.allObjects().size() || !birth.allObjects().stream().allMatch(object -> object.equals(catalog.find(object.getClass(), object.oid())));
            } finally {
                transaction.rollback();
            }
        }
    }

    /** Makes the database and fills it. The statement ends in a transaction of its own. */
    void create(DatabaseDef database, DatabaseDef template) {
        DatabaseDef invalid = new DatabaseDef(database.oid(), database.tenantNumber(), database.name(), database.owner(), database.template(), database.allowConnections(), INVALID,
                database.acl(), database.group(), database.firstGroup(), database.locale());
        scope.context().transaction().change(new CatalogChange.Put(invalid));
        scope.commitAndRestart();
        try {
            fill(database.tenantNumber(), template);
        } catch (RuntimeException | Error e) {
            scope.context().transaction().readsCluster();
            scope.context().transaction().change(new CatalogChange.Drop(invalid));
            scope.commitAndRestart();
            throw e;
        }
        scope.context().transaction().readsCluster();
        scope.context().transaction().change(new CatalogChange.Put(database));
    }

    private void fill(int target, DatabaseDef template) {
        try (TenantSession from = scope.openTenant(template.tenantNumber()); TenantSession to = scope.openTenant(target)) {
            if (!from.leads() || !to.leads()) {
                throw PgError.error(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE, "database \"" + template.name() + "\" is in a raft group that another node leads")
                        .withHint("Create the database from a session in \"" + template.name() + "\".").exception();
            }
            from.awaitReads();
            Transaction reads = from.begin(IsolationLevel.REPEATABLE_READ, AccessMode.READ_ONLY);
            Transaction writes = to.begin(IsolationLevel.READ_COMMITTED, AccessMode.READ_WRITE);
            try {
                reads.beginStatement();
                writes.beginStatement();
                Catalog catalog = reads.catalog();
                writes.describe(scope.context().session().currentUser(), "CREATE DATABASE", "CREATE DATABASE TEMPLATE " + template.name());
                for (CatalogObject object : catalog.allObjects()) {
                    if (Catalog.clusterWide(object) || object.equals(writes.catalog().find(object.getClass(), object.oid()))) continue;
                    writes.change(new CatalogChange.Put(object));
                }
                for (TableDef table : catalog.all(TableDef.class)) if (table.storageId() != 0) rows(table, catalog, reads, writes);
                for (TableDef table : SystemTables.CATALOG.all(TableDef.class)) rows(table, SystemTables.CATALOG, reads, writes);
                writes.commit();
            } catch (RuntimeException | Error e) {
                writes.rollback();
                throw e;
            } finally {
                reads.rollback();
            }
            sequences(from, to);
        }
    }

    private void rows(TableDef table, Catalog catalog, Transaction reads, Transaction writes) {
        RowCodec codec = RowCodec.of(table, catalog);
        long done = 0;
        try (RowCursor rows = reads.scan(table, KeyRange.ALL, false)) {
            while (rows.next()) {
                @Nullable Object[] values = codec.datums(rows.row());
                if (writes.insert(table, values) instanceof Transaction.WriteOutcome.Conflict conflict) {
                    throw new PgException(SqlState.DATA_CORRUPTED, "a row of table \"" + table.name() + "\" is twice in index \"" + conflict.index().name() + "\"");
                }
                if ((++done & 1023) == 0) scope.context().checkInterrupts();
            }
        }
    }

    private static void sequences(TenantSession from, TenantSession to) {
        Transaction reads = from.begin(IsolationLevel.READ_COMMITTED, AccessMode.READ_ONLY);
        Transaction writes = to.begin(IsolationLevel.READ_COMMITTED, AccessMode.READ_WRITE);
        try {
            List<SequenceDef> all = List.copyOf(reads.catalog().all(SequenceDef.class));
            for (SequenceDef sequence : all) {
                Transaction.SequenceState state = reads.sequenceState(sequence);
                writes.setValue(sequence, state.lastValue(), state.called());
            }
        } finally {
            writes.rollback();
            reads.rollback();
        }
    }
}
