package io.craton.sql.function;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.TypeOid;
import io.craton.core.type.PgType;
import io.craton.sql.analyze.ViewUpdates;
import io.craton.sql.deparse.Definitions;
import io.craton.sql.deparse.Definitions.Style;
import io.craton.sql.exec.ExecContext;
import io.craton.sql.pgcatalog.SystemDefinitions;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.ConstraintDef;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.RoutineDef;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Catalog objects as SQL: the pg_get_*def family. */
public final class DefinitionFunctions {
    private DefinitionFunctions() {}

    static void register(Kernels kernels) {
        kernels.scalar("pg_get_constraintdef", (context, call, a) -> constraint(context, (Long) a[0], Style.PLAIN));
        kernels.scalar("pg_get_constraintdef_ext", (context, call, a) -> constraint(context, (Long) a[0], style(a[1])));
        kernels.scalar("pg_get_indexdef", (context, call, a) -> index(context, (Long) a[0], Style.PLAIN));
        kernels.scalar("pg_get_indexdef_ext", (context, call, a) -> (Long) a[1] == 0 ? index(context, (Long) a[0], style(a[2]))
                : indexColumn(context, (Long) a[0], (Long) a[1], style(a[2])));
        kernels.scalar("pg_get_expr", (context, call, a) -> expression(context, (String) a[0], (Long) a[1], Style.PLAIN));
        kernels.scalar("pg_get_expr_ext", (context, call, a) -> expression(context, (String) a[0], (Long) a[1], style(a[2])));
        kernels.scalar("pg_get_viewdef", (context, call, a) -> view(context, (Long) a[0], Style.PLAIN, 0));
        kernels.scalar("pg_get_viewdef_ext", (context, call, a) -> view(context, (Long) a[0], style(a[1]), 0));
        kernels.scalar("pg_get_viewdef_wrap", (context, call, a) -> view(context, (Long) a[0], Style.PRETTY, (int) (long) (Long) a[1]));
        kernels.scalar("pg_get_viewdef_name", (context, call, a) -> view(context, relation(context, a[0]), Style.PLAIN, 0));
        kernels.scalar("pg_get_viewdef_name_ext", (context, call, a) -> view(context, relation(context, a[0]), style(a[1]), 0));
        kernels.scalar("pg_get_partkeydef", (context, call, a) -> null);
        kernels.scalar("pg_get_partition_constraintdef", (context, call, a) -> null);
        // No table is a partition or has any.
        kernels.set("pg_partition_ancestors", (context, call, a) -> java.util.Collections.emptyIterator());
        kernels.set("pg_partition_tree", (context, call, a) -> java.util.Collections.emptyIterator());
        kernels.scalar("pg_partition_root", (context, call, a) -> null);
        kernels.scalar("pg_get_serial_sequence", (context, call, a) -> serialSequence(context, (String) a[0], (String) a[1]));
        kernels.scalar("pg_relation_is_updatable", (context, call, a) -> {
            TableDef table = context.catalog().table((int) (long) (Long) a[0]);
            return table == null ? 0L : (long) ViewUpdates.of(table, (Boolean) a[1], context.session().names());
        });
        kernels.scalar("pg_column_is_updatable", (context, call, a) -> {
            TableDef table = context.catalog().table((int) (long) (Long) a[0]);
            return table != null && ViewUpdates.ofColumn(table, (int) (long) (Long) a[1], (Boolean) a[2], context.session().names());
        });
    }

    private static Style style(Object pretty) {
        return (Boolean) pretty ? Style.PRETTY : Style.PLAIN;
    }

    private static long relation(ExecContext context, Object name) {
        return context.format().names().parse(TypeOid.REGCLASS, (String) name);
    }

    private static Definitions definitions(ExecContext context) {
        return new Definitions(context.session().names());
    }

    private static String names(ExecContext context, TableDef table, List<Integer> columns) {
        List<String> names = new ArrayList<>();
        for (int number : columns) names.add(context.format().names().identifier(table.column(number).name()));
        return "(" + String.join(", ", names) + ")";
    }

    private static String relation(ExecContext context, int oid) {
        return context.format().names().print(TypeOid.REGCLASS, oid & 0xffffffffL);
    }

    // ---- constraints -----------------------------------------------------------------------------------------------

    private static @Nullable Object constraint(ExecContext context, long oid, Style style) {
        ConstraintDef constraint = context.catalog().find(ConstraintDef.class, (int) oid);
        return constraint == null ? SystemDefinitions.constraint((int) oid) : constraint(context, constraint, style);
    }

