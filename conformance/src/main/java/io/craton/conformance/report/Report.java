package io.craton.conformance.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.craton.conformance.compare.Verdict;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The outcome of a run: a tally per script in the order they ran, the totals, and the ranking. */
public final class Report {
    private record Line(Tally tally, boolean core, long expectedMillis, long actualMillis) {}

    private final Map<String, Line> lines = new LinkedHashMap<>();
    private final Map<String, String> hung = new LinkedHashMap<>();
    private final Ranking ranking = new Ranking();

    /** Adds a script with the time the reference and the server under test took for it. */
    public void add(String script, boolean core, Tally tally, long expectedMillis, long actualMillis) {
        lines.put(script, new Line(tally, core, expectedMillis, actualMillis));
    }

    /** A statement that got no answer in time, and what the server's threads did then. */
    public void hung(String statement, String threads) {
        hung.put(statement, threads);
    }

    public Ranking ranking() {
        return ranking;
    }

    /** Tallies by script. */
    public Map<String, Tally> tallies() {
        Map<String, Tally> tallies = new LinkedHashMap<>();
        lines.forEach((script, line) -> tallies.put(script, line.tally()));
        return tallies;
    }

    public Tally total(boolean coreOnly) {
        Tally total = new Tally();
        lines.values().stream().filter(l -> l.core() || !coreOnly).forEach(l -> total.add(l.tally()));
        return total;
    }

    /** @param reasons how many reasons to list */
    public String text(int reasons) {
        StringBuilder text = new StringBuilder();
        text.append(String.format(Locale.ROOT, "%-24s %10s %6s %7s %13s %7s %6s %6s %9s %9s%n", "script", "statements", "same", "share", "rows same/of",
                "share", "apart", "exact", "expected", "actual"));
        lines.forEach((script, line) -> row(text, script + (line.core() ? "" : " *"), line.tally(), line));
        text.append("* not a core file\n");
        row(text, "core files", total(true), null);
        row(text, "all files", total(false), null);
        Tally all = total(false);
        text.append(String.format(Locale.ROOT, "connections closed %d, no answer in time %d; apart: psql's own commands %d, plans %d, C test library %d; "
                + "transaction states corrected %d%n", all.count(Verdict.Kind.CLOSED), all.count(Verdict.Kind.HUNG), all.count(Verdict.Kind.META),
                all.count(Verdict.Kind.PLAN), all.count(Verdict.Kind.LIBRARY), all.corrections()));
        if (!ranking.top(reasons).isEmpty()) text.append(String.format("%nreasons by statements lost (followers included; own):%n"));
        for (Ranking.Cost cost : ranking.top(reasons)) {
            text.append(String.format(Locale.ROOT, "%6d %6d  %s  [%s]%n", cost.total(), cost.own(), cost.reason(), String.join(", ", cost.files(4))));
        }
        hung.forEach((statement, threads) -> text.append(String.format("%nno answer in time: %s%n%s%n", statement, threads)));
        return text.toString();
    }

    private static void row(StringBuilder text, String name, Tally tally, @Nullable Line times) {
        text.append(String.format(Locale.ROOT, "%-24s %10d %6d %6.1f%% %6d/%-6d %6.1f%% %6d %6d", name, tally.statements(), tally.same(), tally.share(),
                tally.withRowsSame(), tally.withRows(), Tally.share(tally.withRowsSame(), tally.withRows()),
                tally.count(Verdict.Kind.META) + tally.count(Verdict.Kind.PLAN) + tally.count(Verdict.Kind.LIBRARY), tally.exact()));
        if (times != null) text.append(String.format(Locale.ROOT, " %7.1f s %7.1f s", times.expectedMillis() / 1e3, times.actualMillis() / 1e3));
        if (tally.broken() > 0) text.append("  BROKEN ").append(tally.broken());
        text.append('\n');
    }

    public String json() throws JsonProcessingException {
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode root = mapper.createObjectNode();
        ObjectNode scripts = root.putObject("scripts");
        lines.forEach((script, line) -> figures(scripts.putObject(script), line.tally()).put("core", line.core()));
        figures(root.putObject("core"), total(true));
        figures(root.putObject("all"), total(false));
        if (!hung.isEmpty()) hung.forEach(root.putObject("hung")::put);
        ArrayNode reasons = root.putArray("reasons");
        for (Ranking.Cost cost : ranking.top(Integer.MAX_VALUE)) {
            ObjectNode node = reasons.addObject().put("reason", cost.reason()).put("statements", cost.total()).put("own", cost.own());
            cost.files(10).forEach(node.withArray("files")::add);
        }
        return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(root);
    }

    private static ObjectNode figures(ObjectNode node, Tally tally) {
        node.put("statements", tally.statements()).put("same", tally.same()).put("exact", tally.exact()).put("withRows", tally.withRows());
        node.put("withRowsSame", tally.withRowsSame()).put("corrections", tally.corrections());
        for (Verdict.Kind kind : Verdict.Kind.values()) node.put(kind.name().toLowerCase(Locale.ROOT), tally.count(kind));
        return node;
    }
}
