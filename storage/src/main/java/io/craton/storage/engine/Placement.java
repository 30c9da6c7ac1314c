package io.craton.storage.engine;

import io.craton.core.error.PgError;
import io.craton.core.error.SqlState;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.DatabaseDef;
import java.util.function.IntPredicate;

/** Which raft group a tenant goes to. Any thread. */
final class Placement {
    private final int groups;
    private volatile IntPredicate safe = group -> true;

    Placement(int groups) {
        this.groups = groups;
    }

    /** A group right behind its founding has one member for a moment: what is committed there is on one disk. */
    void onlyWhere(IntPredicate condition) {
        safe = condition;
    }

    /** For a new tenant: the group with fewest, the first one where they are equal. */
    int forNew(Catalog cluster) {
        int[] tenants = new int[groups];
        for (DatabaseDef database : cluster.all(DatabaseDef.class)) if (database.oid() >= TenantNumbers.FIRST_OID && database.group() < groups) tenants[database.group()]++;
        int least = 0;
        for (int i = 1; i < groups; i++) if (tenants[i] < tenants[least] && safe.test(i)) least = i;
        return least;
    }

    /** For a tenant that is to move: 22023 where there is no such group, 55000 where a commit would be on fewer disks there than in the first one. */
    void require(int group) {
        if (group < 0 || group >= groups) {
            throw PgError.error(SqlState.INVALID_PARAMETER_VALUE, "there is no raft group " + group).withHint("consensus.groups is " + groups + ".").exception();
        }
        if (group == 0 || safe.test(group)) return;
        throw PgError.error(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE, "raft group " + group + " has too few members yet")
                .withHint("\"craton-admin cluster wait-healthy\" waits until it has them.").exception();
    }
}
