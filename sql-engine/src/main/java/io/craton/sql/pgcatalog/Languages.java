package io.craton.sql.pgcatalog;

/** Oids of the languages in pg_language. */
final class Languages {
    private Languages() {}

    static Long oid(String language) {
        return switch (language) {
            case "internal" -> 12L;
            case "c" -> 13L;
            case "sql" -> 14L;
            case "plpgsql" -> 13563L;
            default -> 0L;
        };
    }

    static String name(long oid) {
        return oid == 12 ? "internal" : oid == 13 ? "c" : oid == 14 ? "sql" : oid == 13563 ? "plpgsql" : "";
    }
}
