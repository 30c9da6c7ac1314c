package io.craton.storage.projection;

import io.craton.storage.row.Bytes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.LiveFileMetaData;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/**
 * What a tenant's projection in a folder is that nobody has open.
 *
 * @param position to which the log is applied in it
 * @param micros   the time of the newest entry that is
 * @param files    the files with its rows
 */
public record StoredProjection(long position, long micros, List<String> files) {
    static {
        RocksDB.loadLibrary();
    }

    public StoredProjection {
        files = List.copyOf(files);
    }

    /**
     * Looks, and changes nothing.
     *
     * @throws StoreFailedException when it is not whole
     */
    public static StoredProjection of(Path folder) {
        try (Options options = new Options(); RocksDB db = RocksDB.openReadOnly(options, folder.toString())) {
            byte[] applied = db.get(StoreKeys.APPLIED);
            List<String> files = new ArrayList<>();
            for (LiveFileMetaData file : db.getLiveFilesMetaData()) {
                String name = file.fileName().replace("/", "");
                if (!Files.exists(folder.resolve(name))) throw new StoreFailedException("cannot read " + folder, new RocksDBException(name + " is missing"));
                files.add(name);
            }
            return new StoredProjection(applied == null ? 0 : Bytes.getLong(applied, 0), applied == null ? 0 : Bytes.getLong(applied, 8), files);
        } catch (RocksDBException e) {
            throw new StoreFailedException("cannot read " + folder, e);
        }
    }
}
