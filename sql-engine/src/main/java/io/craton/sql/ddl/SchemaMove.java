package io.craton.sql.ddl;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.syntax.ObjectReference;
import io.craton.sql.syntax.ObjectStatement;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.catalog.CatalogObject.ConstraintDef;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.catalog.CatalogObject.TypeDef;
import java.util.List;

/** ALTER .. SET SCHEMA: the object with its indexes, constraints, owned sequences and row type. One statement. */
final class SchemaMove {
    private final Scope scope;

    SchemaMove(Scope scope) {
        this.scope = scope;
    }

    String run(ObjectStatement.AlterObjectSchema alter) {
        int schema = ObjectNames.requireSchema(alter.schema(), 0, scope.context().catalog());
        switch (alter.kind()) {
            case TABLE, VIEW, MATERIALIZED_VIEW, SEQUENCE -> {
                CatalogObject found = Found.relation(Found.name(alter.object()), alter.kind(), alter.ifExists(), scope);
                if (found == null) break;
                Ownership.require(found, scope);
                Ownership.requireCreate(schema, scope);
                requireSameKind(schema, found instanceof TableDef table ? table.schemaOid() : found instanceof SequenceDef s ? s.schemaOid() : 0);
                if (found instanceof TableDef table) table(table, schema);
                else if (found instanceof SequenceDef sequence) sequence(sequence, schema);
                else throw new PgException(SqlState.WRONG_OBJECT_TYPE, "cannot change schema of index");
            }
            case COLLATION -> new CollationDdl(scope).move(Found.name(alter.object()), schema);
            case OPERATOR -> new OperatorDdl(scope).move((ObjectReference.OfOperator) alter.object(), schema);
            case FUNCTION, PROCEDURE, ROUTINE, AGGREGATE -> {
                CatalogObject.RoutineDef routine = alter.object() instanceof ObjectReference.OfAggregate aggregate
                        ? java.util.Objects.requireNonNull(RoutineLookup.aggregate(aggregate, false, scope))
                        : RoutineLookup.require((ObjectReference.OfRoutine) alter.object(), alter.kind(), scope);
                if (routine.schemaOid() == schema) break;
                Ownership.requireRoutine(routine, scope);
                Ownership.requireCreate(schema, scope);
                RoutineDdl.requireFree(routine, schema, routine.name(), scope);
                put(RoutineDraft.of(routine).schema(schema).make());
            }
            case TYPE, DOMAIN -> type(Found.type(Found.name(alter.object()), scope), schema);
            default -> throw PgException.notSupported("ALTER " + alter.kind().name().replace('_', ' ') + " SET SCHEMA");
        }
        return "ALTER " + alter.kind().name().replace('_', ' ');
    }

    private void requireSameKind(int to, int from) {
        int temporary = scope.temporarySchemaIfAny();
        if (temporary != 0 && to != from && (to == temporary || from == temporary)) {
            throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, "cannot move objects into or out of temporary schemas");
        }
    }

    private Catalog catalog() {
        return scope.context().catalog();
    }

    private void put(CatalogObject object) {
        scope.context().transaction().change(new CatalogChange.Put(object));
    }

    private void requireFree(int schema, String name) {
        if (catalog().relation(schema, name) != null) {
            throw new PgException(SqlState.DUPLICATE_TABLE,
                    "relation \"" + name + "\" already exists in schema \"" + scope.names().schemaName(schema) + "\"");
        }
    }

    private void table(TableDef table, int schema) {
        if (table.schemaOid() == schema) return;
        requireFree(schema, table.name());
        List<SequenceDef> owned = catalog().all(SequenceDef.class).stream().filter(sequence -> sequence.ownerTable() == table.oid()).toList();
        for (SequenceDef sequence : owned) requireFree(schema, sequence.name());
        for (SequenceDef sequence : owned) put(Tables.sequence(sequence, schema, sequence.name(), sequence.owner(), sequence.acl()));
        for (IndexDef index : List.copyOf(catalog().indexes(table.oid()))) {
            requireFree(schema, index.name());
            put(Tables.withSchema(index, schema));
        }
        for (ConstraintDef constraint : List.copyOf(catalog().constraints(table.oid()))) {
            put(Tables.constraint(constraint, schema, constraint.name(), constraint.expression()));
        }
        TypeDdl.renameRowType(table, table.name(), schema, scope);
        TableDef now = java.util.Objects.requireNonNull(catalog().table(table.oid()));
        put(Tables.withName(now, schema, now.name()));
    }

    private void sequence(SequenceDef sequence, int schema) {
        if (sequence.ownerTable() != 0) {
            TableDef owner = java.util.Objects.requireNonNull(catalog().table(sequence.ownerTable()));
            throw io.craton.core.error.PgError.error(SqlState.FEATURE_NOT_SUPPORTED, "cannot move an owned sequence into another schema")
                    .withDetail("Sequence \"" + sequence.name() + "\" is linked to table \"" + owner.name() + "\".").exception();
        }
        if (sequence.schemaOid() == schema) return;
        requireFree(schema, sequence.name());
        put(Tables.sequence(sequence, schema, sequence.name(), sequence.owner(), sequence.acl()));
    }

    private void type(TypeDef def, int schema) {
        Ownership.require(def, scope);
        Ownership.requireCreate(schema, scope);
        if (def.type().namespaceOid() == schema) return;
        TypeDdl.requireFreeName(def.type().name(), schema, scope);
        TableDef relation = def.type().relationOid() == 0 ? null : catalog().table(def.type().relationOid());
        if (relation != null) put(Tables.withName(relation, schema, relation.name()));
        for (ConstraintDef constraint : List.copyOf(catalog().all(ConstraintDef.class))) {
            if (constraint.domainOid() == def.oid()) put(Tables.constraint(constraint, schema, constraint.name(), constraint.expression()));
        }
        TypeDdl.moveType(def.type(), def.type().name(), schema, scope);
    }
}
