package io.craton.sql.analyze;

import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Relation.AggregateCall;
import io.craton.sql.logical.Relation.SortKey;
import io.craton.sql.logical.Scalar;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Replaces parts of scalars, also inside their subqueries. {@code depth} counts the levels between the node and the row that the whole expression sees: a
 * reference to that row is a Column at depth 0 and OuterColumn(depth) deeper down.
 */
public final class TreeRewriter {
    /** What becomes of a node; null: go on with its children. */
    @FunctionalInterface
    public interface Rule {
        @Nullable Scalar replace(Scalar node, int depth);
    }

    /** What becomes of a relation whose own rows are {@code depth} levels inside; null: go on with its parts. */
    @FunctionalInterface
    public interface RelationRule {
        @Nullable Relation replace(Relation node, int depth);
    }

    private final Rule rule;
    private final RelationRule relations;

    public TreeRewriter(Rule rule) {
        this(rule, (node, depth) -> null);
    }

    public TreeRewriter(Rule rule, RelationRule relations) {
        this.rule = rule;
        this.relations = relations;
    }

    /** A reference to field {@code index} of the row {@code level} levels out. */
    static Scalar reference(int level, int index, io.craton.core.type.PgType type, int typmod) {
        return level == 0 ? new Scalar.Column(index, type, typmod) : new Scalar.OuterColumn(level, index, type, typmod);
    }

    /** Moves an expression so that what was level {@code by} becomes level 0 (its nearer levels must not be used). */
    static Scalar raise(Scalar scalar, int by) {
        if (by == 0) return scalar;
        return new TreeRewriter((node, depth) -> node instanceof Scalar.OuterColumn outer && outer.level() >= depth + by
                ? reference(outer.level() - by, outer.index(), outer.type(), outer.typmod()) : null).rewrite(scalar, 0);
    }

    Scalar rewrite(Scalar scalar) {
        return rewrite(scalar, 0);
    }

    public Scalar rewrite(Scalar scalar, int depth) {
        Scalar replaced = rule.replace(scalar, depth);
        if (replaced != null) return replaced;
        return switch (scalar) {
            case Scalar.Exists n -> {
                Relation relation = rewrite(n.relation(), depth + 1);
                yield relation == n.relation() ? n : new Scalar.Exists(relation);
            }
            case Scalar.ScalarSubquery n -> {
                Relation relation = rewrite(n.relation(), depth + 1);
                yield relation == n.relation() ? n : new Scalar.ScalarSubquery(relation, n.type(), n.typmod());
            }
            case Scalar.RowSubquery n -> {
                Relation relation = rewrite(n.relation(), depth + 1);
                yield relation == n.relation() ? n : new Scalar.RowSubquery(relation, n.type());
            }
            case Scalar.ArraySubquery n -> {
                Relation relation = rewrite(n.relation(), depth + 1);
                yield relation == n.relation() ? n : new Scalar.ArraySubquery(relation, n.type());
            }
            case Scalar.QuantifiedSubquery n -> {
                Relation relation = rewrite(n.relation(), depth + 1);
                List<Scalar> left = ScalarChildren.list(n.left(), child -> rewrite(child, depth));
                yield relation == n.relation() && left == n.left() ? n
                        : new Scalar.QuantifiedSubquery(n.all(), left, relation, n.comparison());
            }
            default -> ScalarChildren.map(scalar, child -> rewrite(child, depth));
        };
    }

    List<Scalar> rewrite(List<Scalar> scalars, int depth) {
        return ScalarChildren.list(scalars, child -> rewrite(child, depth));
    }

    private @Nullable Scalar optional(@Nullable Scalar scalar, int depth) {
        return scalar == null ? null : rewrite(scalar, depth);
    }

    private SortKey key(SortKey key, int depth) {
        Scalar expression = rewrite(key.expression(), depth);
        return expression == key.expression() ? key : new SortKey(expression, key.descending(), key.nullsFirst(), key.less(),
                key.equal(), key.collation());
    }

    List<SortKey> keys(List<SortKey> keys, int depth) {
        List<SortKey> result = new ArrayList<>(keys.size());
        for (SortKey key : keys) result.add(key(key, depth));
        return result;
    }

    AggregateCall call(AggregateCall call, int depth) {
        return new AggregateCall(call.function(), rewrite(call.directArguments(), depth), rewrite(call.arguments(), depth),
                call.distinct(), keys(call.orderBy(), depth), optional(call.filter(), depth), call.type(), call.typmod(),
                call.collation());
    }

