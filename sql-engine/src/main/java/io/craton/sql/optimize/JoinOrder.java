package io.craton.sql.optimize;

import io.craton.sql.plan.JoinCosts;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The cheapest tree of a region's inner joins. Exact over all bushy trees (dynamic programming over subsets) for up to {@link #EXACT_MAX} leaves, greedy by
 * smallest result beyond. Cross products only where nothing links. The cost is rows hashed, probed, looked up and produced. Pure.
 */
final class JoinOrder {
    static final int EXACT_MAX = 11;

    /** A subtree; a pair's left side is probed (or drives lookups), its right side is built. */
    record Tree(int set, int leaf, @Nullable Tree left, @Nullable Tree right, double cost) {}

    private final JoinGraph graph;

    JoinOrder(JoinGraph graph) {
        this.graph = graph;
    }

    Tree best() {
        int count = graph.rows.length;
        List<Tree> parts = new ArrayList<>();
        for (int i = 0; i < count; i++) parts.add(new Tree(1 << i, i, null, null, graph.baseRows[i]));
        if (count > 1 && count <= EXACT_MAX) parts = exact(parts);
        while (parts.size() > 1) merge(parts);
        return parts.get(0);
    }

    /** A given order with our costs; of each pair, the cheaper side is built. */
    Tree tree(CalciteJoins.Order order) {
        return switch (order) {
            case CalciteJoins.Order.Leaf(int leaf) -> new Tree(1 << leaf, leaf, null, null, graph.baseRows[leaf]);
            case CalciteJoins.Order.Pair(CalciteJoins.Order left, CalciteJoins.Order right) -> {
                Tree a = tree(left);
                Tree b = tree(right);
                if ((a.set & b.set) != 0) throw new IllegalStateException("a leaf is joined twice");
                Tree pair = pair(a, b, Double.POSITIVE_INFINITY);
                if (pair == null) throw new IllegalStateException("a pair without a cost");
                yield pair;
            }
        };
    }

    /** The best tree of each connected component. */
    private List<Tree> exact(List<Tree> leaves) {
        int all = graph.all();
        @Nullable Tree[] best = new Tree[all + 1];
        for (Tree leaf : leaves) best[leaf.set] = leaf;
        for (int set = 1; set <= all; set++) {
            if (Integer.bitCount(set) < 2) continue;
            int lowest = Integer.lowestOneBit(set);
            for (int part = (set - 1) & set; part > 0; part = (part - 1) & set) {
                if ((part & lowest) == 0) continue;
                Tree a = best[part];
                Tree b = best[set & ~part];
                if (a == null || b == null || !graph.connected(part, set & ~part)) continue;
                Tree tree = pair(a, b, best[set] == null ? Double.POSITIVE_INFINITY : best[set].cost);
                if (tree != null) best[set] = tree;
            }
        }
        List<Tree> components = new ArrayList<>();
        Tree whole = best[all];
        if (whole != null) return new ArrayList<>(List.of(whole));
        int left = all;
        while (left != 0) {
            int component = Integer.lowestOneBit(left);
            for (int grown = 0; grown != component; ) {
                grown = component;
                for (int i = 0; i < leaves.size(); i++) {
                    if ((left & ~component & 1 << i) != 0 && graph.connected(component, 1 << i)) component |= 1 << i;
                }
            }
            Tree tree = best[component];
            if (tree != null) components.add(tree);
            else for (Tree leaf : leaves) if ((leaf.set & component) != 0) components.add(leaf);
            left &= ~component;
        }
        return components;
    }

    private @Nullable Tree pair(Tree a, Tree b, double bound) {
        double out = graph.rows(a.set | b.set) * JoinCosts.OUT;
        double rowsA = graph.rows(a.set);
        double rowsB = graph.rows(b.set);
        Tree result = null;
        double cost = bound;
        double join = graph.hashable(a.set, b.set) ? Math.min(rowsA, rowsB) * JoinCosts.BUILD + Math.max(rowsA, rowsB) * JoinCosts.PROBE : rowsA * rowsB;
        double hashed = a.cost + b.cost + join + out;
        if (hashed < cost) {
            cost = hashed;
            result = rowsA >= rowsB ? new Tree(a.set | b.set, -1, a, b, hashed) : new Tree(a.set | b.set, -1, b, a, hashed);
        }
        if (b.leaf >= 0) {
            double lookups = a.cost + graph.lookupCost(a.set, b.leaf) + out;
            if (lookups < cost) {
                cost = lookups;
                result = new Tree(a.set | b.set, -1, a, b, lookups);
            }
        }
        if (a.leaf >= 0) {
            double lookups = b.cost + graph.lookupCost(b.set, a.leaf) + out;
            if (lookups < cost) result = new Tree(a.set | b.set, -1, b, a, lookups);
        }
        return result;
    }

    /** Joins the two parts with the smallest result, linked ones first. */
    private void merge(List<Tree> parts) {
        Tree best = null;
        int bestA = 0;
        int bestB = 0;
        boolean bestLinked = false;
        for (int a = 0; a < parts.size(); a++) {
            for (int b = a + 1; b < parts.size(); b++) {
                boolean linked = graph.connected(parts.get(a).set, parts.get(b).set);
                if (bestLinked && !linked) continue;
                double bound = best == null || linked && !bestLinked ? Double.POSITIVE_INFINITY : rows(best);
                if (graph.rows(parts.get(a).set | parts.get(b).set) >= bound) continue;
                Tree tree = pair(parts.get(a), parts.get(b), Double.POSITIVE_INFINITY);
                if (tree == null) continue;
                best = tree;
                bestA = a;
                bestB = b;
                bestLinked = linked;
            }
        }
        if (best == null) throw new IllegalStateException("no pair to join");
        parts.remove(bestB);
        parts.set(bestA, best);
    }

    private double rows(Tree tree) {
        return graph.rows(tree.set);
    }
}
