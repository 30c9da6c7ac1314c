package io.craton.replication.raft;

import com.alipay.sofa.jraft.storage.impl.LogManagerImpl;
import com.alipay.sofa.jraft.util.ThreadPoolsFactory;
import io.craton.replication.rpc.PeerRpcFactory;
import io.netty.channel.EventLoop;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Where JRaft's groups do what they put off. One thing is not put off: JRaft hands the news that there are more entries, once for each follower, from the thread that submits them to
 * this pool, which sends them; here they are sent by the thread that has the news. It holds the group's lock then, as it does where JRaft itself takes a replicator's lock
 * (elections, transfers), and nothing in sending waits: what is encoded is queued on the connection's I/O thread, or written where this is that thread. News of news, from within the sending, go to the pool: the replicator is not done then.
 *
 * <p>An event loop tells at once only as many followers as a majority needs. The others are told {@value #LATER_MICROS} microseconds later, of all that has come by then: a message costs both
 * members the same for one entry and for ten, and no commit waits for these unless one of the first does not answer. Which ones are first is chance.
 */
final class GroupThreads extends ThreadPoolExecutor {
    private static final int THREADS_MAX = 100;
    private static final String NEWS = LogManagerImpl.class.getName() + "$$";

    private static final long LATER_MICROS = 2000;

    /** How many more followers this thread tells at once; null while it submits nothing. */
    private static final ThreadLocal<@Nullable Integer> SUBMITTING = new ThreadLocal<>();

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

    /** What this finds to be sent is sent before it returns, if it is for one of the first {@code followers}, or if this thread is no event loop. */
    static void submitting(int followers, Runnable submission) {
        SUBMITTING.set(followers);
        try {
            submission.run();
        } finally {
            SUBMITTING.remove();
        }
    }

    @Override
    public Future<?> submit(Runnable task) {
        if (!isNews(task) || sending.get()) return super.submit(task);
        var news = new FutureTask<Void>(task, null);
        EventLoop loop = isFirst() ? null : PeerRpcFactory.currentLoop();
        if (loop == null) tell(news);
        else loop.schedule(() -> tell(news), LATER_MICROS, TimeUnit.MICROSECONDS);
        return news;
    }

    private static boolean isFirst() {
        Integer left = Objects.requireNonNull(SUBMITTING.get());
        SUBMITTING.set(left - 1);
        return left > 0;
    }

    private void tell(FutureTask<Void> news) {
        sending.set(true);
        try {
            news.run();
        } finally {
            sending.set(false);
        }
        endOn(news);
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
        return SUBMITTING.get() != null && task.getClass().getName().startsWith(NEWS);
    }
}
