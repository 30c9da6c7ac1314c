package io.craton.replication.raft;

import io.craton.storage.io.FileStore;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * One member of one raft group.
 *
 * @param group           name of the group, letters, digits and underscores
 * @param self            {@code host:port} by which the group knows this member; it is written into the log
 * @param members         the first members, {@code self} among them; used only while the log is empty. One member opens no port
 * @param meta            folder in which term and vote are kept
 * @param electionTimeout base of the election timeout; a group of one does not wait for it
 * @param tenantOf        the tenant a payload belongs to, for the frame's header
 */
public record RaftGroupConfig(String group, String self, List<String> members, FileStore meta, Duration electionTimeout,
        ToIntFunction<ByteBuffer> tenantOf) {
    public RaftGroupConfig {
        members = List.copyOf(members);
        if (!members.contains(self)) throw new IllegalArgumentException(self + " is not among the members " + members);
    }

    /** A group of one: no port is opened, and the address is only a name. */
    public static RaftGroupConfig single(FileStore meta, ToIntFunction<ByteBuffer> tenantOf) {
        return new RaftGroupConfig("group_000", "127.0.0.1:7001", List.of("127.0.0.1:7001"), meta, Duration.ofMillis(300), tenantOf);
    }
}
