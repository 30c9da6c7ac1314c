package io.craton.jepsen.check;

/** The levels a client can ask for, and what is promised at each: see {@link ConstraintGraph}. */
public enum Isolation {
    READ_COMMITTED("READ COMMITTED"),
    REPEATABLE_READ("REPEATABLE READ"),
    SERIALIZABLE("SERIALIZABLE");

    private final String sql;

    Isolation(String sql) {
        this.sql = sql;
    }

    public String sql() {
        return sql;
    }
}
