package io.craton.sql.pgcatalog;

/** Oids of the access methods in pg_am. */
public final class AccessMethods {
    private AccessMethods() {}

    public static int oid(String method) {
        return switch (method) {
            case "heap" -> 2;
            case "btree" -> 403;
            case "hash" -> 405;
            case "gist" -> 783;
            case "gin" -> 2742;
            case "spgist" -> 4000;
            case "brin" -> 3580;
            default -> 0;
        };
    }

    static boolean canOrder(String method) {
        return method.equals("btree");
    }
}
