package io.craton.wire;

import java.net.InetSocketAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Answers the HTTP requests that arrive on the PostgreSQL port. Called on a virtual thread, so it may wait. */
@FunctionalInterface
public interface HttpResponder {

    /**
     * @param path decoded no further than the client sent it, without the query
     * @param query what follows the question mark, null when there is none
     * @param headers names in lower case; repeated ones are joined by commas
     */
    record Request(String method, String path, @Nullable String query, Map<String, String> headers, byte[] body,
            @Nullable InetSocketAddress remote, boolean tls) {
        public Request {
            headers = Map.copyOf(headers);
        }
    }

    /** Content-Length and Connection are added by the wire. */
    record Response(int status, String contentType, byte[] body, Map<String, String> headers) {
        public Response {
            headers = Map.copyOf(headers);
        }

        public static Response of(int status, String contentType, byte[] body) {
            return new Response(status, contentType, body, Map.of());
        }
    }

    Response NOT_FOUND = Response.of(404, "text/plain", "not found\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));

    Response respond(Request request);
}
