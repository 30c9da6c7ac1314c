package io.craton.migrations;

import java.io.PrintWriter;
import java.util.Locale;

/** How far a run over many tenants is: one line that is drawn again and again on a terminal, a line now and then elsewhere. Any thread. */
final class ProgressBar implements AutoCloseable {
    private static final int WIDTH = 30;
    private static final long TERMINAL_PAUSE = 100_000_000L;
    private static final long LOG_PAUSE = 5_000_000_000L;

    private final PrintWriter out;
    private final boolean terminal;
    private final int all;
    private final long started = System.nanoTime();
    private long drawn = started;
    private int ended;
    private int failed;

    ProgressBar(PrintWriter out, boolean terminal, int all) {
        this.out = out;
        this.terminal = terminal;
        this.all = all;
    }

    synchronized void one(boolean failure) {
        ended++;
        if (failure) failed++;
        long now = System.nanoTime();
        if (all == 1) return;
        if (now - drawn < (terminal ? TERMINAL_PAUSE : LOG_PAUSE) && ended < all) return;
        drawn = now;
        draw(now);
    }

    private void draw(long now) {
        double seconds = Math.max(0.001, (now - started) / 1e9);
        double rate = ended / seconds;
        int full = all == 0 ? WIDTH : (int) ((long) WIDTH * ended / all);
        String line = String.format(Locale.ROOT, "[%s%s] %d/%d tenants  %.1f/s  failed %d  %s", "#".repeat(full), "-".repeat(WIDTH - full), ended, all, rate, failed,
                ended == all ? String.format(Locale.ROOT, "took %.1f s", seconds) : String.format(Locale.ROOT, "%.0f s to go", (all - ended) / rate));
        out.print(terminal ? "\r" + line + "\u001b[K" : line + "\n");
        out.flush();
    }

    @Override
    public synchronized void close() {
        if (terminal && ended > 0) out.println();
    }
}
