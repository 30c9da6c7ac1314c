package io.craton.core.type;

/** How values of a type are held: the class of a datum, and the vector that holds a column of them. */
public enum Repr {
    /** {@code Boolean}; in a LongVector as 0 or 1. */
    BOOL,
    /**
     * {@code Long}; every integer of at most 8 bytes: int2, int4, int8, oid, the reg types, xid, cid, "char" (signed byte), enum (oid of the
     * label), date (days since 2000-01-01; Integer.MIN/MAX_VALUE are -/+infinity), time (micros of the day),
     * timestamp and timestamptz (micros since 2000-01-01 UTC; Long.MIN/MAX_VALUE are -/+infinity), money, pg_lsn, xid8, macaddr8 (bits).
     */
    LONG,
    /** {@code Double}; float8, and float4 whose value is always exactly a float. */
    DOUBLE,
    /** {@link Numeric}. */
    NUMERIC,
    /** {@code String}, valid Unicode without U+0000: text, varchar, bpchar (blank padded), name, json, xml, cstring, unknown. */
    TEXT,
    /** {@code byte[]}: bytea. */
    BYTES,
    /** A value class of its own: Interval, TimeTz, java.util.UUID, PgArray, PgRecord, Jsonb, BitString, Inet, ... */
    OBJECT
}
