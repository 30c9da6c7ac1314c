package io.craton.sql.pgcatalog;

import io.craton.sql.exec.ExecContext;
import io.craton.sql.function.LogRows;

import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.catalog.CatalogObject.DatabaseDef;
import io.craton.storage.catalog.CatalogObject.SchemaDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.entry.SchemaHash;
import io.craton.storage.entry.SchemaRecord;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Views of the tenant's own past: entries of the log, and changes of its definitions. */
final class HistoryViews {
    private static final int READ_ALL_STATS = 3375;

    private HistoryViews() {}

    /** craton_log: one row for each entry, read from the log as far as somebody asks. */
    static final class Log implements Rows.OfSession {
        private static final double ROWS_GUESSED = 10_000;

        @Override
        public void fill(ExecContext context, Consumer<Object[]> out) {
            open(context, Map.of()).forEachRemaining(out);
        }

        @Override
        public Iterator<Object[]> open(ExecContext context, Map<String, Object> values) {
            Object position = values.get("position");
            long from = position instanceof Long number ? number : 1;
            long to = position instanceof Long number ? number : context.transaction().snapshotPosition();
            return LogRows.open(context, from, to);
        }

        @Override
        public double count(Catalog catalog) {
            return ROWS_GUESSED;
        }

        @Override
        public double distinct(Catalog catalog, String column) {
            return column.equals("position") ? ROWS_GUESSED : 20;
        }
    }

    /** craton_migrations: one row for each entry that changed definitions. */
    static void migrations(ExecContext context, Consumer<Object[]> out) {
        boolean all = Ownership.has(context, READ_ALL_STATS) || ownsDatabase(context);
        SchemaHash hash = new SchemaHash();
        hash.apply(context.transaction().birth());
        byte[][] before = {hash.value()};
        context.transaction().schemaChanges(0, Long.MAX_VALUE - 1, (position, schemaRecord) -> {
            hash.apply(schemaRecord.changes());
            byte[] after = hash.value();
            String statement = schemaRecord.statement();
            boolean shown = all || schemaRecord.role().equals(context.session().currentUser());
            out.accept(new Object[] {position, schemaRecord.timestampMicros(), role(schemaRecord), schemaRecord.tag().isEmpty() ? null : schemaRecord.tag(),
                statement == null || shown ? statement : "<insufficient privilege>", statement == null ? null : checksum(statement), hex(before[0]), hex(after),
                schemaRecord.transaction(), (long) schemaRecord.changes().size()});
            before[0] = after;
        });
    }

    private static @Nullable String role(SchemaRecord schemaRecord) {
        return schemaRecord.role().isEmpty() ? null : schemaRecord.role();
    }

    private static boolean ownsDatabase(ExecContext context) {
        for (DatabaseDef database : context.catalog().all(DatabaseDef.class)) {
            if (database.name().equals(context.session().database())) return Ownership.has(context, database.owner());
        }
        return false;
    }

    private static String checksum(String text) {
        try {
            return hex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    /** craton_schema_history: one row for each object that an entry made, changed or dropped. */
    static void objects(ExecContext context, Consumer<Object[]> out) {
        Map<Class<?>, Map<Integer, CatalogObject>> known = new HashMap<>();
        for (CatalogChange change : context.transaction().birth()) remember(known, change.object());
        context.transaction().schemaChanges(0, Long.MAX_VALUE - 1, (position, schemaRecord) -> {
            for (CatalogChange change : schemaRecord.changes()) {
                CatalogObject object = change.object();
                Map<Integer, CatalogObject> same = known.computeIfAbsent(object.getClass(), _ -> new HashMap<>());
                String operation = change instanceof CatalogChange.Drop ? "drop" : same.containsKey(object.oid()) ? "alter" : "create";
                if (change instanceof CatalogChange.Put) remember(known, object);
                NamedObject named = NamedObject.of(object);
                out.accept(new Object[] {position, schemaRecord.timestampMicros(), role(schemaRecord), operation, named.kind(),
                    named.schemaOid() == 0 ? null : name(known, SchemaDef.class, named.schemaOid()), named.name(),
                    named.tableOid() == 0 ? null : name(known, TableDef.class, named.tableOid()), Datum.oid(object.oid())});
                if (change instanceof CatalogChange.Drop) same.remove(object.oid());
            }
        });
    }

    private static void remember(Map<Class<?>, Map<Integer, CatalogObject>> known, CatalogObject object) {
        known.computeIfAbsent(object.getClass(), _ -> new HashMap<>()).put(object.oid(), object);
    }

    private static @Nullable String name(Map<Class<?>, Map<Integer, CatalogObject>> known, Class<?> kind, int oid) {
        CatalogObject found = known.getOrDefault(kind, Map.of()).get(oid);
        return found == null ? null : NamedObject.of(found).name();
    }
}
