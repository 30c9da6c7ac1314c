package io.craton.server.backup;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.craton.server.Version;
import io.craton.server.config.StartException;
import io.craton.storage.log.ChainHash;
import io.craton.storage.log.LogBuilder;
import io.craton.storage.log.LogSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A log in a {@link BackupStore}: {@code segments/} holds whole segments, {@code tail/} what is newer, in pieces that go when a segment has them. Each is called by its first
 * and last entry, so what is there can be seen from the names, and what is in it from the chain.
 */
final class Archive implements BackupSource {
    /** Bytes of a segment or piece, at most, unless one entry has more. */
    static final int BYTES_MAX = 64 << 20;
    private static final String ABOUT = "backup.json";
    private static final String SEGMENTS = "segments";
    private static final String TAIL = "tail";
    private static final Pattern NAME = Pattern.compile("(segments|tail)/(\\d{20})-(\\d{20})\\.segment");
    private static final int PIECES_MAX = 64;

    /** One thing in it. */
    record Piece(String name, boolean whole, long first, long last, long bytes) {}

    private final BackupStore store;
    private final String cluster;
    private List<Piece> pieces;

    private Archive(BackupStore store, String cluster, List<Piece> pieces) {
        this.store = store;
        this.cluster = cluster;
        this.pieces = pieces;
    }

    /** One that is there. */
    static Archive open(BackupStore store) throws IOException {
        JsonNode about = about(store);
        if (about == null) throw new StartException(StartException.FAILURE, "there is no backup in " + store.describe() + " (it has no " + ABOUT + ")");
        return new Archive(store, about.path("cluster").asText(), list(store));
    }

    static boolean isIn(BackupStore store) throws IOException {
        return store.exists(ABOUT);
    }

    /** One that is there, or begins now. */
    static Archive openOrCreate(BackupStore store, String cluster) throws IOException {
        if (about(store) != null) return open(store);
        if (!store.list(SEGMENTS).isEmpty() || !store.list(TAIL).isEmpty()) {
            throw new StartException(StartException.FAILURE, store.describe() + " holds something else than a backup (" + SEGMENTS + "/ or " + TAIL + "/, but no " + ABOUT + ")");
        }
        var about = new ObjectMapper().createObjectNode().put("format", 1).put("made_by", "craton " + Version.TEXT).put("cluster", cluster);
        store.write(ABOUT, (about.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8));
        return new Archive(store, cluster, new ArrayList<>());
    }

    private static @Nullable JsonNode about(BackupStore store) throws IOException {
        if (!store.exists(ABOUT)) return null;
        JsonNode about;
        try {
            about = new ObjectMapper().readTree(store.read(ABOUT));
        } catch (JacksonException e) {
            throw new StartException(StartException.FAILURE, ABOUT + " in " + store.describe() + " is not as it was written");
        }
        if (about.path("format").asInt() != 1) throw new StartException(StartException.FAILURE, "the backup in " + store.describe() + " has the format " + about.path("format").asText() + ", known is 1");
        return about;
    }

    private static List<Piece> list(BackupStore store) throws IOException {
        List<Piece> found = new ArrayList<>();
        for (String folder : List.of(SEGMENTS, TAIL)) {
            for (BackupStore.Item item : store.list(folder)) {
                Matcher matcher = NAME.matcher(item.name());
                if (!matcher.matches()) continue;
                Piece piece = new Piece(item.name(), folder.equals(SEGMENTS), Long.parseLong(matcher.group(2)), Long.parseLong(matcher.group(3)), item.bytes());
                if (piece.first <= piece.last) found.add(piece);
            }
        }
        return found;
    }

    String describe() {
        return store.describe();
    }

    BackupStore store() {
        return store;
    }

    @Override
    public String cluster() {
        return cluster;
    }

    /** The last entry of the whole segments from the beginning on; 0 when there is none. */
    long lastWhole() {
        long last = 0;
        for (Piece piece = best(last + 1, true); piece != null; piece = best(last + 1, true)) last = piece.last;
        return last;
    }

    @Override
    public long last() {
        long last = 0;
        for (Piece piece = best(last + 1, false); piece != null; piece = best(last + 1, false)) last = piece.last;
        return last;
    }

    /** What holds this entry and the most behind it; a whole segment where one does. */
    @Nullable Piece best(long index, boolean wholeOnly) {
        Piece best = null;
        for (Piece piece : pieces) {
            if (index < piece.first || index > piece.last || wholeOnly && !piece.whole) continue;
            if (best == null || piece.whole && !best.whole || piece.whole == best.whole && piece.last > best.last) best = piece;
        }
        return best;
    }

    @Override
    public long bytes(long limit) {
        long bytes = 0;
        for (Piece piece = best(1, false); piece != null && piece.first <= limit; piece = best(piece.last + 1, false)) bytes += piece.bytes;
        return bytes;
    }

    byte[] read(Piece piece) throws IOException {
        return store.read(piece.name);
    }

    @Override
    public void into(LogBuilder log, LogBuilder.Limit limit, LongConsumer progress) throws IOException {
        for (Piece piece = best(log.next(), false); piece != null && !log.ended(); piece = best(log.next(), false)) {
            byte[] content = read(piece);
            log.take(store.describe() + "/" + piece.name, ByteBuffer.wrap(content), piece.last, limit);
            progress.accept(content.length);
        }
    }

    /** Keeps a stretch, as a whole segment or as a piece of the tail; what it makes needless goes. */
    void add(LogSource.Stretch stretch, boolean whole) throws IOException {
        String name = String.format(Locale.ROOT, "%s/%020d-%020d.segment", whole ? SEGMENTS : TAIL, stretch.first(), stretch.last());
        byte[] content = new byte[stretch.segment().remaining()];
        stretch.segment().get(0, content);
        store.write(name, content);
        List<Piece> left = new ArrayList<>();
        for (Piece piece : pieces) {
            boolean covered = !piece.whole && (whole ? piece.last <= stretch.last() : piece.first >= stretch.first() && piece.last <= stretch.last());
            if (covered && !piece.name.equals(name)) store.delete(piece.name);
            else if (!piece.name.equals(name)) left.add(piece);
        }
        left.add(new Piece(name, whole, stretch.first(), stretch.last(), content.length));
        pieces = left;
    }

    /** So many pieces that they should become one. */
    boolean crowded() {
        int count = 0;
        for (Piece piece : pieces) if (!piece.whole) count++;
        return count >= PIECES_MAX;
    }

    /** Checks what is there of this entry, so that what follows can be tied to it, and answers the entry's hash. */
    ChainHash hashOf(long index) throws IOException {
        if (index == 0) return ChainHash.GENESIS;
        Piece piece = best(index, false);
        if (piece == null) throw new IllegalArgumentException("entry " + index + " is not in the backup");
        ByteBuffer content = ByteBuffer.wrap(read(piece));
        String name = store.describe() + "/" + piece.name;
        LogBuilder check = LogBuilder.checkingFrom(name, content);
        check.take(name, content, piece.last, (at, _, _) -> at > index);
        return check.tip();
    }

    @Override
    public void close() throws IOException {
        store.close();
    }
}
