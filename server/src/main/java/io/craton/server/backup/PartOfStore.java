package io.craton.server.backup;

import java.io.IOException;
import java.util.List;

/** A folder of another store, as a store of its own: where the log of a raft group is. Closing it does nothing. */
record PartOfStore(BackupStore whole, String folder) implements BackupStore {
    private String at(String name) {
        return folder + "/" + name;
    }

    @Override
    public List<Item> list(String name) throws IOException {
        return whole.list(at(name)).stream().map(item -> new Item(item.name().substring(folder.length() + 1), item.bytes())).toList();
    }

    @Override
    public boolean exists(String name) throws IOException {
        return whole.exists(at(name));
    }

    @Override
    public byte[] read(String name) throws IOException {
        return whole.read(at(name));
    }

    @Override
    public void write(String name, byte[] content) throws IOException {
        whole.write(at(name), content);
    }

    @Override
    public void delete(String name) throws IOException {
        whole.delete(at(name));
    }

    @Override
    public String describe() {
        return whole.describe() + "/" + folder;
    }

    @Override
    public void close() {}
}
