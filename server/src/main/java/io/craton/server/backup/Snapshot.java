package io.craton.server.backup;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.craton.storage.engine.ProjectionCopy;
import io.craton.storage.io.BlockFile;
import io.craton.storage.io.FileStore;
import io.craton.storage.log.LogBuilder;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * What {@code craton-backup snapshot} wrote: a tar file with a description first, then the projections, then the log in stretches, and, as the sign that it is whole, the
 * hash of each file last. It is read from front to back once.
 */
final class Snapshot implements BackupSource {
    static final String ABOUT = "craton-snapshot.json";
    static final String END = "craton-snapshot.end.json";
    static final String PROJECTIONS = "projections/";
    static final String LOG = "log/";
    private static final Pattern STRETCH = Pattern.compile("log/(?:group_(\\d{3})/)?(\\d{20})-(\\d{20})\\.segment");

    private static final int SEVERAL_GROUPS = 2;

    private final Path file;
    private final Tar.Reader tar;
    private final JsonNode about;
    private final Map<String, String> sums = new HashMap<>();
    private @Nullable Path projections;
    private byte[] stretch = new byte[0];

    private Snapshot(Path file, Tar.Reader tar, JsonNode about) {
        this.file = file;
        this.tar = tar;
        this.about = about;
    }

    static Snapshot open(Path file) throws IOException {
        Tar.Reader tar = null;
        try {
            InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 20);
            try {
                tar = new Tar.Reader(new ReadAhead(new GZIPInputStream(in, 1 << 16)));
            } catch (ZipException | EOFException e) {
                in.close();
                throw Said.failure(file + " is no snapshot of Craton (it is not gzip)");
            }
            if (!ABOUT.equals(tar.next()) || tar.size() > 1 << 20) throw Said.failure(file + " is no snapshot of Craton (it does not begin with " + ABOUT + ")");
            byte[] text = new byte[(int) tar.size()];
            tar.read(text);
            JsonNode about = new ObjectMapper().readTree(text);
            int format = about.path("format").asInt();
            if (format != 1 && format != SEVERAL_GROUPS) throw Said.failure(file + " has the format " + about.path("format").asText() + ", known are 1 and " + SEVERAL_GROUPS);
            return new Snapshot(file, tar, about);
        } catch (IOException e) {
            if (tar != null) tar.close();
            throw damaged(file, e);
        } catch (RuntimeException e) {
            if (tar != null) tar.close();
            throw e;
        }
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

    /** The logs of all groups, in order. */
    void into(List<LogBuilder> logs, LogBuilder.Limit limit, LongConsumer progress) throws IOException {
        try {
            boolean ended = false;
            for (String name = tar.next(); name != null; name = tar.next()) {
                Matcher stretch = STRETCH.matcher(name);
                if (name.startsWith(PROJECTIONS)) projection(name.substring(PROJECTIONS.length()), progress);
                else if (stretch.matches()) stretch(name, Long.parseLong(stretch.group(3)), log(logs, stretch.group(1)), limit, progress);
                else if (name.equals(END)) ended = true;
                if (!ended) continue;
                requireSums();
                break;
            }
            if (!ended) throw new EOFException();
        } catch (IOException e) {
            throw damaged(file, e);
        }
    }

    private LogBuilder log(List<LogBuilder> logs, @Nullable String group) throws IOException {
        int number = group == null ? 0 : Integer.parseInt(group);
        if (number >= logs.size()) throw new IOException("the snapshot " + file + " is damaged: it has a log of group " + number + ", but " + logs.size() + " groups");
        return logs.get(number);
    }

    private void projection(String name, LongConsumer progress) throws IOException {
        Path to = projections;
        if (to == null) return;
        if (!ProjectionCopy.isName(name)) throw new IOException("the snapshot " + file + " is damaged: \"" + name + "\" is not a file of projections");
        Path target = to.resolve(name);
        Files.createDirectories(target.getParent());
        MessageDigest digest = digest();
        byte[] piece = new byte[1 << 20];
        try (OutputStream out = Files.newOutputStream(target)) {
            for (int read = tar.read(piece); read > 0; read = tar.read(piece)) {
                digest.update(piece, 0, read);
                out.write(piece, 0, read);
                progress.accept(read);
            }
        }
        sums.put(name, HexFormat.of().formatHex(digest.digest()));
    }

    private void stretch(String name, long last, LogBuilder log, LogBuilder.Limit limit, LongConsumer progress) throws IOException {
        if (log.ended() || last < log.next()) return;
        int size = Math.toIntExact(tar.size());
        if (stretch.length < size) stretch = new byte[size];
        tar.read(stretch);
        log.take(file + ": " + name, ByteBuffer.wrap(stretch, 0, size), last, limit);
        progress.accept(size);
    }

    private void requireSums() throws IOException {
        byte[] text = new byte[Math.toIntExact(tar.size())];
        tar.read(text);
        JsonNode wanted = new ObjectMapper().readTree(text).path("sha256");
        if (projections == null) return;
        if (wanted.size() != sums.size()) throw new IOException("the snapshot " + file + " is damaged: it has " + sums.size() + " files of projections, not " + wanted.size());
        for (Map.Entry<String, String> each : sums.entrySet()) {
            if (!wanted.path(each.getKey()).asText().equals(each.getValue())) throw new IOException("the snapshot " + file + " is damaged: " + each.getKey() + " is not as it was written");
        }
    }

    @Override
    public void close() throws IOException {
        tar.close();
    }
}
