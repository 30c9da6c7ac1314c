package io.craton.replication.raft;

import com.alipay.sofa.jraft.Closure;
import com.alipay.sofa.jraft.Status;
import com.alipay.sofa.jraft.core.NodeImpl;
import com.alipay.sofa.jraft.entity.LogEntry;
import com.alipay.sofa.jraft.entity.LogId;
import com.alipay.sofa.jraft.error.RaftError;
import com.alipay.sofa.jraft.util.ThreadPoolsFactory;
import io.craton.replication.rpc.PeerRpcFactory;
import io.netty.channel.EventLoop;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Hands entries to JRaft on the thread that submits them: a thread of JRaft's own, which has nothing to wait for, would have to be woken for each commit. An event loop hands over what
 * its sessions submitted when its turn ends, all at once. Whoever hands over takes what others submitted meanwhile along, in the order of submission, and nobody waits for it.
 *
 * <p>JRaft 1.4.1 does with what it took out of its queue what is done here without one; the step has no public name, so it is looked up, and a JRaft that lacks it fails each start.
 */
final class Submitter {
    private static final int BATCH_MAX = 256;
    private static final MethodHandle APPEND;
    private static final MethodHandle TASK;
    private static final VarHandle ENTRY;
    private static final VarHandle DONE;
    private static final VarHandle TERM;

    static {
        try {
            Class<?> task = Class.forName(NodeImpl.class.getName() + "$LogEntryAndClosure");
            Lookup inNode = MethodHandles.privateLookupIn(NodeImpl.class, MethodHandles.lookup());
            Lookup inTask = MethodHandles.privateLookupIn(task, MethodHandles.lookup());
            APPEND = inNode.findVirtual(NodeImpl.class, "executeApplyingTasks", MethodType.methodType(void.class, List.class));
            TASK = inTask.findConstructor(task, MethodType.methodType(void.class)).asType(MethodType.methodType(Object.class));
            ENTRY = inTask.findVarHandle(task, "entry", LogEntry.class);
            DONE = inTask.findVarHandle(task, "done", Closure.class);
            TERM = inTask.findVarHandle(task, "expectedTerm", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private record Waiting(byte[] payload, long expectedTerm, Submission submission, @Nullable EventLoop loop) {}

    private final NodeImpl node;
    private final Supplier<Members> members;
    private final LoopApplier quick;
    private final Consumer<Throwable> onFailure;
    private final Queue<Waiting> waiting = new ConcurrentLinkedQueue<>();
    /** Somebody hands over, and looks again when done. */
    private final AtomicBoolean handing = new AtomicBoolean();
    /** Loops whose turn will end with a look here. */
    private final Map<EventLoop, AtomicBoolean> turns = new ConcurrentHashMap<>();
    /** The same, of a thread of the group's, for all threads that are no event loop. */
    private final AtomicBoolean coming = new AtomicBoolean();
    private volatile boolean closed;

    /**
     * @param quick     may apply what is handed over from event loops
     * @param onFailure is told what JRaft throws, which nothing that it was given is responsible for
     */
    Submitter(NodeImpl node, Supplier<Members> members, LoopApplier quick, Consumer<Throwable> onFailure) {
        this.node = node;
        this.members = members;
        this.quick = quick;
        this.onFailure = onFailure;
    }

    /** Does not wait. Calls in some order are handed over in that order, whichever threads make them. */
    void submit(byte[] payload, long expectedTerm, Submission submission) {
        EventLoop loop = PeerRpcFactory.currentLoop();
        waiting.add(new Waiting(payload, expectedTerm, submission, loop));
        if (closed) {
            refuse();
            return;
        }
        AtomicBoolean turn = loop == null ? coming : turns.computeIfAbsent(loop, _ -> new AtomicBoolean());
        if (!turn.compareAndSet(false, true)) return;
        Runnable work = () -> {
            turn.set(false);
            hand();
        };
        if (loop == null) ThreadPoolsFactory.runInThread(node.getGroupId(), work);
        else loop.execute(work);
    }

    private void hand() {
        while (!waiting.isEmpty() && handing.compareAndSet(false, true)) {
            try {
                List<Waiting> batch = batch();
                if (closed) batch.forEach(Submitter::refuse);
                else if (!batch.isEmpty()) GroupThreads.submitting(members.get().needed(), () -> append(batch));
            } finally {
                handing.set(false);
            }
        }
    }

    private List<Waiting> batch() {
        List<Waiting> batch = new ArrayList<>();
        while (batch.size() < BATCH_MAX) {
            Waiting next = waiting.poll();
            if (next == null) break;
            batch.add(next);
        }
        return batch;
    }

    private void append(List<Waiting> batch) {
        try {
            List<Object> tasks = new ArrayList<>(batch.size());
            List<LogEntry> entries = new ArrayList<>(batch.size());
            for (Waiting each : batch) {
                var entry = new LogEntry();
                entry.setData(ByteBuffer.wrap(each.payload));
                entries.add(entry);
                tasks.add(task(entry, each));
            }
            APPEND.invokeExact(node, tasks);
            for (int i = 0; i < entries.size(); i++) {
                Waiting each = batch.get(i);
                LogId id = entries.get(i).getId();
                if (id.getIndex() > 0) quick.appended(id.getIndex(), id.getTerm(), each.payload, each.submission, each.loop);
            }
        } catch (Throwable e) {
            onFailure.accept(e);
            var status = new Status(RaftError.EINTERNAL, "raft failed: %s", e);
            batch.forEach(each -> each.submission.run(status));
        }
    }

    private static Object task(LogEntry entry, Waiting each) throws Throwable {
        Object task = TASK.invokeExact();
        ENTRY.set(task, entry);
        DONE.set(task, (Closure) each.submission);
        TERM.set(task, each.expectedTerm);
        return task;
    }

    private static void refuse(Waiting each) {
        each.submission.run(new Status(RaftError.ENODESHUTDOWN, "this node is shutting down"));
    }

    private void refuse() {
        for (Waiting each = waiting.poll(); each != null; each = waiting.poll()) refuse(each);
    }

    /** Returns when nobody hands over; whatever was not handed over is refused. */
    void close() {
        closed = true;
        while (!handing.compareAndSet(false, true)) Thread.onSpinWait();
        refuse();
    }
}
