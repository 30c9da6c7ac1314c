package io.craton.sql.ddl;

import io.craton.sql.analyze.CatalogView;
import io.craton.sql.pgcatalog.Extension;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.catalog.CatalogObject.AggregateDef;
import io.craton.storage.catalog.CatalogObject.CastDef;
import io.craton.storage.catalog.CatalogObject.CommentDef;
import io.craton.storage.catalog.CatalogObject.CollationDef;
import io.craton.storage.catalog.CatalogObject.ConstraintDef;
import io.craton.storage.catalog.CatalogObject.DefaultAclDef;
import io.craton.storage.catalog.CatalogObject.ExtensionDef;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.RoutineDef;
import io.craton.storage.catalog.CatalogObject.SchemaDef;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import io.craton.storage.catalog.CatalogObject.StatisticsDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.catalog.CatalogObject.TriggerDef;
import io.craton.storage.catalog.CatalogObject.TypeDef;
import io.craton.storage.catalog.CatalogObject.UserOperatorDef;
import java.util.ArrayList;
import java.util.List;

/**
 * What depends on an object: parts that go with it silently, and other objects that forbid its drop unless CASCADE takes them along. Pure.
 */
final class Dependents {
    /** @param internal goes with the object without a word */
    record Dependent(CatalogObject object, boolean internal) {}

    private Dependents() {}

    static List<Dependent> of(CatalogObject object, CatalogView names) {
        Catalog catalog = names.catalog();
        List<Dependent> found = new ArrayList<>();
        switch (object) {
            case TableDef table -> ofTable(table, names, found);
            case IndexDef index -> {
                for (ConstraintDef constraint : catalog.constraints(index.tableOid())) {
                    if (constraint.indexOid() == index.oid() && constraint.type() != 'f') found.add(new Dependent(constraint, true));
                }
                for (ConstraintDef key : catalog.referencing(index.tableOid())) {
                    if (key.indexOid() == index.oid()) found.add(new Dependent(key, false));
                }
            }
            case ConstraintDef constraint -> {
                IndexDef index = constraint.type() == 'f' || constraint.indexOid() == 0 ? null : catalog.find(IndexDef.class, constraint.indexOid());
                if (index != null) found.add(new Dependent(index, true));
                if (constraint.type() == 'p') {
                    for (TableDef view : ViewUse.ofKey(constraint, names)) found.add(new Dependent(view, false));
                }
                for (RoutineDef routine : RoutineUse.ofConstraint(constraint.oid(), names)) found.add(new Dependent(routine, false));
                for (TriggerDef trigger : catalog.triggers(constraint.tableOid())) {
                    if (trigger.constraintOid() == constraint.oid()) found.add(new Dependent(trigger, true));
                }
                for (TriggerDef trigger : catalog.triggers(constraint.foreignTableOid())) {
                    if (trigger.constraintOid() == constraint.oid()) found.add(new Dependent(trigger, true));
                }
            }
            case TriggerDef trigger -> {
                ConstraintDef constraint = trigger.internal() ? null : catalog.find(ConstraintDef.class, trigger.constraintOid());
                if (constraint != null) found.add(new Dependent(constraint, true));
            }
            case SequenceDef sequence -> {
                // A default that takes from the sequence is changed, not dropped: ObjectDropping does it.
                for (TableDef view : ViewUse.of(sequence.oid(), names)) found.add(new Dependent(view, false));
            }
            case ExtensionDef extension -> {
                for (CatalogObject member : Extension.members(extension, catalog)) found.add(new Dependent(member, true));
            }
            case SchemaDef schema -> ofSchema(schema, catalog, found);
            case TypeDef type -> {
                ofType(type, catalog, found);
                for (CastDef cast : catalog.all(CastDef.class)) {
                    if (cast.sourceOid() == type.oid() || cast.targetOid() == type.oid()) found.add(new Dependent(cast, false));
                }
                for (UserOperatorDef operator : catalog.all(UserOperatorDef.class)) {
                    if (List.of(operator.leftOid(), operator.rightOid(), operator.resultOid()).contains(type.oid())) found.add(new Dependent(operator, false));
                }
                for (RoutineDef routine : RoutineUse.ofType(type.oid(), type.type().arrayOid(), names)) found.add(new Dependent(routine, false));
            }
            case RoutineDef routine -> {
                AggregateDef aggregate = catalog.find(AggregateDef.class, routine.oid());
                if (aggregate != null) found.add(new Dependent(aggregate, true));
                for (CatalogObject user : RoutineUse.of(routine, names)) found.add(new Dependent(user, false));
            }
            case CollationDef collation -> {
                for (TableDef view : CollationDdl.views(collation, catalog)) found.add(new Dependent(view, false));
                for (IndexDef index : catalog.all(IndexDef.class)) {
                    TableDef table = catalog.table(index.tableOid());
                    boolean own = index.keyParts().stream().anyMatch(part -> part.collationOid() == collation.oid()
                            && (part.expression() != null || table == null || table.column(part.column()).collationOid() != collation.oid()));
                    if (own) found.add(new Dependent(index, false));
                }
                for (TypeDef type : catalog.all(TypeDef.class)) {
                    if (type.type().kind() == 'd' && type.type().collationOid() == collation.oid()) found.add(new Dependent(type, false));
                }
            }
            case UserOperatorDef operator -> {
                for (CatalogObject user : RoutineUse.of(operator, names)) found.add(new Dependent(user, false));
            }
            default -> { }
        }
        // The youngest first, as PostgreSQL goes about it.
        found.sort(java.util.Comparator.comparingLong(dependent -> -Integer.toUnsignedLong(dependent.object().oid())));
        for (CommentDef comment : catalog.all(CommentDef.class)) {
            if (comment.objectOid() == object.oid()) found.add(new Dependent(comment, true));
        }
        return found;
    }

