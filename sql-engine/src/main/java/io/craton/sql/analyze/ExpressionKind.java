package io.craton.sql.analyze;

/** Where an expression stands; decides what it may contain and how errors name the place (ParseExprKind). */
public enum ExpressionKind {
    OTHER("expression"),
    JOIN_ON("JOIN/ON"),
    JOIN_USING("JOIN/USING"),
    FROM_SUBSELECT("sub-SELECT in FROM"),
    FROM_FUNCTION("function in FROM"),
    WHERE("WHERE"),
    HAVING("HAVING"),
    FILTER("FILTER"),
    WINDOW_PARTITION("window PARTITION BY"),
    WINDOW_ORDER("window ORDER BY"),
    WINDOW_FRAME_RANGE("window RANGE"),
    WINDOW_FRAME_ROWS("window ROWS"),
    WINDOW_FRAME_GROUPS("window GROUPS"),
    SELECT_TARGET("SELECT"),
    INSERT_TARGET("INSERT"),
    UPDATE_SOURCE("UPDATE"),
    UPDATE_TARGET("UPDATE"),
    MERGE_WHEN("MERGE WHEN"),
    GROUP_BY("GROUP BY"),
    ORDER_BY("ORDER BY"),
    DISTINCT_ON("DISTINCT ON"),
    LIMIT("LIMIT"),
    OFFSET("OFFSET"),
    RETURNING("RETURNING"),
    VALUES("VALUES"),
    VALUES_SINGLE("VALUES"),
    CHECK_CONSTRAINT("CHECK"),
    DOMAIN_CHECK("CHECK"),
    COLUMN_DEFAULT("DEFAULT"),
    FUNCTION_DEFAULT("DEFAULT"),
    INDEX_EXPRESSION("index expression"),
    INDEX_PREDICATE("WHERE"),
    ALTER_COLUMN_TRANSFORM("USING"),
    EXECUTE_PARAMETER("EXECUTE"),
    TRIGGER_WHEN("WHEN"),
    PARTITION_BOUND("partition bound"),
    CALL_ARGUMENT("CALL"),
    COPY_WHERE("WHERE"),
    GENERATED_COLUMN("GENERATED AS"),
    CYCLE_MARK("CYCLE"),
    POLICY("POLICY"),
    SYSTEM_TIME("FOR SYSTEM_TIME");

    private final String clause;

    ExpressionKind(String clause) {
        this.clause = clause;
    }

    /** The word in messages such as {@code aggregate functions are not allowed in WHERE}. */
    String clause() {
        return clause;
    }

    /** How messages about aggregates, window functions, subqueries and sets name places that have a phrase of their own; null: use the clause. */
    private String phrase() {
        return switch (this) {
            case JOIN_ON, JOIN_USING -> "JOIN conditions";
            case FROM_FUNCTION -> "functions in FROM";
            case MERGE_WHEN -> "MERGE WHEN conditions";
            case CHECK_CONSTRAINT, DOMAIN_CHECK -> "check constraints";
            case COLUMN_DEFAULT, FUNCTION_DEFAULT -> "DEFAULT expressions";
            case INDEX_EXPRESSION -> "index expressions";
            case INDEX_PREDICATE -> "index predicates";
            case ALTER_COLUMN_TRANSFORM -> "transform expressions";
            case EXECUTE_PARAMETER -> "EXECUTE parameters";
            case TRIGGER_WHEN -> "trigger WHEN conditions";
            case PARTITION_BOUND -> "partition bound";
            case CALL_ARGUMENT -> "CALL arguments";
            case COPY_WHERE -> "COPY FROM WHERE conditions";
            case GENERATED_COLUMN -> "column generation expressions";
            case WINDOW_PARTITION, WINDOW_ORDER -> "window definitions";
            case POLICY -> "policy expressions";
            default -> clause;
        };
    }

    boolean allowsAggregates() {
        return switch (this) {
            case OTHER, SELECT_TARGET, HAVING, ORDER_BY, DISTINCT_ON, WINDOW_PARTITION, WINDOW_ORDER, FROM_SUBSELECT -> true;
            case WINDOW_FRAME_RANGE, WINDOW_FRAME_ROWS, WINDOW_FRAME_GROUPS -> false;
            default -> false;
        };
    }

    String aggregateError(String what) {
        return switch (this) {
            case FROM_SUBSELECT -> what + " are not allowed in FROM clause of their own query level";
            case WINDOW_FRAME_RANGE, WINDOW_FRAME_ROWS, WINDOW_FRAME_GROUPS -> what + " are not allowed in " + clause;
            default -> what + " are not allowed in " + phrase();
        };
    }

    boolean allowsWindows() {
        return switch (this) {
            case OTHER, SELECT_TARGET, ORDER_BY, DISTINCT_ON -> true;
            default -> false;
        };
    }

    String windowError() {
        return "window functions are not allowed in " + phrase();
    }

    boolean allowsSets() {
        return switch (this) {
            case OTHER, SELECT_TARGET, GROUP_BY, ORDER_BY, DISTINCT_ON, FROM_FUNCTION, INSERT_TARGET, VALUES_SINGLE -> true;
            default -> false;
        };
    }

    String setError() {
        return switch (this) {
            case JOIN_ON, JOIN_USING -> "set-returning functions are not allowed in JOIN conditions";
            default -> "set-returning functions are not allowed in " + phrase();
        };
    }

    /** The complaint about a subquery here; null when one is allowed. */
    @org.jspecify.annotations.Nullable String subqueryError() {
        return switch (this) {
            case CHECK_CONSTRAINT, DOMAIN_CHECK -> "cannot use subquery in check constraint";
            case COLUMN_DEFAULT, FUNCTION_DEFAULT -> "cannot use subquery in DEFAULT expression";
            case INDEX_EXPRESSION -> "cannot use subquery in index expression";
            case INDEX_PREDICATE -> "cannot use subquery in index predicate";
            case ALTER_COLUMN_TRANSFORM -> "cannot use subquery in transform expression";
            case EXECUTE_PARAMETER -> "cannot use subquery in EXECUTE parameter";
            case TRIGGER_WHEN -> "cannot use subquery in trigger WHEN condition";
            case PARTITION_BOUND -> "cannot use subquery in partition bound";
            case CALL_ARGUMENT -> "cannot use subquery in CALL argument";
            case COPY_WHERE -> "cannot use subquery in COPY FROM WHERE condition";
            case GENERATED_COLUMN -> "cannot use subquery in column generation expression";
            case SYSTEM_TIME -> "cannot use subquery in FOR SYSTEM_TIME";
            default -> null;
        };
    }

    /** The complaint about a column here; null when columns are allowed. */
    @org.jspecify.annotations.Nullable String columnError() {
        return switch (this) {
            case COLUMN_DEFAULT, FUNCTION_DEFAULT -> "cannot use column reference in DEFAULT expression";
            case PARTITION_BOUND -> "cannot use column reference in partition bound expression";
            case SYSTEM_TIME -> "cannot use column reference in FOR SYSTEM_TIME";
            default -> null;
        };
    }
}
