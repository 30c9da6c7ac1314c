package io.craton.server.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class HeapExhaustionTest {
    private final AtomicInteger ends = new AtomicInteger();
    private final LoggerContext context = new LoggerContext();
    private final HeapExhaustion exhaustion = new HeapExhaustion(ends::incrementAndGet);

    private int endsAfter(String logger, Throwable thrown) {
        exhaustion.append(new LoggingEvent("", context.getLogger(logger), Level.ERROR, "it failed", thrown, null));
        return ends.get();
    }

    @Test
    void aLibraryThatGoesOnWithoutMemoryEndsTheProcess() {
        assertThat(endsAfter("io.craton.wire.flow.StatementFlow", new OutOfMemoryError())).as("a statement ends alone").isZero();
        assertThat(endsAfter("com.alipay.sofa.jraft.core.NodeImpl", new IllegalStateException())).isZero();
        assertThat(endsAfter("com.alipay.sofa.jraft.util.LogExceptionHandler", new OutOfMemoryError())).isEqualTo(1);
        assertThat(endsAfter("com.alipay.sofa.jraft.core.NodeImpl", new IllegalStateException(new OutOfMemoryError()))).isEqualTo(2);
        assertThat(endsAfter("io.netty.util.concurrent.AbstractEventExecutor", new OutOfMemoryError())).as("a task of an event loop").isEqualTo(3);
        assertThat(endsAfter("io.craton.replication.rpc.PeerTroubles", new OutOfMemoryError())).as("a connection between members").isEqualTo(4);
        assertThat(endsAfter("io.netty.channel.DefaultChannelPipeline", new OutOfMemoryError())).as("a connection ends alone").isEqualTo(4);
    }
}
