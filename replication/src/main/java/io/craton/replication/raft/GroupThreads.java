package io.craton.replication.raft;

import com.alipay.sofa.jraft.storage.impl.LogManagerImpl;
import com.alipay.sofa.jraft.util.ThreadPoolsFactory;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Where JRaft's groups do what they put off. One thing is not put off: JRaft hands the news that there are more entries, once for each follower, from the thread that submits them to
 * this pool, which sends them; here they are sent by the thread that has the news. It holds the group's lock then, as it does where JRaft itself takes a replicator's lock
 * (elections, transfers), and nothing in sending waits: what is encoded is queued on the connection's I/O thread, or written where this is that thread. News of news, from within the sending, go to the pool: the replicator is not done then.
 */
final class GroupThreads extends ThreadPoolExecutor {
    private static final int THREADS_MAX = 100;
    private static final String NEWS = LogManagerImpl.class.getName() + "$$";

    private static final ThreadLocal<Boolean> SUBMITTING = ThreadLocal.withInitial(() -> false);

    private final ThreadLocal<Boolean> sending = ThreadLocal.withInitial(() -> false);

    private GroupThreads(AtomicInteger made) {
        super(1, THREADS_MAX, 60, TimeUnit.SECONDS, new SynchronousQueue<>(), work -> {
            Thread thread = new Thread(work, "raft-group-" + made.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    /** For a group that is about to start. Members of one group in one process share them, and nobody takes them back. */
    static void serve(String group) {
        try {
            ThreadPoolsFactory.registerThreadPool(group, new GroupThreads(new AtomicInteger()));
        } catch (IllegalArgumentException e) {
            // It has them.
        }
    }

    /** What this finds to be sent is sent before it returns. */
    static void submitting(Runnable submission) {
        SUBMITTING.set(true);
        try {
            submission.run();
        } finally {
            SUBMITTING.set(false);
        }
    }

    @Override
    public Future<?> submit(Runnable task) {
        if (!isNews(task) || sending.get()) return super.submit(task);
        var now = new FutureTask<Void>(task, null);
        sending.set(true);
        try {
            now.run();
        } finally {
            sending.set(false);
        }
        endOn(now);
        return now;
    }

    @Override
    protected void afterExecute(Runnable work, Throwable failure) {
        if (work instanceof Future<?> done) endOn(done);
    }

    /** Nobody asks for what came of it: without memory it must not go on as if nothing had happened. The error ends the thread, and the process with it. */
    private static void endOn(Future<?> done) {
        if (done.state() == Future.State.FAILED && done.exceptionNow() instanceof OutOfMemoryError full) throw full;
    }

    /** What a submission finds to be told is the log manager's alone; all else that it puts off ends somebody's submission, and whoever that is must not run under the group's lock. */
    private static boolean isNews(Runnable task) {
        return SUBMITTING.get() && task.getClass().getName().startsWith(NEWS);
    }
}
