package io.craton.sql.ddl;

import io.craton.core.error.PgError;
import io.craton.core.error.SqlState;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.session.SessionActivity;
import io.craton.storage.catalog.CatalogObject.DatabaseDef;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Who else is in a database that is to be dropped, renamed or copied. */
final class DatabaseSessions {
    private static final int PATIENCE_MILLIS = 5000;
    private static final int LOOK_MILLIS = 100;

    private DatabaseSessions() {}

    /** Waits a little for those who are about to leave; 55006 when somebody stays. {@code what}: as the message calls the database, "database" or "source database". */
    static void requireNone(DatabaseDef database, String what, Scope scope) {
        long others = others(database, scope);
        for (int waited = 0; others > 0 && waited < PATIENCE_MILLIS; waited += LOOK_MILLIS) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS));
            scope.context().checkInterrupts();
            others = others(database, scope);
        }
        if (others == 0) return;
        throw PgError.error(SqlState.OBJECT_IN_USE, what + " \"" + database.name() + "\" is being accessed by other users")
                .withDetail(others == 1 ? "There is 1 other session using the database." : "There are " + others + " other sessions using the database.").exception();
    }

    private static long others(DatabaseDef database, Scope scope) {
        int self = scope.context().session().processId();
        return scope.context().session().activity().stream().filter((SessionActivity other) -> other.databaseOid() == database.oid() && other.processId() != self).count();
    }
}
