package io.craton.server.backup;

import io.craton.server.config.StartException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/** Opens what the command line calls a place: {@code file:///path}, {@code s3://bucket/prefix/}, or a path. */
final class Places {
    private Places() {}

    static BackupStore forWriting(String place) throws IOException {
        return isS3(place) ? S3Store.open(place, "--destination", System.getenv()) : FolderStore.writing(folder(place, "--destination"));
    }

    static BackupSource source(String place) throws IOException {
        if (isS3(place)) return Archive.open(S3Store.open(place, "--source", System.getenv()));
        Path path = folder(place, "--source");
        return Files.isRegularFile(path) || Snapshot.isIn(path) ? Snapshot.open(path) : Archive.open(FolderStore.reading(path));
    }

    private static boolean isS3(String place) {
        return place.startsWith("s3://");
    }

    /** Of a place that is a file or folder. */
    static Path folder(String place, String option) {
        int colon = place.indexOf("://");
        if (colon < 0) return Path.of(place).toAbsolutePath().normalize();
        if (!place.startsWith("file://")) throw usage("invalid " + option + " \"" + place + "\": file:// and s3:// are known");
        URI uri = uri(place, option);
        String path = uri.getPath();
        if (uri.getAuthority() != null || path == null || path.isEmpty()) throw usage("invalid " + option + " \"" + place + "\": it is like file:///backups/production");
        return Path.of(path).normalize();
    }

    static URI uri(String place, String option) {
        try {
            return URI.create(place);
        } catch (IllegalArgumentException e) {
            throw usage("invalid " + option + " \"" + place + "\": " + e.getMessage());
        }
    }

    private static StartException usage(String message) {
        return new StartException(StartException.USAGE, message);
    }
}
