package io.craton.replication.raft;

import io.craton.storage.io.FileStore;
import java.nio.ByteBuffer;
import java.util.function.ToIntFunction;

/**
 * The group of a lone node.
 *
 * @param group    name of the group, letters, digits and underscores
 * @param self     how the group knows this member; it is written into the log
 * @param meta     folder in which term and vote are kept
 * @param decrees  this member alone is left of a cluster and goes on alone; what only the others had is lost
 * @param tenantOf the tenant a payload belongs to, for the frame's header
 */
public record LoneGroupConfig(String group, String self, FileStore meta, boolean decrees, ToIntFunction<ByteBuffer> tenantOf) {
    /** The first group, never of a cluster. */
    public static LoneGroupConfig of(String self, FileStore meta, ToIntFunction<ByteBuffer> tenantOf) {
        return new LoneGroupConfig(RaftGroupConfig.FIRST_GROUP, self, meta, false, tenantOf);
    }

    /** The same member's of another group. */
    public LoneGroupConfig inGroup(String name) {
        return new LoneGroupConfig(name, self, meta, decrees, tenantOf);
    }

    /** The same member, left alone for good by the others. */
    public LoneGroupConfig decreeing() {
        return new LoneGroupConfig(group, self, meta, true, tenantOf);
    }
}
