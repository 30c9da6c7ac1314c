package io.craton.sql.optimize;

import io.craton.sql.exec.ExecContext;
import io.craton.sql.expr.DatumEquality;
import io.craton.sql.expr.Scalars;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Relation.JoinKind;
import io.craton.sql.logical.Scalar;
import io.craton.sql.plan.Estimates;
import io.craton.sql.plan.IndexExpressions;
import io.craton.sql.plan.JoinCosts;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A region ready for ordering: each condition at its place (one leaf, several, none), classes of equal columns, and what is known of sizes. Subsets of leaves
 * are bit masks. One planning, one thread.
 */
final class JoinGraph {
    static final int LEAVES_MAX = 30;

    final JoinRegion region;
    final EqualColumns equal = new EqualColumns();
    final List<List<Scalar>> local = new ArrayList<>();
    final List<Scalar> crossing = new ArrayList<>();
    final List<Integer> crossingMasks = new ArrayList<>();
    final List<Scalar> gates = new ArrayList<>();
    final double[] baseRows;
    final double[] rows;
    private final Estimates estimates;
    private final ExecContext context;
    private final IndexExpressions expressions;
    private final int[] leafOfField;
    private final Map<Integer, Double> sizes = new HashMap<>();

    JoinGraph(JoinRegion region, Estimates estimates, ExecContext context, IndexExpressions expressions) {
        this.region = region;
        this.estimates = estimates;
        this.context = context;
        this.expressions = expressions;
        int count = region.leaves.size();
        leafOfField = new int[region.fields.size()];
        java.util.Arrays.fill(leafOfField, -1);
        for (int i = 0; i < count; i++) {
            JoinRegion.Leaf leaf = region.leaves.get(i);
            java.util.Arrays.fill(leafOfField, leaf.first(), leaf.first() + leaf.width(), i);
            local.add(new ArrayList<>());
        }
        for (Scalar condition : region.conditions) place(condition);
        infer();
        baseRows = new double[count];
        rows = new double[count];
        for (int i = 0; i < count; i++) {
            baseRows[i] = estimates.rows(region.leaves.get(i).relation());
            rows[i] = Math.max(1, baseRows[i] * estimates.selectivity(local.get(i), region.fields));
        }
    }

    private void place(Scalar condition) {
        Scalar.Call equality = EqualColumns.equality(condition);
        BitSet leaves = region.leavesOf(condition);
        if (equality != null) equal.add(equality);
        if (leaves.isEmpty()) {
            gates.add(condition);
        } else if (leaves.cardinality() == 1) {
            local.get(leaves.nextSetBit(0)).add(condition);
        } else if (equality == null) {
            crossing.add(condition);
            crossingMasks.add((int) leaves.toLongArray()[0]);
        }
    }

    /** Conditions that follow from others and concern one leaf. Members of a class in one leaf must be equal there: a join compares one of them. */
    private void infer() {
        for (EqualColumns.Members members : equal.classes) {
            int[] first = new int[local.size()];
            java.util.Arrays.fill(first, -1);
            for (int i = members.columns().nextSetBit(0); i >= 0; i = members.columns().nextSetBit(i + 1)) {
                int leaf = leafOfField[i];
                if (first[leaf] < 0) first[leaf] = i;
                else local.get(leaf).add(EqualColumns.join(members, region.column(first[leaf]), region.column(i)));
            }
        }
        for (int i = 0; i < local.size(); i++) {
            for (Scalar condition : List.copyOf(local.get(i))) {
                for (Scalar copy : equal.copies(condition, region)) {
                    List<Scalar> target = local.get(region.leavesOf(copy).nextSetBit(0));
                    if (!target.contains(copy)) target.add(copy);
                }
            }
        }
        for (Scalar condition : crossing) {
            for (int i = 0; i < local.size(); i++) {
                int leaf = i;
                Scalar implied = Predicates.implied(condition, part -> {
                    BitSet leaves = region.leavesOf(part);
                    return leaves.cardinality() == 1 && leaves.get(leaf);
                });
                if (implied != null) local.get(i).add(implied);
            }
        }
    }

    int all() {
        return (1 << region.leaves.size()) - 1;
    }

    /** Every condition, and an equality for every two equal columns of different leaves; not the gates. */
    List<Scalar> conditions() {
        List<Scalar> all = new ArrayList<>();
        for (List<Scalar> conditions : local) all.addAll(conditions);
        for (EqualColumns.Members members : equal.classes) {
            int[] columns = members.columns().stream().filter(column -> leafOfField[column] >= 0).toArray();
            for (int a = 0; a < columns.length; a++) {
                for (int b = a + 1; b < columns.length; b++) {
                    if (leafOfField[columns[a]] == leafOfField[columns[b]]) continue;
                    all.add(EqualColumns.join(members, region.column(columns[a]), region.column(columns[b])));
                }
            }
        }
        all.addAll(crossing);
        return all;
    }

    double distinct(int column) {
        int leaf = leafOfField[column];
        return Math.min(estimates.distinct(region.fields.get(column), baseRows[leaf]), rows[leaf]);
    }

