package io.craton.replication.raft;

import io.craton.replication.rpc.PeerSecurity;
import io.craton.storage.io.FileStore;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * One member of one raft group.
 *
 * @param group           name of the group, letters, digits and underscores
 * @param self            how the group knows this member; it is written into the log
 * @param members         the first members; used only while the log is empty. Empty: the group exists elsewhere and will take this member in
 * @param meta            folder in which term and vote are kept
 * @param timings         a group of one does not wait for an election
 * @param network         how members reach each other, null for a group of one for good. Whoever starts the member has opened its port
 * @param decrees         this member alone is left and goes on alone, whoever voted before; what only the others had is lost
 * @param tenantOf        the tenant a payload belongs to, for the frame's header
 */
public record RaftGroupConfig(String group, String self, List<String> members, FileStore meta, RaftTimings timings,
        @Nullable PeerSecurity network, boolean decrees, ToIntFunction<ByteBuffer> tenantOf) {
    public static final String FIRST_GROUP = "group_000";

    public RaftGroupConfig {
        members = List.copyOf(members);
        if (!members.isEmpty() && !members.contains(self)) throw new IllegalArgumentException(self + " is not among the members " + members);
    }

    /** A group of one: no port is opened, and the address is only a name. */
    public static RaftGroupConfig single(String self, FileStore meta, ToIntFunction<ByteBuffer> tenantOf) {
        return new RaftGroupConfig(FIRST_GROUP, self, List.of(self), meta, RaftTimings.of(Duration.ofMillis(300)), null, false, tenantOf);
    }

    /** The same member, left alone for good by the others. */
    public RaftGroupConfig decreeing() {
        return new RaftGroupConfig(group, self, members, meta, timings, network, true, tenantOf);
    }
}
