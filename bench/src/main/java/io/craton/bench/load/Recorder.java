package io.craton.bench.load;

import io.craton.bench.report.Better;
import io.craton.bench.report.Line;
import io.craton.bench.report.Samples;

/** Takes the figures of one server. */
public final class Recorder {
    private final Samples samples;
    private final String server;
    private final String prefix;

    Recorder(Samples samples, String server, String prefix) {
        this.prefix = prefix;
        this.samples = samples;
        this.server = server;
    }

    public void value(String line, String unit, Better better, double value) {
        samples.add(new Line(prefix + line, unit, better), server, value);
    }

    /** Notes a wrong answer or a broken promise; it fails the run without stopping it. */
    public void fail(String what) {
        samples.fail(server + ": " + what);
    }
}
