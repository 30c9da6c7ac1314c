package io.craton.sql.analyze;

import io.craton.sql.analyze.SelectAnalyzer.SortItem;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Relation.Field;
import io.craton.sql.logical.Scalar;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Entries of a target list that are computed after ORDER BY and LIMIT (make_sort_input_target): volatile ones, so that nextval() counts rows as they come out
 * and only as many as come out, and set-returning ones, so that sorting sees each row once. Sort keys are computed before. Pure.
 *
 * @param below what the sort sees: the other entries in their places, nulls in those of the postponed, then columns that these need
 * @param entries all entries over the sorted row
 * @param sets whether a postponed entry returns a set
 */
record PostponedTargets(Relation below, List<Scalar> entries, boolean sets) {

    /** Null when nothing is to be postponed. */
    static @Nullable PostponedTargets of(Relation input, TargetList targets, List<SortItem> sort, List<Integer> distinctOn, boolean limited) {
        if (sort.isEmpty() && (!limited || !distinctOn.isEmpty())) return null;
        Set<Integer> keys = new HashSet<>(distinctOn);
        boolean setsInKeys = false;
        for (SortItem item : sort) {
            keys.add(item.target());
            setsInKeys |= SetReturning.in(targets.entries.get(item.target()).value);
        }
        List<Scalar> values = targets.values();
        boolean[] postponed = new boolean[values.size()];
        boolean any = false;
        boolean sets = false;
        boolean setsBelow = false;
        for (int i = 0; i < postponed.length; i++) {
            boolean set = SetReturning.in(values.get(i));
            postponed[i] = !keys.contains(i) && (set ? !setsInKeys && !sort.isEmpty() : calls(values.get(i)));
            any |= postponed[i];
            sets |= postponed[i] && set;
            setsBelow |= !postponed[i] && set;
        }
        return any ? split(input, targets, values, postponed, sets, setsBelow) : null;
    }

    private static PostponedTargets split(Relation input, TargetList targets, List<Scalar> values, boolean[] postponed, boolean sets, boolean setsBelow) {
        List<Scalar> below = new ArrayList<>();
        List<Field> fields = new ArrayList<>();
        for (int i = 0; i < postponed.length; i++) {
            Field field = TargetList.field(targets.entries.get(i));
            below.add(postponed[i] ? new Scalar.Constant(null, field.type(), -1) : values.get(i));
            fields.add(field);
        }
        Map<Integer, Integer> places = new HashMap<>();
        TreeRewriter moved = new TreeRewriter((node, depth) -> {
            int index;
            if (depth == 0 && node instanceof Scalar.Column column) index = column.index();
            else if (node instanceof Scalar.OuterColumn outer && outer.level() == depth && depth > 0) index = outer.index();
            else return null;
            int place = places.computeIfAbsent(index, unused -> {
                Field field = input.fields().get(index);
                below.add(new Scalar.Column(index, field.type(), field.typmod()));
                fields.add(field);
                return below.size() - 1;
            });
            return TreeRewriter.reference(depth, place, node.type(), node.typmod());
        });
        List<Scalar> entries = new ArrayList<>();
        for (int i = 0; i < postponed.length; i++) {
            entries.add(postponed[i] ? moved.rewrite(values.get(i)) : new Scalar.Column(i, values.get(i).type(), values.get(i).typmod()));
        }
        Relation sorted = setsBelow ? new Relation.ProjectSet(input, below, fields) : new Relation.Project(input, below, fields);
        return new PostponedTargets(sorted, entries, sets);
    }

    /** Whether a volatile function is called outside subqueries. */
    private static boolean calls(Scalar scalar) {
        if (scalar instanceof Scalar.Call call && call.function().volatility() == 'v') return true;
        boolean[] found = new boolean[1];
        ScalarChildren.forEach(scalar, child -> found[0] = found[0] || calls(child));
        return found[0];
    }
}
