package io.craton.storage.encryption;

/**
 * What wraps the data keys: a key in a file, or a key management service that does the work itself. It may know several keys, the newest of which wraps.
 * Any thread; a call may take as long as a question over the network. What goes wrong is an {@link EncryptionException}.
 */
public interface MasterKey {
    /** The key that wraps now, by a name that tells it from all others: "local:0f3a...". */
    String name();

    byte[] wrap(int tenant, byte[] dataKey);

    /** @param wrappedBy what {@link #name} said when it was wrapped */
    byte[] unwrap(int tenant, String wrappedBy, byte[] wrapped);

    /** Looks again for newer keys; the ones it knows stay known when that fails. */
    default void reload() {}
}
