package io.craton.sql.pgcatalog;

import io.craton.sql.exec.ExecContext;
import io.craton.sql.function.Privileges;

/** What the current user counts as the owner of. */
final class Ownership {
    private Ownership() {}

    /** pg_has_role(owner, 'USAGE') for the current user. */
    static boolean has(ExecContext context, int owner) {
        return Privileges.any(context, context.session().currentUserOid(), owner, null, "C", '-');
    }
}
