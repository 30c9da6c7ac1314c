package io.craton.sql.ddl;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.core.type.TypeOid;
import io.craton.sql.analyze.ExpressionKind;
import io.craton.sql.analyze.TableExpressions;
import io.craton.sql.analyze.TypeNames;
import io.craton.sql.analyze.TypeResolution;
import io.craton.sql.deparse.Definitions;
import io.craton.sql.deparse.StoredSql;
import io.craton.sql.logical.Scalar;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.syntax.AlterTableCommand;
import io.craton.sql.syntax.Expr;
import io.craton.sql.syntax.Mark;
import io.craton.sql.syntax.Option;
import io.craton.sql.syntax.SqlParser;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.ColumnTuning;
import io.craton.storage.catalog.CatalogObject.ConstraintDef;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.catalog.CatalogObject.TypeDef;
import io.craton.storage.catalog.CatalogObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** ALTER COLUMN TYPE: writes the rows again with the value converted, where that may be another one. */
final class ColumnTypeChange {
    private final Scope scope;

    ColumnTypeChange(Scope scope) {
        this.scope = scope;
    }

    /** @param online the table is locked in {@link OnlineRewrite#LOCK} only */
    void run(AlterTableCommand.AlterColumnType alter, TableDef table, boolean online) {
        if (table.column(alter.column()) == null && TableCreation.isSystemColumn(alter.column())) {
            throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, "cannot alter system column \"" + alter.column() + "\"");
        }
        ColumnDef column = TableAlteration.column(table, alter.column());
        if (alter.using() != null && column.generated() != 0) {
            throw PgError.error(SqlState.INVALID_COLUMN_DEFINITION, "cannot specify USING when altering type of generated column")
                    .withDetail("Column \"" + column.name() + "\" is a generated column.").exception();
        }
        TypeResolution.TypeRef type = unplaced(() -> new TypeResolution(scope.names()).resolve(alter.type()));
        Ownership.requireUsage(type.type(), scope);
        int collation = CollationNames.of(type.type(), alter.collation(), scope);
        TableCreation.checkType(column.name(), type.type(), alter.type());
        TypeDdl.requireNotMemberOfItself(table, type.type(), scope);
        if (column.identity() != 0) identity(table, column, alter, type);
        String name = SqlText.identifier(column.name());
        String value = alter.using() == null ? name : SqlText.print(alter.using());
        requireAssignable(alter, table, column, type, TypeNames.of(type.type(), scope.names()));
        String defaultText = column.defaultExpression();
        if (defaultText != null && column.generated() == 0) {
            try {
                defaultText = StoredSql.expression(SqlParser.parseStoredExpression(defaultText), null, ExpressionKind.COLUMN_DEFAULT, type.type(),
                        type.typmod(), column.name(), scope.names()).text();
            } catch (PgException e) {
                throw new PgException(SqlState.DATATYPE_MISMATCH, "default for column \"" + column.name() + "\" cannot be cast automatically to type "
                        + TypeNames.of(type.type(), scope.names()));
            }
        }
        requireNoUse(table, column);
        TypeDdl.requireRowsUnstored(table, scope);
        boolean keeps = alter.using() == null && collation == column.collationOid() && keepsValues(column, type);
        if (keeps && online) new OnlineRewrite(scope).lockStrongly(table);
        ColumnDef changed = new ColumnDef(column.number(), column.name(), type.type().oid(), type.typmod(), collation, column.notNull(),
                defaultText, column.identity(), column.generated(), keeps ? column.missingText() : null, false, false, column.statisticsTarget(), column.acl(),
                new ColumnTuning((char) 0, (char) 0, column.tuning().options()));
        TableDef retyped = dependents(table, Tables.withColumn(table, changed), column.number(), keeps);
        Map<Integer, String> values = Map.of(column.number(), "(" + value + ")::" + new Mark.Assigned(type.type().oid(), type.typmod()).text());
        if (keeps) put(retyped);
        TableDef after = keeps ? retyped : online ? new OnlineRewrite(scope).rewrite(table, retyped, values) : new TableRewrite(scope).rewrite(table, retyped, values);
        for (var rowType : TableDraft.rowTypes(after, scope)) {
            scope.context().transaction().change(new CatalogChange.Put(new TypeDef(rowType, null)));
        }
    }

    /** Whether every value of the column is one of the new type as it stands, as PostgreSQL's length coercions and relabelings say. */
    private static boolean keepsValues(ColumnDef column, TypeResolution.TypeRef type) {
        int from = column.typeOid();
        int to = type.type().oid();
        if (from != to) return from == TypeOid.VARCHAR && to == TypeOid.TEXT || from == TypeOid.TEXT && to == TypeOid.VARCHAR && type.typmod() < 0;
        if (column.typmod() == type.typmod()) return true;
        return switch (to) {
            case TypeOid.VARCHAR, TypeOid.VARBIT, TypeOid.TIMESTAMP, TypeOid.TIMESTAMPTZ, TypeOid.TIME, TypeOid.TIMETZ ->
                type.typmod() < 0 || column.typmod() >= 0 && type.typmod() > column.typmod();
            // precision in the upper half, scale in the lower
            case TypeOid.NUMERIC -> type.typmod() < 0 || column.typmod() >= 0 && (type.typmod() - 4 & 0x7ff) == (column.typmod() - 4 & 0x7ff) && type.typmod() > column.typmod();
            default -> false;
        };
    }

    /** Views, triggers and generated columns that read the column hold its type fast. */
    private void requireNoUse(TableDef table, ColumnDef column) {
        for (TableDef view : ViewUse.ofColumns(table, scope.names())) {
            if (!ViewUse.reads(view, table.oid(), column.number(), scope.names())) continue;
            throw PgError.error(SqlState.FEATURE_NOT_SUPPORTED, "cannot alter type of a column used by a view or rule")
                    .withDetail("rule _RETURN on view " + view.name() + " depends on column \"" + column.name() + "\"").exception();
        }
        for (CatalogObject.TriggerDef trigger : scope.context().catalog().triggers(table.oid())) {
            if (!TriggerDdl.reads(trigger, column.number())) continue;
            throw PgError.error(SqlState.FEATURE_NOT_SUPPORTED, "cannot alter type of a column used in a trigger definition")
                    .withDetail(ObjectText.of(trigger, scope.names()) + " depends on column \"" + column.name() + "\"").exception();
        }
        for (ColumnDef other : table.columns()) {
            if (other.generated() == 0 || other.hidden() || other.dropped() || other.number() == column.number()) continue;
            if (StoredSql.reads(java.util.Objects.requireNonNull(other.defaultExpression()), column.number())) {
                throw PgError.error(SqlState.FEATURE_NOT_SUPPORTED, "cannot alter type of a column used by a generated column")
                        .withDetail("Column \"" + column.name() + "\" is used by generated column \"" + other.name() + "\".").exception();
            }
        }
    }

    /** What is about a text of the catalog has no place in the statement. */
    private static <T> T unplaced(Supplier<T> work) {
        try {
            return work.get();
        } catch (PgException e) {
            throw e.error().withPosition(0).exception();
        }
    }

    /** The sequence of an identity column has the column's type. */
    private void identity(TableDef table, ColumnDef column, AlterTableCommand.AlterColumnType alter, TypeResolution.TypeRef type) {
        if (!Set.of(TypeOid.INT2, TypeOid.INT4, TypeOid.INT8).contains(type.type().oid())) {
            throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "identity column type must be smallint, integer, or bigint");
        }
        for (SequenceDef sequence : List.copyOf(scope.context().catalog().all(SequenceDef.class))) {
            if (sequence.ownerTable() != table.oid() || sequence.ownerColumn() != column.number() || !sequence.internal()) continue;
            SequenceDdl.change(sequence, Map.of("as", Option.of("as", new Option.TypeValue(alter.type()), 0)), scope);
        }
    }

    /**
     * Expressions that read the column are read anew under its new type: those of generated columns, indexes and checks. What an index computes may be of another type then.
     *
     * @param keeps rows stay as they are, and so what is computed of them
     */
    private TableDef dependents(TableDef before, TableDef after, int number, boolean keeps) {
        Definitions definitions = new Definitions(scope.names());
        TableDef changed = after;
        for (ColumnDef other : before.columns()) {
            String text = other.defaultExpression();
            if (other.dropped() || text == null || !other.hidden() && other.generated() == 0 || !StoredSql.reads(text, number)) continue;
            ColumnDef computed = Tables.withDefault(other, unplaced(() -> definitions.under(text, before, after, null)));
            changed = Tables.withColumn(changed, other.hidden() && !keeps ? retyped(computed, after) : computed);
        }
        for (ConstraintDef check : List.copyOf(scope.context().catalog().constraints(before.oid()))) {
            if (check.expression() == null || !StoredSql.reads(check.expression(), number)) continue;
            put(Tables.withExpression(check, unplaced(() -> definitions.under(check.expression(), before, after, PgTypes.BOOL))));
        }
        for (IndexDef index : List.copyOf(scope.context().catalog().indexes(before.oid()))) {
            List<IndexDef.KeyPart> parts = new ArrayList<>();
            for (IndexDef.KeyPart part : index.keyParts()) {
                String text = part.expression() == null || !StoredSql.reads(part.expression(), number) ? part.expression()
                        : unplaced(() -> definitions.under(part.expression(), before, after, null));
                ColumnDef old = before.column(part.column());
                ColumnDef now = changed.column(part.column());
                boolean retyped = part.column() == number || old.typeOid() != now.typeOid();
                parts.add(new IndexDef.KeyPart(part.column(), text, part.descending(), part.nullsFirst(),
                        retyped ? operatorClass(part, index, old, now) : part.operatorClassOid(),
                        retyped && part.collationOid() == old.collationOid() ? now.collationOid() : part.collationOid()));
            }
            String predicate = index.predicate() == null || !StoredSql.reads(index.predicate(), number) ? index.predicate()
                    : unplaced(() -> definitions.under(index.predicate(), before, after, PgTypes.BOOL));
            if (!parts.equals(index.keyParts()) || !java.util.Objects.equals(predicate, index.predicate())) {
                put(Tables.withTexts(index, parts, predicate));
            }
        }
        return changed;
    }

    /** A hidden column with the type of what its expression comes to in the changed table. */
    private ColumnDef retyped(ColumnDef hidden, TableDef after) {
        Expr expression = SqlParser.parseStoredExpression(java.util.Objects.requireNonNull(hidden.defaultExpression()));
        Scalar value = unplaced(() -> TableExpressions.compile(expression, after, ExpressionKind.CHECK_CONSTRAINT, null, -1, null, scope.names()));
        if (hidden.collationOid() != 0 && value.type().collationOid() == 0) {
            throw new PgException(SqlState.DATATYPE_MISMATCH, "collations are not supported by type " + TypeNames.of(value.type(), scope.names()));
        }
        return Tables.column(hidden, hidden.name(), value.type().oid(), value.typmod(), hidden.notNull(), hidden.defaultExpression(), hidden.identity(), hidden.generated());
    }

    /** The new type's default class in place of the old one's; one that somebody named stays. */
    private int operatorClass(IndexDef.KeyPart part, IndexDef index, ColumnDef before, ColumnDef after) {
        int old = OperatorClasses.named(List.of(), scope.names().requireType(before.typeOid()), index.method(), scope);
        return part.operatorClassOid() != old ? part.operatorClassOid()
                : OperatorClasses.named(List.of(), scope.names().requireType(after.typeOid()), index.method(), scope);
    }

    private void put(CatalogObject object) {
        scope.context().transaction().change(new CatalogChange.Put(object));
    }

    private void requireAssignable(AlterTableCommand.AlterColumnType alter, TableDef table, ColumnDef column, TypeResolution.TypeRef type,
            String typeText) {
        Expr value = alter.using() == null ? SqlParser.parseExpression(SqlText.identifier(column.name())) : alter.using();
        // what is wrong within the expression is said first, in its place
        TableExpressions.compile(value, table, ExpressionKind.ALTER_COLUMN_TRANSFORM, null, -1, null, scope.names());
        try {
            TableExpressions.compile(value, table, ExpressionKind.ALTER_COLUMN_TRANSFORM, type.type(), type.typmod(), column.name(), scope.names());
        } catch (PgException e) {
            if (e.state() != SqlState.DATATYPE_MISMATCH && e.state() != SqlState.CANNOT_COERCE) throw e;
            if (alter.using() != null) {
                throw PgError.error(SqlState.DATATYPE_MISMATCH, "result of USING clause for column \"" + column.name()
                                + "\" cannot be cast automatically to type " + typeText)
                        .withHint("You might need to add an explicit cast.").exception();
            }
            PgError error = PgError.error(SqlState.DATATYPE_MISMATCH,
                    "column \"" + column.name() + "\" cannot be cast automatically to type " + typeText);
            if (column.generated() != 0) throw error.exception();
            throw error.withHint("You might need to specify \"USING " + SqlText.identifier(column.name()) + "::"
                    + TypeNames.of(type.type(), type.typmod(), scope.names()) + "\".").exception();
        }
    }
}
