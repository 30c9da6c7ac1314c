package io.craton.sql.pgcatalog;

import static io.craton.sql.pgcatalog.Datum.character;
import static io.craton.sql.pgcatalog.Datum.oid;

import io.craton.sql.analyze.CatalogView;
import io.craton.sql.deparse.Dependencies;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.AggregateDef;
import io.craton.storage.catalog.CatalogObject.CastDef;
import io.craton.storage.catalog.CatalogObject.CollationDef;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.catalog.CatalogObject.ConstraintDef;
import io.craton.storage.catalog.CatalogObject.ExtensionDef;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.RoutineDef;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.catalog.CatalogObject.TriggerDef;
import io.craton.storage.catalog.CatalogObject.TypeDef;
import io.craton.storage.catalog.CatalogObject.UserOperatorDef;
import java.util.List;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;

/** pg_depend, derived from what the objects themselves say: owned sequences, indexes of constraints, schemas, types, triggers, defaults. */
final class DependencyRows implements Rows.OfCatalog {
    private static final int CLASS = 1259;
    private static final int TYPE = 1247;
    private static final int PROCEDURE = 1255;
    private static final int NAMESPACE = 2615;
    private static final int CONSTRAINT = 2606;
    private static final int DEFAULT = 2604;
    private static final int REWRITE = 2618;
    private static final int TRIGGER = 2620;
    private static final int EXTENSION = 3079;
    private static final int OPERATOR = 2617;
    private static final int CAST = 2605;
    private static final int COLLATION = 3456;
    private static final int LANGUAGE = 2612;
    private static final int FIRST_USER_OID = 16384;
    private static final char NORMAL = 'n';
    private static final char AUTO = 'a';
    private static final char INTERNAL = 'i';
    private static final char MEMBER = 'e';

    private final PlainNames names;

    private final Shape shape;

    DependencyRows(Shape shape, PlainNames names) {
        this.shape = shape;
        this.names = names;
    }

    /** What built-in objects depend on; most are pinned and have no rows. */
    @Override
    public List<Object[]> builtin() {
        return Resources.rows(shape);
    }

    @Override
    public void fill(Catalog catalog, Consumer<Object[]> out) {
        CatalogView plain = names.of(catalog);
        for (TableDef table : catalog.all(TableDef.class)) table(table, plain, out);
        for (IndexDef index : catalog.all(IndexDef.class)) index(catalog, index, out);
        for (SequenceDef sequence : catalog.all(SequenceDef.class)) {
            depend(out, CLASS, oid(sequence.oid()), 0, NAMESPACE, oid(sequence.schemaOid()), 0, NORMAL);
            if (sequence.ownerTable() != 0) {
                depend(out, CLASS, oid(sequence.oid()), 0, CLASS, oid(sequence.ownerTable()), sequence.ownerColumn(),
                        sequence.internal() ? INTERNAL : AUTO);
            }
        }
        for (ConstraintDef constraint : catalog.all(ConstraintDef.class)) {
            if (constraint.oid() >= FIRST_USER_OID) constraint(constraint, out);
        }
        for (TypeDef def : catalog.all(TypeDef.class)) {
            if (def.oid() >= FIRST_USER_OID) type(def, out);
        }
        for (RoutineDef routine : catalog.all(RoutineDef.class)) routine(routine, plain, out);
        for (AggregateDef aggregate : catalog.all(AggregateDef.class)) {
            all(out, PROCEDURE, aggregate.oid(), PROCEDURE, aggregate.transitionOid(), aggregate.finalOid(), aggregate.combineOid(), aggregate.serialOid(),
                    aggregate.deserialOid(), aggregate.movingTransitionOid(), aggregate.movingInverseOid(), aggregate.movingFinalOid());
            all(out, PROCEDURE, aggregate.oid(), OPERATOR, aggregate.sortOperatorOid());
        }
        for (UserOperatorDef operator : catalog.all(UserOperatorDef.class)) {
            depend(out, OPERATOR, oid(operator.oid()), 0, NAMESPACE, oid(operator.schemaOid()), 0, NORMAL);
            all(out, OPERATOR, operator.oid(), TYPE, operator.leftOid(), operator.rightOid(), operator.resultOid());
            all(out, OPERATOR, operator.oid(), PROCEDURE, operator.functionOid(), operator.restrictOid(), operator.joinOid());
        }
        for (CastDef cast : catalog.all(CastDef.class)) {
            all(out, CAST, cast.oid(), TYPE, cast.sourceOid(), cast.targetOid());
            all(out, CAST, cast.oid(), PROCEDURE, cast.functionOid());
        }
        for (CollationDef collation : catalog.all(CollationDef.class)) {
            if (collation.oid() >= FIRST_USER_OID) depend(out, COLLATION, oid(collation.oid()), 0, NAMESPACE, oid(collation.schemaOid()), 0, NORMAL);
        }
        for (ExtensionDef extension : catalog.all(ExtensionDef.class)) {
            if (extension.oid() < FIRST_USER_OID) continue;
            depend(out, EXTENSION, oid(extension.oid()), 0, NAMESPACE, oid(extension.schemaOid()), 0, NORMAL);
            for (CatalogObject member : Extension.members(extension, catalog)) {
                depend(out, member instanceof RoutineDef ? PROCEDURE : CLASS, oid(member.oid()), 0, EXTENSION, oid(extension.oid()), 0, MEMBER);
            }
        }
        for (TriggerDef trigger : catalog.all(TriggerDef.class)) {
            depend(out, TRIGGER, oid(trigger.oid()), 0, CLASS, oid(trigger.tableOid()), 0, AUTO);
            depend(out, TRIGGER, oid(trigger.oid()), 0, PROCEDURE, oid(trigger.functionOid()), 0, NORMAL);
            for (int column : trigger.columns()) depend(out, TRIGGER, oid(trigger.oid()), 0, CLASS, oid(trigger.tableOid()), column, NORMAL);
            if (trigger.when() == null) continue;
            for (Dependencies.Target target : Dependencies.ofExpression(trigger.when(), trigger.tableOid())) depend(out, TRIGGER, oid(trigger.oid()), target);
        }
    }

