package io.craton.storage.projection;

/** Keys in ascending order, some more than once; each lies in an array that may be another one, or have another content, after the next step. One thread. */
interface SortedKeys {
    boolean next();

    byte[] bytes();

    /** Where the key begins. */
    int from();

    /** Where it ends, exclusive. */
    int to();
}
