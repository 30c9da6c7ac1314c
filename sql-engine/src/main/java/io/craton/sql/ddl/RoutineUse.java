package io.craton.sql.ddl;

import io.craton.sql.analyze.CatalogView;
import io.craton.sql.syntax.Mark;
import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.catalog.CatalogObject.AggregateDef;
import io.craton.storage.catalog.CatalogObject.CastDef;
import io.craton.storage.catalog.CatalogObject.ConstraintDef;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.RoutineDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.catalog.CatalogObject.TriggerDef;
import io.craton.storage.catalog.CatalogObject.UserOperatorDef;
import java.util.ArrayList;
import java.util.List;

/** What uses a routine, and which routines use a type or relation: by signatures and by the marks in texts of the catalog. Pure. */
final class RoutineUse {
    private RoutineUse() {}

    /** Routines that have the type, or its array, among their arguments or as result, or name it in a body or default. */
    static List<RoutineDef> ofType(int type, int array, CatalogView names) {
        List<RoutineDef> found = new ArrayList<>();
        for (RoutineDef routine : names.catalog().all(RoutineDef.class)) {
            List<Integer> types = new ArrayList<>(routine.allArgTypes());
            types.add(routine.returnTypeOid());
            boolean uses = names(routine, new Mark.Type(type));
            for (int each : types) uses |= each == type || array != 0 && each == array;
            if (uses) found.add(routine);
        }
        return found;
    }

    /** Routines whose body was written as SQL and names the relation. */
    static List<RoutineDef> ofRelation(int oid, CatalogView names) {
        return names.catalog().all(RoutineDef.class).stream().filter(routine -> names(routine, new Mark.Relation(oid))).toList();
    }

    /** Routines whose body was written as SQL and names the constraint. */
    static List<RoutineDef> ofConstraint(int oid, CatalogView names) {
        return names.catalog().all(RoutineDef.class).stream().filter(routine -> names(routine, new Mark.Constraint(oid))).toList();
    }

    private static boolean names(RoutineDef routine, Mark mark) {
        if (routine.sqlBody() && routine.body().contains(mark.text())) return true;
        return routine.argDefaults().stream().anyMatch(text -> text.contains(mark.text()));
    }

    /** Whether a text of the catalog calls the routine. */
    static boolean calls(String text, RoutineDef routine) {
        return text.contains(new Mark.Function(routine.oid()).text());
    }

    /** What an operator's drop would leave broken. */
    static List<CatalogObject> of(UserOperatorDef operator, CatalogView names) {
        List<CatalogObject> found = new ArrayList<>();
        texts(new Mark.Operator(operator.oid()), names, found);
        for (AggregateDef a : names.catalog().all(AggregateDef.class)) {
            RoutineDef aggregate = a.sortOperatorOid() == operator.oid() ? names.catalog().find(RoutineDef.class, a.oid()) : null;
            if (aggregate != null) found.add(aggregate);
        }
        return found;
    }

    /** What has the mark in a text: views, checks, indexes, bodies. */
    private static void texts(Mark mark, CatalogView names, List<CatalogObject> found) {
        String text = mark.text();
        for (TableDef view : names.catalog().all(TableDef.class)) {
            if (view.viewQuery() != null && view.viewQuery().contains(text)) found.add(view);
        }
        for (ConstraintDef check : names.catalog().all(ConstraintDef.class)) {
            if (check.expression() != null && check.expression().contains(text)) found.add(check);
        }
        for (IndexDef index : names.catalog().all(IndexDef.class)) {
            boolean uses = index.predicate() != null && index.predicate().contains(text);
            for (IndexDef.KeyPart part : index.keyParts()) uses |= part.expression() != null && part.expression().contains(text);
            if (uses) found.add(index);
        }
        for (RoutineDef other : names.catalog().all(RoutineDef.class)) if (names(other, mark)) found.add(other);
    }

    /** Everything that a routine's drop would leave broken: views, checks, indexes, triggers, casts, other bodies. */
    static List<CatalogObject> of(RoutineDef routine, CatalogView names) {
        List<CatalogObject> found = new ArrayList<>();
        for (TriggerDef trigger : names.catalog().all(TriggerDef.class)) {
            if (trigger.functionOid() == routine.oid() || trigger.when() != null && calls(trigger.when(), routine)) found.add(trigger);
        }
        for (CastDef cast : names.catalog().all(CastDef.class)) if (cast.functionOid() == routine.oid()) found.add(cast);
        for (AggregateDef a : names.catalog().all(AggregateDef.class)) {
            boolean uses = List.of(a.transitionOid(), a.finalOid(), a.combineOid(), a.serialOid(), a.deserialOid(), a.movingTransitionOid(), a.movingInverseOid(),
                    a.movingFinalOid()).contains(routine.oid());
            RoutineDef aggregate = uses ? names.catalog().find(RoutineDef.class, a.oid()) : null;
            if (aggregate != null) found.add(aggregate);
        }
        for (UserOperatorDef operator : names.catalog().all(UserOperatorDef.class)) {
            if (operator.functionOid() == routine.oid() || operator.restrictOid() == routine.oid() || operator.joinOid() == routine.oid()) found.add(operator);
        }
        List<CatalogObject> texts = new ArrayList<>();
        texts(new Mark.Function(routine.oid()), names, texts);
        texts.removeIf(object -> object instanceof RoutineDef other && other.oid() == routine.oid());
        found.addAll(texts);
        return found;
    }
}
