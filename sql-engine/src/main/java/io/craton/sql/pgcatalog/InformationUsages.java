package io.craton.sql.pgcatalog;

import io.craton.sql.exec.ExecContext;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.ConstraintDef;
import io.craton.storage.catalog.CatalogObject.RoutineDef;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** information_schema's views of what views, routines, checks and generated columns use: pg_depend by names. */
final class InformationUsages {
    private static final long CLASS = 1259;
    private static final long PROCEDURE = 1255;
    private static final long CONSTRAINT = 2606;
    private static final long DEFAULT = 2604;
    private static final long REWRITE = 2618;

    private final Map<String, Shape> byName = new HashMap<>();
    private final Supplier<VirtualTable> depend;

    InformationUsages(List<Shape> shapes, Supplier<VirtualTable> depend) {
        for (Shape shape : shapes) {
            if (shape.schema().equals("information_schema")) byName.put(shape.name(), shape);
        }
        this.depend = depend;
    }

    /** One reference of pg_depend. */
    private record Use(int object, int referenced, int column) {}

    /** What a view of uses shows of one of them; nothing when it is none of its own. */
    private interface Line {
        void set(ExecContext context, Use use, NamedRow row);
    }

    void register(Map<String, Rows> sources) {
        register(sources, "view_table_usage", REWRITE, CLASS, (context, use, row) -> {
            TableDef view = view(context, use);
            TableDef table = used(context, use);
            if (view != null && table != null) table(context, table(context, row, "view", view), "table", table).end();
        });
        register(sources, "view_column_usage", REWRITE, CLASS, (context, use, row) -> {
            TableDef view = view(context, use);
            TableDef table = used(context, use);
            if (view == null || table == null || use.column == 0) return;
            table(context, table(context, row, "view", view), "table", table).set("column_name", table.column(use.column).name()).end();
        });
        register(sources, "view_routine_usage", REWRITE, PROCEDURE, (context, use, row) -> {
            TableDef view = view(context, use);
            RoutineDef routine = usedRoutine(context, use);
            if (view != null && routine != null) specific(context, table(context, row, "table", view), routine).end();
        });
        register(sources, "check_constraint_routine_usage", CONSTRAINT, PROCEDURE, (context, use, row) -> {
            ConstraintDef constraint = context.catalog().find(ConstraintDef.class, use.object);
            RoutineDef routine = usedRoutine(context, use);
            if (constraint == null || constraint.type() != 'c' || routine == null) return;
            row.name("constraint", database(context), schema(context, constraint.schemaOid()), constraint.name());
            specific(context, row, routine).end();
        });
        register(sources, "routine_table_usage", PROCEDURE, CLASS, (context, use, row) -> {
            TableDef table = used(context, use);
            if (table != null && by(context, use, row)) table(context, row, "table", table).end();
        });
        register(sources, "routine_column_usage", PROCEDURE, CLASS, (context, use, row) -> {
            TableDef table = used(context, use);
            if (table == null || use.column == 0 || !by(context, use, row)) return;
            table(context, row, "table", table).set("column_name", table.column(use.column).name()).end();
        });
        register(sources, "routine_sequence_usage", PROCEDURE, CLASS, (context, use, row) -> {
            SequenceDef sequence = context.catalog().find(SequenceDef.class, use.referenced);
            if (sequence == null || !Ownership.has(context, sequence.owner()) || !by(context, use, row)) return;
            row.name("sequence", database(context), schema(context, sequence.schemaOid()), sequence.name()).end();
        });
        register(sources, "routine_routine_usage", PROCEDURE, PROCEDURE, (context, use, row) -> {
            RoutineDef routine = context.catalog().find(RoutineDef.class, use.object);
            RoutineDef used = usedRoutine(context, use);
            if (routine == null || used == null || !plain(routine) || !plain(used)) return;
            specific(context, row, routine).name("routine", database(context), schema(context, used.schemaOid()), specificName(used)).end();
        });
        register(sources, "column_column_usage", DEFAULT, CLASS, InformationUsages::generated);
    }

    private void register(Map<String, Rows> sources, String name, long classOid, long referencedClass, Line line) {
        Shape shape = byName.get(name);
        sources.put(name, (Rows.OfSession) (context, out) -> {
            Set<List<Object>> seen = new HashSet<>();
            NamedRow row = new NamedRow(shape, values -> {
                if (seen.add(java.util.Arrays.asList(values))) out.accept(values);
            });
            each(context, classOid, referencedClass, use -> line.set(context, use, row));
        });
    }

    private void each(ExecContext context, long classOid, long referencedClass, Consumer<Use> out) {
        for (Iterator<Object[]> rows = depend.get().rows(context, 0, classOid); rows.hasNext();) {
            Object[] row = rows.next();
            if ((Long) row[0] == classOid && (Long) row[3] == referencedClass) out.accept(new Use(number(row[1]), number(row[4]), number(row[5])));
        }
    }

    private static int number(Object value) {
        return (int) (long) (Long) value;
    }

    private static @Nullable TableDef view(ExecContext context, Use use) {
        TableDef view = context.catalog().table(use.object);
        return view == null || view.kind() != 'v' || use.object == use.referenced ? null : view;
    }

    /** The table or view, when it belongs to the user. */
    private static @Nullable TableDef used(ExecContext context, Use use) {
        TableDef table = context.catalog().table(use.referenced);
        return table == null || table.kind() == 'm' || table.kind() == 'c' || !Ownership.has(context, table.owner()) ? null : table;
    }

    private static @Nullable RoutineDef usedRoutine(ExecContext context, Use use) {
        RoutineDef routine = context.catalog().find(RoutineDef.class, use.referenced);
        return routine == null || !Ownership.has(context, routine.owner()) ? null : routine;
    }

    private static boolean plain(RoutineDef routine) {
        return routine.kind() == 'f' || routine.kind() == 'p';
    }

    /** The routine that uses something. */
    private static boolean by(ExecContext context, Use use, NamedRow row) {
        RoutineDef routine = context.catalog().find(RoutineDef.class, use.object);
        if (routine == null) return false;
        specific(context, row, routine).name("routine", database(context), schema(context, routine.schemaOid()), routine.name());
        return true;
    }

    private static void generated(ExecContext context, Use use, NamedRow row) {
        TableDef table = used(context, use);
        if (table == null || use.column == 0) return;
        for (ColumnDef column : table.columns()) {
            if (column.generated() != 's' || column.dropped()) continue;
            if ((int) ObjectRows.defaultOid(table.oid(), column.number()) != use.object || column.number() == use.column) continue;
            table(context, row, "table", table).set("column_name", table.column(use.column).name()).set("dependent_column", column.name()).end();
        }
    }

    private static NamedRow table(ExecContext context, NamedRow row, String prefix, TableDef table) {
        return row.name(prefix, database(context), schema(context, table.schemaOid()), table.name());
    }

    private static NamedRow specific(ExecContext context, NamedRow row, RoutineDef routine) {
        return row.name("specific", database(context), schema(context, routine.schemaOid()), specificName(routine));
    }

    private static String specificName(RoutineDef routine) {
        return routine.name() + "_" + Integer.toUnsignedString(routine.oid());
    }

    private static String database(ExecContext context) {
        return context.session().database();
    }

    private static String schema(ExecContext context, int oid) {
        Catalog catalog = context.catalog();
        return String.valueOf(NamedViews.schema(catalog, oid));
    }
}
