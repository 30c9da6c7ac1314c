package io.craton.bench.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** The samples as a table for people and as JSON for programs. */
public final class Report {
    private final Samples samples;
    private final Map<String, String> about;
    private final String baseline;
    private final String subject;

    /** @param about facts of the run: machine, versions, options */
    public Report(Samples samples, Map<String, String> about, String baseline, String subject) {
        this.samples = samples;
        this.about = about;
        this.baseline = baseline;
        this.subject = subject;
    }

    public String text() {
        StringBuilder out = new StringBuilder();
        about.forEach((key, value) -> out.append("# ").append(key).append(": ").append(value).append('\n'));
        out.append(String.format("%-44s %12s %12s %-9s %7s  %s%n", "line", baseline, subject, "unit", "ratio", "must / aim"));
        for (Line line : samples.lines()) {
            out.append(String.format("%-44s %12s %12s %-9s %7s  %s%n", line.name(), figure(samples.median(line, baseline)),
                    figure(samples.median(line, subject)), line.unit(), figure(samples.ratio(line, baseline, subject)), verdict(line)));
        }
        for (String failure : samples.failures()) out.append("FAILED ").append(failure).append('\n');
        return out.toString();
    }

    private String verdict(Line line) {
        Optional<Targets.Target> found = Targets.of(line.name());
        if (found.isEmpty()) return "";
        Targets.Target target = found.get();
        OptionalDouble value = samples.median(line, subject);
        if (value.isEmpty()) return "missing";
        double ratio = samples.ratio(line, baseline, subject).orElse(0);
        String must = figure(OptionalDouble.of(target.must()));
        String bounds = switch (target.kind()) {
            case RATIO -> "%.1f / %.1f".formatted(target.must(), target.aim());
            case AT_LEAST -> "at least " + must;
            case AT_MOST -> "at most " + must;
        };
        return bounds + (target.met(ratio, value.getAsDouble()) ? " ok" : " MISSED");
    }

    public String json() {
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode root = mapper.createObjectNode();
        ObjectNode facts = root.putObject("about");
        about.forEach(facts::put);
        ArrayNode lines = root.putArray("lines");
        for (Line line : samples.lines()) {
            ObjectNode node = lines.addObject().put("name", line.name()).put("unit", line.unit()).put("better", line.better().name());
            for (String server : new String[] {baseline, subject}) {
                ObjectNode one = node.putObject(server);
                samples.median(line, server).ifPresent(v -> one.put("median", v));
                ArrayNode all = one.putArray("samples");
                samples.of(line, server).forEach(all::add);
            }
            samples.ratio(line, baseline, subject).ifPresent(v -> node.put("ratio", v));
            Targets.of(line.name()).ifPresent(t -> node.putObject("target").put("kind", t.kind().name()).put("must", t.must()).put("aim", t.aim()));
        }
        ArrayNode failures = root.putArray("failures");
        samples.failures().forEach(failures::add);
        return root.toPrettyString();
    }

    private static String figure(OptionalDouble value) {
        if (value.isEmpty()) return "-";
        double v = value.getAsDouble();
        if (Math.abs(v) >= 1000) return String.format(Locale.ROOT, "%.0f", v);
        return String.format(Locale.ROOT, Math.abs(v) >= 10 ? "%.1f" : "%.2f", v);
    }
}
