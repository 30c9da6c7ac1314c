package io.craton.storage.engine;

import io.craton.storage.catalog.Catalog;
import io.craton.storage.txn.AccessMode;
import io.craton.storage.txn.IsolationLevel;
import io.craton.storage.txn.Transaction;

/** One client's place in a tenant: it begins transactions, one at a time, and holds session advisory locks and temporary tables. */
public interface TenantSession extends AutoCloseable {
    int tenantNumber();

    /** The newest committed catalog with the session's temporary objects. */
    Catalog catalog();

    Transaction begin(IsolationLevel isolation, AccessMode mode);

    /** Releases session locks and drops temporary tables. No transaction may be open. */
    @Override
    void close();
}
