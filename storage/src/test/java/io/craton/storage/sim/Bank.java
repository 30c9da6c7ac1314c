package io.craton.storage.sim;

import io.craton.core.type.PgTypes;
import io.craton.core.type.TypeOid;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.ColumnTuning;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.row.KeyCodec;
import io.craton.storage.row.RowCodec;
import io.craton.storage.txn.AccessMode;
import io.craton.storage.txn.IsolationLevel;
import io.craton.storage.txn.KeyRange;
import io.craton.storage.txn.RowCursor;
import io.craton.storage.txn.RowLockMode;
import io.craton.storage.txn.Transaction;
import io.craton.storage.txn.WaitPolicy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The simulation's database, as a transaction sees it: accounts between which money moves, lists that only grow, pairs with a sum that is never negative, places that are unique, and marks. */
final class Bank {
    static final int DATABASE = 1;
    static final int ACCOUNTS = 5;
    static final int BALANCE = 100;
    static final int LISTS = 3;
    static final int PAIRS = 3;
    static final int SLOTS = 12;

    private final Transaction transaction;

    Bank(Transaction transaction) {
        this.transaction = transaction;
    }

    static void make(Simulation simulation, Member leader) {
        var session = leader.engine().openSession(DATABASE, 1);
        Transaction transaction = session.begin(IsolationLevel.READ_COMMITTED, AccessMode.READ_WRITE);
        transaction.beginStatement();
        TableDef accounts = make(transaction, "accounts", Tables.int8("id"), Tables.int8("balance"));
        TableDef lists = make(transaction, "lists", Tables.int8("id"), Tables.text("items"));
        TableDef pairs = make(transaction, "pairs", Tables.int8("id"), Tables.int8("amount"));
        TableDef slots = make(transaction, "slots", Tables.int8("id"), Tables.int8("place"));
        make(transaction, "marks", Tables.int8("id"), Tables.int8("large"));
        TableDef bulk = make(transaction, "bulk", Tables.int8("id"), Tables.int8("place"), Tables.text("filling"));
        transaction.change(new CatalogChange.Put(Tables.index(transaction, slots, "slots_place", true, 2)));
        transaction.change(new CatalogChange.Put(Tables.index(transaction, bulk, "bulk_place", true, 2)));
        transaction.change(new CatalogChange.Put(Tables.index(transaction, accounts, "accounts_balance", false, 2)));
        for (long id = 0; id < ACCOUNTS; id++) transaction.insert(accounts, new Object[] {id, (long) BALANCE});
        for (long id = 0; id < LISTS; id++) transaction.insert(lists, new Object[] {id, ""});
        for (long id = 0; id < 2 * PAIRS; id++) transaction.insert(pairs, new Object[] {id, 20L});
        leader.calling(() -> simulation.waiting(transaction::commit));
        session.close();
    }

    private static TableDef make(Transaction transaction, String name, Tables.Column... columns) {
        TableDef table = Tables.table(transaction, name, List.of(columns), List.of(1));
        transaction.change(new CatalogChange.Put(table));
        transaction.change(new CatalogChange.Put(Tables.primaryKey(transaction.newOid(), table)));
        return table;
    }

    // ---- rows ----------------------------------------------------------------------------------------------------

    TableDef table(String name) {
        return find(transaction.catalog(), name);
    }

    private static TableDef find(Catalog catalog, String name) {
        for (TableDef table : catalog.all(TableDef.class)) if (table.name().equals(name)) return table;
        throw new AssertionError("no table " + name);
    }

    private static byte[] key(TableDef table, long id) {
        return KeyCodec.forTable(table, PgTypes::find).encode(id);
    }

    private static RowCodec rows(TableDef table) {
        return RowCodec.of(table, PgTypes::find);
    }

    @Nullable Object[] read(TableDef table, long id) {
        byte[] row = transaction.get(table, key(table, id));
        return row == null ? null : rows(table).datums(row);
    }

    /** The row to be changed; null when it is gone. 55P03 when somebody else has it. */
    @Nullable Object[] locked(TableDef table, long id) {
        byte[] key = key(table, id);
        return switch (transaction.lock(table, key, RowLockMode.UPDATE, WaitPolicy.NO_WAIT)) {
            case Transaction.LockOutcome.Locked _ -> read(table, id);
            case Transaction.LockOutcome.Changed changed -> changed.newestRow() == null ? null : rows(table).datums(changed.newestRow());
            case Transaction.LockOutcome.ChangedByCommand _ -> throw new AssertionError("a command changes a row once");
            case Transaction.LockOutcome.Skipped _ -> throw new AssertionError("nothing is skipped");
        };
    }

