package io.craton.replication.rpc;

import com.alipay.sofa.jraft.option.NodeOptions;

/** Options of a raft node that tell our transport how members know each other; JRaft hands them through. */
public final class PeerOptions extends NodeOptions {
    private final PeerSecurity security;

    public PeerOptions(PeerSecurity security) {
        this.security = security;
    }

    PeerSecurity security() {
        return security;
    }
}
