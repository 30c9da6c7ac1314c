package io.craton.wire.netty;

import io.craton.core.error.PgError;
import io.craton.core.error.Severity;
import io.craton.core.error.SqlState;
import io.craton.core.session.SessionFactory;
import io.craton.core.session.SessionFactory.StartUp;
import io.craton.core.session.SessionState;
import io.craton.core.session.SqlSession;
import io.craton.core.type.ByteWriter;
import io.craton.wire.HttpResponder;
import io.craton.wire.WireConfig;
import io.craton.wire.WireObserver;
import io.craton.wire.auth.AccessRules;
import io.craton.wire.auth.MockVerifiers;
import io.craton.wire.codec.BackendEncoder;
import io.craton.wire.codec.CarryPreamble.Opening;
import io.craton.wire.codec.RowDescriptions;
import io.craton.wire.tls.TlsContexts;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** What all connections of one server share. Any thread. */
final class ServerParts {
    static final WriteBufferWaterMark WATER_MARKS = new WriteBufferWaterMark(32 * 1024, 128 * 1024);
    private static final int NONCE_LENGTH = 18;
    static final PgError BLOCK_LOST = PgError.error(SqlState.T_R_SERIALIZATION_FAILURE,
            "the node that ran this transaction no longer leads").withHint("The transaction might succeed if retried.");

    final WireConfig config;
    final SessionFactory sessions;
    final AccessRules rules;
    final HttpResponder http;
    final WireObserver observer;
    /** Null without TLS. A reload of the certificates replaces it; open connections keep what they began with. */
    volatile @Nullable TlsContexts tls;
    final Cluster cluster;
    final Carrier carrier;
    /** Kind of socket that the server's loops can serve. */
    final Class<? extends SocketChannel> socketKind;
    final RowDescriptions descriptions = new RowDescriptions();
    final MockVerifiers mockVerifiers;
    final CancelRegistry registry;
    /** How often a database was moved to another raft group. */
    final AtomicInteger moves = new AtomicInteger();

    private final SecureRandom random = new SecureRandom();
    private final ConcurrentHashMap<EventLoop, LoopResources> loops = new ConcurrentHashMap<>();
    /** Guards {@code placesTaken}. */
    private final ReentrantLock places = new ReentrantLock();
    private final Condition left = places.newCondition();
    private int placesTaken;
    /** Sessions of clients that are connected to other nodes, the opening ones included. */
    private int carried;

    ServerParts(WireConfig config, SessionFactory sessions, AccessRules rules, HttpResponder http, WireObserver observer,
            @Nullable TlsContexts tls, Cluster cluster, Class<? extends SocketChannel> socketKind) {
        this.config = config;
        this.sessions = sessions;
        this.rules = rules;
        this.http = http;
        this.observer = observer;
        this.tls = tls;
        this.cluster = cluster;
        this.carrier = cluster.carrier();
        this.socketKind = socketKind;
        registry = new CancelRegistry(random, cluster.node());
        byte[] secret = new byte[32];
        random.nextBytes(secret);
        mockVerifiers = new MockVerifiers(secret);
    }

    /** Opens a session here. May wait. */
    SqlSession open(StartUp startUp, Opening opening, SessionState state) {
        SqlSession session = sessions.open(startUp, opening == Opening.NEW ? null : state);
        try {
            switch (opening) {
                case NEW, MOVED -> { }
                case MOVED_IN_BLOCK, MOVED_IN_BATCH -> session.doomBlock(BLOCK_LOST);
                case MOVED_IN_FAILED_BLOCK -> {
                    session.doomBlock(BLOCK_LOST);
                    session.failed(BLOCK_LOST);
                }
            }
        } catch (RuntimeException | Error failure) {
            session.close();
            throw failure;
        }
        return session;
    }

    /** The last word to a client, whose connection is closed behind it. On its loop; not flushed. */
    void tell(Channel client, PgError fatal) {
        observer.errorSent(fatal);
        ByteWriter out = new ByteWriter(256);
        BackendEncoder.error(out, fatal.withSeverity(Severity.FATAL));
        client.write(Unpooled.wrappedBuffer(out.toByteArray()), client.voidPromise());
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

    void carriedOpens() {
        places.lock();
        try {
            carried++;
        } finally {
            places.unlock();
        }
    }

    void carriedEnded() {
        places.lock();
        try {
            carried--;
            left.signalAll();
        } finally {
            places.unlock();
        }
    }

    /** Sessions that run here for clients of other nodes. */
    int carried() {
        places.lock();
        try {
            return carried;
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
            while (placesTaken + carried > 0 && nanos > 0) nanos = left.awaitNanos(nanos);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            places.unlock();
        }
    }
}
