package io.craton.sql.plan;

import io.craton.core.type.Repr;
import io.craton.sql.exec.AggregateOperator;
import io.craton.sql.exec.AggregateSpec;
import io.craton.sql.exec.DistinctOperator;
import io.craton.sql.exec.FunctionScanOperator;
import io.craton.sql.exec.GatherOperator;
import io.craton.sql.exec.HashJoinOperator;
import io.craton.sql.exec.IndexLookupJoinOperator;
import io.craton.sql.exec.LimitOperator;
import io.craton.sql.exec.MaterializeOperator;
import io.craton.sql.exec.NestedLoopOperator;
import io.craton.sql.exec.ProjectSetOperator;
import io.craton.sql.exec.RowDecoder;
import io.craton.sql.exec.RowOperators;
import io.craton.sql.exec.ScanFilter;
import io.craton.sql.exec.ScanOperators;
import io.craton.sql.exec.SystemKeys;
import io.craton.sql.exec.SystemLookupJoinOperator;
import io.craton.sql.exec.SetCall;
import io.craton.sql.exec.SetCompareOperator;
import io.craton.sql.exec.SetOperators;
import io.craton.sql.exec.SortOperator;
import io.craton.sql.exec.SortOrder;
import io.craton.sql.exec.TableScanOperator;
import io.craton.sql.exec.WithOperators;
import io.craton.sql.expr.DatumEquality;
import io.craton.sql.expr.DatumOrder;
import io.craton.sql.expr.Evaluator;
import io.craton.sql.expr.RowSource;
import io.craton.sql.expr.Scope;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Relation.JoinKind;
import io.craton.sql.logical.Scalar;
import io.craton.sql.pgcatalog.VirtualTable;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The plan nodes of queries. Each record says what its operator needs; scalars are kept for display only. */
public final class Nodes {
    private Nodes() {}

    private static Repr[] reprs(List<Relation.Field> fields) {
        return fields.stream().map(field -> field.type().repr()).toArray(Repr[]::new);
    }

    /**
     * @param filter what the path does not already guarantee; {@code whole} is all conditions, for a row that did not come by the path
     * @param conditions the conjuncts of {@code filter}, for display
     * @param ordered rows must come in the order of the path
     * @param identity this node and its copies
     */
    public record TableScan(RowDecoder decoder, String alias, List<Relation.Field> fields, AccessPath path, ScanFilter filter,
            ScanFilter whole, BitSet needed, List<Scalar> conditions, double rows, Relation origin, boolean ordered, Object identity)
            implements PlanNode {
        @Override
        public List<PlanNode> inputs() {
            return List.of();
        }

        @Override
        public RowSource source(Scope scope) {
            return new TableScanOperator(scope, this);
        }

        /** Whether its rows may come by column: all of them, forwards, and no system column. */
        public boolean byColumn() {
            return path.isFull() && !path.reverse() && (path.index() == null || path.index().clustered())
                    && Math.max(needed.length(), filter.fields().length()) <= decoder.stored();
        }

        TableScan inOrder(AccessPath other) {
            return new TableScan(decoder, alias, fields, other, filter, whole, needed, conditions, rows, origin, true, identity);
        }
    }

    /** @param needed fields that are read */
    public record VirtualScan(SystemKeys keys, String alias, List<Relation.Field> fields, BitSet needed, double rows) implements PlanNode {
        VirtualTable table() {
            return keys.table();
        }

        @Override
        public List<PlanNode> inputs() {
            return List.of();
        }

        @Override
        public RowSource source(Scope scope) {
            return new ScanOperators.Virtual(scope, reprs(fields), keys, needed);
        }
    }

    public record SequenceScan(SequenceDef sequence, List<Relation.Field> fields) implements PlanNode {
        @Override
        public List<PlanNode> inputs() {
            return List.of();
        }

        @Override
        public double rows() {
            return 1;
        }

        @Override
        public RowSource source(Scope scope) {
            return new ScanOperators.Sequence(scope, sequence);
        }
    }

