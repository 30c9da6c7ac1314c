package io.craton.core.session;

/**
 * What was asked cannot be done on this node, where another leads, and can be done there. Thrown before it has had any effect but on the implicit transaction of the
 * session, which {@link SqlSession#leaveBatch} takes back. Never reaches a client.
 */
public final class LeaderNeededException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public LeaderNeededException(String what) {
        super(what, null, false, false);
    }
}
