package io.craton.replication.raft;

import com.alipay.sofa.jraft.entity.RaftOutter.SnapshotMeta;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.option.SnapshotCopierOptions;
import com.alipay.sofa.jraft.storage.SnapshotStorage;
import com.alipay.sofa.jraft.storage.SnapshotThrottle;
import com.alipay.sofa.jraft.storage.snapshot.SnapshotCopier;
import com.alipay.sofa.jraft.storage.snapshot.SnapshotReader;
import com.alipay.sofa.jraft.storage.snapshot.SnapshotWriter;
import com.google.protobuf.Message;
import io.craton.storage.log.EventLog;
import io.craton.storage.log.LogRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Snapshots without files. The projections know up to where they are flushed; at the start a marker at that position tells JRaft where
 * replay begins, and nothing needs to be saved for it. Nor does raft ever send one: a voter has every entry, and a member that begins with nothing is given a copy of
 * the projections before raft runs there (docs/decisions/0022).
 */
final class MarkerSnapshots implements SnapshotStorage {
    private final EventLog log;
    private final long position;

    MarkerSnapshots(EventLog log, long position) {
        this.log = log;
        this.position = position;
    }

    @Override
    public boolean init(Void options) {
        return true;
    }

    @Override
    public void shutdown() {}

    @Override
    public @Nullable SnapshotReader open() {
        return position == 0 ? null : new Marker(meta());
    }

    private SnapshotMeta meta() {
        try {
            List<LogRecord> configurations = log.configurations(position);
            if (configurations.isEmpty() || configurations.getFirst().index() > position) {
                throw new IllegalStateException("the log does not say who the members were at entry " + position);
            }
            Members members = Members.decode(configurations.getFirst().payload());
            SnapshotMeta.Builder meta = SnapshotMeta.newBuilder().setLastIncludedIndex(position).setLastIncludedTerm(log.termOf(position));
            for (PeerId peer : members.voters()) meta.addPeers(peer.toString());
            for (PeerId peer : members.learners()) meta.addLearners(peer.toString());
            for (PeerId peer : members.oldVoters()) meta.addOldPeers(peer.toString());
            for (PeerId peer : members.oldLearners()) meta.addOldLearners(peer.toString());
            return meta.build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public @Nullable SnapshotWriter create() {
        return null;
    }

    @Override
    public @Nullable SnapshotReader copyFrom(String uri, SnapshotCopierOptions options) {
        return null;
    }

    @Override
    public @Nullable SnapshotCopier startToCopyFrom(String uri, SnapshotCopierOptions options) {
        return null;
    }

    @Override
    public boolean setFilterBeforeCopyRemote() {
        return true;
    }

    @Override
    public void setSnapshotThrottle(SnapshotThrottle throttle) {}

    private static final class Marker extends SnapshotReader {
        private final SnapshotMeta meta;

        Marker(SnapshotMeta meta) {
            this.meta = meta;
        }

        @Override
        public boolean init(Void options) {
            return true;
        }

        @Override
        public void shutdown() {}

        @Override
        public SnapshotMeta load() {
            return meta;
        }

        @Override
        public String generateURIForCopy() {
            return "";
        }

        @Override
        public String getPath() {
            return "";
        }

        @Override
        public Set<String> listFiles() {
            return Set.of();
        }

        @Override
        public @Nullable Message getFileMeta(String fileName) {
            return null;
        }

        @Override
        public void close() {}
    }
}
