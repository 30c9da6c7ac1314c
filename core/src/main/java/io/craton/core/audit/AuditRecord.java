package io.craton.core.audit;

import org.jspecify.annotations.Nullable;

/**
 * Who did what, when, from where. Secrets are left out by whoever makes one.
 *
 * @param micros when it happened, or the first of {@code count} did; since 2000-01-01 UTC
 * @param count how many alike happened, within a minute
 * @param detail the statement's text, why somebody was not let in, or what was done
 * @param sqlState of a refusal
 */
public record AuditRecord(AuditClass kind, long micros, int count, Actor actor, String action, @Nullable String detail, @Nullable String sqlState) {

    /**
     * Who it was.
     *
     * @param role as which it logged in; empty for the node itself
     * @param actingAs the role whose rights counted, where that was another
     * @param address null for what did not come over the network
     * @param node that the client was connected to; 0 where that is not known
     */
    public record Actor(String role, @Nullable String actingAs, String database, @Nullable String address, int processId, String application, int node) {
        /** The node itself. */
        public static Actor node(int node) {
            return new Actor("", null, "", null, 0, "", node);
        }
    }

    public AuditRecord times(int number) {
        return new AuditRecord(kind, micros, number, actor, action, detail, sqlState);
    }
}
