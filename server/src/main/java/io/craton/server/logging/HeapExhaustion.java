package io.craton.server.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A statement that finds no memory ends with 53200, and what a connection's handler throws ends the connection. Any other thread that finds none leaves work half done, and a member
 * of which nobody knows whether it applies, votes or writes is worse than none: the process ends. Threads die with the error or, in raft's library, on connections between members and in the tasks of event loops, go on
 * when they have logged it.
 */
public final class HeapExhaustion extends AppenderBase<ILoggingEvent> {
    static final String NAME = "exhaustion";
    private static final int STATUS = 3;
    private static final Logger LOG = LoggerFactory.getLogger(HeapExhaustion.class);
    private static final List<String> GO_ON = List.of("com.alipay.sofa.jraft", "com.lmax", "io.netty.util.concurrent", "io.craton.replication");

    private final Runnable end;

    HeapExhaustion() {
        this(() -> Runtime.getRuntime().halt(STATUS));
    }

    HeapExhaustion(Runnable end) {
        this.end = end;
    }

    /** From here on, for the process's threads. */
    public static void endProcess() {
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> {
            try {
                LOG.error("thread {} ended", thread.getName(), failure);
            } finally {
                if (isExhaustion(failure)) Runtime.getRuntime().halt(STATUS);
            }
        });
    }

    @Override
    protected void append(ILoggingEvent event) {
        IThrowableProxy thrown = event.getThrowableProxy();
        if (thrown instanceof ThrowableProxy proxy && isExhaustion(proxy.getThrowable()) && GO_ON.stream().anyMatch(event.getLoggerName()::startsWith)) end.run();
    }

    private static boolean isExhaustion(Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) if (each instanceof OutOfMemoryError) return true;
        return false;
    }
}
