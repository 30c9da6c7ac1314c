package io.craton.sql.copy;

/** Cuts a stream into rows of fields. After {@link #next} the fields of one row can be read; they are valid until the next call. One thread. */
interface FieldReader {
    /** The next row; false at the end of the data. */
    boolean next();

    int fields();

    boolean isNull(int field);

    byte[] bytes(int field);

    int start(int field);

    int end(int field);

    /** Number of the row's line, 1-based, for errors. */
    long line();

    /** The row's text for errors, shortened; null for binary. */
    @org.jspecify.annotations.Nullable String lineText();
}
