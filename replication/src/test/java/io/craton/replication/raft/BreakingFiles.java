package io.craton.replication.raft;

import io.craton.storage.io.BlockFile;
import io.craton.storage.io.FileStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** A disk that works until it is told to break; from then on every sync fails. */
final class BreakingFiles implements FileStore {
    private final FileStore files;
    private volatile boolean broken;

    BreakingFiles(FileStore files) {
        this.files = files;
    }

    void breakNow() {
        broken = true;
    }

    private BlockFile breaking(BlockFile file) {
        return new BlockFile() {
            @Override
            public long size() throws IOException {
                return file.size();
            }

            @Override
            public int read(ByteBuffer into, long position) throws IOException {
                return file.read(into, position);
            }

            @Override
            public void write(ByteBuffer from, long position) throws IOException {
                file.write(from, position);
            }

            @Override
            public void truncate(long size) throws IOException {
                file.truncate(size);
            }

            @Override
            public void sync() throws IOException {
                if (broken) throw new IOException("Input/output error");
                file.sync();
            }

            @Override
            public void close() throws IOException {
                file.close();
            }
        };
    }

    @Override
    public List<String> list() throws IOException {
        return files.list();
    }

    @Override
    public boolean exists(String name) throws IOException {
        return files.exists(name);
    }

    @Override
    public BlockFile open(String name) throws IOException {
        return breaking(files.open(name));
    }

    @Override
    public BlockFile create(String name) throws IOException {
        return breaking(files.create(name));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        files.rename(from, to);
    }

    @Override
    public void delete(String name) throws IOException {
        files.delete(name);
    }

    @Override
    public void syncFolder() throws IOException {
        files.syncFolder();
    }

    @Override
    public FileStore folder(String name) throws IOException {
        return files.folder(name);
    }

    @Override
    public String describe() {
        return files.describe();
    }
}
