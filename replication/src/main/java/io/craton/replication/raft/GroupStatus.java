package io.craton.replication.raft;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A group as one of its members sees it.
 *
 * @param leading   this member leads, and has applied everything from before its term
 * @param leader    the member that leads; null when none is known
 * @param voters    who votes by the newest configuration this member has
 * @param changing  a change of members is under way
 * @param committed position up to which this member knows that entries are on a majority
 * @param last      position of the last entry in this member's log
 */
public record GroupStatus(boolean leading, @Nullable String leader, long term, List<String> voters, List<String> learners, boolean changing,
        long committed, long applied, long last) {}
