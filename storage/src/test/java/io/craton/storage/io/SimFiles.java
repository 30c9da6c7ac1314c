package io.craton.storage.io;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that forgets. Writes and folder changes are pending until they are synced; a {@link #crash} keeps an arbitrary part of what was pending:
 * any subset of 512-byte sectors of the writes in any order, and any prefix of the folder changes. The n-th operation can be made to be
 * the last one before the power goes, or to fail. One thread.
 */
public final class SimFiles implements FileStore {
    private static final int SECTOR = 512;

    /** The power went out during an operation. */
    public static final class PowerCut extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private static final class Inode {
        byte[] durable = new byte[0];
        byte[] live = new byte[0];
        final List<long[]> dirty = new ArrayList<>();

        void write(long at, ByteBuffer from, int count) {
            if (live.length < at + count) live = Arrays.copyOf(live, (int) at + count);
            from.get(live, (int) at, count);
            dirty.add(new long[] {at, count});
        }

        void sync() {
            durable = live.clone();
            dirty.clear();
        }
    }

    private final Random random;
    private Map<String, Inode> live = new LinkedHashMap<>();
    private List<Map<String, Inode>> pendingFolders = new ArrayList<>();
    private Map<String, Inode> durableFolder = new LinkedHashMap<>();
    private final Map<String, SimFiles> folders = new HashMap<>();
    private long steps;
    /** Whether {@link #openDurable} gives a file. */
    private boolean durableWrites = true;
    private long powerCutAt = -1;
    private long failAt = -1;
    private long roomBytes = Long.MAX_VALUE;
    private boolean dead;

    public SimFiles(long seed) {
        random = new Random(seed);
    }

    /** Operations so far that change something. */
    public long steps() {
        return steps;
    }

    /** The power goes out in the middle of the operation with this number. */
    public void cutPowerAt(long step) {
        powerCutAt = step;
    }

    /** The operation with this number fails as a broken disk does. */
    public void failAt(long step) {
        failAt = step;
    }

    /** As a file system that refuses durable writes: they become a write and a sync. */
    public void withoutDurableWrites() {
        durableWrites = false;
    }

    public void roomBytes(long bytes) {
        roomBytes = bytes;
    }

    /** Restarts the machine: a part of what was not synced is gone. */
    public void crash() {
        int kept = random.nextInt(pendingFolders.size() + 1);
        Map<String, Inode> folder = kept == 0 ? durableFolder : pendingFolders.get(kept - 1);
        for (Inode inode : folder.values()) loseSectors(inode);
        live = new LinkedHashMap<>(folder);
        durableFolder = new LinkedHashMap<>(folder);
        pendingFolders = new ArrayList<>();
        powerCutAt = -1;
        failAt = -1;
        dead = false;
    }

    private void loseSectors(Inode inode) {
        byte[] after = Arrays.copyOf(inode.durable, random.nextBoolean() ? inode.live.length : inode.durable.length);
        int mode = random.nextInt(3);
        for (long[] range : inode.dirty) {
            for (long at = range[0]; at < range[0] + range[1]; ) {
                long end = Math.min((at / SECTOR + 1) * SECTOR, range[0] + range[1]);
                boolean keep = mode == 0 || mode == 1 && random.nextBoolean();
                if (keep && end <= after.length) System.arraycopy(inode.live, (int) at, after, (int) at, (int) (end - at));
                at = end;
            }
        }
        inode.live = after;
        inode.durable = after.clone();
        inode.dirty.clear();
    }

    /** Flips bits of one byte of a file. */
    public void flip(String name, long offset, int mask) {
        Inode inode = live.get(name);
        inode.live[(int) offset] ^= (byte) mask;
        inode.durable = inode.live.clone();
    }

    public byte[] contents(String name) {
        return live.get(name).live.clone();
    }

    /** A copy of everything as it would be read now. */
    public SimFiles copy() {
        var copy = new SimFiles(1);
        live.forEach((name, inode) -> {
            var twin = new Inode();
            twin.live = inode.live.clone();
            twin.durable = inode.live.clone();
            copy.live.put(name, twin);
            copy.durableFolder.put(name, twin);
        });
        return copy;
    }

    private boolean step() throws IOException {
        if (dead) throw new PowerCut();
        long me = ++steps;
        if (me == failAt) throw new IOException("Input/output error");
        if (me != powerCutAt) return false;
        dead = true;
        return true;
    }

    private void folderChanged() {
        pendingFolders.add(new LinkedHashMap<>(live));
    }

    @Override
    public List<String> list() {
        return live.keySet().stream().sorted().toList();
    }

    @Override
    public boolean exists(String name) {
        return live.containsKey(name);
    }

    @Override
    public BlockFile open(String name) throws IOException {
        Inode inode = live.get(name);
        if (inode == null) throw new FileNotFoundException(name);
        return new SimFile(inode);
    }

    @Override
    public BlockFile create(String name) throws IOException {
        boolean last = step();
        if (live.containsKey(name)) throw new IOException(name + " exists");
        var inode = new Inode();
        live.put(name, inode);
        folderChanged();
        if (last) throw new PowerCut();
        return new SimFile(inode);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        boolean last = step();
        Inode inode = live.remove(from);
        if (inode == null) throw new FileNotFoundException(from);
        live.put(to, inode);
        folderChanged();
        if (last) throw new PowerCut();
    }

    @Override
    public void delete(String name) throws IOException {
        boolean last = step();
        if (live.remove(name) == null) throw new FileNotFoundException(name);
        folderChanged();
        if (last) throw new PowerCut();
    }

    @Override
    public void syncFolder() throws IOException {
        if (step()) throw new PowerCut();
        durableFolder = new LinkedHashMap<>(live);
        pendingFolders.clear();
    }

    @Override
    public FileStore folder(String name) {
        return folders.computeIfAbsent(name, _ -> new SimFiles(random.nextLong()));
    }

    @Override
    public String describe() {
        return "sim";
    }

    private final class SimFile implements BlockFile {
        private final Inode inode;

        SimFile(Inode inode) {
            this.inode = inode;
        }

        @Override
        public long size() {
            return inode.live.length;
        }

        @Override
        public int read(ByteBuffer into, long position) {
            int count = (int) Math.clamp(inode.live.length - position, 0, into.remaining());
            into.put(inode.live, (int) Math.min(position, inode.live.length), count);
            return count;
        }

        @Override
        public void write(ByteBuffer from, long position) throws IOException {
            boolean last = step();
            long grows = Math.max(0, position + from.remaining() - inode.live.length);
            if (used() + grows > roomBytes) throw new IOException("No space left on device");
            inode.write(position, from, last ? random.nextInt(from.remaining() + 1) : from.remaining());
            if (last) throw new PowerCut();
        }

        @Override
        public void truncate(long size) throws IOException {
            if (step()) throw new PowerCut();
            inode.live = Arrays.copyOf(inode.live, (int) size);
        }

        @Override
        public void sync() throws IOException {
            if (step()) throw new PowerCut();
            inode.sync();
        }

        @Override
        public void close() {}
    }

    /** Blocks are sectors; a write that the power cut interrupts leaves any part of its sectors. */
    @Override
    public @Nullable DurableFile openDurable(String name) throws IOException {
        if (!durableWrites) return null;
        Inode inode = live.get(name);
        if (inode == null) throw new FileNotFoundException(name);
        return new SimDurableFile(inode);
    }

    private final class SimDurableFile implements DurableFile {
        private final Inode inode;

        SimDurableFile(Inode inode) {
            this.inode = inode;
        }

        @Override
        public int blockBytes() {
            return SECTOR;
        }

        @Override
        public ByteBuffer allocate(int bytes) {
            return ByteBuffer.allocate(bytes);
        }

        @Override
        public void write(ByteBuffer from, long position) throws IOException {
            if (position % SECTOR != 0 || from.remaining() % SECTOR != 0) throw new IOException("Invalid argument");
            boolean last = step();
            long grows = Math.max(0, position + from.remaining() - inode.live.length);
            if (used() + grows > roomBytes) throw new IOException("No space left on device");
            int count = from.remaining();
            inode.write(position, from, count);
            if (last) throw new PowerCut();
            inode.durable = Arrays.copyOf(inode.durable, inode.live.length);
            System.arraycopy(inode.live, (int) position, inode.durable, (int) position, count);
            inode.dirty.removeLast();
        }

        @Override
        public void close() {}
    }

    private long used() {
        return live.values().stream().mapToLong(inode -> inode.live.length).sum();
    }
}