    public record Values(List<Evaluator[]> values, List<Relation.Field> fields) implements PlanNode {
        @Override
        public List<PlanNode> inputs() {
            return List.of();
        }

        @Override
        public double rows() {
            return values.size();
        }

        @Override
        public RowSource source(Scope scope) {
            return new ScanOperators.Values(scope, reprs(fields), values);
        }
    }

    public record FunctionScan(List<SetCall> calls, int[] widths, boolean[] records, boolean ordinality, String alias, List<Relation.Field> fields,
            double rows) implements PlanNode {
        @Override
        public List<PlanNode> inputs() {
            return List.of();
        }

        @Override
        public RowSource source(Scope scope) {
            return new FunctionScanOperator(scope, reprs(fields), calls, widths, records, ordinality);
        }
    }

    public record Filter(PlanNode input, Evaluator condition, List<Scalar> conditions, double rows) implements PlanNode {
        @Override
        public List<Relation.Field> fields() {
            return input.fields();
        }

        @Override
        public List<PlanNode> inputs() {
            return List.of(input);
        }

        @Override
        public RowSource source(Scope scope) {
            return new RowOperators.Filter(scope, input, condition);
        }
    }

    public record Gate(PlanNode input, Evaluator condition, List<Scalar> conditions) implements PlanNode {
        @Override
        public List<Relation.Field> fields() {
            return input.fields();
        }

        @Override
        public double rows() {
            return input.rows();
        }

        @Override
        public List<PlanNode> inputs() {
            return List.of(input);
        }

        @Override
        public RowSource source(Scope scope) {
            return new RowOperators.Gate(scope, input, condition);
        }
    }

    /**
     * @param scalars the expressions; those that nobody reads are null constants
     * @param columns the input's field that each expression is, -1 when it is computed
     * @param effects how many expressions have effects: with several they must come row by row
     */
    public record Project(PlanNode input, List<Scalar> scalars, Evaluator[] expressions, int[] columns, int effects, List<Relation.Field> fields)
            implements PlanNode {
        boolean pure() {
            return effects == 0;
        }

        @Override
        public double rows() {
            return input.rows();
        }

        @Override
        public List<PlanNode> inputs() {
            return List.of(input);
        }

        @Override
        public RowSource source(Scope scope) {
            return new RowOperators.Project(scope, input, expressions, effects > 1);
        }
    }

    public record ProjectSet(PlanNode input, List<SetCall> calls, Evaluator[] expressions, List<Relation.Field> fields, double rows)
            implements PlanNode {
        @Override
        public List<PlanNode> inputs() {
            return List.of(input);
        }

        @Override
        public RowSource source(Scope scope) {
            return new ProjectSetOperator(scope, input, calls, expressions);
        }
    }

    private static List<Relation.Field> joined(JoinKind kind, List<Relation.Field> left, List<Relation.Field> right) {
        return kind == JoinKind.SEMI || kind == JoinKind.ANTI ? left : Stream.concat(left.stream(), right.stream()).toList();
    }

    /**
     * The left side probes, the right one is kept.
     *
     * @param exchanged the conditions, kept for display, are over the right side's fields and then the left's
     * @param targets scans of the left side that may use what is known of the right side's keys
     */
    public record HashJoin(JoinKind kind, HashJoinOperator.Tested tested, PlanNode left, PlanNode right, Evaluator[] leftKeys,
            Evaluator[] rightKeys, List<Scalar> leftKeyScalars, List<Scalar> rightKeyScalars, @Nullable Evaluator residual, List<Scalar> keyConditions,
            List<Scalar> conditions, boolean exchanged, List<KeyFilterTarget> targets, List<Relation.Field> fields, double rows)
            implements PlanNode {
        /** Kept rows are given at the end: those without a partner, or those that are tested. */
        public boolean buildAtEnd() {
            return tested == HashJoinOperator.Tested.BUILD || kind == JoinKind.RIGHT || kind == JoinKind.FULL;
        }

        @Override
        public List<PlanNode> inputs() {
            return List.of(left, right);
        }

        @Override
        public RowSource source(Scope scope) {
            return new HashJoinOperator(scope, this);
        }
    }

