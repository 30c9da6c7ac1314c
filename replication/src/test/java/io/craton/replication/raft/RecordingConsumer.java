package io.craton.replication.raft;

import io.craton.replication.rpc.PeerRpcFactory;
import io.craton.storage.log.EntryConsumer;
import java.util.ArrayList;
import java.util.List;

/** Remembers what it was given; starts at a chosen position, as projections that were flushed there would. */
final class RecordingConsumer implements EntryConsumer {
    record Applied(long position, long term, String payload) {}

    private final List<Applied> applied = new ArrayList<>();
    private final long flushed;
    private int runs;
    private int onLoops;
    private int elsewhere;

    RecordingConsumer(long flushed) {
        this.flushed = flushed;
    }

    @Override
    public synchronized void apply(long position, long term, byte[] payload) {
        if (PeerRpcFactory.currentLoop() == null) elsewhere++;
        else onLoops++;
        applied.add(new Applied(position, term, new String(payload, java.nio.charset.StandardCharsets.UTF_8)));
    }

    @Override
    public synchronized void endOfRun() {
        runs++;
    }

    @Override
    public long appliedPosition() {
        return flushed;
    }

    synchronized List<Applied> applied() {
        return List.copyOf(applied);
    }

    synchronized int size() {
        return applied.size();
    }

    synchronized List<String> payloads() {
        return applied.stream().map(Applied::payload).toList();
    }

    /** How many entries event loops applied. */
    synchronized int onLoops() {
        return onLoops;
    }

    synchronized int elsewhere() {
        return elsewhere;
    }

    synchronized int runs() {
        return runs;
    }
}
