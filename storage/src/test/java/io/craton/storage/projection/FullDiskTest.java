package io.craton.storage.projection;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store whose disk is full for some seconds goes on when there is room again, with everything that it was given. */
class FullDiskTest {
    private static final int ROWS = 400;

    @TempDir Path folder;

    @Test
    void whatCouldNotBeWrittenIsWrittenLater() throws Exception {
        boolean mounted = run("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", folder.toString()) == 0;
        if (!mounted) System.out.println("FullDiskTest skipped: only root can mount a volume of its own");
        Assumptions.assumeTrue(mounted, "only root can mount a volume of its own");
        try (RocksEnvironment environment = new RocksEnvironment(8 << 20, 8 << 20);
                TenantProjection projection = TenantProjection.scratch(1, folder.resolve("p"), environment, new RowCache(1 << 20), null)) {
            Path filler = folder.resolve("filler");
            fill(filler);
            byte[] value = new byte[64 << 10];
            new Random(1).nextBytes(value);
            long began = System.nanoTime();
            CompletableFuture<Void> room = CompletableFuture.runAsync(() -> {
                try {
                    Files.delete(filler);
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            }, CompletableFuture.delayedExecutor(2, TimeUnit.SECONDS, run -> Thread.ofPlatform().start(run)));
            CompletableFuture<Void> flushes = CompletableFuture.runAsync(() -> {
                for (int i = 0; i < 50; i++) projection.store().flush();
            }, run -> Thread.ofPlatform().start(run));
            for (int i = 0; i < ROWS; i++) { // 26 MB
                WriteBatchBuilder batch = new WriteBatchBuilder(null);
                batch.put(key(i), value);
                projection.store().write(batch.toBytes());
            }
            flushes.get();
            projection.store().flush();
            room.get();
            assertThat(System.nanoTime() - began).as("the disk was full meanwhile").isGreaterThan(TimeUnit.SECONDS.toNanos(2));
            for (int i = 0; i < ROWS; i++) assertThat(projection.store().get(key(i))).isEqualTo(value);
        } finally {
            run("umount", folder.toString());
        }
    }

    private static byte[] key(int number) {
        return StoreKeys.storage(StoreKeys.ROW, number);
    }

    private static void fill(Path file) throws IOException {
        byte[] block = new byte[1 << 16];
        try (OutputStream out = Files.newOutputStream(file)) {
            while (true) out.write(block);
        } catch (IOException e) {
            assertThat(e.getMessage()).contains("No space left");
        }
    }

    private static int run(String... command) throws Exception {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
        } catch (IOException e) {
            return 127;
        }
    }
}
