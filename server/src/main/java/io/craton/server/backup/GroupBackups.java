package io.craton.server.backup;

import io.craton.server.config.DataFolder;
import io.craton.storage.engine.DataVerifier;
import io.craton.storage.engine.GroupFolder;
import io.craton.storage.engine.ProjectionCopy;
import io.craton.storage.io.RealFiles;
import io.craton.storage.log.LogBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Backups of a folder with several raft groups: a snapshot, the place of a stream, or both, when the logs go on behind the snapshot.
 *
 * @param complete time up to which all logs are there whole, in micros as entries have them
 */
record GroupBackups(@Nullable Snapshot snapshot, @Nullable Archive archive, int groups, long complete) {
    /** Null where the backups are of one group. */
    static @Nullable GroupBackups of(List<BackupSource> backups) throws IOException {
        Snapshot snapshot = null;
        Archive archive = null;
        for (BackupSource each : backups) {
            if (each instanceof Snapshot one) snapshot = one;
            if (each instanceof Archive one) archive = one;
        }
        GroupsMark mark = archive == null ? null : GroupsMark.read(archive.store());
        int inSnapshot = snapshot == null ? 0 : snapshot.groups();
        int inArchive = archive == null ? 0 : mark == null ? 1 : mark.groups();
        int groups = Math.max(inSnapshot, inArchive);
        if (groups <= 1) return null;
        if (backups.size() > (snapshot == null ? 0 : 1) + (archive == null ? 0 : 1)) throw Said.usage("of a folder with several raft groups, one snapshot and one stream can be restored together");
        if (inSnapshot > 0 && inArchive > 0 && inSnapshot != inArchive) {
            throw Said.failure("the snapshot has " + inSnapshot + " raft groups, the stream " + inArchive + ": restore one of them");
        }
        long complete = Math.max(snapshot == null ? Long.MIN_VALUE : snapshot.completeTo(), mark == null ? Long.MIN_VALUE : mark.complete());
        return new GroupBackups(snapshot, archive, groups, complete);
    }

    String cluster() {
        if (archive != null) return archive.cluster();
        return snapshot == null ? "" : snapshot.cluster();
    }

    /** Of the first group's log, and of the snapshot; a guess is enough. */
    long bytes() {
        return (snapshot == null ? 0 : snapshot.bytes(Long.MAX_VALUE)) + (archive == null ? 0 : archive.bytes(Long.MAX_VALUE));
    }

    /** Whether the projections come along when the logs go up to this time. */
    boolean restoresProjections(long limitMicros) {
        return snapshot != null && snapshot.projectionsTime() < Long.MAX_VALUE && limitMicros >= Math.max(snapshot.projectionsTime(), snapshot.completeTo());
    }

    /** Fills a folder up to a time; answers where the groups' logs end. */
    List<Long> into(DataFolder folder, long limitMicros, LogBuilder.Limit limit, LongConsumer progress) throws IOException {
        List<LogBuilder> logs = new ArrayList<>();
        for (int group = 0; group < groups; group++) logs.add(new LogBuilder(RealFiles.at(Files.createDirectories(folder.log(group)))));
        if (snapshot != null) {
            Path arriving = folder.wal().resolve("arriving");
            boolean projections = restoresProjections(limitMicros);
            if (projections) snapshot.projectionsInto(arriving);
            snapshot.into(logs, limit, progress);
            if (projections) new ProjectionCopy(arriving).moveInto(folder.root(), snapshot.projectionsOfGroups());
            DataVerifier.deleteFolder(arriving);
        }
        List<Long> positions = new ArrayList<>();
        for (int group = 0; group < groups; group++) {
            LogBuilder log = logs.get(group);
            Archive source = archive == null ? null : archiveOf(archive, group);
            if (source != null && !log.ended()) source.into(log, limit, progress);
            log.finish();
            positions.add(log.next() - 1);
        }
        return positions;
    }

    /** Null where the group had no entry yet. */
    private static @Nullable Archive archiveOf(Archive first, int group) throws IOException {
        if (group == 0) return first;
        BackupStore store = new PartOfStore(first.store(), GroupFolder.name(group));
        return Archive.isIn(store) ? Archive.open(store) : null;
    }
}
