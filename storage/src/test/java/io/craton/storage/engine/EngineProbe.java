package io.craton.storage.engine;

import java.util.List;

/** What simulations do to an engine that nobody else may. */
public final class EngineProbe {
    private EngineProbe() {}

    /** Makes one tenant durable and says so nowhere, as when a node fails in the middle of a checkpoint. */
    public static void flush(StorageEngine engine, int tenant) {
        engine.tenantsForRebuild().using(tenant, each -> {
            each.projection.flush();
            return each;
        });
    }

    /** In words; nothing when both have the same. */
    public static List<String> differences(StorageEngine one, StorageEngine other) {
        return one.differences(other);
    }
}
