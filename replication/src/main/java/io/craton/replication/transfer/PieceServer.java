package io.craton.replication.transfer;

import com.alipay.sofa.jraft.error.RaftError;
import com.alipay.sofa.jraft.rpc.RpcContext;
import com.alipay.sofa.jraft.rpc.RpcProcessor;
import com.alipay.sofa.jraft.rpc.RpcRequests.ErrorResponse;
import com.alipay.sofa.jraft.rpc.RpcRequests.GetFileRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.GetFileResponse;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;

/** Answers with pieces; the messages are those that JRaft has for files. Each request has a thread of its own, and waits there for the throttle. */
public final class PieceServer implements RpcProcessor<GetFileRequest> {
    /** No piece is larger, but for one frame of the log that is. */
    public static final int PIECE_BYTES_MAX = 1 << 20;

    /** What there is to be had. */
    public interface Source {
        /**
         * Up to {@code count} bytes of this thing from the offset on; nothing at its end.
         *
         * @throws IOException saying why there are none; the message goes to the one who asked
         */
        byte[] read(long id, String name, long offset, int count) throws IOException;
    }

    private final Source source;
    private final Throttle throttle;

    public PieceServer(Source source, Throttle throttle) {
        this.source = source;
        this.throttle = throttle;
    }

    @Override
    public String interest() {
        return GetFileRequest.class.getName();
    }

    @Override
    public void handleRequest(RpcContext context, GetFileRequest request) {
        try {
            int count = (int) Math.clamp(request.getCount(), 1, PIECE_BYTES_MAX);
            byte[] bytes = source.read(request.getReaderId(), request.getFilename(), request.getOffset(), count);
            throttle.take(bytes.length);
            context.sendResponse(GetFileResponse.newBuilder().setEof(bytes.length == 0).setData(UnsafeByteOperations.unsafeWrap(bytes)).build());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            refuse(context, RaftError.ECANCELED, "the node stops");
        } catch (IOException | RuntimeException e) {
            refuse(context, RaftError.EIO, e.getMessage() == null ? e.toString() : e.getMessage());
        }
    }

    private static void refuse(RpcContext context, RaftError error, String why) {
        context.sendResponse(GetFileResponse.newBuilder().setEof(true).setData(ByteString.EMPTY)
                .setErrorResponse(ErrorResponse.newBuilder().setErrorCode(error.getNumber()).setErrorMsg(why)).build());
    }
}
