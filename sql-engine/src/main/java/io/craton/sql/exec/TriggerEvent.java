package io.craton.sql.exec;

import io.craton.storage.catalog.CatalogObject.TriggerDef;

/** What a statement does to a table, as triggers know it. */
public enum TriggerEvent {
    INSERT(TriggerDef.INSERT), DELETE(TriggerDef.DELETE), UPDATE(TriggerDef.UPDATE), TRUNCATE(TriggerDef.TRUNCATE);

    private final int bit;

    TriggerEvent(int bit) {
        this.bit = bit;
    }

    /** In pg_trigger.tgtype. */
    public int bit() {
        return bit;
    }
}
