package io.craton.sql.kernel;

/** The six comparisons. {@link #mask} has a bit for each sign of a three-way comparison: 1 less, 2 equal, 4 greater. */
public enum Comparison {
    LT(1), LE(3), EQ(2), NE(5), GE(6), GT(4);

    public final int mask;

    Comparison(int mask) {
        this.mask = mask;
    }

    public boolean test(int sign) {
        return (mask >> (Integer.signum(sign) + 1) & 1) != 0;
    }

    /** The comparison with sides exchanged. */
    public Comparison flipped() {
        return switch (this) {
            case LT -> GT;
            case LE -> GE;
            case GE -> LE;
            case GT -> LT;
            case EQ, NE -> this;
        };
    }
}
