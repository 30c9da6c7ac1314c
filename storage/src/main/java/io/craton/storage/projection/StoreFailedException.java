package io.craton.storage.projection;

/** RocksDB failed: disk full, an I/O error, damage. It refuses writes from here on; the node stops, and recovers from the log. */
public final class StoreFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StoreFailedException(String message, Throwable cause) {
        super(message + ": " + cause.getMessage(), cause);
    }
}
