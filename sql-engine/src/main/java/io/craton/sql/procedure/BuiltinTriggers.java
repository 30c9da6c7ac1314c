package io.craton.sql.procedure;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.DatumComparator;
import io.craton.core.type.PgRecord;
import io.craton.sql.exec.TriggerCall;
import io.craton.sql.exec.TriggerEvent;
import io.craton.sql.function.BuiltinCatalog;
import io.craton.sql.function.FunctionDef;
import io.craton.storage.catalog.CatalogObject.TriggerDef;
import org.jspecify.annotations.Nullable;

/** Functions for triggers that PostgreSQL brings. Stateless. */
final class BuiltinTriggers {
    private BuiltinTriggers() {}

    static @Nullable PgRecord fire(TriggerCall call) {
        FunctionDef function = BuiltinCatalog.function(call.trigger().functionOid());
        String name = function == null ? "" : function.name();
        if (name.equals("suppress_redundant_updates_trigger")) return suppress(call);
        throw PgException.notSupported("trigger function " + name);
    }

    /** No row for an update that changes nothing. */
    private static @Nullable PgRecord suppress(TriggerCall call) {
        String must = !(call.event() == TriggerEvent.UPDATE) ? "on update" : !call.trigger().is(TriggerDef.BEFORE) ? "before update"
                : !call.trigger().is(TriggerDef.ROW) ? "for each row" : null;
        if (must != null) {
            throw new PgException(SqlState.E_R_I_E_TRIGGER_PROTOCOL_VIOLATED, "suppress_redundant_updates_trigger: must be called " + must);
        }
        PgRecord old = java.util.Objects.requireNonNull(call.old());
        PgRecord current = java.util.Objects.requireNonNull(call.current());
        for (int i = 0; i < old.values().length; i++) {
            Object a = old.values()[i];
            Object b = current.values()[i];
            if (a == null || b == null ? a != b : DatumComparator.compare(old.types().get(i), a, b) != 0) return current;
        }
        return null;
    }
}
