package io.craton.sql.ddl;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.sql.analyze.ExpressionKind;
import io.craton.sql.analyze.RelationRef;
import io.craton.sql.analyze.TypeNames;
import io.craton.sql.deparse.StoredSql;
import io.craton.sql.function.Privileges;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.syntax.Constraint;
import io.craton.sql.syntax.QualifiedName;
import io.craton.sql.syntax.Constraint.ForeignKeyAction;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.ConstraintDef;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.IndexMarks;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.txn.WaitPolicy;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes constraints and the indexes behind them, for CREATE TABLE and ALTER TABLE. One statement. */
final class ConstraintBuilder {
    private final Scope scope;

    ConstraintBuilder(Scope scope) {
        this.scope = scope;
    }

    /** A primary key or unique constraint and its index. */
    record Keyed(ConstraintDef constraint, IndexDef index) {}

    /**
     * @param clustered rows will be keyed by it: the index needs no storage
     * @param taken names used in the same statement
     */
    Keyed unique(TableDef table, Constraint.Unique unique, List<String> columns, boolean clustered, List<String> taken) {
        Catalog catalog = scope.context().catalog();
        List<IndexDef.KeyPart> parts = new ArrayList<>();
        List<Integer> numbers = new ArrayList<>();
        for (String name : columns) {
            ColumnDef column = keyColumn(table, name, unique.position());
            if (numbers.contains(column.number())) {
                throw new PgException(SqlState.DUPLICATE_COLUMN, "column \"" + name + "\" appears twice in "
                        + (unique.primaryKey() ? "primary key" : "unique") + " constraint").at(unique.position());
            }
            numbers.add(column.number());
            parts.add(new IndexDef.KeyPart(column.number(), null, false, false,
                    OperatorClasses.defaultBtree(requireType(column.typeOid()), scope.names()), column.collationOid()));
        }
        Placement.tablespace(unique.tablespace());
        List<Integer> included = new ArrayList<>();
        for (String name : unique.include()) included.add(keyColumn(table, name, unique.position()).number());
        String name = unique.name();
        if (name == null) {
            name = unique.primaryKey()
                    ? ObjectNames.free(table.name(), null, "pkey", table.schemaOid(), catalog, taken)
                    : ObjectNames.free(table.name(), String.join("_", all(columns, unique.include())), "key", table.schemaOid(), catalog, taken);
        } else if (catalog.relation(table.schemaOid(), name) != null || taken.contains(name)) {
            throw ObjectNames.exists(name);
        }
        taken.add(name);
        int indexOid = scope.context().transaction().newOid();
        IndexDef index = new IndexDef(indexOid, table.schemaOid(), name, table.oid(),
                clustered ? 0 : scope.context().transaction().newStorageId(), true, unique.primaryKey(), unique.nullsNotDistinct(), parts,
                included, 0, null, "btree", true, StorageParameters.of(unique.options(), StorageParameters.index("btree")), IndexMarks.NONE);
        Constraint.Attributes attributes = unique.attributes();
        ConstraintDef constraint = new ConstraintDef(scope.context().transaction().newOid(), table.schemaOid(), name,
                unique.primaryKey() ? 'p' : 'u', table.oid(), 0, indexOid, numbers, 0, List.of(), ' ', ' ', List.of(), ' ',
                attributes.deferrable(), attributes.initiallyDeferred(), true, true, null);
        return new Keyed(constraint, index);
    }

    private static List<String> all(List<String> columns, List<String> included) {
        List<String> all = new ArrayList<>(columns);
        all.addAll(included);
        return all;
    }

    private static ColumnDef keyColumn(TableDef table, String name, int position) {
        ColumnDef column = table.column(name);
        if (column == null) {
            throw new PgException(SqlState.UNDEFINED_COLUMN, "column \"" + name + "\" named in key does not exist").at(position);
        }
        return column;
    }

    /** @param columnName of the column it was written at; null for a table constraint */
    ConstraintDef check(TableDef table, Constraint.Check check, @Nullable String columnName, List<String> taken) {
        StoredSql.Stored stored = StoredSql.expression(check.condition(), table, ExpressionKind.CHECK_CONSTRAINT, PgTypes.BOOL, -1, null,
                scope.names());
        List<Integer> numbers = stored.uses().keySet().stream().filter(number -> number > 0).toList();
        String single = columnName != null ? columnName : numbers.size() == 1 && stored.uses().size() == 1 ? table.column(numbers.getFirst()).name() : null;
        String name = constraintName(table, check.name(), single, "check", taken);
        return new ConstraintDef(scope.context().transaction().newOid(), table.schemaOid(), name, 'c', table.oid(), 0, 0, numbers, 0,
                List.of(), ' ', ' ', List.of(), ' ', false, false, !check.attributes().notValid(), check.attributes().noInherit(),
                stored.text());
    }

