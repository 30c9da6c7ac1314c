package io.craton.sql.function;

/**
 * A row of pg_operator.
 *
 * @param kind b infix, l prefix
 * @param left 0 for prefix operators
 * @param functionOid oprcode
 */
public record OperatorDef(
        int oid,
        String name,
        char kind,
        int left,
        int right,
        int result,
        int commutator,
        int negator,
        int functionOid,
        String restrict,
        String join,
        boolean canMerge,
        boolean canHash) {}