    boolean update(TableDef table, long id, Object... values) {
        return transaction.update(table, key(table, id), full(table, values)) instanceof Transaction.WriteOutcome.Written;
    }

    boolean insert(TableDef table, Object... values) {
        return transaction.insert(table, full(table, values)) instanceof Transaction.WriteOutcome.Written;
    }

    void delete(TableDef table, long id) {
        transaction.delete(table, key(table, id));
    }

    /** With something in the columns that came later. */
    private static Object[] full(TableDef table, Object... values) {
        Object[] full = java.util.Arrays.copyOf(values, table.columns().size());
        for (int i = values.length; i < full.length; i++) full[i] = (long) i;
        return full;
    }

    /** All rows by id, by the table; checked against each of its indexes. */
    TreeMap<Long, Object[]> all(String name) {
        TableDef table = table(name);
        RowCodec codec = rows(table);
        TreeMap<Long, Object[]> all = new TreeMap<>();
        try (RowCursor cursor = transaction.scan(table, KeyRange.ALL, false)) {
            while (cursor.next()) all.put(codec.getLong(cursor.row(), 0), codec.datums(cursor.row()));
        }
        for (IndexDef index : transaction.catalog().indexes(table.oid())) {
            if (index.clustered()) continue;
            int column = index.keyParts().getFirst().column() - 1;
            List<String> byIndex = new ArrayList<>();
            try (RowCursor cursor = transaction.scanIndex(table, index, KeyRange.ALL, false)) {
                while (cursor.next()) byIndex.add(codec.datum(cursor.row(), column) + ":" + codec.getLong(cursor.row(), 0));
            }
            List<String> byTable = all.entrySet().stream().sorted(Comparator.<java.util.Map.Entry<Long, Object[]>>comparingLong(row -> (long) row.getValue()[column]).thenComparingLong(java.util.Map.Entry::getKey))
                    .map(row -> row.getValue()[column] + ":" + row.getKey()).toList();
            if (!byIndex.equals(byTable)) throw new AssertionError("index " + index.name() + " has " + byIndex + ", its table " + byTable);
            if (index.unique() && all.values().stream().map(row -> row[column]).distinct().count() != all.size()) throw new AssertionError("index " + index.name() + " is not unique: " + byTable);
        }
        return all;
    }

    // ---- definitions ---------------------------------------------------------------------------------------------

    void addColumn(String name) {
        TableDef table = table(name);
        List<ColumnDef> columns = new ArrayList<>(table.columns());
        int number = columns.size() + 1;
        columns.add(new ColumnDef(number, "c" + number, TypeOid.INT8, -1, 0, false, null, (char) 0, (char) 0, null, false, false, -1, null, ColumnTuning.DEFAULT));
        transaction.change(new CatalogChange.Put(new TableDef(table.oid(), table.schemaOid(), table.name(), table.owner(), table.kind(), table.persistence(), table.storageId(), table.rowTypeOid(),
                table.arrayTypeOid(), columns, table.keyColumns(), table.options(), table.viewQuery(), table.populated(), table.hasTriggers(), table.acl(), table.replicaIdentity(), table.ofTypeOid())));
    }

    void addIndex(String name, String indexName) {
        transaction.change(new CatalogChange.Put(Tables.index(transaction, table(name), indexName, false, 2)));
    }

    /** Drops the newest that was added to it; false when there is none. */
    boolean dropIndex(String name) {
        IndexDef found = null;
        for (IndexDef index : transaction.catalog().indexes(table(name).oid())) if (index.name().startsWith("added_")) found = index;
        if (found != null) transaction.change(new CatalogChange.Drop(found));
        return found != null;
    }

    void lock(String name, int mode) {
        transaction.lockTable(table(name).oid(), mode, WaitPolicy.NO_WAIT);
    }

    static void each(String items, Consumer<Integer> item) {
        for (String each : items.split(",")) if (!each.isEmpty()) item.accept(Integer.parseInt(each));
    }
}
