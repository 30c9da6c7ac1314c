package io.craton.replication.raft;

import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.option.RaftMetaStorageOptions;
import com.alipay.sofa.jraft.storage.RaftMetaStorage;
import io.craton.storage.io.DurableRecord;
import io.craton.storage.io.FileStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Term and vote, durable before any call returns: a member that forgets its vote can elect two leaders in one term. A failed write
 * ends the member, for what the disk holds is then unknown.
 * Closed, it takes no vote any more, which is no failure: a request may have come in just before.
 */
final class RaftVote implements RaftMetaStorage {
    private final FileStore meta;
    private final String name;
    private final Consumer<Throwable> onFailure;
    private @Nullable DurableRecord record;
    private long term;
    /** No vote for a higher term than this has left this member. */
    private volatile long promised;
    private PeerId vote = PeerId.emptyPeer();

    RaftVote(FileStore meta, String group, Consumer<Throwable> onFailure) {
        this.meta = meta;
        this.name = group + ".vote";
        this.onFailure = onFailure;
    }

    @Override
    public synchronized boolean init(RaftMetaStorageOptions options) {
        try {
            record = DurableRecord.open(meta, name);
            Optional<byte[]> value = record.value();
            if (value.isPresent()) {
                ByteBuffer bytes = ByteBuffer.wrap(value.get());
                term = promised = bytes.getLong();
                String text = StandardCharsets.UTF_8.decode(bytes).toString();
                vote = text.isEmpty() ? PeerId.emptyPeer() : Members.peer(text);
            }
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized void shutdown() {
        DurableRecord open = record;
        record = null;
        try {
            if (open != null) open.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The newest term that this member may have voted in. Any thread, without waiting for the disk. */
    long promised() {
        return promised;
    }

    @Override
    public synchronized long getTerm() {
        return term;
    }

    @Override
    public synchronized PeerId getVotedFor() {
        return vote;
    }

    @Override
    public synchronized boolean setTerm(long newTerm) {
        return setTermAndVotedFor(newTerm, vote);
    }

    @Override
    public synchronized boolean setVotedFor(PeerId peer) {
        return setTermAndVotedFor(term, peer);
    }

    @Override
    public synchronized boolean setTermAndVotedFor(long newTerm, PeerId peer) {
        byte[] text = peer.isEmpty() ? new byte[0] : peer.toString().getBytes(StandardCharsets.UTF_8);
        DurableRecord open = record;
        if (open == null) return false;
        promised = Math.max(promised, newTerm); // before anybody can hear of it
        try {
            open.set(ByteBuffer.allocate(Long.BYTES + text.length).putLong(newTerm).put(text).array());
        } catch (IOException e) {
            onFailure.accept(e);
            return false;
        }
        term = newTerm;
        vote = peer.copy();
        return true;
    }
}