    /** The constraint as pg_get_constraintdef prints it. */
    public static String constraint(ExecContext context, ConstraintDef constraint, Style style) {
        Catalog catalog = context.catalog();
        TableDef table = catalog.table(constraint.tableOid());
        StringBuilder sql = new StringBuilder();
        switch (constraint.type()) {
            case 'c' -> sql.append("CHECK (").append(condition(context, constraint, table, style)).append(')')
                    .append(constraint.noInherit() ? " NO INHERIT" : "");
            case 'p', 'u' -> {
                IndexDef index = catalog.find(IndexDef.class, constraint.indexOid());
                sql.append(constraint.type() == 'p' ? "PRIMARY KEY " : "UNIQUE ");
                if (index != null && index.nullsNotDistinct()) sql.append("NULLS NOT DISTINCT ");
                sql.append(names(context, table, constraint.columns()));
                if (index != null && !index.includedColumns().isEmpty()) sql.append(" INCLUDE ").append(names(context, table, index.includedColumns()));
            }
            case 'f' -> foreignKey(context, constraint, table, sql);
            case 't' -> sql.append("TRIGGER");
            default -> throw PgException.notSupported("definition of constraints of type " + constraint.type());
        }
        if (constraint.deferrable()) sql.append(" DEFERRABLE");
        if (constraint.initiallyDeferred()) sql.append(" INITIALLY DEFERRED");
        if (!constraint.validated()) sql.append(" NOT VALID");
        return sql.toString();
    }

    private static String condition(ExecContext context, ConstraintDef constraint, @Nullable TableDef table, Style style) {
        String text = String.valueOf(constraint.expression());
        if (table != null) return definitions(context).condition(text, table, style).text();
        return definitions(context).domainCheck(text, context.session().names().requireType(constraint.domainOid()), style).text();
    }

    private static void foreignKey(ExecContext context, ConstraintDef constraint, TableDef table, StringBuilder sql) {
        TableDef target = context.catalog().table(constraint.foreignTableOid());
        sql.append("FOREIGN KEY ").append(names(context, table, constraint.columns())).append(" REFERENCES ")
                .append(relation(context, constraint.foreignTableOid())).append(names(context, target, constraint.foreignColumns()));
        if (constraint.match() == 'f') sql.append(" MATCH FULL");
        sql.append(action(" ON UPDATE ", constraint.updateAction())).append(action(" ON DELETE ", constraint.deleteAction()));
        if (!constraint.deleteSetColumns().isEmpty()) sql.append(' ').append(names(context, table, constraint.deleteSetColumns()));
    }

    private static String action(String when, char action) {
        return switch (action) {
            case 'r' -> when + "RESTRICT";
            case 'c' -> when + "CASCADE";
            case 'n' -> when + "SET NULL";
            case 'd' -> when + "SET DEFAULT";
            default -> "";
        };
    }

    // ---- indexes ---------------------------------------------------------------------------------------------------

    private static @Nullable Object index(ExecContext context, long oid, Style style) {
        IndexDef index = context.catalog().find(IndexDef.class, (int) oid);
        return index == null ? SystemDefinitions.index((int) oid) : index(context, index, style);
    }

    /** CREATE INDEX as pg_get_indexdef prints it. */
    public static @Nullable String index(ExecContext context, IndexDef index, Style style) {
        TableDef table = context.catalog().table(index.tableOid());
        if (table == null) return null;
        StringBuilder sql = new StringBuilder(index.unique() ? "CREATE UNIQUE INDEX " : "CREATE INDEX ");
        sql.append(context.format().names().identifier(index.name())).append(" ON ")
                .append(style == Style.PRETTY ? relation(context, table.oid())
                        : context.format().names().identifier(SessionFunctions.schemaName(context, table.schemaOid())) + "." + context.format().names().identifier(table.name()))
                .append(" USING ").append(context.format().names().identifier(index.method())).append(" (");
        for (int i = 0; i < index.keyParts().size(); i++) {
            IndexDef.KeyPart part = index.keyParts().get(i);
            sql.append(i > 0 ? ", " : "").append(keyPart(context, table, part, style)).append(decoration(context, table, part, index.method()));
            if (!index.method().equals("btree")) continue;
            if (part.descending()) sql.append(" DESC").append(part.nullsFirst() ? "" : " NULLS LAST");
            else if (part.nullsFirst()) sql.append(" NULLS FIRST");
        }
        sql.append(')');
        if (!index.includedColumns().isEmpty()) sql.append(" INCLUDE ").append(names(context, table, index.includedColumns()));
        if (index.nullsNotDistinct()) sql.append(" NULLS NOT DISTINCT");
        if (!index.options().isEmpty()) {
            List<String> options = new ArrayList<>();
            index.options().forEach((name, value) -> options.add(name + "='" + value + "'"));
            sql.append(" WITH (").append(String.join(", ", options)).append(')');
        }
        if (index.predicate() != null) sql.append(" WHERE ").append(definitions(context).condition(index.predicate(), table, style).text());
        return sql.toString();
    }

