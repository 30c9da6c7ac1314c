package io.craton.core.type;

/** time with time zone: microseconds of the local day, and seconds WEST of UTC as PostgreSQL keeps them. */
public record TimeTz(long micros, int zoneSeconds) {}
