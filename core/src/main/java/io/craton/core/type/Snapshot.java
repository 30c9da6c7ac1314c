package io.craton.core.type;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A value of pg_snapshot: all transactions below {@code xmin} had ended, none from {@code xmax} on had begun, and those in {@code running} were at work. Numbers
 * are unsigned, in rising order. Never changed once made.
 */
public record Snapshot(long xmin, long xmax, long[] running) {
    /** Whether the snapshot sees what the transaction did. */
    public boolean sees(long transaction) {
        if (Long.compareUnsigned(transaction, xmin) < 0) return true;
        if (Long.compareUnsigned(transaction, xmax) >= 0) return false;
        for (long id : running) if (id == transaction) return false;
        return true;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Snapshot that && xmin == that.xmin && xmax == that.xmax && Arrays.equals(running, that.running);
    }

    @Override
    public int hashCode() {
        return (Long.hashCode(xmin) * 31 + Long.hashCode(xmax)) * 31 + Arrays.hashCode(running);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(Long.toUnsignedString(xmin)).append(':').append(Long.toUnsignedString(xmax)).append(':');
        for (int i = 0; i < running.length; i++) text.append(i == 0 ? "" : ",").append(Long.toUnsignedString(running[i]));
        return text.toString();
    }
}
