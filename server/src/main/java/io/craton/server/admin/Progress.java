package io.craton.server.admin;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongConsumer;

/** Tells how far a long reading is, at every tenth of the way. One thread. */
final class Progress implements LongConsumer {
    private final PrintWriter out;
    private final String what;
    private final long total;
    private long done;
    private long told;

    Progress(PrintWriter out, String what, long total) {
        this.out = out;
        this.what = what;
        this.total = total;
    }

    @Override
    public void accept(long bytes) {
        done += bytes;
        long tenths = total == 0 ? 10 : Math.min(10, done * 10 / total);
        if (tenths <= told) return;
        told = tenths;
        out.printf(Locale.ROOT, "%s: %d %% (%s of %s)%n", what, tenths * 10, megabytes(Math.min(done, total)), megabytes(total));
        out.flush();
    }

    static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
    }
}