    public record NestedLoop(JoinKind kind, boolean lateral, PlanNode left, PlanNode right, @Nullable Evaluator condition,
            List<Scalar> conditions, List<Relation.Field> fields, double rows) implements PlanNode {
        @Override
        public List<PlanNode> inputs() {
            return List.of(left, right);
        }

        @Override
        public RowSource source(Scope scope) {
            return new NestedLoopOperator(scope, kind, lateral, left, right, condition);
        }
    }

    public record IndexJoin(JoinKind kind, PlanNode left, TableScan right, AccessPath path, @Nullable Evaluator residual,
            List<Scalar> conditions, List<Relation.Field> fields, double rows) implements PlanNode {
        @Override
        public List<PlanNode> inputs() {
            return List.of(left);
        }

        @Override
        public RowSource source(Scope scope) {
            return new IndexLookupJoinOperator(scope, kind, left, right.fields(), right.decoder(), path, residual, right.needed(),
                    right.origin());
        }
    }

    /** Each left row looked up in a system relation. @param right with the keys; it does not run by itself */
    public record SystemJoin(JoinKind kind, PlanNode left, VirtualScan right, @Nullable Evaluator residual, List<Scalar> conditions,
            List<Relation.Field> fields, double rows) implements PlanNode {
        @Override
        public List<PlanNode> inputs() {
            return List.of(left);
        }

        @Override
        public RowSource source(Scope scope) {
            return new SystemLookupJoinOperator(scope, kind, left, right.fields(), right.keys(), residual, right.needed());
        }
    }

    static List<Relation.Field> fieldsOf(JoinKind kind, PlanNode left, PlanNode right) {
        return joined(kind, left.fields(), right.fields());
    }

    public record Sort(PlanNode input, SortOrder order, List<Relation.SortKey> keys, @Nullable Evaluator limit,
            @Nullable Evaluator offset) implements PlanNode {
        @Override
        public List<Relation.Field> fields() {
            return input.fields();
        }

        @Override
        public double rows() {
            return input.rows();
        }

        @Override
        public List<PlanNode> inputs() {
            return List.of(input);
        }

        @Override
        public RowSource source(Scope scope) {
            return new SortOperator(scope, input, order, limit, offset);
        }
    }

    public record Limit(PlanNode input, @Nullable Evaluator offset, @Nullable Evaluator count, Evaluator[] tieKeys,
            DatumOrder[] tieOrders, double rows) implements PlanNode {
        @Override
        public List<Relation.Field> fields() {
            return input.fields();
        }

        @Override
        public List<PlanNode> inputs() {
            return List.of(input);
        }

        @Override
        public RowSource source(Scope scope) {
            return new LimitOperator(scope, input, offset, count, tieKeys, tieOrders);
        }
    }

    /**
     * @param sets key numbers of each grouping set
     * @param masks whether the last field is the mask of keys that the set leaves out
     * @param calls what {@code specs} are made of, for display
     * @param parallel the input may be grouped by several threads
     */
    public record Aggregate(PlanNode input, Evaluator[] keys, List<Scalar> keyScalars, int[][] sets, boolean masks, AggregateSpec[] specs,
            List<Relation.AggregateCall> calls, boolean parallel, List<Relation.Field> fields, double rows) implements PlanNode {
        @Override
        public List<PlanNode> inputs() {
            return List.of(input);
        }

        @Override
        public RowSource source(Scope scope) {
            return new AggregateOperator(scope, this);
        }
    }

    /** Rows of an input that several threads may work at, in no order. */
    public record Gather(PlanNode input) implements PlanNode {
        @Override
        public List<Relation.Field> fields() {
            return input.fields();
        }

        @Override
        public double rows() {
            return input.rows();
        }

        @Override
        public List<PlanNode> inputs() {
            return List.of(input);
        }

