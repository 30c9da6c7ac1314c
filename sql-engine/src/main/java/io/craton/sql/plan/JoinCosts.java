package io.craton.sql.plan;

/**
 * What joins cost, in rows of a scan by column (a few nanoseconds each). A look-up is hundreds of them: it pays only where few rows are looked up, or the
 * table is large.
 */
public final class JoinCosts {
    /** Keeping a row in a hash table, probing with one, giving one on. */
    public static final double BUILD = 10;
    public static final double PROBE = 3;
    public static final double OUT = 1.5;

    private static final double LOOKUP = 400;
    /** Beginning to read a range of an index or key, and each row of it. */
    private static final double RANGE = 3000;
    private static final double RANGE_ROW = 300;
    /** So few look-ups are never worth a scan, which may not find the table in memory. */
    private static final double FEW = 32;
    private static final double FEW_COST = 20;

    /** Computing a row of a system relation, and looking rows up in one. */
    private static final double SYSTEM_ROW = 20;
    private static final double SYSTEM_LOOKUP = 600;

    private JoinCosts() {}

    /**
     * Looking each of {@code outer} rows up in a system relation of {@code rows}; infinite when computing all is the better way.
     *
     * @param matches rows found each time
     */
    public static double systemLookups(double outer, double rows, double matches) {
        double cost = outer * (SYSTEM_LOOKUP + SYSTEM_ROW * Math.max(1, matches));
        return cost > rows * SYSTEM_ROW ? Double.POSITIVE_INFINITY : cost;
    }

    /**
     * Looking each of {@code outer} rows up in a table of {@code rows}; infinite when a scan is the better way.
     *
     * @param unique at most one row is found
     * @param matches rows found each time
     */
    public static double lookups(double outer, double rows, boolean unique, double matches) {
        double found = Math.max(1, matches);
        if (!unique && outer * found * 4 > rows) return Double.POSITIVE_INFINITY;
        if (outer <= FEW) return outer * (FEW_COST + found * OUT);
        double cost = outer * (unique ? LOOKUP : RANGE + RANGE_ROW * found);
        return cost > rows ? Double.POSITIVE_INFINITY : cost;
    }
}
