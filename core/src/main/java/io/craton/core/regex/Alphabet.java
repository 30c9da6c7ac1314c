package io.craton.core.regex;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * The code points cut into classes ("colours") that no set of the expression tells apart. {@code kinds} says of each colour what places
 * between characters need to know. Immutable.
 */
final class Alphabet {
    static final int START = 0;
    static final int NEWLINE = 1;
    static final int WORD = 2;
    static final int OTHER = 3;
    static final int END = 4;

    private static final int TABLE_SIZE = 256;

    private final int[] starts;
    private final int[] colours;
    private final int[] low = new int[TABLE_SIZE];
    private final int[] kinds;
    private final Map<CodePointSet, boolean[]> members = new HashMap<>();

    /** @param word the characters of words; empty when the expression does not ask where words end */
    Alphabet(Collection<CodePointSet> sets, boolean lines, CodePointSet word) {
        List<CodePointSet> all = new ArrayList<>(sets);
        if (lines) all.add(CodePointSet.NEWLINE);
        all.add(word);
        TreeSet<Integer> cuts = new TreeSet<>(List.of(0));
        for (CodePointSet set : all) {
            for (int i = 0; i < set.ranges().length; i += 2) {
                cuts.add(set.ranges()[i]);
                if (set.ranges()[i + 1] < Character.MAX_CODE_POINT) cuts.add(set.ranges()[i + 1] + 1);
            }
        }
        starts = cuts.stream().mapToInt(Integer::intValue).toArray();
        colours = new int[starts.length];
        Map<List<Boolean>, Integer> signatures = new HashMap<>();
        for (int i = 0; i < starts.length; i++) {
            List<Boolean> signature = new ArrayList<>();
            for (CodePointSet set : all) signature.add(set.contains(starts[i]));
            colours[i] = signatures.computeIfAbsent(signature, s -> signatures.size());
        }
        for (int c = 0; c < TABLE_SIZE; c++) low[c] = search(c);
        kinds = new int[signatures.size()];
        for (int i = 0; i < starts.length; i++) {
            kinds[colours[i]] = lines && starts[i] == '\n' ? NEWLINE : word.contains(starts[i]) ? WORD : OTHER;
        }
        for (CodePointSet set : all) {
            boolean[] in = new boolean[kinds.length];
            for (int i = 0; i < starts.length; i++) in[colours[i]] |= set.contains(starts[i]);
            members.put(set, in);
        }
    }

    int size() {
        return kinds.length;
    }

    int colour(int point) {
        return point < TABLE_SIZE ? low[point] : search(point);
    }

    private int search(int point) {
        int at = Arrays.binarySearch(starts, point);
        return colours[at >= 0 ? at : -at - 2];
    }

    /** START is never answered; the end of the text is {@link #END}. */
    int kind(int colour) {
        return kinds[colour];
    }

    /** Colours of a set, by colour. */
    boolean[] members(CodePointSet set) {
        return members.get(set);
    }
}
