package io.craton.sql.ddl;

import io.craton.sql.analyze.CatalogView;
import io.craton.sql.syntax.Mark;
import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.catalog.CatalogObject.CastDef;
import io.craton.storage.catalog.CatalogObject.ConstraintDef;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.RoutineDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.catalog.CatalogObject.TriggerDef;
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

    private static boolean names(RoutineDef routine, Mark mark) {
        if (routine.sqlBody() && routine.body().contains(mark.text())) return true;
        return routine.argDefaults().stream().anyMatch(text -> text.contains(mark.text()));
    }

    /** Whether a text of the catalog calls the routine. */
    static boolean calls(String text, RoutineDef routine) {
        return text.contains(new Mark.Function(routine.oid()).text());
    }

    /** Everything that a routine's drop would leave broken: views, checks, indexes, triggers, casts, other bodies. */
    static List<CatalogObject> of(RoutineDef routine, CatalogView names) {
        List<CatalogObject> found = new ArrayList<>();
        for (TriggerDef trigger : names.catalog().all(TriggerDef.class)) {
            if (trigger.functionOid() == routine.oid() || trigger.when() != null && calls(trigger.when(), routine)) found.add(trigger);
        }
        for (CastDef cast : names.catalog().all(CastDef.class)) if (cast.functionOid() == routine.oid()) found.add(cast);
        for (TableDef view : names.catalog().all(TableDef.class)) {
            if (view.viewQuery() != null && calls(view.viewQuery(), routine)) found.add(view);
        }
        for (ConstraintDef check : names.catalog().all(ConstraintDef.class)) {
            if (check.expression() != null && calls(check.expression(), routine)) found.add(check);
        }
        for (IndexDef index : names.catalog().all(IndexDef.class)) {
            boolean uses = index.predicate() != null && calls(index.predicate(), routine);
            for (IndexDef.KeyPart part : index.keyParts()) uses |= part.expression() != null && calls(part.expression(), routine);
            if (uses) found.add(index);
        }
        for (RoutineDef other : names.catalog().all(RoutineDef.class)) {
            if (other.oid() != routine.oid() && names(other, new Mark.Function(routine.oid()))) found.add(other);
        }
        return found;
    }
}
