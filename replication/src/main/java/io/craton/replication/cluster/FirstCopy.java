package io.craton.replication.cluster;

import io.craton.replication.raft.MemberName;
import io.craton.replication.transfer.PieceClient;
import io.craton.replication.transfer.PieceServer;
import io.craton.storage.engine.ProjectionCopy;
import io.craton.storage.io.FileStore;
import io.craton.storage.log.LogBase;
import io.craton.storage.projection.RocksEnvironment;
import io.craton.storage.projection.StoreFailedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings an empty node to where its cluster is, before anything of it runs: a copy of another node's projections, and from which entry on the log is needed. Each file is
 * taken when its hash is the other node's, and the whole when RocksDB finds it in order; what is not is fetched again, from another node where there is one.
 */
public final class FirstCopy implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FirstCopy.class);
    private static final int TELL_MILLIS = 500;
    private static final int COPY_PATIENCE_MILLIS = 60_000;
    private static final int ROUNDS = 3;
    private static final int WINDOW = 4;
    private static final int ATTEMPTS = 3;
    private static final long LOST_NANOS_MAX = Duration.ofSeconds(20).toNanos();
    private static final long REPORT_NANOS = Duration.ofSeconds(5).toNanos();

    /**
     * A copy that is whole and checked.
     *
     * @param position where the projections are
     */
    public record Arrived(ProjectionCopy copy, LogBase base, int node, long bytes) {
        public long position() {
            return base.position();
        }
    }

    private record Giver(HostPort place, MemberName name, String cluster, boolean leads) {}

    private record Offered(Giver giver, long id, long bytes) {}

    private final ClusterConfig config;
    private final FileStore meta;
    private final Path folder;
    private final int groups;
    private final Asking asking;
    private final PieceClient pieces;
    private volatile long received;
    private volatile long wanted;
    private volatile List<HostPort> members = List.of();
    private @Nullable Thread teller;
    private long reportedAt = System.nanoTime();

    /**
     * @param folder where the copy is put; whatever is there goes
     * @param groups how many raft groups this node has
     */
    public FirstCopy(ClusterConfig config, FileStore meta, Path folder, int groups) {
        this.groups = groups;
        this.config = config;
        this.meta = meta;
        this.folder = folder;
        asking = new Asking(config.security());
        pieces = new PieceClient(config.security());
    }

    /** The members know of this node what it tells them, for it has no port yet where they could ask. */
    private void tell() {
        try {
            while (true) {
                for (HostPort member : members) asking.ask(member, Arrivals.telling(config.nodeId(), config.advertise(), received, wanted));
                Thread.sleep(TELL_MILLIS);
            }
        } catch (InterruptedException e) {
            // The copy is there, or given up.
        }
    }

    /** Null when no peer has a cluster at this moment, or none can give a copy: then the log alone will do. */
    public @Nullable Arrived fetch() throws IOException, InterruptedException {
        for (int round = 1; round <= ROUNDS; round++) {
            List<Giver> givers = givers();
            if (givers.isEmpty()) return null;
            members = givers.stream().map(Giver::place).toList();
            if (teller == null) teller = Thread.startVirtualThread(this::tell);
            boolean tried = false;
            for (Giver giver : givers) {
                Offered offered = offer(giver);
                if (offered == null) continue;
                tried = true;
                try {
                    return fetch(offered);
                } catch (StoreFailedException | IOException e) {
                    LOG.warn("the copy of the projections from node {} is not taken: {}", giver.name.node(), e.getMessage());
                }
            }
            if (!tried) return null;
            Thread.sleep(1000L * round);
        }
        LOG.warn("no node could give a whole copy of its projections; they will be made from the log");
        return null;
    }

    /** Who has a cluster, the leader last: it has enough to do. */
    private List<Giver> givers() throws IOException, InterruptedException {
        Map<HostPort, Giver> found = new LinkedHashMap<>();
        Deque<HostPort> places = new ArrayDeque<>(config.peers());
        for (HostPort place = places.poll(); place != null; place = places.poll()) {
            if (found.containsKey(place)) continue;
            Note answer = asking.ask(place, Note.of("ask", "hello"));
            if (answer == null || answer.text("name").isEmpty()) continue;
            MemberName other = MemberName.parse(answer.text("name"));
            if (other.node() == config.nodeId()) {
                throw new IOException("node id " + config.nodeId() + " is used by the node at " + place + " as well; give each node its own --node-id");
            }
            String refusal = answer.number("last") > 0 ? Likeness.refusal(groups, other, place, answer) : null;
            if (refusal != null) throw new IOException(refusal);
            String leader = answer.text("leader");
            if (answer.number("last") > 0 && answer.flag("whole")) found.put(place, new Giver(place, other, answer.text("cluster"), leader.equals(other.toString())));
            if (!leader.isEmpty()) {
                HostPort its = HostPort.of(MemberName.parse(leader));
                if (!found.containsKey(its) && !config.peers().contains(its) && MemberName.parse(leader).node() != config.nodeId()) places.add(its);
            }
        }
        List<Giver> givers = new ArrayList<>(found.values());
        givers.sort((a, b) -> Boolean.compare(a.leads, b.leads));
        return givers;
    }

    private @Nullable Offered offer(Giver giver) throws InterruptedException {
        Note answer = asking.ask(giver.place, Note.of("ask", "copy"), COPY_PATIENCE_MILLIS);
        if (answer == null || answer.number("copy") == 0) {
            LOG.info("node {} gives no copy of its projections: {}", giver.name.node(), answer == null ? "no answer" : answer.text("refused"));
            return null;
        }
        return new Offered(giver, answer.number("copy"), answer.number("bytes"));
    }

    private Arrived fetch(Offered offered) throws IOException, InterruptedException {
        long from = System.nanoTime();
        RocksEnvironment.deleteFolder(folder);
        Files.createDirectories(folder);
        long room = Files.getFileStore(folder).getUsableSpace();
        if (room < offered.bytes) throw new IOException("it takes " + (offered.bytes >> 20) + " MB, and " + (room >> 20) + " MB are free");
        received = 0;
        wanted = offered.bytes;
        LogBase base = LogBase.decode(small(offered, CopyOffer.BASE));
        String manifest = new String(small(offered, CopyOffer.MANIFEST), StandardCharsets.UTF_8);
        for (String line : manifest.lines().toList()) {
            int space = line.indexOf(' ');
            String name = line.substring(space + 1);
            if (!ProjectionCopy.isName(name)) throw new IOException("\"" + name + "\" is not a file of projections");
            file(offered, name, Long.parseLong(line.substring(0, space)));
        }
        var copy = new ProjectionCopy(folder);
        copy.check();
        adopt(offered.giver.cluster);
        double seconds = (System.nanoTime() - from) / 1e9;
        LOG.info("projections up to position {} came from node {}: {} MB in {} s", base.position(), offered.giver.name.node(), received >> 20, String.format("%.1f", seconds));
        return new Arrived(copy, base, offered.giver.name.node(), received);
    }

    /** This folder is another member from here on, and of this cluster. */
    private void adopt(String cluster) throws IOException {
        try (FolderIdentity identity = FolderIdentity.open(meta, config.nodeId(), true)) {
            identity.cluster(cluster);
        }
    }

    private byte[] small(Offered offered, String name) throws IOException, InterruptedException {
        var bytes = new ByteArrayOutputStream();
        for (byte[] piece = piece(offered, name, 0); piece.length > 0; piece = piece(offered, name, bytes.size())) bytes.write(piece);
        return bytes.toByteArray();
    }

    private void file(Offered offered, String name, long size) throws IOException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            byte[] own = receive(offered, name, size);
            byte[] theirs = piece(offered, CopyOffer.HASH_OF + name, 0);
            if (Arrays.equals(own, theirs)) return;
            if (attempt == ATTEMPTS) throw new IOException("the hash of " + name + " is not the one it has there");
            LOG.warn("the hash of {} from node {} does not match; it is fetched again", name, offered.giver.name.node());
        }
    }

    /** Answers the hash of what came. */
    private byte[] receive(Offered offered, String name, long size) throws IOException, InterruptedException {
        Path path = folder.resolve(name);
        Files.createDirectories(path.getParent());
        MessageDigest digest = CopyOffer.digest();
        Deque<CompletableFuture<byte[]>> ahead = new ArrayDeque<>();
        long asked = 0;
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            for (long at = 0; at < size; ) {
                for (; ahead.size() < WINDOW && asked < size; asked += PieceServer.PIECE_BYTES_MAX) ahead.add(ask(offered, name, asked));
                byte[] piece = settle(offered, name, at, ahead.removeFirst());
                if (piece.length == 0) throw new IOException(name + " ends after " + at + " of " + size + " bytes");
                ByteBuffer bytes = ByteBuffer.wrap(piece);
                while (bytes.hasRemaining()) channel.write(bytes);
                digest.update(piece);
                at += piece.length;
                if (piece.length < Math.min(PieceServer.PIECE_BYTES_MAX, size - at + piece.length)) throw new IOException(name + " changed while it was copied");
                received += piece.length;
                report(offered);
            }
        }
        return digest.digest();
    }

    private CompletableFuture<byte[]> ask(Offered offered, String name, long offset) {
        HostPort place = offered.giver.place;
        return pieces.ask(place.host(), place.port(), offered.id, name, offset, PieceServer.PIECE_BYTES_MAX);
    }

    private byte[] piece(Offered offered, String name, long offset) throws IOException, InterruptedException {
        return settle(offered, name, offset, ask(offered, name, offset));
    }

    /** When the connection breaks, the piece is asked for again for a while. */
    private byte[] settle(Offered offered, String name, long offset, CompletableFuture<byte[]> first) throws IOException, InterruptedException {
        CompletableFuture<byte[]> answer = first;
        long since = System.nanoTime();
        while (true) {
            try {
                return PieceClient.await(answer);
            } catch (PieceClient.RefusedException e) {
                throw e;
            } catch (IOException e) {
                if (System.nanoTime() - since > LOST_NANOS_MAX) throw e;
                Thread.sleep(200);
                answer = ask(offered, name, offset);
            }
        }
    }

    private void report(Offered offered) {
        if (System.nanoTime() - reportedAt < REPORT_NANOS) return;
        reportedAt = System.nanoTime();
        LOG.info("copying the projections of node {}: {} of {} MB", offered.giver.name.node(), received >> 20, offered.bytes >> 20);
    }

    @Override
    public void close() {
        try {
            if (teller != null) {
                teller.interrupt();
                teller.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        asking.close();
        pieces.close();
    }
}
