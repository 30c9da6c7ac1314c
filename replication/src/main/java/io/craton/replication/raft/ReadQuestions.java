package io.craton.replication.raft;

import com.alipay.sofa.jraft.rpc.RpcContext;
import com.alipay.sofa.jraft.rpc.RpcProcessor;
import com.google.protobuf.Int64Value;
import com.google.protobuf.UInt64Value;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What answers {@link ReadRounds} of other members, on the I/O thread. A term (UInt64) is answered by the newest one that this member may have voted in; an Int64 is the
 * question for the newest committed position, answered by it, or by -1.
 */
public final class ReadQuestions {
    private ReadQuestions() {}

    /** @param group null until it has started */
    public static List<RpcProcessor<?>> answering(Supplier<@Nullable RaftGroup> group) {
        return List.of(new Inline<UInt64Value>(UInt64Value.class) {
            @Override
            public void handleRequest(RpcContext context, UInt64Value question) {
                RaftGroup running = group.get();
                // Who has no group yet has not voted in it since it was started, but may have before.
                if (running != null) context.sendResponse(UInt64Value.of(running.promisedTerm()));
                else context.sendResponse(Int64Value.of(-1));
            }
        }, new Inline<Int64Value>(Int64Value.class) {
            @Override
            public void handleRequest(RpcContext context, Int64Value question) {
                RaftGroup running = group.get();
                if (running == null) context.sendResponse(Int64Value.of(-1));
                else running.confirmedPosition(position -> context.sendResponse(Int64Value.of(position)));
            }
        });
    }

    private abstract static class Inline<T> implements RpcProcessor<T> {
        private final String interest;

        Inline(Class<T> interest) {
            this.interest = interest.getName();
        }

        @Override
        public String interest() {
            return interest;
        }

        @Override
        public Executor executor() {
            return Runnable::run;
        }
    }
}
