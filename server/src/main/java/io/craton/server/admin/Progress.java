package io.craton.server.admin;

import java.io.Console;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongConsumer;

/**
 * Tells how far long work is: a bar where a person sits in front of it, a line at every tenth of the way elsewhere, and JSON, a line each second at most, for machines. One
 * thread; {@link #close} ends the bar's line.
 */
public final class Progress implements LongConsumer, AutoCloseable {
    /** For whom it is. */
    public enum Form { BAR, LINES, JSON }

    private static final int WIDTH = 30;
    private static final long BAR_NANOS = 100_000_000L;
    private static final long JSON_NANOS = 1_000_000_000L;

    private final PrintWriter out;
    private final String what;
    private final long total;
    private final Form form;
    private final long began = System.nanoTime();
    private long done;
    private long told;
    private long toldAt = began;
    private boolean drawn;

    public Progress(PrintWriter out, String what, long total) {
        this(out, what, total, Form.LINES);
    }

    public Progress(PrintWriter out, String what, long total, Form form) {
        this.out = out;
        this.what = what;
        this.total = total;
        this.form = form;
    }

    /** A bar, when standard output and error are a terminal. */
    public static Form form(boolean json) {
        Console console = System.console();
        return json ? Form.JSON : console != null && console.isTerminal() ? Form.BAR : Form.LINES;
    }

    @Override
    public void accept(long bytes) {
        done += bytes;
        switch (form) {
            case LINES -> line();
            case BAR -> {
                if (System.nanoTime() - toldAt >= BAR_NANOS) bar();
            }
            case JSON -> {
                if (System.nanoTime() - toldAt < JSON_NANOS) return;
                toldAt = System.nanoTime();
                out.printf(Locale.ROOT, "{\"event\":\"progress\",\"what\":\"%s\",\"done_bytes\":%d,\"total_bytes\":%d}%n", what, done, total);
                out.flush();
            }
        }
    }

    private void line() {
        long tenths = total == 0 ? 10 : Math.min(10, done * 10 / total);
        if (tenths <= told) return;
        told = tenths;
        out.printf(Locale.ROOT, "%s: %d %% (%s of %s)%n", what, tenths * 10, megabytes(Math.min(done, total)), megabytes(total));
        out.flush();
    }

    private void bar() {
        toldAt = System.nanoTime();
        drawn = true;
        double part = total == 0 ? 1 : Math.min(1.0, (double) done / total);
        int filled = (int) (part * WIDTH);
        out.printf(Locale.ROOT, "\r%s [%s%s] %3.0f %%  %s of %s, %.0f MB/s ", what, "#".repeat(filled), " ".repeat(WIDTH - filled), 100 * part, megabytes(done), megabytes(Math.max(done, total)),
                done / 1e6 / Math.max(1e-3, (toldAt - began) / 1e9));
        out.flush();
    }

    public static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
    }

    @Override
    public void close() {
        if (!drawn) return;
        bar();
        out.println();
        out.flush();
    }
}
