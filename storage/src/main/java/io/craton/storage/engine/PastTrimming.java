package io.craton.storage.engine;

import io.craton.core.error.PgException;
import io.craton.storage.catalog.CatalogObject.RoleSettingDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.projection.ProjectionTrimming;
import io.craton.storage.projection.Retention;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drops what projections are to keep no longer: by the storage parameter {@code craton.retention} of a table, else by the setting of that name of its database. Every
 * replica does so for itself, one tenant at a time.
 */
final class PastTrimming {
    private static final Logger LOG = LoggerFactory.getLogger(PastTrimming.class);
    private static final long EVERY_NANOS_MIN = TimeUnit.MINUTES.toNanos(1);

    private final Tenants tenants;
    private final ReentrantLock working = new ReentrantLock();
    private final Map<Integer, Long> doneNanos = new ConcurrentHashMap<>();
    private volatile boolean stopped;

    PastTrimming(Tenants tenants) {
        this.tenants = tenants;
    }

    /** Of open tenants; on a thread of its own where there is something to do. */
    void whatIsDue(Set<Integer> open) {
        for (int number : open) {
            if (!isDue(number)) continue;
            Thread.ofPlatform().daemon().name("craton-trim").start(() -> {
                for (int each : open) if (isDue(each)) run(each);
            });
            return;
        }
    }

    private boolean isDue(int number) {
        Long done = doneNanos.get(number);
        if (stopped || done != null && System.nanoTime() - done < EVERY_NANOS_MIN) return false;
        Tenant tenant = tenants.pin(number);
        if (tenant == null) return false;
        try {
            return tenant.group.pipeline.hasArchive() && keepsLess(tenant); // who works out a past anew keeps all of it
        } finally {
            tenant.unpin();
        }
    }

    private boolean keepsLess(Tenant tenant) {
        if (ofDatabase(tenant).micros() != Long.MAX_VALUE) return true;
        for (TableDef table : tenant.projection.state().schema().catalog().all(TableDef.class)) if (table.options().containsKey(Retention.NAME)) return true;
        return false;
    }

    private Retention ofDatabase(Tenant tenant) {
        for (RoleSettingDef setting : tenants.cluster().all(RoleSettingDef.class)) {
            if (setting.databaseOid() == tenant.transactions.databaseOid() && setting.roleOid() == 0) return parsed(setting.settings().get(Retention.NAME), Retention.FOREVER);
        }
        return Retention.FOREVER;
    }

    private static Retention parsed(@Nullable String text, Retention otherwise) {
        Retention retention = text == null ? null : Retention.parse(text);
        return retention == null ? otherwise : retention;
    }

    /** Now; answers how many entries were dropped. */
    long run(int number) {
        Tenant tenant = tenants.pin(number);
        if (tenant == null) return 0;
        working.lock();
        try {
            if (stopped) return 0;
            doneNanos.put(number, System.nanoTime());
            Retention database = ofDatabase(tenant);
            Map<Long, Long> positions = new HashMap<>();
            long removed = new ProjectionTrimming(tenant.projection, () -> stopped).run(table -> {
                Retention retention = parsed(table.options().get(Retention.NAME), database);
                return retention.micros() == Long.MAX_VALUE ? 0 : positions.computeIfAbsent(retention.micros(), tenant.transactions::positionBefore);
            });
            if (removed > 0) LOG.info("{} entries of tenant {} were older than is kept, and are in the log alone now", removed, number);
            return removed;
        } catch (PgException e) {
            LOG.info("nothing of the past of tenant {} is dropped: {}", number, e.getMessage());
            return 0;
        } finally {
            working.unlock();
            tenant.unpin();
        }
    }

    /** Nothing is at work any more when this returns. */
    void stop() {
        stopped = true;
        working.lock();
        working.unlock();
    }
}
