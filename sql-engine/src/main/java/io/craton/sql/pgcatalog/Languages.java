package io.craton.sql.pgcatalog;

/** Oids of the languages in pg_language; 0 and the empty name for none. */
public final class Languages {
    private Languages() {}

    public static Long oid(String language) {
        return switch (language) {
            case "internal" -> 12L;
            case "c" -> 13L;
            case "sql" -> 14L;
            case "plpgsql" -> 13563L;
            default -> 0L;
        };
    }

    public static String name(long oid) {
        return oid == 12 ? "internal" : oid == 13 ? "c" : oid == 14 ? "sql" : oid == 13563 ? "plpgsql" : "";
    }
}
