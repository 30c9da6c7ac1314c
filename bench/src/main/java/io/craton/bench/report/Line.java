package io.craton.bench.report;

/** One line of the report. Lines with the same name are the same line. */
public record Line(String name, String unit, Better better) {}
