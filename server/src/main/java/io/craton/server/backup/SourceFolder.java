package io.craton.server.backup;

import io.craton.replication.cluster.FolderIdentity;
import io.craton.storage.engine.GroupFolder;
import io.craton.storage.io.RealFiles;
import io.craton.storage.log.LogSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A data folder that a server may be using, or its {@code log/}; only read. */
record SourceFolder(Path root, RealFiles log) {
    static SourceFolder open(Path given) throws IOException {
        Path path = given.toAbsolutePath().normalize();
        if (!Files.exists(path)) throw Said.failure("data folder " + path + " does not exist");
        Path log = path;
        if (Files.isDirectory(path.resolve("log"))) log = path.resolve("log");
        if (!Files.isDirectory(log) || !LogSource.isLog(RealFiles.readOnly(log))) throw Said.failure(path + " is not a data folder of Craton, nor the log/ of one");
        if (GroupFolder.count(log) > 1) throw Said.failure("data folder " + path + " has " + GroupFolder.count(log) + " raft groups, and backups work with one group only as yet");
        return new SourceFolder(log.getParent(), RealFiles.readOnly(log));
    }

    /** Which cluster's data it is; empty for a lone node. */
    String cluster() throws IOException {
        Path meta = root.resolve("meta");
        return Files.isDirectory(meta) ? FolderIdentity.clusterOf(RealFiles.readOnly(meta)) : "";
    }
}
