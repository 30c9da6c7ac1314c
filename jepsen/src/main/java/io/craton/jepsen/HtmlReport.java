package io.craton.jepsen;

import io.craton.jepsen.cluster.Nemesis;
import io.craton.jepsen.history.History;
import io.craton.jepsen.history.Op;
import io.craton.jepsen.history.Outcome;
import io.craton.jepsen.history.Txn;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** One page without outside parts: latency of every operation over time, throughput below, faults behind, and the text of {@link ClusterReport}. */
final class HtmlReport {
    private static final int WIDTH = 1400;
    private static final int LATENCY_HEIGHT = 360;
    private static final int RATE_HEIGHT = 120;
    private static final int LANE = 14;
    private static final int LEFT = 60;
    /** More points than this make a page slow: then acknowledged ones are a sample. */
    private static final int POINTS_MOST = 30_000;
    private static final double FASTEST_MILLIS = 0.1;
    private static final double DECADES = 6;

    private record Point(long from, long to, Outcome outcome, String what) {}

    private final List<Point> points = new ArrayList<>();
    private final List<Nemesis.Deed> deeds;
    private final double seconds;
    private final StringBuilder out = new StringBuilder();

    private HtmlReport(History history, List<Nemesis.Deed> deeds) {
        for (Txn txn : history.txns()) points.add(new Point(txn.invokedNanos(), txn.completedNanos(), txn.outcome(), txn.workload()));
        for (Op op : history.ops()) points.add(new Point(op.invokedNanos(), op.completedNanos(), op.outcome(), op.workload()));
        this.deeds = deeds.stream().sorted(Comparator.comparingLong(Nemesis.Deed::beganNanos)).toList();
        this.seconds = Math.max(1, points.stream().mapToLong(Point::to).max().orElse(0) / 1e9);
    }

    static String page(String text, History history, List<Nemesis.Deed> deeds) {
        return new HtmlReport(history, deeds).page(text);
    }

    private String page(String text) {
        out.append("<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Craton fault test</title><style>body{font:14px sans-serif;margin:20px}"
                + "pre{font:12px monospace;white-space:pre-wrap}text{font:11px sans-serif}.ok{fill:#2a7ab0}.fail{fill:#d08000}.unknown{fill:#c00000}</style></head><body>");
        out.append("<h1>Craton fault test</h1><p>Latency of each operation (logarithmic) over time: <span style=\"color:#2a7ab0\">acknowledged</span>, "
                + "<span style=\"color:#d08000\">refused</span>, <span style=\"color:#c00000\">unknown</span>. Bars: acknowledged operations per second. Grey: faults.</p>");
        int lanes = deeds.size();
        int height = LATENCY_HEIGHT + RATE_HEIGHT + 40 + lanes * LANE;
        out.append(String.format(Locale.ROOT, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\">", WIDTH + LEFT + 20, height));
        faults();
        axes();
        latencies();
        rates();
        out.append("</svg><pre>").append(escaped(text)).append("</pre></body></html>\n");
        return out.toString();
    }

    private double x(long nanos) {
        return LEFT + nanos / 1e9 / seconds * WIDTH;
    }

    private static double y(long nanos) {
        double decades = Math.log10(Math.max(nanos / 1e6, FASTEST_MILLIS) / FASTEST_MILLIS);
        return LATENCY_HEIGHT * (1 - Math.min(1, decades / DECADES));
    }

    private void faults() {
        int lane = 0;
        for (Nemesis.Deed deed : deeds) {
            double from = x(deed.beganNanos());
            double width = Math.max(1, x(deed.endedNanos()) - from);
            add("<rect x=\"%.1f\" y=\"0\" width=\"%.1f\" height=\"%d\" fill=\"%s\" opacity=\"0.25\"/>", from, width, LATENCY_HEIGHT + RATE_HEIGHT + 20,
                    deed.leaderHit() ? "#c08080" : "#a0a0a0");
            int y = LATENCY_HEIGHT + RATE_HEIGHT + 40 + lane++ * LANE;
            add("<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"#808080\"/><text x=\"%.1f\" y=\"%d\">%s</text>", from, y, width, LANE - 3,
                    from + width + 4, y + LANE - 5, escaped(deed.what()));
        }
    }

    private void axes() {
        for (int decade = 0; decade <= DECADES; decade++) {
            double y = LATENCY_HEIGHT * (1 - decade / DECADES);
            add("<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#ddd\"/><text x=\"2\" y=\"%.1f\">%s ms</text>", LEFT, LEFT + WIDTH, y, y, y + 4,
                    decade == 0 ? "0.1" : Long.toString((long) (FASTEST_MILLIS * Math.pow(10, decade))));
        }
        int step = Math.max(1, (int) (seconds / 20));
        for (int second = 0; second <= seconds; second += step) {
            add("<text x=\"%.1f\" y=\"%d\">%d s</text>", x(second * 1_000_000_000L), LATENCY_HEIGHT + RATE_HEIGHT + 34, second);
        }
    }

    private void latencies() {
        Random random = new Random(points.size());
        double share = (double) POINTS_MOST / Math.max(1, points.size());
        for (Point point : points) {
            if (point.outcome() == Outcome.OK && random.nextDouble() > share) continue;
            String kind = switch (point.outcome()) {
                case OK -> "ok";
                case FAIL -> "fail";
                case UNKNOWN -> "unknown";
            };
            add("<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%d\" height=\"%d\"/>", kind, x(point.to()), y(point.to() - point.from()),
                    point.outcome() == Outcome.UNKNOWN ? 4 : 2, point.outcome() == Outcome.UNKNOWN ? 4 : 2);
        }
    }

    private void rates() {
        int[] counts = new int[(int) seconds + 1];
        for (Point point : points) if (point.outcome() == Outcome.OK) counts[(int) (point.to() / 1_000_000_000L)]++;
        int most = 1;
        for (int count : counts) most = Math.max(most, count);
        int bottom = LATENCY_HEIGHT + 20 + RATE_HEIGHT;
        for (int second = 0; second < counts.length; second++) {
            double height = (double) counts[second] / most * RATE_HEIGHT;
            add("<rect class=\"ok\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>", x(second * 1_000_000_000L), bottom - height, Math.max(1, WIDTH / seconds - 1), height);
        }
        add("<text x=\"2\" y=\"%d\">%d/s</text>", LATENCY_HEIGHT + 30, most);
    }

    private void add(String format, Object... arguments) {
        out.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
