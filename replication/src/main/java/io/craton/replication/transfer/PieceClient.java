package io.craton.replication.transfer;

import com.alipay.sofa.jraft.error.RemotingException;
import com.alipay.sofa.jraft.option.NodeOptions;
import com.alipay.sofa.jraft.rpc.RpcClient;
import com.alipay.sofa.jraft.rpc.RpcRequests.GetFileRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.GetFileResponse;
import com.alipay.sofa.jraft.util.Endpoint;
import io.craton.replication.rpc.PeerOptions;
import io.craton.replication.rpc.PeerRpcFactory;
import io.craton.replication.rpc.PeerSecurity;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Asks other nodes for pieces, over connections of its own: raft's are never behind them. Any thread. */
public final class PieceClient implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 20_000;

    /** The other node answered that it cannot give this. */
    public static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1L;

        RefusedException(String message) {
            super(message);
        }
    }

    private final RpcClient client = new PeerRpcFactory().createRpcClient(null);

    public PieceClient(PeerSecurity security) {
        NodeOptions options = new PeerOptions(security);
        options.setRpcConnectTimeoutMs(2000);
        client.init(options);
    }

    /** Ends with the bytes, none at the end of the thing; or with an {@link IOException}. */
    public CompletableFuture<byte[]> ask(String host, int port, long id, String name, long offset, int count) {
        var answer = new CompletableFuture<byte[]>();
        GetFileRequest request = GetFileRequest.newBuilder().setReaderId(id).setFilename(name).setOffset(offset).setCount(count).build();
        try {
            client.invokeAsync(new Endpoint(host.replace(':', '+'), port), request, null, (result, failure) -> {
                if (failure != null) answer.completeExceptionally(new IOException(failure.getMessage()));
                else if (!(result instanceof GetFileResponse piece)) answer.completeExceptionally(new IOException("unexpected answer"));
                else if (piece.hasErrorResponse()) answer.completeExceptionally(new RefusedException(piece.getErrorResponse().getErrorMsg()));
                else answer.complete(piece.getData().toByteArray());
            }, TIMEOUT_MILLIS);
        } catch (RemotingException e) {
            answer.completeExceptionally(new IOException(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            answer.completeExceptionally(new IOException("interrupted"));
        }
        return answer;
    }

    /** Waits for an answer. */
    public static byte[] await(CompletableFuture<byte[]> answer) throws IOException {
        try {
            return answer.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof IOException known ? known : new IOException(e.getCause());
        }
    }

    @Override
    public void close() {
        client.shutdown();
    }
}