        @Override
        public RowSource source(Scope scope) {
            return new GatherOperator(scope, input);
        }
    }

    /** Rows that are the same in every run of a part of the plan that runs often. */
    public record Materialize(PlanNode input) implements PlanNode {
        @Override
        public List<Relation.Field> fields() {
            return input.fields();
        }

        @Override
        public double rows() {
            return input.rows();
        }

        @Override
        public List<PlanNode> inputs() {
            return List.of(input);
        }

        @Override
        public RowSource source(Scope scope) {
            return new MaterializeOperator(scope, input);
        }
    }

    public record Distinct(PlanNode input, double rows) implements PlanNode {
        @Override
        public List<Relation.Field> fields() {
            return input.fields();
        }

        @Override
        public List<PlanNode> inputs() {
            return List.of(input);
        }

        @Override
        public RowSource source(Scope scope) {
            return new DistinctOperator(scope, input);
        }
    }

    public record FirstOfRun(PlanNode input, Evaluator[] keys, DatumEquality[] equalities, double rows) implements PlanNode {
        @Override
        public List<Relation.Field> fields() {
            return input.fields();
        }

        @Override
        public List<PlanNode> inputs() {
            return List.of(input);
        }

        @Override
        public RowSource source(Scope scope) {
            return new SetOperators.FirstOfRun(scope, input, keys, equalities);
        }
    }

    public record Append(List<PlanNode> inputs, List<Relation.Field> fields) implements PlanNode {
        @Override
        public double rows() {
            return inputs.stream().mapToDouble(PlanNode::rows).sum();
        }

        @Override
        public RowSource source(Scope scope) {
            return new SetOperators.Append(scope, inputs);
        }
    }

    public record SetCompare(PlanNode left, PlanNode right, boolean except, boolean all, List<Relation.Field> fields) implements PlanNode {
        @Override
        public double rows() {
            return left.rows();
        }

        @Override
        public List<PlanNode> inputs() {
            return List.of(left, right);
        }

        @Override
        public RowSource source(Scope scope) {
            return new SetCompareOperator(scope, left, right, except, all);
        }
    }

    public record With(List<WithOperators.Definition> definitions, List<String> names, PlanNode body) implements PlanNode {
        @Override
        public List<Relation.Field> fields() {
            return body.fields();
        }

        @Override
        public double rows() {
            return body.rows();
        }

        @Override
        public List<PlanNode> inputs() {
            return Stream.concat(definitions.stream().map(WithOperators.Definition::plan), Stream.of(body)).toList();
        }

        @Override
        public RowSource source(Scope scope) {
            return new WithOperators.With(scope, definitions, body);
        }
    }

    public record TransitionScan(String name, List<Relation.Field> fields, double rows) implements PlanNode {
        @Override
        public List<PlanNode> inputs() {
            return List.of();
        }

        @Override
        public RowSource source(Scope scope) {
            return new io.craton.sql.exec.TransitionTable.Scan(scope, name);
        }
    }

    public record CteScan(int id, String alias, List<Relation.Field> fields, double rows) implements PlanNode {
        @Override
        public List<PlanNode> inputs() {
            return List.of();
        }

        @Override
        public RowSource source(Scope scope) {
            return new WithOperators.CteScan(scope, id);
        }
    }

    public record RecursiveUnion(int id, boolean all, PlanNode base, PlanNode recursive, List<Relation.Field> fields, double rows)
            implements PlanNode {
        @Override
        public List<PlanNode> inputs() {
            return List.of(base, recursive);
        }

        @Override
        public RowSource source(Scope scope) {
            return new WithOperators.RecursiveUnion(scope, id, all, base, recursive);
        }
    }

    public record WorkTableScan(int id, List<Relation.Field> fields, double rows) implements PlanNode {
        @Override
        public List<PlanNode> inputs() {
            return List.of();
        }

        @Override
        public RowSource source(Scope scope) {
            return new WithOperators.WorkTableScan(scope, id);
        }
    }
}