    private String constraintName(TableDef table, @Nullable String given, @Nullable String column, String label, List<String> taken) {
        Catalog catalog = scope.context().catalog();
        if (given == null) {
            String name = ObjectNames.freeConstraint(table.name(), column, label, table.oid(), catalog, taken);
            taken.add(name);
            return name;
        }
        boolean used = taken.contains(given) || catalog.constraints(table.oid()).stream().anyMatch(c -> c.name().equals(given));
        if (used) {
            throw new PgException(SqlState.DUPLICATE_OBJECT,
                    "constraint \"" + given + "\" for relation \"" + table.name() + "\" already exists");
        }
        taken.add(given);
        return given;
    }

    /** @param self the table being made, which a key may refer to before it is in the catalog; with its indexes */
    ConstraintDef foreignKey(TableDef table, Constraint.ForeignKey key, List<String> columns, List<String> taken,
            @Nullable List<IndexDef> ownIndexes) {
        TableDef referenced = referenced(table, key);
        if (referenced.oid() != table.oid()) scope.context().transaction().lockTable(referenced.oid(), 6, WaitPolicy.WAIT);
        List<IndexDef> indexes = referenced.oid() == table.oid() && ownIndexes != null
                ? ownIndexes
                : scope.context().catalog().indexes(referenced.oid());
        List<Integer> local = new ArrayList<>();
        for (String name : columns) {
            ColumnDef column = table.column(name);
            if (column == null) {
                throw new PgException(SqlState.UNDEFINED_COLUMN,
                        "column \"" + name + "\" referenced in foreign key constraint does not exist");
            }
            local.add(column.number());
        }
        List<Integer> foreign = new ArrayList<>();
        IndexDef target = key.referencedColumns().isEmpty()
                ? primaryKey(referenced, indexes, foreign)
                : matchingIndex(referenced, indexes, key.referencedColumns(), foreign);
        requireImmediate(referenced, target);
        if (local.size() != foreign.size()) {
            throw new PgException(SqlState.INVALID_FOREIGN_KEY, "number of referencing and referenced columns for foreign key disagree");
        }
        for (int number : local) if (table.column(number).generated() != 0) requireUnwritten(key);
        requireReferences(referenced, foreign);
        requireReferences(table, local);
        String name = constraintName(table, key.name(), String.join("_", columns), "fkey", taken);
        checkTypes(table, local, referenced, foreign, name);
        List<Integer> setColumns = new ArrayList<>();
        for (String column : key.deleteColumns()) {
            ColumnDef def = table.column(column);
            if (def == null) {
                throw new PgException(SqlState.UNDEFINED_COLUMN, "column \"" + column + "\" referenced in foreign key constraint does not exist");
            }
            if (!local.contains(def.number())) {
                throw new PgException(SqlState.INVALID_COLUMN_REFERENCE,
                        "column \"" + column + "\" referenced in ON DELETE SET action must be part of foreign key");
            }
            if (!setColumns.contains(def.number())) setColumns.add(def.number());
        }
        Constraint.Attributes attributes = key.attributes();
        return new ConstraintDef(scope.context().transaction().newOid(), table.schemaOid(), name, 'f', table.oid(), 0, target.oid(), local,
                referenced.oid(), foreign, action(key.onUpdate()), action(key.onDelete()), setColumns,
                key.match() == Constraint.MatchType.FULL ? 'f' : 's', attributes.deferrable(), attributes.initiallyDeferred(),
                !attributes.notValid(), true, null);
    }

    /** 42601 when the key would write its columns, which are generated. */
    private static void requireUnwritten(Constraint.ForeignKey key) {
        String writes = "cnd".indexOf(action(key.onUpdate())) >= 0 ? "ON UPDATE" : "nd".indexOf(action(key.onDelete())) >= 0 ? "ON DELETE" : null;
        if (writes != null) throw new PgException(SqlState.SYNTAX_ERROR, "invalid " + writes + " action for foreign key constraint containing generated column");
    }

    private void requireReferences(TableDef table, List<Integer> columns) {
        java.util.BitSet numbers = new java.util.BitSet();
        columns.forEach(numbers::set);
        Privileges.requireOnTable(scope.context(), scope.context().session().currentUserOid(), table, 'x', numbers);
    }

