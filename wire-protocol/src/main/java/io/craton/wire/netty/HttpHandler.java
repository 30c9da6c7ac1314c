package io.craton.wire.netty;

import io.craton.wire.HttpResponder;
import io.craton.wire.HttpResponder.Request;
import io.craton.wire.HttpResponder.Response;
import io.craton.wire.WireObserver;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.timeout.ReadTimeoutException;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An HTTP connection on the PostgreSQL port: one request after the other, each answered by the responder on a virtual thread. */
final class HttpHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(HttpHandler.class);
    private static final int BODY_BYTES_MAX = 1 << 20;
    private static final int WAITING_MAX = 16;
    private static final int IDLE_SECONDS = 75;
    /** All that plain HTTP answers where TLS is configured. */
    private static final Set<String> PLAIN_PATHS = Set.of("/health", "/ready");

    private record Exchange(Request request, boolean keepAlive, boolean head, long begunNanos) {}

    private final HttpResponder responder;
    private final WireObserver observer;
    private final boolean tls;
    private final Predicate<String> allowed;
    private final ArrayDeque<Exchange> waiting = new ArrayDeque<>();
    private boolean busy;

    private HttpHandler(HttpResponder responder, WireObserver observer, boolean tls, Predicate<String> allowed) {
        this.responder = responder;
        this.observer = observer;
        this.tls = tls;
        this.allowed = allowed;
    }

    /** On the port for clients: with TLS configured, a plain connection gets little. */
    static void install(ChannelPipeline pipeline, ServerParts parts, boolean tls) {
        install(pipeline, parts.http, parts.observer, tls, tls ? path -> true : path -> parts.tls == null || PLAIN_PATHS.contains(path));
    }

    /** @param allowed paths that are answered on this connection */
    static void install(ChannelPipeline pipeline, HttpResponder responder, WireObserver observer, boolean tls, Predicate<String> allowed) {
        pipeline.addLast(new ReadTimeoutHandler(IDLE_SECONDS), new HttpServerCodec(), new HttpObjectAggregator(BODY_BYTES_MAX),
                new HttpHandler(responder, observer, tls, allowed));
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest message) {
        boolean keepAlive = HttpUtil.isKeepAlive(message) && message.decoderResult().isSuccess();
        Exchange exchange = new Exchange(request(context.channel(), message), keepAlive, message.method().equals(HttpMethod.HEAD), System.nanoTime());
        if (!message.decoderResult().isSuccess()) {
            observer.httpAnswered(400, System.nanoTime() - exchange.begunNanos);
            write(context.channel(), exchange, text(400, "bad request"));
        } else if (waiting.size() >= WAITING_MAX) {
            context.close();
        } else {
            waiting.addLast(exchange);
            next(context.channel());
        }
    }

    private void next(Channel channel) {
        if (busy || waiting.isEmpty()) return;
        busy = true;
        Exchange exchange = waiting.removeFirst();
        if (!allowed.test(exchange.request.path())) {
            answer(channel, exchange, text(403, "this path needs TLS"));
            return;
        }
        Thread.startVirtualThread(() -> {
            Response response = respond(responder, exchange.request);
            channel.eventLoop().execute(() -> answer(channel, exchange, response));
        });
    }

    private static Response respond(HttpResponder responder, Request request) {
        try {
            return responder.respond(request);
        } catch (RuntimeException broken) {
            LOG.error("{} {} failed", request.method(), request.path(), broken);
            return text(500, "internal error");
        }
    }

    private void answer(Channel channel, Exchange exchange, Response response) {
        observer.httpAnswered(response.status(), System.nanoTime() - exchange.begunNanos);
        write(channel, exchange, response);
        busy = false;
        next(channel);
    }

    private static void write(Channel channel, Exchange exchange, Response response) {
        FullHttpResponse message = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(response.status()),
                exchange.head ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(response.body()));
        response.headers().forEach((name, value) -> message.headers().set(name, value));
        message.headers().set(HttpHeaderNames.CONTENT_TYPE, response.contentType());
        message.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, response.body().length);
        HttpUtil.setKeepAlive(message, exchange.keepAlive);
        var sent = channel.writeAndFlush(message);
        if (!exchange.keepAlive) sent.addListener(ChannelFutureListener.CLOSE);
    }

    private Request request(Channel channel, FullHttpRequest message) {
        String uri = message.uri();
        int question = uri.indexOf('?');
        Map<String, String> headers = new HashMap<>();
        message.headers().forEach(each -> headers.merge(each.getKey().toLowerCase(Locale.ROOT), each.getValue(),
                (one, more) -> one + ", " + more));
        InetSocketAddress remote = channel.remoteAddress() instanceof InetSocketAddress address ? address : null;
        return new Request(message.method().name(), question < 0 ? uri : uri.substring(0, question),
                question < 0 ? null : uri.substring(question + 1), headers, ByteBufUtil.getBytes(message.content()), remote,
                tls);
    }

    private static Response text(int status, String body) {
        return Response.of(status, "text/plain; charset=utf-8", (body + "\n").getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof IOException || cause instanceof ReadTimeoutException)) LOG.debug("HTTP connection failed", cause);
        context.close();
    }
}
