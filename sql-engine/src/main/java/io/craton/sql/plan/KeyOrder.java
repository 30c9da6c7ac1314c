package io.craton.sql.plan;

import io.craton.sql.exec.ExecContext;
import io.craton.sql.exec.RowDecoder;
import io.craton.sql.expr.OperatorTable;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Scalar;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.row.KeyCodec;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sorting that a scan in key order makes needless. Pure functions over plan nodes. */
final class KeyOrder {
    private KeyOrder() {}

    /** The plan changed so that its rows come in this order, or null when they cannot without a sort. {@code few}: only the first rows are wanted. */
    static @Nullable PlanNode inOrder(ExecContext context, PlanNode node, List<Relation.SortKey> keys, boolean few) {
        List<Relation.SortKey> plain = new ArrayList<>();
        for (Relation.SortKey key : keys) {
            OperatorTable.Compare less = OperatorTable.compare(key.less(), key.collation());
            if (!(key.expression() instanceof Scalar.Column) || less == null || !less.sameType()) return null;
            plain.add(key);
        }
        return switch (node) {
            case Nodes.Filter filter -> {
                PlanNode input = inOrder(context, filter.input(), keys, few);
                yield input == null ? null : new Nodes.Filter(input, filter.condition(), filter.conditions(), filter.rows());
            }
            case Nodes.Gate gate -> {
                PlanNode input = inOrder(context, gate.input(), keys, few);
                yield input == null ? null : new Nodes.Gate(input, gate.condition(), gate.conditions());
            }
            case Nodes.Project project -> {
                List<Relation.SortKey> below = new ArrayList<>();
                for (Relation.SortKey key : keys) {
                    Scalar.Column column = (Scalar.Column) key.expression();
                    int source = project.columns()[column.index()];
                    if (source < 0) yield null;
                    below.add(new Relation.SortKey(new Scalar.Column(source, column.type(), column.typmod()), key.descending(),
                            key.nullsFirst(), key.less(), key.equal(), key.collation()));
                }
                PlanNode input = inOrder(context, project.input(), below, few);
                yield input == null ? null
                        : new Nodes.Project(input, project.scalars(), project.expressions(), project.columns(), project.effects(), project.fields());
            }
            case Nodes.TableScan scan -> scan(context, scan, keys, few);
            default -> null;
        };
    }

    private static @Nullable PlanNode scan(ExecContext context, Nodes.TableScan scan, List<Relation.SortKey> keys, boolean few) {
        Boolean reverse = matches(scan, scan.path(), keys);
        if (reverse != null) return scan.inOrder(reverse == scan.path().reverse() ? scan.path() : scan.path().reversed());
        if (!few || !scan.path().isFull()) return null;
        TableDef table = scan.decoder().table();
        long asOf = scan.decoder().asOf();
        Catalog catalog = asOf < 0 ? context.catalog() : context.transaction().catalogAt(asOf);
        for (IndexDef index : catalog.indexes(table.oid())) {
            if (index.clustered() || !index.valid() || index.predicateColumn() != 0) continue;
            AccessPath path = AccessPath.full(index, KeyCodec.forIndex(index, table, catalog));
            reverse = matches(scan, path, keys);
            if (reverse != null) return scan.inOrder(reverse ? path.reversed() : path);
        }
        return null;
    }

    /** Whether the path gives the order: forwards (false), backwards (true), or not (null). Parts held equal do not count. */
    private static @Nullable Boolean matches(Nodes.TableScan scan, AccessPath path, List<Relation.SortKey> keys) {
        if (path.any() != null && path.equal().size() == 0 && keys.size() > 1) return null;
        List<KeyCodec.Part> parts = path.codec().parts();
        int[] columns = RowDecoder.visibleColumns(scan.decoder().table());
        int part = 0;
        Boolean reverse = null;
        for (Relation.SortKey key : keys) {
            int field = ((Scalar.Column) key.expression()).index();
            if (field >= columns.length) return null;
            int column = columns[field];
            while (part < path.equal().size() && parts.get(part).column() != column) part++;
            if (part >= parts.size() || parts.get(part).column() != column) return null;
            KeyCodec.Part found = parts.get(part);
            boolean steady = part < path.equal().size();
            part++;
            if (steady) continue;
            if (!found.ordered()) return null;
            boolean backwards = found.descending() != key.descending();
            if (found.nullable() && found.nullsFirst() != backwards != key.nullsFirst()) return null;
            if (reverse != null && reverse != backwards) return null;
            reverse = backwards;
        }
        return reverse == null ? Boolean.FALSE : reverse;
    }
}
