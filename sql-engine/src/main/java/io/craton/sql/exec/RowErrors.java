package io.craton.sql.exec;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.core.type.TypeCodecs;
import io.craton.sql.deparse.Definitions;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.ConstraintDef;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.SchemaDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Constraint violations in PostgreSQL's words. */
final class RowErrors {
    private RowErrors() {}

    private static String schema(ExecContext context, TableDef table) {
        SchemaDef schema = context.catalog().find(SchemaDef.class, table.schemaOid());
        return schema == null ? "public" : schema.name();
    }

    static PgException notNull(ExecContext context, TableDef table, ColumnDef column, @Nullable Object[] values) {
        return PgError.error(SqlState.NOT_NULL_VIOLATION, "null value in column \"" + column.name() + "\" of relation \""
                        + table.name() + "\" violates not-null constraint")
                .withDetail(failingRow(context, table, values))
                .withTable(schema(context, table), table.name()).withColumn(column.name()).exception();
    }

    static PgException check(ExecContext context, TableDef table, String constraint, @Nullable Object[] values) {
        return PgError.error(SqlState.CHECK_VIOLATION, "new row for relation \"" + table.name() + "\" violates check constraint \""
                        + constraint + "\"")
                .withDetail(failingRow(context, table, values))
                .withTable(schema(context, table), table.name()).withConstraint(constraint).exception();
    }

    static PgException checkOption(ExecContext context, TableDef table, String view, @Nullable Object[] values) {
        return PgError.error(SqlState.WITH_CHECK_OPTION_VIOLATION, "new row violates check option for view \"" + view + "\"")
                .withDetail(failingRow(context, table, values)).exception();
    }

    static PgException duplicate(ExecContext context, TableDef table, IndexDef index, @Nullable Object[] values) {
        Definitions definitions = new Definitions(context.session().names());
        StringBuilder names = new StringBuilder();
        StringBuilder texts = new StringBuilder();
        for (IndexDef.KeyPart part : index.keyParts()) {
            if (!names.isEmpty()) {
                names.append(", ");
                texts.append(", ");
            }
            names.append(definitions.keyPart(part, table));
            texts.append(text(context, table.column(part.column()), values[part.column() - 1]));
        }
        return PgError.error(SqlState.UNIQUE_VIOLATION, "duplicate key value violates unique constraint \"" + index.name() + "\"")
                .withDetail("Key (" + names + ")=(" + texts + ") already exists.")
                .withTable(schema(context, table), table.name()).withConstraint(index.name()).exception();
    }

    static PgException deferrableArbiter(ExecContext context, TableDef table, ConstraintDef constraint) {
        return PgError.error(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE,
                        "ON CONFLICT does not support deferrable unique constraints/exclusion constraints as arbiters")
                .withTable(schema(context, table), table.name()).withConstraint(constraint.name()).exception();
    }

    private static String keyDetail(ExecContext context, TableDef table, List<Integer> columns, @Nullable Object[] key) {
        StringBuilder names = new StringBuilder();
        StringBuilder texts = new StringBuilder();
        for (int i = 0; i < columns.size(); i++) {
            if (i > 0) {
                names.append(", ");
                texts.append(", ");
            }
            ColumnDef column = table.column(columns.get(i));
            names.append(column.name());
            texts.append(text(context, column, key[i]));
        }
        return "Key (" + names + ")=(" + texts + ")";
    }

    /** A child's key without a parent. */
    static PgException missingParent(ExecContext context, TableDef child, TableDef parent, ConstraintDef constraint, Object[] key) {
        return PgError.error(SqlState.FOREIGN_KEY_VIOLATION, "insert or update on table \"" + child.name()
                        + "\" violates foreign key constraint \"" + constraint.name() + "\"")
                .withDetail(keyDetail(context, child, constraint.columns(), key) + " is not present in table \"" + parent.name() + "\".")
                .withTable(schema(context, child), child.name()).withConstraint(constraint.name()).exception();
    }

    /** A parent's key that children still hold. */
    static PgException stillReferenced(ExecContext context, TableDef parent, TableDef child, ConstraintDef constraint, Object[] key) {
        return PgError.error(SqlState.FOREIGN_KEY_VIOLATION, "update or delete on table \"" + parent.name()
                        + "\" violates foreign key constraint \"" + constraint.name() + "\" on table \"" + child.name() + "\"")
                .withDetail(keyDetail(context, parent, constraint.foreignColumns(), key) + " is still referenced from table \""
                        + child.name() + "\".")
                .withTable(schema(context, child), child.name()).withConstraint(constraint.name()).exception();
    }

    /** MATCH FULL with some but not all columns null. */
    static PgException mixedNulls(ExecContext context, TableDef child, ConstraintDef constraint) {
        return PgError.error(SqlState.FOREIGN_KEY_VIOLATION, "insert or update on table \"" + child.name()
                        + "\" violates foreign key constraint \"" + constraint.name() + "\"")
                .withDetail("MATCH FULL does not allow mixing of null and nonnull key values.")
                .withTable(schema(context, child), child.name()).withConstraint(constraint.name()).exception();
    }

    private static String failingRow(ExecContext context, TableDef table, @Nullable Object[] values) {
        StringBuilder row = new StringBuilder();
        for (ColumnDef column : table.columns()) {
            if (column.dropped() || column.hidden()) continue;
            if (!row.isEmpty()) row.append(", ");
            String text = text(context, column, values[column.number() - 1]);
            row.append(text.length() > 64 ? text.substring(0, 64) + "..." : text);
        }
        return "Failing row contains (" + row + ").";
    }

    private static String text(ExecContext context, ColumnDef column, @Nullable Object value) {
        if (value == null) return "null";
        PgType type = context.catalog().type(column.typeOid());
        return type == null ? "?" : TypeCodecs.toText(type, value, context.format());
    }
}
