package io.craton.jepsen.check;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A directed graph over numbered nodes with labelled edges, and its cycles. Filled first, asked afterwards; one thread. */
final class Digraph {
    private static final Dependency[] LABELS = Dependency.values();
    private static final int STARTS_TRIED = 16;

    /** An edge of a cycle. */
    record Edge(int from, int to, Dependency label) {}

    private final int nodes;
    private int edges;
    private int[] from = new int[1024];
    private int[] to = new int[1024];
    private byte[] label = new byte[1024];

    Digraph(int nodes) {
        this.nodes = nodes;
    }

    void add(int source, int target, Dependency why) {
        if (source == target) return;
        if (edges == from.length) {
            from = Arrays.copyOf(from, edges * 2);
            to = Arrays.copyOf(to, edges * 2);
            label = Arrays.copyOf(label, edges * 2);
        }
        from[edges] = source;
        to[edges] = target;
        label[edges++] = (byte) why.ordinal();
    }

    int edges() {
        return edges;
    }

    /** For each strongly connected part with more than one node a short cycle, at most {@code most}. */
    List<List<Edge>> cycles(int most) {
        int[] start = new int[nodes + 1];
        for (int e = 0; e < edges; e++) start[from[e] + 1]++;
        for (int n = 0; n < nodes; n++) start[n + 1] += start[n];
        int[] out = new int[edges];
        int[] next = Arrays.copyOf(start, nodes);
        for (int e = 0; e < edges; e++) out[next[from[e]]++] = e;
        int[] part = parts(start, out);
        List<List<Edge>> found = new ArrayList<>();
        List<List<Integer>> members = members(part);
        for (List<Integer> one : members) {
            if (found.size() == most) break;
            found.add(shortest(one, part, start, out));
        }
        return found;
    }

    private List<List<Integer>> members(int[] part) {
        int[] size = new int[nodes];
        for (int p : part) size[p]++;
        List<List<Integer>> byPart = new ArrayList<>();
        int[] place = new int[nodes];
        Arrays.fill(place, -1);
        for (int n = 0; n < nodes; n++) {
            if (size[part[n]] < 2) continue;
            if (place[part[n]] < 0) {
                place[part[n]] = byPart.size();
                byPart.add(new ArrayList<>());
            }
            byPart.get(place[part[n]]).add(n);
        }
        return byPart;
    }

    /** Tarjan's strongly connected components, without recursion; the number of its part for each node. */
    private int[] parts(int[] start, int[] out) {
        int[] index = new int[nodes];
        int[] low = new int[nodes];
        int[] part = new int[nodes];
        int[] cursor = Arrays.copyOf(start, nodes);
        Arrays.fill(part, -1);
        int[] stack = new int[nodes];
        int[] path = new int[nodes];
        int top = 0;
        int count = 0;
        int parts = 0;
        for (int root = 0; root < nodes; root++) {
            if (index[root] != 0) continue;
            int depth = 0;
            path[depth++] = root;
            while (depth > 0) {
                int node = path[depth - 1];
                if (index[node] == 0) {
                    index[node] = low[node] = ++count;
                    stack[top++] = node;
                }
                if (cursor[node] < start[node + 1]) {
                    int target = to[out[cursor[node]++]];
                    if (index[target] == 0) path[depth++] = target;
                    else if (part[target] < 0) low[node] = Math.min(low[node], index[target]);
                    continue;
                }
                depth--;
                if (depth > 0) low[path[depth - 1]] = Math.min(low[path[depth - 1]], low[node]);
                if (low[node] != index[node]) continue;
                int member;
                do {
                    member = stack[--top];
                    part[member] = parts;
                } while (member != node);
                parts++;
            }
        }
        return part;
    }

    private List<Edge> shortest(List<Integer> members, int[] part, int[] start, int[] out) {
        List<Edge> best = List.of();
        int step = Math.max(1, members.size() / STARTS_TRIED);
        int[] came = new int[nodes];
        for (int i = 0; i < members.size(); i += step) {
            List<Edge> cycle = around(members.get(i), part, start, out, came);
            if (best.isEmpty() || cycle.size() < best.size()) best = cycle;
        }
        return best;
    }

    /** The shortest cycle through a node, breadth first within its part. */
    private List<Edge> around(int origin, int[] part, int[] start, int[] out, int[] came) {
        Arrays.fill(came, -1);
        ArrayDeque<Integer> queue = new ArrayDeque<>(List.of(origin));
        while (!queue.isEmpty()) {
            int node = queue.remove();
            for (int i = start[node]; i < start[node + 1]; i++) {
                int target = to[out[i]];
                if (part[target] != part[origin] || came[target] >= 0) continue;
                came[target] = out[i];
                if (target == origin) return back(origin, came);
                queue.add(target);
            }
        }
        throw new IllegalStateException("no cycle through " + origin);
    }

    private List<Edge> back(int origin, int[] came) {
        List<Edge> cycle = new ArrayList<>();
        int node = origin;
        do {
            int edge = came[node];
            cycle.addFirst(new Edge(from[edge], to[edge], LABELS[label[edge]]));
            node = from[edge];
        } while (node != origin);
        return cycle;
    }
}