    /** A leaf's rows are fewer than its conditions say. */
    void shrink(int leaf, double share) {
        rows[leaf] = Math.max(1, rows[leaf] * share);
        sizes.clear();
    }

    /** Whether a condition links the two sets. */
    boolean connected(int a, int b) {
        for (EqualColumns.Members members : equal.classes) if ((mask(members) & a) != 0 && (mask(members) & b) != 0) return true;
        for (int mask : crossingMasks) if ((mask & ~(a | b)) == 0 && (mask & a) != 0 && (mask & b) != 0) return true;
        return false;
    }

    /** Whether an equality links the two sets, so that they can be hashed. */
    boolean hashable(int a, int b) {
        for (EqualColumns.Members members : equal.classes) if ((mask(members) & a) != 0 && (mask(members) & b) != 0) return true;
        return false;
    }

    private int mask(EqualColumns.Members members) {
        int mask = 0;
        for (int i = members.columns().nextSetBit(0); i >= 0; i = members.columns().nextSetBit(i + 1)) {
            if (leafOfField[i] >= 0) mask |= 1 << leafOfField[i];
        }
        return mask;
    }

    /** Estimated rows of the join of these leaves, the same in whatever order they are joined. */
    double rows(int set) {
        Double known = sizes.get(set);
        if (known != null) return known;
        double product = 1;
        for (int i = 0; i < rows.length; i++) if ((set & 1 << i) != 0) product *= rows[i];
        for (EqualColumns.Members members : equal.classes) product *= selectivity(members, set);
        for (int i = 0; i < crossing.size(); i++) {
            if ((crossingMasks.get(i) & ~set) == 0) product *= estimates.selectivity(crossing.get(i), region.fields);
        }
        for (int i = 0; i < rows.length; i++) if ((set & 1 << i) != 0) product *= keyCorrection(i, set);
        double result = Math.max(1, product);
        sizes.put(set, result);
        return result;
    }

    /** All leaves' distinct counts but the smallest divide the cross product. */
    private double selectivity(EqualColumns.Members members, int set) {
        double product = 1;
        double smallest = Double.MAX_VALUE;
        int seen = 0;
        for (int i = members.columns().nextSetBit(0); i >= 0; i = members.columns().nextSetBit(i + 1)) {
            int leaf = leafOfField[i];
            if (leaf < 0 || (set & 1 << leaf) == 0 || (seen & 1 << leaf) != 0) continue;
            seen |= 1 << leaf;
            double distinct = distinct(i);
            product *= distinct;
            smallest = Math.min(smallest, distinct);
        }
        return Integer.bitCount(seen) < 2 ? 1 : smallest / product;
    }

    /** A key of several columns that another leaf refers to as a whole: its columns are not independent. */
    private double keyCorrection(int leaf, int set) {
        TableDef table = table(leaf);
        if (table == null || table.keyColumns().size() < 2) return 1;
        int referrers = set & ~(1 << leaf);
        double product = 1;
        for (int attribute : table.keyColumns()) {
            int column = column(leaf, attribute);
            EqualColumns.Members members = column < 0 ? null : classOf(column);
            if (members == null) return 1;
            referrers &= mask(members);
            product *= distinct(column);
        }
        return referrers == 0 ? 1 : Math.max(1, product / baseRows[leaf]);
    }

    private EqualColumns.@org.jspecify.annotations.Nullable Members classOf(int column) {
        for (EqualColumns.Members members : equal.classes) if (members.columns().get(column)) return members;
        return null;
    }

    private @org.jspecify.annotations.Nullable TableDef table(int leaf) {
        return scan(leaf) instanceof Relation.TableScan scan ? scan.table() : null;
    }

    private Relation scan(int leaf) {
        Relation relation = region.leaves.get(leaf).relation();
        while (relation instanceof Relation.Filter filter) relation = filter.input();
        return relation;
    }

    private int column(int leaf, int attribute) {
        JoinRegion.Leaf source = region.leaves.get(leaf);
        for (int i = 0; i < source.width(); i++) {
            if (source.relation().fields().get(i).attributeNumber() == attribute) return source.first() + i;
        }
        return -1;
    }

    /** Cost of looking each row of {@code outer} up in the leaf by key or index; infinite when there is none or the executor would rather scan. */
    double lookupCost(int outer, int leaf) {
        if (scan(leaf) instanceof Relation.VirtualScan) return systemLookupCost(outer, leaf);
        TableDef table = table(leaf);
        if (table == null) return Double.POSITIVE_INFINITY;
        Map<Integer, Scalar> hidden = expressions.of(table, catalog(leaf), region.leaves.get(leaf).first());
        double best = lookupCost(outer, leaf, table, table.keyColumns(), true, hidden);
        for (IndexDef index : catalog(leaf).indexes(table.oid())) {
            if (index.clustered() || !index.valid() || !expressions.covers(index, hidden, conditions(leaf))) continue;
            best = Math.min(best, lookupCost(outer, leaf, table, index.keyParts().stream().map(IndexDef.KeyPart::column).toList(), index.unique(), hidden));
        }
        return best;
    }

