package io.craton.sql.ddl;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.TypeOid;
import io.craton.sql.analyze.ExpressionKind;
import io.craton.sql.deparse.StoredSql;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.syntax.AlterTableCommand;
import io.craton.sql.syntax.Option;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.List;
import java.util.Set;
import java.util.Map;

/** ALTER COLUMN SET/DROP DEFAULT, ADD/SET/DROP IDENTITY, DROP EXPRESSION. */
final class ColumnDefaults {
    private ColumnDefaults() {}

    private static void put(TableDef table, ColumnDef column, Scope scope) {
        scope.context().transaction().change(new CatalogChange.Put(Tables.withColumn(table, column)));
    }

    static void set(AlterTableCommand.SetColumnDefault set, TableDef table, Scope scope) {
        ColumnDef column = TableAlteration.column(table, set.column());
        if (column.identity() != 0) {
            throw PgError.error(SqlState.SYNTAX_ERROR,
                            "column \"" + column.name() + "\" of relation \"" + table.name() + "\" is an identity column")
                    .withHint(set.value() != null ? null : "Use ALTER TABLE ... ALTER COLUMN ... DROP IDENTITY instead.").exception();
        }
        if (column.generated() != 0) {
            throw PgError.error(SqlState.SYNTAX_ERROR,
                            "column \"" + column.name() + "\" of relation \"" + table.name() + "\" is a generated column")
                    .withHint(set.value() != null ? null : "Use ALTER TABLE ... ALTER COLUMN ... DROP EXPRESSION instead.").exception();
        }
        String text = null;
        if (set.value() != null) {
            text = StoredSql.expression(set.value(), null, ExpressionKind.COLUMN_DEFAULT, scope.names().requireType(column.typeOid()),
                    column.typmod(), column.name(), scope.names()).text();
        }
        put(table, Tables.withDefault(column, text), scope);
    }

    static void addIdentity(AlterTableCommand.AddIdentity add, TableDef table, Scope scope) {
        ColumnDef column = TableAlteration.column(table, add.column());
        if (column.identity() != 0) {
            throw new PgException(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE,
                    "column \"" + column.name() + "\" of relation \"" + table.name() + "\" is already an identity column");
        }
        if (!Set.of(TypeOid.INT2, TypeOid.INT4, TypeOid.INT8).contains(column.typeOid())) {
            throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "identity column type must be smallint, integer, or bigint");
        }
        if (!column.notNull()) {
            throw new PgException(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE, "column \"" + column.name() + "\" of relation \"" + table.name()
                    + "\" must be declared NOT NULL before identity can be added");
        }
        if (column.defaultExpression() != null) {
            throw new PgException(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE,
                    "column \"" + column.name() + "\" of relation \"" + table.name() + "\" already has a default value");
        }
        String name = ObjectNames.free(table.name(), column.name(), "seq", table.schemaOid(), scope.context().catalog(), List.of());
        SequenceDef sequence = SequenceDdl.make(scope, table.schemaOid(), name, table.persistence(), column.typeOid(),
                SequenceDdl.byName(add.identity().sequenceOptions()), table.oid(), column.number(), true);
        scope.context().transaction().change(new CatalogChange.Put(sequence));
        put(table, Tables.column(column, column.name(), column.typeOid(), column.typmod(), true, null, add.identity().always() ? 'a' : 'd',
                (char) 0), scope);
    }

    static void setIdentity(AlterTableCommand.SetIdentity set, TableDef table, Scope scope) {
        ColumnDef column = requireIdentity(set.column(), table);
        Map<String, Option> options = new java.util.HashMap<>(SequenceDdl.byName(set.options()));
        Option generated = options.remove("generated");
        if (!options.isEmpty()) SequenceDdl.change(sequence(table, column, scope), options, scope);
        if (generated != null) {
            char identity = OptionTexts.text(generated).startsWith("a") ? 'a' : 'd';
            put(table, Tables.column(column, column.name(), column.typeOid(), column.typmod(), true, null, identity, (char) 0), scope);
        }
    }

    static void dropIdentity(AlterTableCommand.DropIdentity drop, TableDef table, Scope scope) {
        ColumnDef column = TableAlteration.column(table, drop.column());
        if (column.identity() == 0 && drop.ifExists()) {
            scope.context().notice(PgError.notice(SqlState.SUCCESSFUL_COMPLETION, "column \"" + column.name() + "\" of relation \"" + table.name()
                    + "\" is not an identity column, skipping"));
            return;
        }
        requireIdentity(drop.column(), table);
        scope.context().transaction().change(new CatalogChange.Drop(sequence(table, column, scope)));
        put(table, Tables.column(column, column.name(), column.typeOid(), column.typmod(), column.notNull(), null, (char) 0, (char) 0), scope);
    }

    static void dropExpression(AlterTableCommand.DropExpression drop, TableDef table, Scope scope) {
        ColumnDef column = TableAlteration.column(table, drop.column());
        if (column.generated() == 0) {
            if (!drop.ifExists()) {
                throw new PgException(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE,
                        "column \"" + column.name() + "\" of relation \"" + table.name() + "\" is not a stored generated column");
            }
            return;
        }
        put(table, Tables.column(column, column.name(), column.typeOid(), column.typmod(), column.notNull(), null, (char) 0, (char) 0), scope);
    }

    private static ColumnDef requireIdentity(String name, TableDef table) {
        ColumnDef column = TableAlteration.column(table, name);
        if (column.identity() == 0) {
            throw new PgException(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE,
                    "column \"" + name + "\" of relation \"" + table.name() + "\" is not an identity column");
        }
        return column;
    }

    private static SequenceDef sequence(TableDef table, ColumnDef column, Scope scope) {
        for (SequenceDef sequence : scope.context().catalog().all(SequenceDef.class)) {
            if (sequence.ownerTable() == table.oid() && sequence.ownerColumn() == column.number() && sequence.internal()) return sequence;
        }
        throw new PgException(SqlState.INTERNAL_ERROR, "no owned sequence found");
    }
}
