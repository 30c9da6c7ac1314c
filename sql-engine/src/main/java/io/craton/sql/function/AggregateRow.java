package io.craton.sql.function;

/**
 * A row of pg_aggregate.
 *
 * @param kind n plain, o ordered-set, h hypothetical-set
 * @param directArguments number of direct arguments of ordered-set aggregates
 * @param sortOperator operator whose first row is the result (min, max), 0 none
 */
public record AggregateRow(
        int functionOid,
        char kind,
        int directArguments,
        String transition,
        String finish,
        String combine,
        int sortOperator,
        int stateType,
        String initial) {}