    /** All that is known of a leaf's rows by themselves, its own filters too. */
    private List<Scalar> conditions(int leaf) {
        List<Scalar> all = new ArrayList<>(local.get(leaf));
        int first = region.leaves.get(leaf).first();
        Relation relation = region.leaves.get(leaf).relation();
        while (relation instanceof Relation.Filter filter) {
            for (Scalar condition : Scalars.conjuncts(filter.condition())) {
                all.add(References.substitute(condition, number -> region.column(first + number)));
            }
            relation = filter.input();
        }
        return all;
    }

    private Catalog catalog(int leaf) {
        return scan(leaf) instanceof Relation.TableScan past && past.asOfPosition() >= 0 ? context.transaction().catalogAt(past.asOfPosition()) : context.catalog();
    }

    private double systemLookupCost(int outer, int leaf) {
        double best = Double.POSITIVE_INFINITY;
        JoinRegion.Leaf source = region.leaves.get(leaf);
        for (int column = source.first(); column < source.first() + source.width(); column++) {
            EqualColumns.Members members = classOf(column);
            if (members == null || (mask(members) & outer) == 0) continue;
            double matches = baseRows[leaf] / estimates.distinct(region.fields.get(column), baseRows[leaf]);
            best = Math.min(best, JoinCosts.systemLookups(rows(outer), baseRows[leaf], matches));
        }
        return best;
    }

    private double lookupCost(int outer, int leaf, TableDef table, List<Integer> parts, boolean unique, Map<Integer, Scalar> hidden) {
        double matches = baseRows[leaf];
        int used = 0;
        for (int attribute : parts) {
            int column = column(leaf, attribute);
            EqualColumns.Members members = column < 0 ? null : classOf(column);
            if (members == null ? !computed(outer, leaf, attribute, hidden) : (mask(members) & outer) == 0) break;
            matches /= column < 0 ? Math.min(baseRows[leaf], estimates.distinct(table, attribute)) : estimates.distinct(region.fields.get(column), baseRows[leaf]);
            used++;
        }
        if (used == 0) return Double.POSITIVE_INFINITY;
        boolean whole = unique && used == parts.size();
        if (whole) matches = 1;
        return JoinCosts.lookups(rows(outer), baseRows[leaf], whole, matches);
    }

    /** Whether a condition says what an index's expression over the leaf equals, as something over the other leaves. */
    private boolean computed(int outer, int leaf, int attribute, Map<Integer, Scalar> hidden) {
        if (!hidden.containsKey(attribute)) return false;
        for (int i = 0; i < crossing.size(); i++) {
            if ((crossingMasks.get(i) & ~(outer | 1 << leaf)) != 0 || !(crossing.get(i) instanceof Scalar.Call call) || call.arguments().size() != 2
                    || !DatumEquality.hashable(call.function())) continue;
            Scalar left = call.arguments().get(0);
            Scalar right = call.arguments().get(1);
            if (IndexExpressions.computes(left, attribute, hidden) && !region.leavesOf(right).get(leaf)) return true;
            if (IndexExpressions.computes(right, attribute, hidden) && !region.leavesOf(left).get(leaf)) return true;
        }
        return false;
    }

    /** Conditions that can be tested when the two sets meet, and could not before. */
    List<Scalar> meeting(int a, int b) {
        List<Scalar> conditions = new ArrayList<>();
        for (EqualColumns.Members members : equal.classes) {
            int left = member(members, a);
            int right = member(members, b);
            if (left >= 0 && right >= 0) conditions.add(EqualColumns.join(members, region.column(left), region.column(right)));
        }
        for (int i = 0; i < crossing.size(); i++) {
            int mask = crossingMasks.get(i);
            if ((mask & ~(a | b)) == 0 && (mask & ~a) != 0 && (mask & ~b) != 0) conditions.add(crossing.get(i));
        }
        return conditions;
    }

    private int member(EqualColumns.Members members, int set) {
        for (int i = members.columns().nextSetBit(0); i >= 0; i = members.columns().nextSetBit(i + 1)) {
            if (leafOfField[i] >= 0 && (set & 1 << leafOfField[i]) != 0) return i;
        }
        return -1;
    }

    /** Estimated share of the rows that pass an existence test. */
    double passing(JoinRegion.Leaf existence) {
        double wanted = 1;
        double found = 1;
        double rightRows = estimates.rows(existence.relation());
        for (Scalar test : existence.tests()) {
            BitSet used = new BitSet();
            Scalars.columns(test, used);
            if (EqualColumns.equality(test) == null || used.cardinality() != 2) continue;
            int outer = used.nextSetBit(0) < existence.first() ? used.nextSetBit(0) : used.previousSetBit(used.length());
            int inner = used.get(outer) && outer == used.nextSetBit(0) ? used.previousSetBit(used.length()) : used.nextSetBit(0);
            if (leafOfField[outer] < 0) continue;
            wanted *= estimates.distinct(region.fields.get(outer), baseRows[leafOfField[outer]]);
            found *= estimates.distinct(region.fields.get(inner), rightRows);
        }
        double share = Math.min(1, Math.min(found, rightRows) / wanted);
        return existence.kind() == JoinKind.SEMI ? share : 1 - share;
    }
}
