package io.craton.server.backup;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.craton.storage.engine.ProjectionCopy;
import io.craton.storage.io.BlockFile;
import io.craton.storage.io.FileStore;
import io.craton.storage.io.RealFiles;
import io.craton.storage.io.Syncs;
import io.craton.storage.log.LogBuilder;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * What {@code craton-backup snapshot} wrote, a tar file or a folder: a description first, then the projections, then the log in stretches, and, as the sign that it is whole,
 * what the log ends with and the hash of each other file last. It is read from front to back once.
 */
final class Snapshot implements BackupSource {
    static final String ABOUT = "craton-snapshot.json";
    static final String END = "craton-snapshot.end.json";
    static final String PROJECTIONS = "projections/";
    static final String LOG = "log/";
    private static final Pattern STRETCH = Pattern.compile("log/(?:group_(\\d{3})/)?(\\d{20})-(\\d{20})\\.segment");

    private static final int SEVERAL_GROUPS = 2;
    private static final int BYTES_MAX = Integer.MAX_VALUE - 8;

    private final Path file;
    private final SnapshotInput input;
    private final JsonNode about;
    private final String aboutSum;
    private final Map<String, String> sums = new HashMap<>();
    private @Nullable Path projections;

    private Snapshot(Path file, SnapshotInput input, JsonNode about, String aboutSum) {
        this.file = file;
        this.input = input;
        this.about = about;
        this.aboutSum = aboutSum;
    }

    /** Whether a folder holds a snapshot. */
    static boolean isIn(Path folder) {
        return Files.exists(folder.resolve(ABOUT));
    }

    /** @param file or a folder */
    static Snapshot open(Path file) throws IOException {
        SnapshotInput input = null;
        try {
            input = SnapshotInput.open(file);
            if (!ABOUT.equals(input.next()) || input.size() > 1 << 20) throw Said.failure(file + " is no snapshot of Craton (it does not begin with " + ABOUT + ")");
            byte[] text = content(file, ABOUT, input);
            JsonNode about = new ObjectMapper().readTree(text);
            int format = about.path("format").asInt();
            if (format != 1 && format != SEVERAL_GROUPS) throw Said.failure(file + " has the format " + about.path("format").asText() + ", known are 1 and " + SEVERAL_GROUPS);
            return new Snapshot(file, input, about, hash(text));
        } catch (IOException e) {
            if (input != null) input.close();
            throw damaged(file, e);
        } catch (RuntimeException e) {
            if (input != null) input.close();
            throw e;
        }
    }

    private static byte[] content(Path file, String name, SnapshotInput input) throws IOException {
        byte[] text = new byte[size(file, name, input)];
        Workers.call(input.read(text));
        return text;
    }

    /** Of what is read as a whole: nothing that a snapshot holds so is as long as an array cannot be. */
    private static int size(Path file, String name, SnapshotInput input) throws IOException {
        if (input.size() > BYTES_MAX) throw new IOException("the snapshot " + file + " is damaged: " + name + " has " + input.size() + " bytes");
        return (int) input.size();
    }

    static String hash(byte[] text) {
        return HexFormat.of().formatHex(digest().digest(text));
    }

    private static IOException damaged(Path file, IOException e) {
        return switch (e) {
            case EOFException _ -> new IOException("the snapshot " + file + " is cut off", e);
            case ZipException _ -> new IOException("the snapshot " + file + " is damaged: " + e.getMessage(), e);
            case JacksonException _ -> new IOException("the snapshot " + file + " is damaged: what describes it cannot be read", e);
            default -> e;
        };
    }

    /** Bytes of the log's files; too many when only some of it is wanted. */
    static long bytesOfLog(FileStore log) throws IOException {
        long bytes = 0;
        for (String name : log.list()) {
            if (!name.endsWith(".segment") && !name.endsWith(".full") || name.startsWith("next")) continue;
            try (BlockFile segment = log.open(name)) {
                bytes += segment.size();
            }
        }
        return bytes;
    }

    static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    @Override
    public long last() {
        return about.path("position").asLong();
    }

    @Override
    public long bytes(long limit) {
        return about.path("bytes").asLong();
    }

    @Override
    public String cluster() {
        return about.path("cluster").asText();
    }

    /** How many raft groups' logs it holds. */
    int groups() {
        return about.path("groups").asInt(1);
    }

