package io.craton.sql.plan;

import io.craton.sql.exec.ExecContext;
import io.craton.sql.exec.RowDecoder;
import io.craton.sql.expr.OperatorTable;
import io.craton.sql.expr.Scalars;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Scalar;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.row.KeyCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sorting that a scan in key order makes needless. One sort of one planning. */
final class KeyOrder {
    private final PhysicalPlanner planner;
    private final ExecContext context;
    private final IndexExpressions expressions;
    private final boolean few;

    /** @param few only the first rows are wanted */
    KeyOrder(PhysicalPlanner planner, IndexExpressions expressions, boolean few) {
        this.planner = planner;
        this.context = planner.context();
        this.expressions = expressions;
        this.few = few;
    }

    /** The plan changed so that its rows come in this order, or null when they cannot without a sort. */
    @Nullable PlanNode inOrder(PlanNode node, List<Relation.SortKey> keys) {
        for (Relation.SortKey key : keys) {
            OperatorTable.Compare less = OperatorTable.compare(key.less(), key.collation());
            if (less == null || !less.sameType()) return null;
        }
        return switch (node) {
            case Nodes.Filter filter -> {
                PlanNode input = inOrder(filter.input(), keys);
                yield input == null ? null : new Nodes.Filter(input, filter.condition(), filter.conditions(), filter.rows());
            }
            case Nodes.Gate gate -> {
                PlanNode input = inOrder(gate.input(), keys);
                yield input == null ? null : new Nodes.Gate(input, gate.condition(), gate.conditions());
            }
            case Nodes.Project project -> {
                List<Relation.SortKey> below = new ArrayList<>();
                for (Relation.SortKey key : keys) {
                    Scalar source = Scalars.map(key.expression(), part -> part instanceof Scalar.Column column ? project.scalars().get(column.index()) : part);
                    below.add(new Relation.SortKey(source, key.descending(), key.nullsFirst(), key.less(), key.equal(), key.collation()));
                }
                PlanNode input = inOrder(project.input(), below);
                yield input == null ? null
                        : new Nodes.Project(input, project.scalars(), project.expressions(), project.columns(), project.effects(), project.fields());
            }
            case Nodes.TableScan scan -> scan(scan, keys);
            default -> null;
        };
    }

    private @Nullable PlanNode scan(Nodes.TableScan scan, List<Relation.SortKey> keys) {
        TableDef table = scan.decoder().table();
        long asOf = scan.decoder().asOf();
        Catalog catalog = asOf < 0 ? context.catalog() : context.transaction().catalogAt(asOf);
        Map<Integer, Scalar> hidden = expressions.of(table, catalog, 0);
        AccessPaths.Fields fields = new AccessPaths.Fields(RowDecoder.visibleColumns(table), 0, hidden);
        Boolean reverse = matches(fields, scan.path(), keys);
        if (reverse != null) return scan.inOrder(reverse == scan.path().reverse() ? scan.path() : scan.path().reversed());
        if (!few || !scan.path().isFull() || scan.path().index() != null) return null;
        for (IndexDef index : catalog.indexes(table.oid())) {
            if (index.clustered() || !index.valid() || !expressions.covers(index, hidden, scan.conditions())) continue;
            KeyCodec codec = KeyCodec.forIndex(index, table, catalog);
            Scalar notNull = notNull(fields, codec, scan.conditions());
            AccessPath path = notNull == null ? AccessPath.full(index, codec) : AccessPath.notNull(index, codec, notNull);
            reverse = matches(fields, path, keys);
            if (reverse == null) continue;
            List<Scalar> rest = new ArrayList<>(scan.conditions());
            if (notNull != null) rest.remove(notNull);
            return planner.filtered(scan, rest).inOrder(reverse ? path.reversed() : path);
        }
        return null;
    }

    /** The condition that keeps rows out for which the first part of the key is null; null when there is none. */
    private @Nullable Scalar notNull(AccessPaths.Fields fields, KeyCodec codec, List<Scalar> conditions) {
        for (Scalar condition : conditions) {
            if (condition instanceof Scalar.IsNull test && test.negated() && planner.paths().nullTest(test)
                    && fields.of(test.argument()).contains(codec.parts().getFirst().column())) return condition;
        }
        return null;
    }

    /** Whether the path gives the order: forwards (false), backwards (true), or not (null). Parts held equal do not count. */
    private static @Nullable Boolean matches(AccessPaths.Fields fields, AccessPath path, List<Relation.SortKey> keys) {
        if (path.next() instanceof AccessPath.Next.Any && path.equal().isEmpty() && keys.size() > 1) return null;
        List<KeyCodec.Part> parts = path.codec().parts();
        int part = 0;
        Boolean reverse = null;
        for (Relation.SortKey key : keys) {
            List<Integer> columns = fields.of(key.expression());
            while (part < path.equal().size() && !columns.contains(parts.get(part).column())) part++;
            if (part >= parts.size() || !columns.contains(parts.get(part).column())) return null;
            KeyCodec.Part found = parts.get(part);
            boolean steady = part < path.equal().size();
            boolean nulls = found.nullable() && (part > path.equal().size() || path.next() == null);
            part++;
            if (steady) continue;
            if (!found.ordered()) return null;
            boolean backwards = found.descending() != key.descending();
            if (nulls && found.nullsFirst() != backwards != key.nullsFirst()) return null;
            if (reverse != null && reverse != backwards) return null;
            reverse = backwards;
        }
        return reverse == null ? Boolean.FALSE : reverse;
    }
}
