package io.craton.storage.sim;

/** A fault of replication, or of who follows its log, that the simulation must find. */
enum PlantedBug {
    NONE(0),
    /** The leader takes for committed what it alone has. */
    ACKNOWLEDGED_BEFORE_MAJORITY(1000),
    /** A follower says that it has what it has not written. */
    ACKNOWLEDGED_BEFORE_SYNC(3023),
    /** The first entry after a restart is applied once more, behind the next one. */
    APPLIED_TWICE(1000),
    /** The first entry after a restart is not applied. */
    SKIPPED(1000),
    /** A follower takes for present what another term's leader has put there. */
    CONFLICTING_SUFFIX_KEPT(1000),
    /** Whoever believes to lead reads without asking. */
    READ_WITHOUT_BARRIER(1007),
    /** The term in which a transaction began is not looked at. */
    OLD_TERM_COMMITS(2002),
    /** Votes are given whatever the candidate's log lacks. */
    VOTE_FOR_OLDER_LOG(1001),
    /** A copy of projections is said to be newer than it is. */
    COPY_SAID_TOO_NEW(1012);

    /** This seed, or one soon behind it, finds it. */
    final long foundFrom;

    PlantedBug(long foundFrom) {
        this.foundFrom = foundFrom;
    }
}
