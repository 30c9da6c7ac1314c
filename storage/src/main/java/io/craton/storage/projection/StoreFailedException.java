package io.craton.storage.projection;

import io.craton.core.error.PgError;
import io.craton.core.error.Reportable;
import io.craton.core.error.SqlState;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** RocksDB failed: disk full, an I/O error, damage. After a failed write it refuses more of them; the node stops, and recovers from the log. */
public final class StoreFailedException extends RuntimeException implements Reportable {
    private static final long serialVersionUID = 1L;

    private final boolean damage;
    private final boolean noSpace;

    StoreFailedException(String message, Throwable cause) {
        super(message + ": " + cause.getMessage(), cause);
        Status status = cause instanceof RocksDBException e ? e.getStatus() : null;
        noSpace = cause instanceof RocksDBException e && isNoSpace(e);
        damage = status != null && status.getCode() == Status.Code.Corruption;
    }

    /** Something is not as it was written. */
    public boolean isDamage() {
        return damage;
    }

    /** There is no room on the disk; what is there is as it was written. */
    public boolean isNoSpace() {
        return noSpace;
    }

    /** RocksDB says so by a code, or, where it has put words of its own in front, by the system's words alone. */
    static boolean isNoSpace(RocksDBException e) {
        return e.getStatus() != null && e.getStatus().getSubCode() == Status.SubCode.NoSpace || String.valueOf(e.getMessage()).contains("No space left on device");
    }

    @Override
    public PgError report() {
        if (!damage) return PgError.error(SqlState.IO_ERROR, "the projections could not be used: " + getMessage());
        return PgError.error(SqlState.DATA_CORRUPTED, "the projections are damaged: " + getMessage())
                .withHint("Stop the node, remove projections in its data folder and start it again: they are built anew from the log.");
    }
}
