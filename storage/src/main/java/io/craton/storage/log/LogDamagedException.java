package io.craton.storage.log;

import java.io.IOException;

/** Bytes of the log that were durable are not what was written. Nothing repairs this silently: the node does not start, or stops. */
public final class LogDamagedException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String segment;
    private final long offset;

    public LogDamagedException(String segment, long offset, String what) {
        super("log segment " + segment + " is damaged at offset " + offset + ": " + what);
        this.segment = segment;
        this.offset = offset;
    }

    public String segment() {
        return segment;
    }

    public long offset() {
        return offset;
    }
}
