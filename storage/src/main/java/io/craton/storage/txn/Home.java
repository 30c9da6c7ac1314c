package io.craton.storage.txn;

import org.jspecify.annotations.Nullable;

/**
 * Where a tenant's entries go now. A transaction that began in one home may end in a later one, when one node had both: the old one up to the entry that ended it, the
 * new one since before that.
 *
 * @param group    number of the group
 * @param pipeline the way into its log
 * @param shift    from the log's positions to the tenant's
 * @param number   how many homes were before
 * @param before   the home before, where this node led it to its end and has led this one since before that; otherwise null
 * @param leftTerm term in which it led that one
 * @param term     term in which it has led this one
 */
record Home(int group, CommitPipeline pipeline, long shift, int number, @Nullable Home before, long leftTerm, long term) {
    static Home first(int group, CommitPipeline pipeline, long shift, int number) {
        return new Home(group, pipeline, shift, number, null, 0, 0);
    }

    /** The term in which an entry of a transaction may be submitted here that began in another home; 0: in none. */
    long termFor(Home begunIn, long begunTerm) {
        if (begunIn.number == number) return begunTerm;
        return before != null && before.termFor(begunIn, begunTerm) == leftTerm ? term : 0;
    }

    /** With fewer of those before: transactions do not last longer. */
    Home shortened(int homes) {
        return homes == 0 || before == null ? first(group, pipeline, shift, number) : new Home(group, pipeline, shift, number, before.shortened(homes - 1), leftTerm, term);
    }

    /** One number for home and term: what is remembered for one of them counts in no other. */
    long era() {
        long current = pipeline.term();
        return current == 0 ? 0 : (long) number << ERA_BITS | current;
    }

    static long termOf(long era) {
        return era & (1L << ERA_BITS) - 1;
    }

    boolean isOf(long era) {
        return era >>> ERA_BITS == number;
    }

    private static final int ERA_BITS = 40;
}
