package io.craton.conformance.wire;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Measures the time in which a server could run: a tick every 100 ms of this process, and ticks that are lost, as when the whole machine was paused, are lost; nor do those
 * count in which the server stood still. Thread-safe.
 */
public final class RunningClock implements AutoCloseable {
    static final Duration TICK = Duration.ofMillis(100);

    private final BooleanSupplier still;
    private final Set<Alarm> alarms = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("running-clock").factory());

    /** An action that is due after some ticks. */
    public final class Alarm {
        private final Runnable action;
        private long ticks;

        private Alarm(long ticks, Runnable action) {
            this.ticks = ticks;
            this.action = action;
        }

        /** It will not go off any more; one that goes off now does so to its end. */
        public void cancel() {
            alarms.remove(this);
        }

        private void tick() {
            if (--ticks <= 0 && alarms.remove(this)) Thread.ofVirtual().start(action);
        }
    }

    private RunningClock(BooleanSupplier still) {
        this.still = still;
    }

    /** A clock that runs. @param still whether the server is stopped just now */
    public static RunningClock start(BooleanSupplier still) {
        RunningClock clock = new RunningClock(still);
        // with a delay and not at a rate, so that nothing is made up for after a pause
        clock.ticker.scheduleWithFixedDelay(clock::tick, TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
        return clock;
    }

    /** A clock whose ticks the caller makes. */
    static RunningClock byHand(BooleanSupplier still) {
        return new RunningClock(still);
    }

    Alarm after(Duration time, Runnable action) {
        Alarm alarm = new Alarm(Math.max(1, time.dividedBy(TICK)), action);
        alarms.add(alarm);
        return alarm;
    }

    void tick() {
        if (!alarms.isEmpty() && !still.getAsBoolean()) alarms.forEach(Alarm::tick);
    }

    @Override
    public void close() {
        ticker.shutdownNow();
    }
}
