package io.craton.wire.netty;

import io.craton.core.session.SessionFactory;
import io.craton.wire.HttpResponder;
import io.craton.wire.WireConfig;
import io.craton.wire.WireObserver;
import io.craton.wire.auth.AccessRules;
import io.craton.wire.auth.MockVerifiers;
import io.craton.wire.codec.RowDescriptions;
import io.craton.wire.tls.TlsContexts;
import io.netty.channel.EventLoop;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** What all connections of one server share. Any thread. */
final class ServerParts {
    private static final int NONCE_LENGTH = 18;

    final WireConfig config;
    final SessionFactory sessions;
    final AccessRules rules;
    final HttpResponder http;
    final WireObserver observer;
    final @Nullable TlsContexts tls;
    final RowDescriptions descriptions = new RowDescriptions();
    final MockVerifiers mockVerifiers;
    final CancelRegistry registry;

    private final SecureRandom random = new SecureRandom();
    private final ConcurrentHashMap<EventLoop, LoopResources> loops = new ConcurrentHashMap<>();
    /** Guards {@code placesTaken}. */
    private final ReentrantLock places = new ReentrantLock();
    private final Condition left = places.newCondition();
    private int placesTaken;

    ServerParts(WireConfig config, SessionFactory sessions, AccessRules rules, HttpResponder http, WireObserver observer,
            @Nullable TlsContexts tls) {
        this.config = config;
        this.sessions = sessions;
        this.rules = rules;
        this.http = http;
        this.observer = observer;
        this.tls = tls;
        registry = new CancelRegistry(random);
        byte[] secret = new byte[32];
        random.nextBytes(secret);
        mockVerifiers = new MockVerifiers(secret);
    }

    LoopResources of(EventLoop loop) {
        return loops.computeIfAbsent(loop, any -> new LoopResources(config.frameBytesMax()));
    }

    String nonce() {
        byte[] bytes = new byte[NONCE_LENGTH];
        random.nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** Takes one of the places for clients; false when there is none. */
    boolean enter() {
        places.lock();
        try {
            if (placesTaken >= config.connectionsMax()) return false;
            placesTaken++;
            return true;
        } finally {
            places.unlock();
        }
    }

    void leave() {
        places.lock();
        try {
            placesTaken--;
            left.signalAll();
        } finally {
            places.unlock();
        }
    }

    int placesTaken() {
        places.lock();
        try {
            return placesTaken;
        } finally {
            places.unlock();
        }
    }

    /** Waits until all places are free, but no longer than this. */
    void awaitEmpty(long millis) {
        places.lock();
        try {
            long nanos = TimeUnit.MILLISECONDS.toNanos(millis);
            while (placesTaken > 0 && nanos > 0) nanos = left.awaitNanos(nanos);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            places.unlock();
        }
    }
}