    /** Each of these that is a user's, once. */
    private static void all(Consumer<Object[]> out, int classOid, int object, int targetClass, int... targets) {
        Set<Integer> seen = new LinkedHashSet<>();
        for (int target : targets) if (target >= FIRST_USER_OID && seen.add(target)) depend(out, classOid, oid(object), 0, targetClass, oid(target), 0, NORMAL);
    }

    private static void routine(RoutineDef routine, CatalogView plain, Consumer<Object[]> out) {
        long self = oid(routine.oid());
        depend(out, PROCEDURE, self, 0, NAMESPACE, oid(routine.schemaOid()), 0, NORMAL);
        if (routine.language().equals("plpgsql")) depend(out, PROCEDURE, self, 0, LANGUAGE, Languages.oid(routine.language()), 0, NORMAL);
        Set<Dependencies.Target> targets = new LinkedHashSet<>();
        for (int type : routine.allArgTypes()) if (type >= FIRST_USER_OID) targets.add(new Dependencies.Target(TYPE, type, 0));
        if (routine.returnTypeOid() >= FIRST_USER_OID) targets.add(new Dependencies.Target(TYPE, routine.returnTypeOid(), 0));
        for (String value : routine.argDefaults()) targets.addAll(Dependencies.ofExpression(value, 0));
        if (routine.sqlBody()) targets.addAll(Dependencies.ofBody(routine, plain));
        for (Dependencies.Target target : targets) depend(out, PROCEDURE, self, target);
    }

    private static void table(TableDef table, CatalogView plain, Consumer<Object[]> out) {
        depend(out, CLASS, oid(table.oid()), 0, NAMESPACE, oid(table.schemaOid()), 0, NORMAL);
        if (table.ofTypeOid() != 0) depend(out, CLASS, oid(table.oid()), 0, TYPE, oid(table.ofTypeOid()), 0, NORMAL);
        if (table.viewQuery() != null) {
            depend(out, REWRITE, oid(table.oid()), 0, CLASS, oid(table.oid()), 0, INTERNAL);
            for (Dependencies.Target target : Dependencies.ofQuery(table.viewQuery(), plain)) depend(out, REWRITE, oid(table.oid()), target);
        }
        for (ColumnDef column : table.columns()) {
            if (column.dropped() || column.hidden()) continue;
            if (column.typeOid() >= FIRST_USER_OID) depend(out, CLASS, oid(table.oid()), column.number(), TYPE, oid(column.typeOid()), 0, NORMAL);
            if (column.collationOid() >= FIRST_USER_OID) depend(out, CLASS, oid(table.oid()), column.number(), COLLATION, oid(column.collationOid()), 0, NORMAL);
            String expression = column.defaultExpression();
            if (expression == null) continue;
            long self = ObjectRows.defaultOid(table.oid(), column.number());
            depend(out, DEFAULT, self, 0, CLASS, oid(table.oid()), column.number(), column.generated() == 's' ? INTERNAL : AUTO);
            for (Dependencies.Target target : Dependencies.ofExpression(expression, table.oid())) {
                if (target.classOid() != CLASS || target.oid() != table.oid() || target.column() != column.number()) depend(out, DEFAULT, self, target);
            }
        }
    }