    private void requireImmediate(TableDef referenced, IndexDef index) {
        for (ConstraintDef constraint : scope.context().catalog().constraints(referenced.oid())) {
            if (constraint.type() == 'f' || constraint.indexOid() != index.oid() || !constraint.deferrable()) continue;
            throw new PgException(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE, 
                    "cannot use a deferrable unique constraint for referenced table \"" + referenced.name() + "\"");
        }
    }

    private TableDef referenced(TableDef table, Constraint.ForeignKey key) {
        RelationRef found = scope.names().relation(key.referenced().schema(), key.referenced().name());
        if (namesSelf(table, key.referenced(), found)) return table;
        if (found instanceof RelationRef.Stored stored && stored.table().kind() == 'r') {
            TableDef other = stored.table();
            boolean temporaryMix = (other.persistence() == 't') != (table.persistence() == 't');
            if (temporaryMix) {
                throw new PgException(SqlState.INVALID_TABLE_DEFINITION, table.persistence() == 't'
                        ? "constraints on temporary tables may reference only temporary tables"
                        : "constraints on permanent tables may reference only permanent tables");
            }
            return other;
        }
        if (found == null) {
            throw PgError.error(SqlState.UNDEFINED_TABLE, "relation \"" + key.referenced() + "\" does not exist").exception();
        }
        throw new PgException(SqlState.WRONG_OBJECT_TYPE, "referenced relation \"" + key.referenced().name() + "\" is not a table");
    }

    /** Whether the name means the table being made, which no catalog has yet: as if it were there already. */
    private boolean namesSelf(TableDef table, QualifiedName name, @Nullable RelationRef found) {
        if (!name.name().equals(table.name())) return false;
        if (name.schema() != null) return found == null && scope.names().schemaOid(name.schema()) == table.schemaOid();
        List<Integer> path = scope.names().searchPath();
        int self = path.indexOf(table.schemaOid());
        if (self < 0) return table.persistence() == 't';
        return !(found instanceof RelationRef.Stored stored) || self < path.indexOf(stored.table().schemaOid());
    }

    private static IndexDef primaryKey(TableDef referenced, List<IndexDef> indexes, List<Integer> foreign) {
        for (IndexDef index : indexes) {
            if (index.primary()) {
                index.keyParts().forEach(part -> foreign.add(part.column()));
                return index;
            }
        }
        throw new PgException(SqlState.UNDEFINED_OBJECT, "there is no primary key for referenced table \"" + referenced.name() + "\"");
    }

    private static IndexDef matchingIndex(TableDef referenced, List<IndexDef> indexes, List<String> columns, List<Integer> foreign) {
        for (String name : columns) {
            ColumnDef column = referenced.column(name);
            if (column == null) {
                throw new PgException(SqlState.UNDEFINED_COLUMN,
                        "column \"" + name + "\" referenced in foreign key constraint does not exist");
            }
            foreign.add(column.number());
        }
        for (IndexDef index : indexes) {
            if (!index.unique() || index.predicateColumn() != 0 || index.keyParts().size() != foreign.size()) continue;
            Set<Integer> parts = new LinkedHashSet<>();
            index.keyParts().forEach(part -> parts.add(part.column()));
            if (parts.containsAll(foreign) && foreign.containsAll(parts)) return index;
        }
        throw new PgException(SqlState.INVALID_FOREIGN_KEY,
                "there is no unique constraint matching given keys for referenced table \"" + referenced.name() + "\"");
    }

    private void checkTypes(TableDef table, List<Integer> local, TableDef referenced, List<Integer> foreign, String name) {
        for (int i = 0; i < local.size(); i++) {
            ColumnDef from = table.column(local.get(i));
            ColumnDef to = referenced.column(foreign.get(i));
            PgType fromType = requireType(from.typeOid());
            PgType toType = requireType(to.typeOid());
            if (!OperatorClasses.comparable(scope.names().baseType(fromType), scope.names().baseType(toType))) {
                throw PgError.error(SqlState.DATATYPE_MISMATCH, "foreign key constraint \"" + name + "\" cannot be implemented")
                        .withDetail("Key columns \"" + from.name() + "\" and \"" + to.name() + "\" are of incompatible types: "
                                + TypeNames.of(fromType, from.typmod(), scope.names()) + " and "
                                + TypeNames.of(toType, to.typmod(), scope.names()) + ".")
                        .exception();
            }
        }
    }

    private PgType requireType(int oid) {
        return scope.names().requireType(oid);
    }

    private static char action(ForeignKeyAction action) {
        return switch (action) {
            case NO_ACTION -> 'a';
            case RESTRICT -> 'r';
            case CASCADE -> 'c';
            case SET_NULL -> 'n';
            case SET_DEFAULT -> 'd';
        };
    }
}
