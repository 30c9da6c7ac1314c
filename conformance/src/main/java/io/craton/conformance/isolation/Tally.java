package io.craton.conformance.isolation;

import java.util.List;

/** How many permutations came out how. */
final class Tally {
    private int orders;
    private int same;
    private int abortsMore;
    private int refusesLess;
    private int other;
    private int unsupported;

    /** Answers whether both courses are the same. */
    boolean add(List<String> wanted, List<String> got) {
        orders++;
        if (wanted.equals(got)) {
            same++;
            return true;
        }
        if (got.stream().anyMatch(line -> line.contains(" 0A000 ")) && wanted.stream().noneMatch(line -> line.contains(" 0A000 "))) {
            unsupported++;
            return false;
        }
        boolean wantedRefused = refused(wanted);
        boolean gotRefused = refused(got);
        if (!wantedRefused && gotRefused) abortsMore++;
        else if (wantedRefused && !gotRefused) refusesLess++;
        else other++;
        return false;
    }

    void add(Tally more) {
        orders += more.orders;
        same += more.same;
        abortsMore += more.abortsMore;
        refusesLess += more.refusesLess;
        other += more.other;
        unsupported += more.unsupported;
    }

    int same() {
        return same;
    }

    int refusesLess() {
        return refusesLess;
    }

    /** Whether something was refused because of what others did. */
    private static boolean refused(List<String> course) {
        return course.stream().anyMatch(line -> line.contains(" 40001 ") || line.contains(" 40P01 ") || line.contains(" 23505 ") || line.contains(" 23P01 "));
    }

    @Override
    public String toString() {
        return String.format("%6d %6d %12d %12d %6d %12d", orders, same, abortsMore, refusesLess, other, unsupported);
    }
}
