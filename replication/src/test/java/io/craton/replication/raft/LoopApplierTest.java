package io.craton.replication.raft;

import static org.assertj.core.api.Assertions.assertThat;

import com.alipay.sofa.jraft.Status;
import io.craton.core.metric.Latencies;
import io.craton.storage.io.RealFiles;
import io.craton.storage.log.CommitLog;
import io.craton.storage.log.EventLog;
import io.craton.storage.log.LogOptions;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What may be applied by an event loop, and what is left to JRaft's thread. */
@Timeout(90)
class LoopApplierTest {
    private static final long TERM = 3;

    @TempDir Path folder;
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final EventLoop loop = loops.next();
    private final RecordingConsumer consumer = new RecordingConsumer(0);
    private final BlockingQueue<Long> told = new LinkedBlockingQueue<>();
    private final BlockingQueue<Long> ended = new LinkedBlockingQueue<>();
    private volatile long termInLog = TERM;
    private EventLog log;
    private EntryApplier applier;
    private LoopApplier quick;

    @BeforeEach
    void leads() throws Exception {
        log = EventLog.open(RealFiles.at(folder).folder("log"), LogOptions.DEFAULT.withSegmentBytes(64 << 10), _ -> {});
        applier = new EntryApplier(log, consumer, failure -> { throw new AssertionError(failure); }, () -> {});
        quick = new LoopApplier(told::add, _ -> termInLog, applier);
        applier.onLeaderStart(TERM);
    }

    @AfterEach
    void closes() throws Exception {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).await();
        log.close();
    }

    private void appended(long index, int bytes, boolean isQuick) {
        var submission = new Submission(new CommitLog.Completion() {
            @Override
            public boolean isQuick() {
                return isQuick;
            }

            @Override
            public void committed(long position) {
                ended.add(position);
            }

            @Override
            public void rejected(String reason) {
                throw new AssertionError(reason);
            }

            @Override
            public void unknown(String reason) {
                throw new AssertionError(reason);
            }
        }, new Latencies());
        quick.appended(index, TERM, "x".repeat(bytes).getBytes(StandardCharsets.UTF_8), submission, loop);
    }

    private List<Long> applied() {
        return consumer.applied().stream().map(RecordingConsumer.Applied::position).toList();
    }

    @Test
    void whatFollowsIsAppliedAndJRaftLearnsOfIt() throws Exception {
        for (int i = 1; i <= 3; i++) appended(i, 10, true);
        quick.committed(2);
        assertThat(told.take()).isEqualTo(2);
        assertThat(applied()).containsExactly(1L, 2L);
        assertThat(ended).containsExactly(1L, 2L);
        quick.committed(3);
        assertThat(told.take()).isEqualTo(3);
        assertThat(applied()).containsExactly(1L, 2L, 3L);
    }

    @Test
    void anEntryThatTheLogLostToAnotherLeaderIsNotApplied() throws Exception {
        appended(1, 10, true);
        termInLog = TERM + 1;
        quick.committed(1);
        assertThat(told.take()).isEqualTo(1);
        assertThat(applied()).isEmpty();
        assertThat(ended).isEmpty();
    }

    @Test
    void nothingIsAppliedInFrontOfWhatIsLeftToJRaft() throws Exception {
        appended(1, 10, false); // may take long
        appended(2, 10, true);
        appended(3, 5000, true); // is long
        appended(4, 10, true);
        quick.committed(4);
        assertThat(told.take()).isEqualTo(4);
        assertThat(applied()).isEmpty();
    }

    @Test
    void whoDoesNotLeadLeavesAllToJRaft() throws Exception {
        appended(1, 10, true);
        applier.onLeaderStop(Status.OK());
        quick.committed(1);
        assertThat(told.take()).isEqualTo(1);
        assertThat(applied()).isEmpty();
    }

    @Test
    void aLoopThatEndsLeavesAllToJRaft() throws Exception {
        appended(1, 10, true);
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).await();
        quick.committed(1);
        assertThat(told.take()).isEqualTo(1);
        assertThat(applied()).isEmpty();
    }

    @Test
    void anEntryThatJRaftAppliedIsForgotten() throws Exception {
        appended(1, 10, true);
        appended(2, 10, true);
        applier.applyHere(_ -> List.of(new LoopApplier.Appended(1, TERM, new byte[1], new Submission(new Ignored(), new Latencies()), loop)));
        quick.committed(2);
        assertThat(told.take()).isEqualTo(2);
        assertThat(applied()).containsExactly(1L, 2L);
        assertThat(ended).containsExactly(2L);
    }

    private static final class Ignored implements CommitLog.Completion {
        @Override
        public void committed(long position) {}

        @Override
        public void rejected(String reason) {}

        @Override
        public void unknown(String reason) {}
    }
}
