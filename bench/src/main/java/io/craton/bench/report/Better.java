package io.craton.bench.report;

/** Which direction of a figure is the good one. */
public enum Better {
    HIGHER, LOWER
}
