package io.craton.wire.netty;

import io.craton.core.session.Leadership.Leader;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;

/** Opens channels to the cluster ports of other nodes, for sessions that run there. */
public interface Carrier {
    /** For a node without peers: nothing is carried. */
    Carrier NONE = (leader, bootstrap, handler) -> {
        throw new IllegalStateException("this node has no peers");
    };

    /**
     * Connects, and proves to the other node that this is a member that carries a session: the other node hands the channel to
     * {@link PgServer#adopt}. Called on an event loop; must not wait.
     *
     * @param bootstrap event loop, kind of channel and options are set; handler and address are not
     * @param handler stands last in the pipeline, behind whatever the carrier adds, and sees only bytes of the session
     * @return done when the session's bytes can be written, or failed when there is no connection
     */
    ChannelFuture connect(Leader leader, Bootstrap bootstrap, ChannelHandler handler);
}
