package io.craton.server.http;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a node runs on, as its health depends on it. */
public interface Machine {
    /** @param free for this process */
    record Disk(long total, long free) {}

    Disk disk() throws IOException;

    /**
     * Heap that the last collection of each pool could not free: what is merely not collected yet says nothing.
     *
     * @param most the heap may grow to
     */
    record Heap(long used, long most) {}

    Heap heap();

    /** This one, with the disk that the folder is on. */
    static Machine of(Path folder) {
        return new Machine() {
            @Override
            public Disk disk() throws IOException {
                FileStore store = Files.getFileStore(folder);
                return new Disk(store.getTotalSpace(), store.getUsableSpace());
            }

            @Override
            public Heap heap() {
                long used = 0;
                for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
                    MemoryUsage after = pool.getType() == MemoryType.HEAP ? pool.getCollectionUsage() : null;
                    if (after != null) used += after.getUsed();
                }
                return new Heap(used, Runtime.getRuntime().maxMemory());
            }
        };
    }
}
