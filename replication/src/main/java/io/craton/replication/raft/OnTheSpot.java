package io.craton.replication.raft;

import com.alipay.sofa.jraft.util.concurrent.SingleThreadExecutor;
import java.util.concurrent.TimeUnit;

/** Runs what members answer where it arrives: on the one I/O thread of the group's connections, so in order, and without waking another thread for each commit. */
final class OnTheSpot implements SingleThreadExecutor {
    @Override
    public void execute(Runnable task) {
        task.run();
    }

    @Override
    public boolean shutdownGracefully() {
        return true;
    }

    @Override
    public boolean shutdownGracefully(long timeout, TimeUnit unit) {
        return true;
    }
}
