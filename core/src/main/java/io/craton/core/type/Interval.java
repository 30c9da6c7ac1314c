package io.craton.core.type;

/** PostgreSQL's interval: months, days and microseconds are kept apart. */
public record Interval(int months, int days, long micros) {}
