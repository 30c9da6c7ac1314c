package io.craton.sql.optimize;

import io.craton.sql.expr.OperatorTable;
import io.craton.sql.expr.Scalars;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Scalar;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.type.ReturnTypes;
import org.apache.calcite.sql.type.SqlTypeName;
import org.jspecify.annotations.Nullable;

/**
 * Conditions of a region in Calcite's words. Its own operators stand only where PostgreSQL means the same: AND, OR, NOT, IS NULL, and comparisons of integers,
 * days, times, floats, numerics and text. All else, constants too, is a function that Calcite knows nothing of but which fields it reads. One planning, one
 * thread.
 */
final class RexBridge {
    private final RexBuilder rex;
    private final List<RelDataType> rows = new ArrayList<>();
    private final List<Integer> leafOfField = new ArrayList<>();
    private final Map<Integer, Integer> positions = new HashMap<>();
    private final List<Integer> numbers = new ArrayList<>();
    private final Map<Scalar, SqlOperator> opaque = new HashMap<>();

    RexBridge(RexBuilder rex, List<List<Relation.Field>> leaves, List<Integer> firsts) {
        this.rex = rex;
        for (int leaf = 0; leaf < leaves.size(); leaf++) {
            RelDataTypeFactory.Builder row = rex.getTypeFactory().builder();
            for (int i = 0; i < leaves.get(leaf).size(); i++) {
                int number = firsts.get(leaf) + i;
                positions.put(number, numbers.size());
                numbers.add(number);
                leafOfField.add(leaf);
                row.add("f" + number, nullable(SqlTypeName.ANY));
            }
            rows.add(row.build());
        }
    }

    RelDataType rowType(int leaf) {
        return rows.get(leaf);
    }

    private RelDataType nullable(SqlTypeName name) {
        return rex.getTypeFactory().createTypeWithNullability(rex.getTypeFactory().createSqlType(name), true);
    }

    /** The region's number of the i-th field of a leaf. */
    int number(int leaf, int i) {
        return numbers.get(leafOfField.indexOf(leaf) + i);
    }

    RexNode rex(Scalar scalar) {
        return switch (scalar) {
            case Scalar.Column column when positions.containsKey(column.index()) ->
                    rex.makeInputRef(nullable(SqlTypeName.ANY), positions.get(column.index()));
            case Scalar.Logical logical -> rex.makeCall(logical.kind() == Scalar.Logic.AND ? SqlStdOperatorTable.AND : SqlStdOperatorTable.OR,
                    logical.arguments().stream().map(this::rex).toList());
            case Scalar.Not not -> rex.makeCall(SqlStdOperatorTable.NOT, rex(not.argument()));
            case Scalar.IsNull test when test.argument() instanceof Scalar.Column ->
                    rex.makeCall(test.negated() ? SqlStdOperatorTable.IS_NOT_NULL : SqlStdOperatorTable.IS_NULL, rex(test.argument()));
            case Scalar.Call call when comparison(call) != null ->
                    rex.makeCall(java.util.Objects.requireNonNull(comparison(call)), call.arguments().stream().map(this::rex).toList());
            default -> opaque(scalar);
        };
    }

    private static @Nullable SqlOperator comparison(Scalar.Call call) {
        OperatorTable.Compare compare = OperatorTable.compare(call.function());
        if (compare == null || !compare.sameType() || call.collation() != 0) return null;
        boolean standard = switch (compare.family()) {
            case LONG, DOUBLE, NUMERIC, TEXT -> true;
            case UNSIGNED, BPCHAR, BYTES, ENUM, OTHER -> false;
        };
        if (!standard) return null;
        return switch (compare.comparison()) {
            case EQ -> SqlStdOperatorTable.EQUALS;
            case NE -> SqlStdOperatorTable.NOT_EQUALS;
            case LT -> SqlStdOperatorTable.LESS_THAN;
            case LE -> SqlStdOperatorTable.LESS_THAN_OR_EQUAL;
            case GT -> SqlStdOperatorTable.GREATER_THAN;
            case GE -> SqlStdOperatorTable.GREATER_THAN_OR_EQUAL;
        };
    }

    private RexNode opaque(Scalar scalar) {
        boolean truth = scalar.type().equals(io.craton.core.type.PgTypes.BOOL);
        SqlOperator operator = opaque.computeIfAbsent(scalar, each -> new Opaque("scalar" + opaque.size(), truth, Scalars.isVolatile(each)));
        BitSet used = new BitSet();
        Scalars.columns(scalar, used);
        List<RexNode> arguments = new ArrayList<>();
        for (int i = used.nextSetBit(0); i >= 0; i = used.nextSetBit(i + 1)) {
            if (positions.containsKey(i)) arguments.add(rex.makeInputRef(nullable(SqlTypeName.ANY), positions.get(i)));
        }
        return rex.makeCall(nullable(truth ? SqlTypeName.BOOLEAN : SqlTypeName.ANY), operator, arguments);
    }

    /** An expression of ours; its name is its identity within one planning. */
    private static final class Opaque extends SqlFunction {
        private final boolean changing;

        Opaque(String name, boolean truth, boolean changing) {
            super(new SqlIdentifier(name, SqlParserPos.ZERO), truth ? ReturnTypes.BOOLEAN_NULLABLE : ReturnTypes.explicit(SqlTypeName.ANY),
                    null, null, null, SqlFunctionCategory.USER_DEFINED_FUNCTION);
            this.changing = changing;
        }

        @Override
        public SqlKind getKind() {
            return SqlKind.OTHER_FUNCTION;
        }

        @Override
        public boolean isDeterministic() {
            return !changing;
        }

        @Override
        public boolean isDynamicFunction() {
            return true; // never folded as a constant
        }
    }
}