    private static void ofTable(TableDef table, CatalogView names, List<Dependent> found) {
        Catalog catalog = names.catalog();
        // Before the indexes, on which foreign keys depend too: messages name the table.
        for (ConstraintDef key : catalog.referencing(table.oid())) {
            if (key.tableOid() != table.oid()) found.add(new Dependent(key, false));
        }
        for (ConstraintDef constraint : catalog.constraints(table.oid())) found.add(new Dependent(constraint, true));
        for (IndexDef index : catalog.indexes(table.oid())) found.add(new Dependent(index, true));
        for (SequenceDef sequence : catalog.all(SequenceDef.class)) {
            if (sequence.ownerTable() == table.oid()) found.add(new Dependent(sequence, true));
        }
        for (TriggerDef trigger : catalog.triggers(table.oid())) found.add(new Dependent(trigger, true));
        for (StatisticsDef statistics : catalog.all(StatisticsDef.class)) {
            if (statistics.tableOid() == table.oid()) found.add(new Dependent(statistics, true));
        }
        for (int type : List.of(table.rowTypeOid(), table.arrayTypeOid())) {
            TypeDef def = catalog.find(TypeDef.class, type);
            if (def != null) found.add(new Dependent(def, true));
        }
        for (TableDef view : ViewUse.of(table.oid(), names)) found.add(new Dependent(view, false));
        for (RoutineDef routine : RoutineUse.ofRelation(table.oid(), names)) found.add(new Dependent(routine, false));
    }

    private static void ofSchema(SchemaDef schema, Catalog catalog, List<Dependent> found) {
        for (ExtensionDef extension : catalog.all(ExtensionDef.class)) {
            if (extension.schemaOid() == schema.oid()) found.add(new Dependent(extension, false));
        }
        for (TableDef table : catalog.all(TableDef.class)) {
            if (table.schemaOid() == schema.oid()) found.add(new Dependent(table, false));
        }
        for (SequenceDef sequence : catalog.all(SequenceDef.class)) {
            if (sequence.schemaOid() == schema.oid() && sequence.ownerTable() == 0) found.add(new Dependent(sequence, false));
        }
        for (TypeDef type : catalog.all(TypeDef.class)) {
            boolean own = type.type().namespaceOid() == schema.oid();
            if (own && type.type().relationOid() == 0 && !type.type().isArray()) found.add(new Dependent(type, false));
        }
        for (RoutineDef routine : catalog.all(RoutineDef.class)) {
            if (routine.schemaOid() == schema.oid()) found.add(new Dependent(routine, false));
        }
        for (CollationDef collation : catalog.all(CollationDef.class)) {
            if (collation.schemaOid() == schema.oid()) found.add(new Dependent(collation, false));
        }
        for (UserOperatorDef operator : catalog.all(UserOperatorDef.class)) {
            if (operator.schemaOid() == schema.oid()) found.add(new Dependent(operator, false));
        }
        for (DefaultAclDef privileges : catalog.all(DefaultAclDef.class)) {
            if (privileges.schemaOid() == schema.oid()) found.add(new Dependent(privileges, true));
        }
    }

    private static void ofType(TypeDef type, Catalog catalog, List<Dependent> found) {
        TypeDef array = type.type().arrayOid() == 0 ? null : catalog.find(TypeDef.class, type.type().arrayOid());
        if (array != null) found.add(new Dependent(array, true));
        for (ConstraintDef constraint : catalog.all(ConstraintDef.class)) {
            if (constraint.domainOid() == type.oid()) found.add(new Dependent(constraint, true));
        }
        if (type.type().relationOid() != 0) {
            TableDef relation = catalog.table(type.type().relationOid());
            if (relation != null && relation.kind() == 'c') found.add(new Dependent(relation, true));
        }
        for (TableDef table : catalog.all(TableDef.class)) if (table.ofTypeOid() == type.oid()) found.add(new Dependent(table, false));
        for (TypeDef other : catalog.all(TypeDef.class)) {
            if (other.type().baseTypeOid() == type.oid()) found.add(new Dependent(other, false));
        }
    }
}