    /** Time up to which the logs of several groups are there whole, in micros as entries have them. */
    long completeTo() {
        return about.path("complete_to").asLong(Long.MAX_VALUE);
    }

    /** Time behind which the projections of several groups have nothing; {@link Long#MAX_VALUE} when there are none. */
    long projectionsTime() {
        return about.path("projections_time").asLong(Long.MAX_VALUE);
    }

    /** What the logs of several groups have for the projections. */
    List<ProjectionCopy.OfGroup> projectionsOfGroups() {
        List<ProjectionCopy.OfGroup> groups = new ArrayList<>();
        for (JsonNode each : about.path("projections")) {
            List<Integer> tenants = new ArrayList<>();
            for (JsonNode tenant : each.path("tenants")) tenants.add(tenant.asInt());
            groups.add(new ProjectionCopy.OfGroup(each.path("from").asLong(), tenants));
        }
        return groups;
    }

    /** Files of it become those of the data folder by a second name where they can; answers whether it is a folder. */
    boolean link() {
        if (!(input instanceof SnapshotInput.Folder folder)) return false;
        folder.link();
        return true;
    }

    /** Where the projections are to be put; they are left out otherwise. */
    void projectionsInto(Path folder) {
        projections = folder;
    }

    /** Up to where the projections in it may go; {@link Long#MAX_VALUE} when it has none. */
    long projectionsTo() {
        return about.path("projections_to").asLong(Long.MAX_VALUE);
    }

    /** From where on the log must be applied to them. */
    long projectionsFrom() {
        return about.path("projections_from").asLong();
    }

    @Override
    public void into(LogBuilder log, LogBuilder.Limit limit, LongConsumer progress) throws IOException {
        into(List.of(log), limit, progress);
    }

    /** A stretch that is read and checked. */
    private sealed interface Stretch {
        long last();

        LogBuilder log();

        long bytes();
    }

    /** One that is held in memory meanwhile. */
    private record Held(long last, LogBuilder log, byte[] buffer, long bytes, Future<LogBuilder.Checked> checked, @Nullable Path place) implements Stretch {}

    /** One that is to stay where it is. */
    private record Linked(long last, LogBuilder log, String name, Path place, long bytes, Future<LogBuilder.CheckedFile> checked) implements Stretch {}

    /** A file of projections that is copied. */
    private record Copied(String name, long bytes, Future<String> sum) {}

    /** The logs of all groups, in order. */
    void into(List<LogBuilder> logs, LogBuilder.Limit limit, LongConsumer progress) throws IOException {
        Syncs syncs = new Syncs();
        try (Workers workers = new Workers()) {
            Deque<Stretch> stretches = new ArrayDeque<>();
            Deque<Copied> copies = new ArrayDeque<>();
            Deque<byte[]> buffers = new ArrayDeque<>();
            JsonNode end = null;
            for (String name = input.next(); name != null && end == null; name = end == null ? input.next() : name) {
                Matcher stretch = STRETCH.matcher(name);
                if (name.startsWith(PROJECTIONS)) {
                    projection(name.substring(PROJECTIONS.length()), copies, workers, syncs);
                } else if (stretch.matches()) {
                    LogBuilder log = log(logs, stretch.group(1));
                    long last = Long.parseLong(stretch.group(3));
                    if (log.ended() || last < log.next()) continue;
                    while (stretches.size() > workers.count()) take(stretches.removeFirst(), limit, buffers, progress);
                    Path place = input.place();
                    if (place != null && limit.isNone()) stretches.add(check(name, last, log, place, limit, workers));
                    else stretches.add(read(name, last, log, buffers.isEmpty() ? new byte[0] : buffers.removeLast(), workers));
                } else if (name.equals(END)) {
                    end = new ObjectMapper().readTree(content(file, name, input));
                }
                while (!copies.isEmpty() && copies.getFirst().sum.isDone()) note(copies.removeFirst(), progress);
            }
            if (end == null) throw new EOFException();
            while (!stretches.isEmpty()) take(stretches.removeFirst(), limit, buffers, progress);
            while (!copies.isEmpty()) note(copies.removeFirst(), progress);
            syncs.await();
            requireWhole(end, logs);
        } catch (IOException e) {
            throw damaged(file, e);
        }
    }

    private Stretch read(String name, long last, LogBuilder log, byte[] buffer, Workers workers) throws IOException {
        int size = size(file, name, input);
        byte[] enough = buffer.length < size ? new byte[size] : buffer;
        Callable<ByteBuffer> bytes = input.read(enough);
        return new Held(last, log, enough, size, workers.submit(() -> LogBuilder.check(file + ": " + name, bytes.call())), input.place());
    }

