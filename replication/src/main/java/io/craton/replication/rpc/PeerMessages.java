package io.craton.replication.rpc;

import com.alipay.sofa.jraft.rpc.RpcRequests;
import com.google.protobuf.Int64Value;
import com.google.protobuf.Message;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Struct;
import com.google.protobuf.UInt64Value;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The closed list of what members may say to each other. The place in the list is the number on the wire: append only, never reorder. */
final class PeerMessages {
    private static final List<Message> PROTOTYPES = List.of(
            RpcRequests.ErrorResponse.getDefaultInstance(),
            RpcRequests.PingRequest.getDefaultInstance(),
            RpcRequests.RequestVoteRequest.getDefaultInstance(),
            RpcRequests.RequestVoteResponse.getDefaultInstance(),
            RpcRequests.AppendEntriesRequest.getDefaultInstance(),
            RpcRequests.AppendEntriesResponse.getDefaultInstance(),
            RpcRequests.TimeoutNowRequest.getDefaultInstance(),
            RpcRequests.TimeoutNowResponse.getDefaultInstance(),
            RpcRequests.ReadIndexRequest.getDefaultInstance(),
            RpcRequests.ReadIndexResponse.getDefaultInstance(),
            RpcRequests.InstallSnapshotRequest.getDefaultInstance(),
            RpcRequests.InstallSnapshotResponse.getDefaultInstance(),
            RpcRequests.GetFileRequest.getDefaultInstance(),
            RpcRequests.GetFileResponse.getDefaultInstance(),
            Struct.getDefaultInstance(),
            UInt64Value.getDefaultInstance(),
            Int64Value.getDefaultInstance());

    private static final int SHORT_ENTRIES = 128;
    private static final int SHORT_BYTES = 64 << 10;
    private static final Map<Class<?>, Integer> NUMBERS = numbers();

    private PeerMessages() {}

    private static Map<Class<?>, Integer> numbers() {
        Map<Class<?>, Integer> numbers = new HashMap<>();
        for (int i = 0; i < PROTOTYPES.size(); i++) numbers.put(PROTOTYPES.get(i).getClass(), i);
        return Map.copyOf(numbers);
    }

    static int numberOf(MessageLite message) {
        Integer number = NUMBERS.get(message.getClass());
        if (number == null) throw new IllegalArgumentException(message.getClass().getName() + " is not a message between members");
        return number;
    }

    /** Carries nothing: not even the mark of JRaft's probes, which must not overtake what was sent in front of them. */
    static boolean isHeartbeat(RpcRequests.AppendEntriesRequest request) {
        return request.getEntriesCount() == 0 && !request.hasData();
    }

    /** Carries what a few sessions committed, and is nothing of which somebody catches up: dealing with it takes an I/O thread no longer than reading it does. */
    static boolean isShort(RpcRequests.AppendEntriesRequest request) {
        return request.getEntriesCount() > 0 && request.getEntriesCount() <= SHORT_ENTRIES && request.getData().size() <= SHORT_BYTES;
    }

    /** Null for a number that is not in the list. */
    static @Nullable Message prototype(int number) {
        return number < PROTOTYPES.size() ? PROTOTYPES.get(number) : null;
    }
}
