package io.craton.storage.projection;

/**
 * An image that a row had.
 *
 * @param key of the row in its storage
 * @param from position that wrote it
 * @param to position that replaced or removed it; {@link #NOW} while nothing has
 */
public record RowVersion(byte[] key, byte[] image, long from, long to) {
    public static final long NOW = Long.MAX_VALUE;
}
