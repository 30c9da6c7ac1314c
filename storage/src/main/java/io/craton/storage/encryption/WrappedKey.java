package io.craton.storage.encryption;

/**
 * A data key as it is in the log and in {@code meta/keys.json}.
 *
 * @param id position of the entry that brought the key; 0 in that entry itself
 * @param since position of the entry that brought it wrapped like this; 0 as long as there is none
 * @param wrappedBy the master key's name
 */
public record WrappedKey(int tenant, long id, long since, String wrappedBy, byte[] wrapped) {
    /** As the entry at this position brings it. */
    public WrappedKey at(long position) {
        return new WrappedKey(tenant, id == 0 ? position : id, position, wrappedBy, wrapped);
    }
}
