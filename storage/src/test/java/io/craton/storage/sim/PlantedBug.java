package io.craton.storage.sim;

/** A fault of replication, or of who follows its log, that the simulation must find. */
enum PlantedBug {
    NONE(-1),
    /** The leader takes for committed what it alone has. */
    ACKNOWLEDGED_BEFORE_MAJORITY(-1),
    /** A follower says that it has what it has not written. */
    ACKNOWLEDGED_BEFORE_SYNC(Faults.POWER_CUT),
    /** The first entry after a restart is applied once more, behind the next one. */
    APPLIED_TWICE(-1),
    /** The first entry after a restart is not applied. */
    SKIPPED(-1),
    /** A follower takes for present what another term's leader has put there. */
    CONFLICTING_SUFFIX_KEPT(-1),
    /** Whoever believes to lead reads without asking. */
    READ_WITHOUT_BARRIER(Faults.SPLIT),
    /** The term in which a transaction began is not looked at. */
    OLD_TERM_COMMITS(Faults.ELECTIONS),
    /** Votes are given whatever the candidate's log lacks. */
    VOTE_FOR_OLDER_LOG(-1),
    /** A copy of projections is said to be newer than it is. */
    COPY_SAID_TOO_NEW(-1);

    /** A kind of fault that each seed has then, as it shows seldom without; -1 where that is not needed. */
    final int shownBy;

    PlantedBug(int shownBy) {
        this.shownBy = shownBy;
    }
}