    private static void depend(Consumer<Object[]> out, int classOid, long object, Dependencies.Target target) {
        depend(out, classOid, object, 0, target.classOid(), oid(target.oid()), target.column(), NORMAL);
    }

    private static void index(Catalog catalog, IndexDef index, Consumer<Object[]> out) {
        ConstraintDef constraint = IndexRows.constraint(catalog, index);
        if (constraint != null) {
            depend(out, CLASS, oid(index.oid()), 0, CONSTRAINT, oid(constraint.oid()), 0, INTERNAL);
            return;
        }
        for (IndexDef.KeyPart part : index.keyParts()) {
            if (part.expression() == null) depend(out, CLASS, oid(index.oid()), 0, CLASS, oid(index.tableOid()), part.column(), AUTO);
            else expression(index, part.expression(), out);
        }
        if (index.predicate() != null) expression(index, index.predicate(), out);
        for (int column : index.includedColumns()) depend(out, CLASS, oid(index.oid()), 0, CLASS, oid(index.tableOid()), column, AUTO);
    }

    private static void expression(IndexDef index, String text, Consumer<Object[]> out) {
        for (Dependencies.Target target : Dependencies.ofExpression(text, index.tableOid())) {
            depend(out, CLASS, oid(index.oid()), 0, target.classOid(), oid(target.oid()), target.column(),
                    target.oid() == index.tableOid() ? AUTO : NORMAL);
        }
    }

    private static void constraint(ConstraintDef constraint, Consumer<Object[]> out) {
        long self = oid(constraint.oid());
        if (constraint.tableOid() == 0) {
            depend(out, CONSTRAINT, self, 0, TYPE, oid(constraint.domainOid()), 0, AUTO);
            return;
        }
        if (constraint.columns().isEmpty()) depend(out, CONSTRAINT, self, 0, CLASS, oid(constraint.tableOid()), 0, AUTO);
        for (int column : constraint.columns()) depend(out, CONSTRAINT, self, 0, CLASS, oid(constraint.tableOid()), column, AUTO);
        if (constraint.expression() != null) {
            for (Dependencies.Target target : Dependencies.ofExpression(constraint.expression(), constraint.tableOid())) {
                depend(out, CONSTRAINT, self, target);
            }
        }
        if (constraint.type() != 'f') return;
        for (int column : constraint.foreignColumns()) {
            depend(out, CONSTRAINT, self, 0, CLASS, oid(constraint.foreignTableOid()), column, NORMAL);
        }
        depend(out, CONSTRAINT, self, 0, CLASS, oid(constraint.indexOid()), 0, NORMAL);
    }

    private static void type(TypeDef def, Consumer<Object[]> out) {
        long self = oid(def.oid());
        if (def.type().isArray()) depend(out, TYPE, self, 0, TYPE, oid(def.type().elementOid()), 0, INTERNAL);
        else if (def.type().relationOid() != 0) depend(out, TYPE, self, 0, CLASS, oid(def.type().relationOid()), 0, INTERNAL);
        else depend(out, TYPE, self, 0, NAMESPACE, oid(def.type().namespaceOid()), 0, NORMAL);
        if (def.type().baseTypeOid() >= FIRST_USER_OID) depend(out, TYPE, self, 0, TYPE, oid(def.type().baseTypeOid()), 0, NORMAL);
    }

    private static void depend(Consumer<Object[]> out, int classOid, long object, int sub, int targetClass, long target, int targetSub,
            char type) {
        out.accept(new Object[] {oid(classOid), object, (long) sub, oid(targetClass), target, (long) targetSub, character(type)});
    }
}
