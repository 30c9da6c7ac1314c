package io.craton.replication.cluster;

/**
 * Tells who lags behind, however many entries come in a second: what had been committed a second ago, as far as anybody knows, and is not applied yet. The keeper goes round, anybody
 * may look. Positions are those of the groups, in order; a group that a list does not reach counts as having nothing to say.
 */
final class Pace {
    /** Rounds, half a second apart, that make the second. */
    private static final int ROUNDS = 3;

    private long[][] committed = new long[0][];

    /** @param now up to where each group is known to be committed */
    synchronized void round(long[] now) {
        long[][] next = new long[Math.min(committed.length + 1, ROUNDS)][];
        System.arraycopy(committed, Math.max(0, committed.length - next.length + 1), next, 0, next.length - 1);
        next[next.length - 1] = now.clone();
        committed = next;
    }

    /** Enough is known for an answer about this node itself: before, it cannot know what it missed. */
    synchronized boolean known() {
        return committed.length == ROUNDS;
    }

    /** Entries that are committed for a second, and not among those applied up to here. */
    synchronized long behind(long[] applied) {
        if (committed.length == 0) return 0;
        long behind = 0;
        for (int group = 0; group < Math.min(committed[0].length, applied.length); group++) behind += Math.max(0, committed[0][group] - applied[group]);
        return behind;
    }
}