    private static String keyPart(ExecContext context, TableDef table, IndexDef.KeyPart part, Style style) {
        if (part.expression() == null) return context.format().names().identifier(table.column(part.column()).name());
        Definitions.Printed printed = definitions(context).condition(part.expression(), table, style);
        return printed.call() ? printed.text() : "(" + printed.text() + ")";
    }

    /** Collation and operator class, where they are not the ones that the column has anyway. */
    private static String decoration(ExecContext context, TableDef table, IndexDef.KeyPart part, String method) {
        ColumnDef column = table.column(part.column());
        StringBuilder text = new StringBuilder();
        if (part.collationOid() != 0 && part.collationOid() != collation(context, table, part)) {
            text.append(" COLLATE ").append(context.format().names().print(TypeOid.REGCOLLATION, part.collationOid() & 0xffffffffL));
        }
        PgType type = context.session().names().requireType(column.typeOid());
        OperatorClass standard = OperatorFamilies.standard(method, type, context.session().names());
        for (OperatorClass known : BuiltinCatalog.operatorClasses()) {
            if (known.oid() == part.operatorClassOid() && (standard == null || known.oid() != standard.oid())) {
                text.append(' ').append(context.format().names().identifier(known.name()));
            }
        }
        return text.toString();
    }

    /** The collation that a column or an expression has by itself. */
    private static int collation(ExecContext context, TableDef table, IndexDef.KeyPart part) {
        ColumnDef column = table.column(part.column());
        int own = part.expression() == null ? column.collationOid() : definitions(context).condition(part.expression(), table, Style.PLAIN).collation();
        return own != 0 ? own : context.session().names().requireType(column.typeOid()).collationOid();
    }

    private static @Nullable Object indexColumn(ExecContext context, long oid, long number, Style style) {
        IndexDef index = context.catalog().find(IndexDef.class, (int) oid);
        TableDef table = index == null ? null : context.catalog().table(index.tableOid());
        if (index == null || table == null) return SystemDefinitions.indexColumn((int) oid, (int) number);
        int keys = index.keyParts().size();
        if (number >= 1 && number <= keys) return keyPart(context, table, index.keyParts().get((int) number - 1), style);
        if (number > keys && number <= keys + index.includedColumns().size()) {
            return context.format().names().identifier(table.column(index.includedColumns().get((int) number - keys - 1)).name());
        }
        return "";
    }

    private static @Nullable String view(ExecContext context, long oid, Style style, int wrap) {
        TableDef table = context.catalog().table((int) oid);
        return table == null || table.viewQuery() == null ? null : definitions(context).view(table, style, wrap);
    }

    /** The query of a view or materialized view as pg_get_viewdef prints it. */
    public static @Nullable String view(ExecContext context, TableDef view) {
        return view(context, view.oid(), Style.PLAIN, 0);
    }

    /** A default, generation expression, check, predicate or list of index expressions, as it stands in the catalog's pg_node_tree columns. */
    private static @Nullable Object expression(ExecContext context, String text, long relation, Style style) {
        TableDef table = relation == 0 ? null : context.catalog().table((int) relation);
        boolean system = relation > 0 && relation < 16384;
        if (relation != 0 && table == null && !system) return null;
        return String.join(", ", definitions(context).list(text, table, style));
    }

    /** A column's default or generation expression for readers; null when it has none. */
    public static @Nullable String columnDefault(ExecContext context, TableDef table, ColumnDef column) {
        return column.defaultExpression() == null ? null : (String) expression(context, column.defaultExpression(), table.oid(), Style.PLAIN);
    }

    private static @Nullable Object serialSequence(ExecContext context, String tableName, String columnName) {
        int oid = (int) context.format().names().parse(TypeOid.REGCLASS, tableName);
        TableDef table = context.catalog().table(oid);
        ColumnDef column = table == null ? null : table.column(columnName);
        if (column == null) {
            throw new PgException(SqlState.UNDEFINED_COLUMN, "column \"" + columnName + "\" of relation \""
                    + (table == null ? tableName : table.name()) + "\" does not exist");
        }
        for (SequenceDef sequence : context.catalog().all(SequenceDef.class)) {
            if (sequence.ownerTable() == oid && sequence.ownerColumn() == column.number()) {
                return context.format().names().identifier(SessionFunctions.schemaName(context, sequence.schemaOid())) + "."
                        + context.format().names().identifier(sequence.name());
            }
        }
        return null;
    }
}