    private Stretch check(String name, long last, LogBuilder log, Path place, LogBuilder.Limit limit, Workers workers) {
        return new Linked(last, log, name, place, input.size(), workers.submit(() -> {
            try (BlockFile from = RealFiles.readOnly(Objects.requireNonNull(place.getParent())).open(place.getFileName().toString())) {
                return LogBuilder.check(file + ": " + name, from, limit);
            }
        }));
    }

    private void take(Stretch stretch, LogBuilder.Limit limit, Deque<byte[]> buffers, LongConsumer progress) throws IOException {
        LogBuilder log = stretch.log();
        boolean isNew = !log.ended() && stretch.last() >= log.next();
        switch (stretch) {
            case Held held -> {
                LogBuilder.Checked checked = Workers.get(held.checked);
                if (isNew) log.take(checked, held.last, limit, held.place);
                buffers.add(held.buffer);
            }
            case Linked linked -> {
                LogBuilder.CheckedFile checked = Workers.get(linked.checked);
                // the limit has seen its entries, so they must be those of the log
                if (!isNew) throw new IOException("the snapshot " + file + " is damaged: " + linked.name + " holds what the file in front of it holds");
                if (!log.link(checked, linked.last, linked.place)) log.take(file + ": " + linked.name, ByteBuffer.wrap(Files.readAllBytes(linked.place)), linked.last, limit);
            }
        }
        if (isNew) progress.accept(stretch.bytes());
    }

    private void note(Copied copy, LongConsumer progress) throws IOException {
        sums.put(copy.name, Workers.get(copy.sum));
        progress.accept(copy.bytes);
    }

    private LogBuilder log(List<LogBuilder> logs, @Nullable String group) throws IOException {
        int number = group == null ? 0 : Integer.parseInt(group);
        if (number >= logs.size()) throw new IOException("the snapshot " + file + " is damaged: it has a log of group " + number + ", but " + logs.size() + " groups");
        return logs.get(number);
    }

    private void projection(String name, Deque<Copied> copies, Workers workers, Syncs syncs) throws IOException {
        Path to = projections;
        if (to == null) return;
        if (!ProjectionCopy.isName(name)) throw new IOException("the snapshot " + file + " is damaged: \"" + name + "\" is not a file of projections");
        Path target = to.resolve(name);
        Files.createDirectories(target.getParent());
        copies.add(new Copied(name, input.size(), input.copy(target, workers, syncs)));
    }

    /** What the end says of all that is in front of it. In a folder files can be missing, or be those of another snapshot. */
    private void requireWhole(JsonNode end, List<LogBuilder> logs) throws IOException {
        if ((end.has("about") || input instanceof SnapshotInput.Folder) && !end.path("about").asText().equals(aboutSum)) {
            throw new IOException("the snapshot " + file + " is damaged: " + ABOUT + " is not as it was written");
        }
        for (int group = 0; group < groups(); group++) requireEnd(groups() == 1 ? end : end.path("groups").path(group), logs.get(group));
        JsonNode wanted = end.path("sha256");
        if (projections == null) return;
        if (wanted.size() != sums.size()) throw new IOException("the snapshot " + file + " is damaged: it has " + sums.size() + " files of projections, not " + wanted.size());
        for (Map.Entry<String, String> each : sums.entrySet()) {
            if (!wanted.path(each.getKey()).asText().equals(each.getValue())) throw new IOException("the snapshot " + file + " is damaged: " + each.getKey() + " is not as it was written");
        }
    }

    /** Unless it was cut at a limit, or had more already, the log now ends as it did. */
    private void requireEnd(JsonNode end, LogBuilder log) throws IOException {
        long last = end.path("position").asLong(-1);
        if (last < 0) throw new IOException("the snapshot " + file + " is damaged: what its log ends with is not there");
        if (log.ended() || log.next() > last + 1) return;
        if (log.next() <= last) throw new IOException("the snapshot " + file + " is damaged: its log ends with entry " + (log.next() - 1) + " instead of " + last);
        if (!log.tip().toString().equals(end.path("head").asText())) throw new IOException("the snapshot " + file + " is damaged: the last entry of its log is not the one that was written");
    }

    @Override
    public void close() throws IOException {
        input.close();
    }
}
