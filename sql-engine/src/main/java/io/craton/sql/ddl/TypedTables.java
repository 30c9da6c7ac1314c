package io.craton.sql.ddl;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.sql.analyze.TypeNames;
import io.craton.sql.analyze.TypeResolution;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.syntax.AlterTableCommand;
import io.craton.sql.syntax.QualifiedName;
import io.craton.sql.syntax.Statement.DropBehavior;
import io.craton.sql.syntax.TableStatement;
import io.craton.sql.syntax.TableStatement.ColumnDefinition;
import io.craton.sql.syntax.TypeName;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.catalog.CatalogObject.TypeDef;
import io.craton.storage.txn.WaitPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tables whose columns are a composite type's: CREATE TABLE .. OF, ALTER TABLE .. OF and NOT OF, and what ALTER TYPE does to them. Stateless. */
final class TypedTables {
    /** A column of the type, and what the statement says of it. */
    record Column(ColumnDef of, ColumnDefinition options) {}

    private TypedTables() {}

    /** 42809 for what is no composite type of its own. */
    static TypeDef type(QualifiedName name, Scope scope) {
        TypeResolution.TypeRef found = new TypeResolution(scope.names()).find(new TypeName(name.parts(), List.of(), List.of(), false, false, 0));
        if (found == null) throw new PgException(SqlState.UNDEFINED_OBJECT, "type \"" + name + "\" does not exist");
        PgType type = found.type();
        TableDef relation = type.kind() == 'c' ? scope.context().catalog().table(type.relationOid()) : null;
        TypeDef def = scope.context().catalog().find(TypeDef.class, type.oid());
        if (relation != null && relation.kind() == 'c' && def != null) return def;
        throw new PgException(SqlState.WRONG_OBJECT_TYPE, "type " + TypeNames.of(type, -1, scope.names()) + " is not a composite type");
    }

    /** The columns in the type's order. */
    static List<Column> columns(TypeDef type, List<TableStatement.TableElement> elements, Scope scope) {
        List<ColumnDefinition> options = new ArrayList<>();
        for (TableStatement.TableElement element : elements) if (element instanceof ColumnDefinition definition) options.add(definition);
        List<Column> columns = new ArrayList<>();
        for (ColumnDef column : live(TypeDdl.compositeRelation(type, scope))) {
            List<ColumnDefinition> own = options.stream().filter(definition -> definition.name().equals(column.name())).toList();
            if (own.size() > 1) throw new PgException(SqlState.DUPLICATE_COLUMN, "column \"" + column.name() + "\" specified more than once");
            options.removeAll(own);
            columns.add(new Column(column, own.isEmpty() ? new ColumnDefinition(column.name(), null, null, List.of(), List.of(), List.of(), 0) : own.getFirst()));
        }
        if (options.isEmpty()) return columns;
        throw new PgException(SqlState.UNDEFINED_COLUMN, "column \"" + options.getFirst().name() + "\" does not exist");
    }

    private static List<ColumnDef> live(TableDef relation) {
        return relation.columns().stream().filter(column -> !column.dropped() && !column.hidden()).toList();
    }

    /** 42809: what the columns are is the type's to say. */
    static void requireUntyped(AlterTableCommand command, TableDef table) {
        if (table.ofTypeOid() == 0) return;
        String what = switch (command) {
            case AlterTableCommand.AddColumn _ -> "add column to";
            case AlterTableCommand.DropColumn _ -> "drop column from";
            case AlterTableCommand.AlterColumnType _ -> "alter column type of";
            case AlterTableCommand.Inherit inherit when inherit.add() -> "change inheritance of";
            default -> null;
        };
        if (what != null) throw new PgException(SqlState.WRONG_OBJECT_TYPE, "cannot " + what + " typed table");
    }

    static void requireUntypedToRename(TableDef table) {
        if (table.ofTypeOid() != 0) throw new PgException(SqlState.WRONG_OBJECT_TYPE, "cannot rename column of typed table");
    }

    /** ALTER TABLE .. OF: the columns are the type's already. */
    static void attach(TableDef table, QualifiedName name, Scope scope) {
        TypeDef type = type(name, scope);
        List<ColumnDef> wanted = live(TypeDdl.compositeRelation(type, scope));
        List<ColumnDef> have = live(table);
        for (int i = 0; i < wanted.size(); i++) {
            ColumnDef want = wanted.get(i);
            if (i >= have.size()) throw mismatch("table is missing column \"" + want.name() + "\"");
            ColumnDef column = have.get(i);
            if (!column.name().equals(want.name())) throw mismatch("table has column \"" + column.name() + "\" where type requires \"" + want.name() + "\"");
            boolean same = column.typeOid() == want.typeOid() && column.typmod() == want.typmod() && column.collationOid() == want.collationOid();
            if (!same) throw mismatch("table \"" + table.name() + "\" has different type for column \"" + want.name() + "\"");
        }
        if (have.size() > wanted.size()) throw mismatch("table has extra column \"" + have.get(wanted.size()).name() + "\"");
        put(Tables.ofType(table, type.oid()), scope);
    }

    private static PgException mismatch(String message) {
        return new PgException(SqlState.DATATYPE_MISMATCH, message);
    }

    static void detach(TableDef table, Scope scope) {
        if (table.ofTypeOid() == 0) throw new PgException(SqlState.WRONG_OBJECT_TYPE, "\"" + table.name() + "\" is not a typed table");
        put(Tables.ofType(table, 0), scope);
    }

    private static void put(TableDef table, Scope scope) {
        scope.context().transaction().change(new CatalogChange.Put(table));
    }

    /** The tables of a type that is to be changed; 2BP01 when there are any and nobody said CASCADE. */
    static List<TableDef> of(PgType type, DropBehavior behavior, Scope scope) {
        List<TableDef> tables = scope.context().catalog().all(TableDef.class).stream().filter(table -> table.ofTypeOid() == type.oid()).toList();
        if (tables.isEmpty() || behavior == DropBehavior.CASCADE) return tables;
        throw PgError.error(SqlState.DEPENDENT_OBJECTS_STILL_EXIST, "cannot alter type \"" + type.name() + "\" because it is the type of a typed table")
                .withHint("Use ALTER ... CASCADE to alter the typed tables too.").exception();
    }

    /** What was done to the type is done to its tables. */
    static void follow(List<TableDef> tables, Scope scope, Consumer<TableDef> change) {
        for (TableDef table : tables) {
            Ownership.require(table, scope);
            scope.context().transaction().lockTable(table.oid(), 8, WaitPolicy.WAIT);
            Ownership.requireUnused(table, "ALTER TABLE", scope);
            change.accept(Found.current(table, scope));
        }
    }

    /** The change of an attribute as one of a table's column; null for others. */
    static @Nullable Consumer<TableDef> onTables(AlterTableCommand command, Scope scope) {
        return switch (command) {
            case AlterTableCommand.AddAttribute add -> table -> new ColumnAddition(scope).run(new AlterTableCommand.AddColumn(false,
                    new ColumnDefinition(add.attribute().name(), add.attribute().type(), null, List.of(), add.attribute().collation(), List.of(), 0)), table, false);
            case AlterTableCommand.DropAttribute drop -> table -> new ColumnDropping(scope).run(
                    new AlterTableCommand.DropColumn(drop.ifExists(), drop.name(), DropBehavior.CASCADE), table);
            case AlterTableCommand.AlterColumnType type -> table -> new ColumnTypeChange(scope).run(type, table, false);
            default -> null;
        };
    }
}
