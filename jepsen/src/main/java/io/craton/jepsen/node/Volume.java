package io.craton.jepsen.node;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * An ext4 of our own in a file, mounted by a loop device; needs root. It can lose everything that was not synced
 * ({@link #cutPower}) and run full ({@link #fill}).
 */
public final class Volume implements AutoCloseable {
    private final Path image;
    private final Path mountPoint;

    private Volume(Path image, Path mountPoint) {
        this.image = image;
        this.mountPoint = mountPoint;
    }

    public static Volume create(Path folder, long bytes) throws IOException, InterruptedException {
        Path image = folder.resolve("volume.img");
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(bytes);
        }
        Command.run("mkfs.ext4", "-q", "-F", "-m", "0", image.toString());
        Volume volume = new Volume(image, Files.createDirectories(folder.resolve("volume")));
        volume.mount();
        return volume;
    }

    public Path path() {
        return mountPoint;
    }

    private void mount() throws IOException, InterruptedException {
        Command.run("mount", "-o", "loop", image.toString(), mountPoint.toString());
    }

    /** From now on every write and sync fails, and nothing that was not synced before survives {@link #restorePower}. */
    public void cutPower() throws IOException {
        FileSystemShutdown.withoutFlush(mountPoint);
    }

    /** Mounts the volume as it was at the cut. Nobody may have files open on it. */
    public void restorePower() throws IOException, InterruptedException {
        Command.run("umount", mountPoint.toString());
        mount();
    }

    /** Takes the free space but for {@code left} bytes. */
    public void fill(long left) throws IOException, InterruptedException {
        long free = Files.getFileStore(mountPoint).getUsableSpace();
        if (free > left) Command.run("fallocate", "-l", Long.toString(free - left), filler().toString());
    }

    /** Gives the space back, for good: a power cut behind it is not to bring the file that takes it again. */
    public void free() throws IOException, InterruptedException {
        if (Files.deleteIfExists(filler())) Command.run("sync", "-f", mountPoint.toString());
    }

    private Path filler() {
        return mountPoint.resolve("filler");
    }

    @Override
    public void close() throws IOException, InterruptedException {
        Command.run("umount", mountPoint.toString());
        Files.delete(image);
    }
}
