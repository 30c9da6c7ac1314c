package io.craton.replication.rpc;

import com.alipay.sofa.jraft.option.NodeOptions;

/** Options of a raft node that tell our transport how members know each other; JRaft hands them through. */
public final class PeerOptions extends NodeOptions {
    /** Election timeouts in which a leader must have heard of a majority. */
    private static final int PATIENCE = 4;

    private final PeerSecurity security;

    public PeerOptions(PeerSecurity security) {
        this.security = security;
    }

    /**
     * When a leader takes its followers for dead and gives up. JRaft means it for reads by lease, and would have it below the election timeout. There are no reads by
     * lease here: each is confirmed by a majority, and so is each write, so that a leader that is left alone does no harm meanwhile. One that gives up because its own
     * threads were slow for a moment does: every transaction under way has an unknown outcome.
     */
    @Override
    public int getLeaderLeaseTimeoutMs() {
        return PATIENCE * getElectionTimeoutMs();
    }

    PeerSecurity security() {
        return security;
    }
}
