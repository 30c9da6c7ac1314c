package io.craton.sql.function;

import io.craton.core.error.PgError;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgArray;
import io.craton.core.type.PgType;
import io.craton.core.type.TypeCodecs;
import io.craton.core.type.TypeResolver;
import io.craton.sql.exec.ExecContext;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.projection.RowVersion;
import io.craton.storage.row.KeyCodec;
import io.craton.storage.txn.TenantLog;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * craton_row_history: everything that happened to the row with a key. Each version is shown under the definition it was written under. Versions of rows that are kept
 * under another key (the table got its primary key later, or had another one) are looked for among all versions of that time.
 */
final class RowHistory {
    private record Event(long position, String operation, byte @Nullable [] image, long definition) {}

    private final ExecContext context;
    private final TablePast past;
    private final List<Event> events = new ArrayList<>();

    private RowHistory(ExecContext context, long relation) {
        this.context = context;
        this.past = new TablePast(context, relation);
    }

    static Iterator<@Nullable Object[]> open(ExecContext context, CallInfo call, @Nullable Object[] arguments) {
        if (arguments[0] == null) return List.<@Nullable Object[]>of().iterator();
        RowHistory history = new RowHistory(context, (Long) arguments[0]);
        List<PgType> types = new ArrayList<>(call.argumentTypes().subList(1, call.argumentTypes().size()));
        List<@Nullable Object> values = new ArrayList<>();
        for (int i = 1; i < arguments.length; i++) values.add(arguments[i]);
        if (call.variadicArray() && values.getFirst() instanceof PgArray array) {
            values = new ArrayList<>(java.util.Arrays.asList(array.elements()));
            types = java.util.Collections.nCopies(values.size(), array.elementType());
        }
        return history.rows(types, values).iterator();
    }

    private List<@Nullable Object[]> rows(List<PgType> types, List<@Nullable Object> values) {
        List<TablePast.Stay> stays = past.stays();
        List<Integer> newest = List.of();
        for (TablePast.Stay stay : stays.reversed()) {
            long end = Math.min(stay.to() - 1, context.transaction().snapshotPosition());
            if (stay.from() > end) continue;
            newest = TablePast.keyColumns(Objects.requireNonNull(past.at(end)), past.catalogAt(end));
            break;
        }
        for (TablePast.Stay stay : stays) {
            long until = Math.min(stay.to() - 1, context.transaction().snapshotPosition());
            if (stay.from() > until) continue;
            Catalog catalog = past.catalogAt(until);
            TableDef table = Objects.requireNonNull(past.at(until));
            List<Integer> columns = TablePast.hasKey(table, catalog) ? TablePast.keyColumns(table, catalog) : newest;
            if (columns.stream().anyMatch(number -> number > table.columns().size() || table.column(number).dropped())) continue; // rows had no such name then
            if (columns.size() != values.size()) {
                throw PgError.error(SqlState.INVALID_PARAMETER_VALUE, "the primary key of \"" + table.name() + "\" has " + columns.size() + " columns, not " + values.size())
                        .exception();
            }
            @Nullable Object[] key = new Object[values.size()];
            for (int i = 0; i < key.length; i++) key[i] = converted(values.get(i), types.get(i), table.column(columns.get(i)).typeOid(), catalog);
            collect(stay, table, catalog, columns, key);
        }
        events.sort(Comparator.comparingLong(Event::position));
        return described();
    }

    private @Nullable Object converted(@Nullable Object value, PgType from, int typeOid, TypeResolver types) {
        PgType to = Objects.requireNonNull(types.type(typeOid));
        if (value == null || from.oid() == to.oid()) return value;
        return TypeCodecs.fromText(to, TypeCodecs.toText(from, value, context.format()), -1, context.format());
    }

    private void collect(TablePast.Stay stay, TableDef table, Catalog catalog, List<Integer> columns, @Nullable Object[] key) {
        List<RowVersion> versions = new ArrayList<>();
        if (columns.equals(table.keyColumns())) {
            KeyCodec codec = KeyCodec.forTable(table, catalog);
            for (int i = 0; i < key.length; i++) if (key[i] == null || !codec.fits(i, key[i])) return;
            context.transaction().versions(table, codec.encode(key), versions::add);
        } else {
            List<@Nullable Object> wanted = java.util.Arrays.asList(key);
            context.transaction().versions(table, null, version -> {
                context.checkInterrupts();
                if (past.values(version.image(), version.from(), columns).equals(wanted)) versions.add(version);
            });
        }
        versions.sort(Comparator.comparingLong(RowVersion::from));
        long snapshot = context.transaction().snapshotPosition();
        long end = 0;
        for (RowVersion version : versions) {
            if (version.from() > snapshot) break;
            boolean rewritten = version.from() == stay.from() && !events.isEmpty() && events.getLast().position == stay.from();
            if (rewritten) events.removeLast();
            events.add(new Event(version.from(), rewritten ? "REWRITE" : version.from() == end ? "UPDATE" : "INSERT", version.image(), version.from()));
            end = version.to() == RowVersion.NOW ? stay.to() : version.to();
            boolean goes = version.to() == RowVersion.NOW || versions.stream().noneMatch(other -> other.from() == version.to());
            if (goes && end <= snapshot) events.add(new Event(end, version.to() == RowVersion.NOW ? "TRUNCATE" : "DELETE", null, end));
        }
    }

    private List<@Nullable Object[]> described() {
        List<@Nullable Object[]> rows = new ArrayList<>(events.size());
        Map<Long, TenantLog.@Nullable Entry> entries = new HashMap<>();
        TenantLog log = context.transaction().log();
        for (Event event : events) {
            TenantLog.Entry entry = entries.computeIfAbsent(event.position, position -> {
                try (TenantLog.Entries found = log.entries(position, position)) {
                    return found.hasNext() ? found.next() : null;
                }
            });
            rows.add(new Object[] {event.position, entry == null ? null : entry.timestampMicros(), event.operation, entry == null ? null : entry.role(),
                event.image == null ? null : past.json(event.image, event.definition), entry == null ? null : entry.transaction()});
        }
        return rows;
    }
}
