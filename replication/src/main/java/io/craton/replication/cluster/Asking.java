package io.craton.replication.cluster;

import com.alipay.sofa.jraft.error.RemotingException;
import com.alipay.sofa.jraft.option.NodeOptions;
import com.alipay.sofa.jraft.rpc.RpcClient;
import com.alipay.sofa.jraft.rpc.RpcContext;
import com.alipay.sofa.jraft.rpc.RpcProcessor;
import com.alipay.sofa.jraft.util.Endpoint;
import com.google.protobuf.Struct;
import io.craton.replication.rpc.PeerOptions;
import io.craton.replication.rpc.PeerRpcFactory;
import io.craton.replication.rpc.PeerSecurity;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Questions between nodes, over connections of their own. Any thread. */
final class Asking implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 1000;
    /** A change of members waits for the others. */
    private static final int CHANGE_TIMEOUT_MILLIS = 12_000;

    private final RpcClient client;

    Asking(PeerSecurity security) {
        client = new PeerRpcFactory().createRpcClient(null);
        NodeOptions options = new PeerOptions(security);
        options.setRpcConnectTimeoutMs(TIMEOUT_MILLIS);
        client.init(options);
    }

    /** The answer; null when there is none in good time, a second as a rule. */
    @Nullable Note ask(HostPort place, Note question) throws InterruptedException {
        return ask(place, question, question.text("ask").equals("change") ? CHANGE_TIMEOUT_MILLIS : TIMEOUT_MILLIS);
    }

    /** As above, waiting so long. */
    @Nullable Note ask(HostPort place, Note question, int timeoutMillis) throws InterruptedException {
        try {
            Object answer = client.invokeSync(new Endpoint(place.host().replace(':', '+'), place.port()), question.struct(), timeoutMillis);
            return answer instanceof Struct struct ? new Note(struct) : null;
        } catch (RemotingException e) {
            return null;
        }
    }

    @Override
    public void close() {
        client.shutdown();
    }

    /** What answers them. */
    static RpcProcessor<Struct> answering(UnaryOperator<Note> answer) {
        return new RpcProcessor<>() {
            @Override
            public void handleRequest(RpcContext context, Struct request) {
                context.sendResponse(answer.apply(new Note(request)).struct());
            }

            @Override
            public String interest() {
                return Struct.class.getName();
            }
        };
    }
}
