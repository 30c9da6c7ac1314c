package io.craton.replication.raft;

import static org.assertj.core.api.Assertions.assertThat;

import com.alipay.sofa.jraft.conf.ConfigurationManager;
import com.alipay.sofa.jraft.core.FSMCallerImpl;
import com.alipay.sofa.jraft.core.NodeMetrics;
import com.alipay.sofa.jraft.entity.EnumOutter;
import com.alipay.sofa.jraft.entity.LogEntry;
import com.alipay.sofa.jraft.entity.LogId;
import com.alipay.sofa.jraft.option.LogManagerOptions;
import com.alipay.sofa.jraft.option.RaftOptions;
import com.alipay.sofa.jraft.storage.LogManager;
import com.alipay.sofa.jraft.storage.impl.LogManagerImpl;
import com.alipay.sofa.jraft.util.ThreadPoolsFactory;
import com.alipay.sofa.jraft.Status;
import io.craton.storage.io.RealFiles;
import io.craton.storage.log.EventLog;
import io.craton.storage.log.LogOptions;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Over JRaft's own log manager: a newer JRaft that names its tasks otherwise is noticed here, and not by the speed. */
@Timeout(60)
class GroupThreadsTest {
    @Test
    void newEntriesAreSentByTheThreadThatSubmitsThem(@TempDir Path folder) throws Exception {
        GroupThreads.serve("news");
        GroupThreads.serve("news"); // as for a member that starts again
        try (EventLog log = EventLog.open(RealFiles.at(folder).folder("log"), LogOptions.DEFAULT.withSegmentBytes(64 << 10), _ -> {})) {
            LogManager manager = manager(log);
            try {
                assertThat(toldOf(manager, true, 1)).isEqualTo("appends");
                assertThat(toldOf(manager, false, 2)).startsWith("raft-group-");
            } finally {
                manager.shutdown();
                manager.join();
            }
        }
    }

    /** A replicator that asks for more while it is told of more is in the middle of its work. */
    @Test
    void newsOfNewsComesFromAnotherThread(@TempDir Path folder) throws Exception {
        GroupThreads.serve("more news");
        var inner = new CompletableFuture<String>();
        try (EventLog log = EventLog.open(RealFiles.at(folder).folder("log"), LogOptions.DEFAULT.withSegmentBytes(64 << 10), _ -> {})) {
            LogManager manager = manager(log, "more news");
            try {
                manager.wait(0, (_, _) -> {
                    manager.wait(0, (_, _) -> inner.complete(Thread.currentThread().getName()), null); // there is more than that already
                    return true;
                }, null);
                append(manager, true, 1);
                assertThat(inner.get(20, TimeUnit.SECONDS)).startsWith("raft-group-");
            } finally {
                manager.shutdown();
                manager.join();
            }
        }
    }

    /** A loop tells as many as a majority needs; the others hear once of all that came meanwhile. Threads that are no loop tell all. */
    @Test
    void whoIsNotNeededIsToldLater(@TempDir Path folder) throws Exception {
        GroupThreads.serve("later news");
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        try (EventLog log = EventLog.open(RealFiles.at(folder).folder("log"), LogOptions.DEFAULT.withSegmentBytes(64 << 10), _ -> {})) {
            LogManager manager = manager(log, "later news");
            try {
                var told = new LinkedBlockingQueue<Long>();
                for (int i = 0; i < 2; i++) manager.wait(0, (_, _) -> told.add(manager.getLastLogIndex()), null);
                List<Long> atOnce = loops.submit(() -> {
                    GroupThreads.submitting(1, entry(manager, 1));
                    GroupThreads.submitting(1, entry(manager, 2));
                    return List.copyOf(told);
                }).get(20, TimeUnit.SECONDS);
                assertThat(atOnce).containsExactly(1L);
                assertThat(told.poll(20, TimeUnit.SECONDS)).isEqualTo(1);
                assertThat(told.poll(20, TimeUnit.SECONDS)).isEqualTo(2);
                for (int i = 0; i < 2; i++) manager.wait(2, (_, _) -> told.add(manager.getLastLogIndex()), null);
                append(manager, true, 3);
                assertThat(told).containsExactly(3L, 3L);
            } finally {
                manager.shutdown();
                manager.join();
            }
        } finally {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).await();
        }
    }

    @Test
    void whatEndsASubmissionDoesNotRunOnTheThreadThatSubmits() throws Exception {
        GroupThreads.serve("ends");
        var ended = new CompletableFuture<String>();
        GroupThreads.submitting(1, () -> ThreadPoolsFactory.runInThread("ends", () -> ended.complete(Thread.currentThread().getName())));
        assertThat(ended.get(20, TimeUnit.SECONDS)).startsWith("raft-group-");
    }

    private static String toldOf(LogManager manager, boolean submitted, long index) throws Exception {
        var told = new CompletableFuture<String>();
        manager.wait(index - 1, (_, _) -> told.complete(Thread.currentThread().getName()), null);
        append(manager, submitted, index);
        return told.get(20, TimeUnit.SECONDS);
    }

    private static void append(LogManager manager, boolean submitted, long index) throws InterruptedException {
        Runnable work = entry(manager, index);
        Thread.ofPlatform().name("appends").start(submitted ? () -> GroupThreads.submitting(1, work) : work).join();
    }

    private static Runnable entry(LogManager manager, long index) {
        var entry = new LogEntry(EnumOutter.EntryType.ENTRY_TYPE_DATA);
        entry.setId(new LogId(index, 1));
        entry.setData(ByteBuffer.wrap(new byte[10]));
        List<LogEntry> entries = new ArrayList<>(List.of(entry));
        return () -> manager.appendEntries(entries, new LogManager.StableClosure(entries) {
            @Override
            public void run(Status status) {}
        });
    }

    private static LogManager manager(EventLog log) throws Exception {
        return manager(log, "news");
    }

    private static LogManager manager(EventLog log, String group) throws Exception {
        var options = new LogManagerOptions();
        options.setGroupId(group);
        options.setLogStorage(new RaftLogStorage(log, _ -> 1, 0, new Members(List.of(), List.of(), List.of(), List.of()), _ -> {}));
        options.setConfigurationManager(new ConfigurationManager());
        options.setFsmCaller(new FSMCallerImpl());
        options.setNodeMetrics(new NodeMetrics(false));
        options.setRaftOptions(new RaftOptions());
        options.setDisruptorBufferSize(64);
        var manager = new LogManagerImpl();
        assertThat(manager.init(options)).isTrue();
        return manager;
    }
}
