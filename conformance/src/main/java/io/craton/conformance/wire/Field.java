package io.craton.conformance.wire;

/** One column of a RowDescription. */
public record Field(String name, int type, int modifier) {}
