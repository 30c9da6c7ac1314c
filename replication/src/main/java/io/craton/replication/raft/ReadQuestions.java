package io.craton.replication.raft;

import com.alipay.sofa.jraft.rpc.RpcContext;
import com.alipay.sofa.jraft.rpc.RpcProcessor;
import com.google.protobuf.Int64Value;
import com.google.protobuf.UInt64Value;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What {@link ReadRounds} ask other members, and what answers there, on the I/O thread. A UInt64 is the question for the newest term that a member may have voted in; an
 * Int64 that for the newest committed position, answered by it, or by -1. Which group is meant is the number asked with, from its 48th bit on: earlier versions asked with
 * a term, which is less, of the only group there was.
 */
public final class ReadQuestions {
    private static final int GROUP_SHIFT = 48;

    private ReadQuestions() {}

    static UInt64Value term(int group) {
        return UInt64Value.of((long) group << GROUP_SHIFT);
    }

    static Int64Value position(int group) {
        return Int64Value.of((long) group << GROUP_SHIFT);
    }

    /** @param groups by number; null until it has started */
    public static List<RpcProcessor<?>> answering(IntFunction<@Nullable RaftGroup> groups) {
        return List.of(new Inline<UInt64Value>(UInt64Value.class) {
            @Override
            public void handleRequest(RpcContext context, UInt64Value question) {
                RaftGroup running = groups.apply((int) (question.getValue() >>> GROUP_SHIFT));
                // Who has no group yet has not voted in it since it was started, but may have before.
                if (running != null) context.sendResponse(UInt64Value.of(running.promisedTerm()));
                else context.sendResponse(Int64Value.of(-1));
            }
        }, new Inline<Int64Value>(Int64Value.class) {
            @Override
            public void handleRequest(RpcContext context, Int64Value question) {
                RaftGroup running = groups.apply((int) (question.getValue() >>> GROUP_SHIFT));
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
