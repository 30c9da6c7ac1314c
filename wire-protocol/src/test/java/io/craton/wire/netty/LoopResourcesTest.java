package io.craton.wire.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.DefaultEventLoop;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LoopResourcesTest {
    @Test
    void whatIsFlushedLaterGoesOutTogetherBehindWhatTheLoopHadToDo() throws Exception {
        var loop = new DefaultEventLoop();
        List<String> done = new CopyOnWriteArrayList<>();
        try {
            loop.submit(() -> {
                var resources = new LoopResources(loop, 1000);
                loop.execute(() -> {
                    done.add("first session");
                    resources.flushLater(() -> done.add("first flush"));
                });
                loop.execute(() -> {
                    done.add("second session");
                    resources.flushLater(() -> {
                        done.add("second flush");
                        resources.flushLater(() -> done.add("flush of a flush"));
                    });
                });
            }).get(20, TimeUnit.SECONDS);
            while (!done.contains("flush of a flush")) loop.submit(() -> {}).get(20, TimeUnit.SECONDS);
            assertThat(done).containsExactly("first session", "second session", "first flush", "second flush", "flush of a flush");
        } finally {
            loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).await();
        }
    }
}
