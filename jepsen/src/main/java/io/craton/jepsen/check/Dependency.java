package io.craton.jepsen.check;

/** Why one transaction must stand before another. */
enum Dependency {
    /** The second overwrote (or appended behind) what the first wrote. */
    WW("ww"),
    /** The second read what the first wrote. */
    WR("wr"),
    /** The second overwrote what the first read. */
    RW("rw"),
    /** The second began after the first was acknowledged. */
    RT("rt"),
    /** Two moments of the same transaction. */
    WITHIN("");

    private final String arrow;

    Dependency(String arrow) {
        this.arrow = arrow;
    }

    String arrow() {
        return arrow;
    }
}
