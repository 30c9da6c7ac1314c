package io.craton.storage.engine;

import io.craton.storage.catalog.CatalogObject.DatabaseDef;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Numbers for tenants, and the oids of what all of them share. Where there are several groups, numbers of tenants are oids: those of dropped tenants never come again, and
 * so tell of a number that is not known whether it will be. Any thread.
 */
final class TenantNumbers {
    static final int FIRST_OID = 16_384;
    private static final int FIRST = 5;

    /** The next oid. */
    final AtomicInteger oids = new AtomicInteger(FIRST_OID);
    /** Given out beyond the highest known, so that two creations in flight differ. */
    private final AtomicInteger next = new AtomicInteger(FIRST);
    private final MadeTenants made = new MadeTenants();
    private final boolean several;

    /** @param several whether there are several groups */
    TenantNumbers(boolean several) {
        this.several = several;
    }

    /** What the log has by now: no number is given out again. */
    void begin(Iterable<DatabaseDef> databases, Collection<Integer> everMade) {
        if (several) made.addAll(everMade);
        for (DatabaseDef database : databases) seen(database.tenantNumber());
        if (several) oids.accumulateAndGet(made.highest() + 1, Math::max);
    }

    void seen(int number) {
        next.accumulateAndGet(number + 1, Math::max);
        if (several) made.add(number);
    }

    int take() {
        return several ? oids.getAndIncrement() : next.getAndIncrement();
    }

    /** Kept where there are several groups. */
    MadeTenants made() {
        return made;
    }
}
