package io.craton.replication.raft;

import io.craton.replication.rpc.PeerSecurity;
import io.craton.storage.io.FileStore;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * One member of one raft group.
 *
 * @param group           name of the group, letters, digits and underscores
 * @param number          of the group in its cluster, from 0: what members ask each other of besides raft is asked of the group with this number
 * @param self            how the group knows this member; it is written into the log
 * @param members         the first members; used only while the log is empty. Empty: the group exists elsewhere and will take this member in
 * @param meta            folder in which term and vote are kept
 * @param timings         when members elect and send
 * @param network         how members reach each other. Whoever starts the member has opened its port
 * @param decrees         this member alone is left and goes on alone, whoever voted before; what only the others had is lost
 * @param tenantOf        the tenant a payload belongs to, for the frame's header
 */
public record RaftGroupConfig(String group, int number, String self, List<String> members, FileStore meta, RaftTimings timings,
        PeerSecurity network, boolean decrees, ToIntFunction<ByteBuffer> tenantOf) {
    public static final String FIRST_GROUP = "group_000";

    public RaftGroupConfig {
        members = List.copyOf(members);
        if (!members.isEmpty() && !members.contains(self)) throw new IllegalArgumentException(self + " is not among the members " + members);
    }
}
