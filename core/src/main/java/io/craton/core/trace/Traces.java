package io.craton.core.trace;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where traces of requests go. Any thread; no method waits. */
public interface Traces {
    Traces NONE = new Traces() {
        @Override
        public boolean on() {
            return false;
        }

        @Override
        public boolean samples(@Nullable String parent) {
            return false;
        }

        @Override
        public void ended(Request request) {}
    };

    /** Something that took time; both ends as {@link System#nanoTime} tells them. */
    record Span(String name, long beginNanos, long endNanos) {}

    /**
     * A request that was answered.
     *
     * @param parent the client's trace context, as W3C's traceparent writes it; null without
     * @param text its last statement, literals replaced
     * @param inner what happened within
     */
    record Request(Span span, @Nullable String parent, String text, String database, String role, int processId, List<Span> inner) {
        public Request {
            inner = List.copyOf(inner);
        }
    }

    /** Whether anything is traced at all: asked for every request. */
    boolean on();

    /** Whether a request is to be traced that a client gave this context, or none. Decided anew at each call. */
    boolean samples(@Nullable String parent);

    void ended(Request request);
}
