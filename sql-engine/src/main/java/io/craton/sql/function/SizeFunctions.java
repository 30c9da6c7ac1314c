package io.craton.sql.function;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.Numeric;
import io.craton.core.type.PgType;
import io.craton.sql.exec.ExecContext;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * pg_size_pretty, pg_size_bytes and the sizes of relations. Rows live in a shared key-value store, so a relation's size is its exact number of
 * rows times the average width that its column types suggest: an estimate, good enough for what asks.
 */
final class SizeFunctions {
    /** A number, then perhaps a unit. */
    private static final Pattern SIZE = Pattern.compile("(?s)([-+]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][-+]?\\d+)?)\\s*(.*)");
    private static final int ROW_OVERHEAD = 28;
    private static final int WIDTH_OF_VARIABLE = 32;

    private record Unit(String name, long limit, boolean rounds, int bits) {}

    private static final List<Unit> UNITS = List.of(new Unit("bytes", 10 * 1024, false, 0), new Unit("kB", 20 * 1024 - 1, true, 10),
            new Unit("MB", 20 * 1024 - 1, true, 20), new Unit("GB", 20 * 1024 - 1, true, 30), new Unit("TB", 20 * 1024 - 1, true, 40),
            new Unit("PB", 20 * 1024 - 1, true, 50));

    private SizeFunctions() {}

    static void register(Kernels kernels) {
        kernels.scalar("pg_size_pretty", (context, call, a) -> pretty(BigInteger.valueOf((Long) a[0]), a[0].toString()));
        kernels.scalar("pg_size_pretty_numeric", (context, call, a) -> {
            BigDecimal value = ((Numeric) a[0]).toBigDecimal();
            return pretty(value.toBigInteger(), a[0].toString());
        });
        kernels.scalar("pg_size_bytes", (context, call, a) -> bytes((String) a[0]));
        kernels.scalar("pg_column_size", (context, call, a) -> a[0] == null ? null : (Object) (long) columnSize(context, call, a[0]));
        kernels.scalar("sql:2325", (context, call, a) -> relation(context, (Long) a[0]));
        kernels.scalar("pg_relation_size", (context, call, a) -> {
            String fork = (String) a[1];
            if (!List.of("main", "fsm", "vm", "init").contains(fork)) {
                throw PgError.error(SqlState.INVALID_PARAMETER_VALUE, "invalid fork name")
                        .withHint("Valid fork names are \"main\", \"fsm\", \"vm\", and \"init\".").exception();
            }
            return fork.equals("main") ? relation(context, (Long) a[0]) : (Object) 0L;
        });
        kernels.scalar("pg_table_size", (context, call, a) -> relation(context, (Long) a[0]));
        kernels.scalar("pg_indexes_size", (context, call, a) -> indexes(context, (Long) a[0]));
        kernels.scalar("pg_total_relation_size", (context, call, a) -> {
            Object table = relation(context, (Long) a[0]);
            return table == null ? null : (Object) ((Long) table + (Long) indexes(context, (Long) a[0]));
        });
        kernels.scalar("pg_database_size_name", (context, call, a) -> database(context));
        kernels.scalar("pg_database_size_oid", (context, call, a) -> database(context));
        kernels.scalar("pg_relation_filenode", (context, call, a) -> {
            TableDef table = context.catalog().table((int) (long) (Long) a[0]);
            return table == null || table.storageId() == 0 ? null : (Object) table.storageId();
        });
    }

    private static String pretty(BigInteger size, String plain) {
        BigInteger value = size;
        for (int i = 0; i < UNITS.size(); i++) {
            Unit unit = UNITS.get(i);
            boolean last = i == UNITS.size() - 1;
            if (last || value.abs().compareTo(BigInteger.valueOf(unit.limit)) < 0) {
                if (i == 0) return plain + " bytes";
                BigInteger rounded = unit.rounds ? half(value) : value;
                return rounded + " " + unit.name;
            }
            int shift = UNITS.get(i + 1).bits - unit.bits - (UNITS.get(i + 1).rounds ? 1 : 0) + (unit.rounds ? 1 : 0);
            value = value.divide(BigInteger.ONE.shiftLeft(shift));
        }
        throw new IllegalStateException();
    }

    private static BigInteger half(BigInteger value) {
        return value.add(BigInteger.valueOf(value.signum() < 0 ? -1 : 1)).divide(BigInteger.TWO);
    }

    private static Object bytes(String text) {
        Matcher matcher = SIZE.matcher(text.strip());
        if (!matcher.matches()) throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "invalid size: \"" + text + "\"");
        Numeric number = Numeric.parse(matcher.group(1));
        String unit = matcher.group(2);
        if (!unit.isEmpty()) number = number.multiply(Numeric.of(1L << bits(text, unit)));
        return number.toLong("bigint", Long.MIN_VALUE, Long.MAX_VALUE);
    }

    private static int bits(String text, String name) {
        for (Unit unit : UNITS) {
            if (unit.name.equalsIgnoreCase(name)) return unit.bits;
        }
        if (name.toLowerCase(Locale.ROOT).equals("b")) return 0;
        throw PgError.error(SqlState.INVALID_PARAMETER_VALUE, "invalid size: \"" + text + "\"")
                .withDetail("Invalid size unit: \"" + name + "\".")
                .withHint("Valid units are \"bytes\", \"kB\", \"MB\", \"GB\", \"TB\", and \"PB\".").exception();
    }

    private static int columnSize(ExecContext context, CallInfo call, Object value) {
        PgType type = call.argumentTypes().getFirst();
        if (type.length() > 0) return type.length();
        if (value instanceof byte[] bytes) return bytes.length + 4;
        int text = CodePoints.utf8Length(CompositionFunctions.text(context, type, value));
        return text < 127 ? text + 1 : text + 4;
    }

    private static @Nullable Object relation(ExecContext context, long oid) {
        TableDef table = context.catalog().table((int) oid);
        if (table != null) return table.storageId() == 0 ? 0L : context.transaction().rowCount(table) * rowWidth(context, table);
        IndexDef index = context.catalog().find(IndexDef.class, (int) oid);
        if (index != null) return index(context, index);
        return CatalogNames.Relations.find(context.catalog(), (int) oid) != null || oid > 0 && oid < 16384 ? (Object) 0L : null;
    }

    private static long index(ExecContext context, IndexDef index) {
        TableDef table = context.catalog().table(index.tableOid());
        if (table == null || index.clustered()) return 0;
        long width = ROW_OVERHEAD;
        for (IndexDef.KeyPart part : index.keyParts()) width += width(context, table.column(part.column()));
        return context.transaction().rowCount(table) * width;
    }

    private static Object indexes(ExecContext context, long tableOid) {
        long total = 0;
        for (IndexDef index : context.catalog().indexes((int) tableOid)) total += index(context, index);
        return total;
    }

    private static Object database(ExecContext context) {
        long total = 0;
        for (TableDef table : context.catalog().all(TableDef.class)) {
            if (table.storageId() == 0) continue;
            total += context.transaction().rowCount(table) * rowWidth(context, table);
            total += (Long) indexes(context, table.oid());
        }
        return total;
    }

    private static long rowWidth(ExecContext context, TableDef table) {
        long width = ROW_OVERHEAD;
        for (ColumnDef column : table.columns()) {
            if (!column.dropped()) width += width(context, column);
        }
        return width;
    }

    private static long width(ExecContext context, ColumnDef column) {
        PgType type = context.catalog().type(column.typeOid());
        return type != null && type.length() > 0 ? type.length() : WIDTH_OF_VARIABLE;
    }
}