    Relation.WindowCall windowCall(Relation.WindowCall call, int depth) {
        return new Relation.WindowCall(call.function(), rewrite(call.arguments(), depth), optional(call.filter(), depth), call.type(),
                call.typmod(), call.collation());
    }

    Relation.Frame frame(Relation.Frame frame, int depth) {
        return new Relation.Frame(frame.unit(),
                new Relation.FrameBound(frame.start().kind(), optional(frame.start().offset(), depth)),
                new Relation.FrameBound(frame.end().kind(), optional(frame.end().offset(), depth)), frame.exclusion(), frame.inRange());
    }

    /** A relation whose own rows are {@code depth} levels inside. */
    public Relation rewrite(Relation relation, int depth) {
        Relation replaced = relations.replace(relation, depth);
        if (replaced != null) return replaced;
        return switch (relation) {
            case Relation.TableScan n -> n;
            case Relation.VirtualScan n -> n;
            case Relation.SequenceScan n -> n;
            case Relation.CteScan n -> n;
            case Relation.TransitionScan n -> n;
            case Relation.WorkTableScan n -> n;
            case Relation.Values n -> {
                List<List<Scalar>> rows = new ArrayList<>(n.rows().size());
                for (List<Scalar> row : n.rows()) rows.add(rewrite(row, depth));
                yield new Relation.Values(rows, n.fields());
            }
            case Relation.FunctionScan n -> new Relation.FunctionScan(rewrite(n.calls(), depth), n.widths(), n.ordinality(),
                    n.alias(), n.fields());
            case Relation.Filter n -> new Relation.Filter(rewrite(n.input(), depth), rewrite(n.condition(), depth));
            case Relation.Project n -> new Relation.Project(rewrite(n.input(), depth), rewrite(n.expressions(), depth), n.fields());
            case Relation.ProjectSet n -> new Relation.ProjectSet(rewrite(n.input(), depth), rewrite(n.expressions(), depth),
                    n.fields());
            case Relation.Join n -> new Relation.Join(n.kind(), rewrite(n.left(), depth),
                    rewrite(n.right(), n.lateral() ? depth + 1 : depth), optional(n.condition(), depth), n.lateral());
            case Relation.Aggregate n -> {
                List<AggregateCall> calls = new ArrayList<>();
                for (AggregateCall call : n.calls()) calls.add(call(call, depth));
                yield new Relation.Aggregate(rewrite(n.input(), depth), rewrite(n.keys(), depth), n.equalities(), n.groupingSets(),
                        calls, n.fields());
            }
            case Relation.Window n -> {
                List<Relation.WindowCall> calls = new ArrayList<>();
                for (Relation.WindowCall call : n.calls()) calls.add(windowCall(call, depth));
                yield new Relation.Window(rewrite(n.input(), depth), rewrite(n.partitionBy(), depth), n.partitionEqualities(),
                        keys(n.orderBy(), depth), frame(n.frame(), depth), calls, n.fields());
            }
            case Relation.SetOperation n -> new Relation.SetOperation(n.kind(), n.all(), rewrite(n.left(), depth),
                    rewrite(n.right(), depth), n.equalities(), n.fields());
            case Relation.DistinctRows n -> new Relation.DistinctRows(rewrite(n.input(), depth), n.equalities());
            case Relation.DistinctOn n -> new Relation.DistinctOn(rewrite(n.input(), depth), rewrite(n.keys(), depth),
                    n.equalities());
            case Relation.Sort n -> new Relation.Sort(rewrite(n.input(), depth), keys(n.keys(), depth));
            case Relation.Limit n -> new Relation.Limit(rewrite(n.input(), depth), optional(n.offset(), depth),
                    optional(n.count(), depth), n.withTies(), keys(n.tieKeys(), depth));
            case Relation.With n -> {
                List<Relation.Cte> ctes = new ArrayList<>();
                for (Relation.Cte cte : n.ctes()) {
                    ctes.add(new Relation.Cte(cte.id(), cte.name(), rewrite(cte.relation(), depth), cte.materialization(),
                            cte.modifies(), cte.references()));
                }
                yield new Relation.With(ctes, rewrite(n.body(), depth));
            }
            case Relation.RecursiveUnion n -> new Relation.RecursiveUnion(n.id(), n.all(), rewrite(n.base(), depth),
                    rewrite(n.recursive(), depth), n.equalities(), n.fields());
            case Relation.LockRows n -> new Relation.LockRows(rewrite(n.input(), depth), n.targets());
            case Relation.Modify n -> n; // data-modifying statements stand only at the top, where no outer row is
        };
    }
}
