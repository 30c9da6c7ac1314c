package io.craton.sql.session;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.syntax.SessionStatement.Fetch;
import io.craton.sql.syntax.SessionStatement.Scroll;
import org.jspecify.annotations.Nullable;

/**
 * How a cursor moves: PostgreSQL's definitions of FETCH's directions by steps forward, steps backward and returns to the start. One FETCH or MOVE.
 */
final class CursorMoves {
    private static final long ALL = Long.MAX_VALUE;

    /** Makes a portal keep its rows from the first one on. */
    interface Keeper {
        void keepFromStart(Portal portal);
    }

    private final Portal portal;
    private final Keeper keeper;
    private final @Nullable PortalOutput output;

    /** @param output null: rows are passed without being sent */
    CursorMoves(Portal portal, Keeper keeper, @Nullable PortalOutput output) {
        this.portal = portal;
        this.keeper = keeper;
        this.output = output;
    }

    /** Answers the number for the command tag. */
    long run(Fetch fetch) {
        long count = fetch.count();
        return switch (fetch.direction()) {
            case FORWARD -> count < 0 ? again(-count, false) : again(count, true);
            case BACKWARD -> count < 0 ? again(-count, true) : again(count, false);
            case ABSOLUTE -> absolute(count);
            case RELATIVE -> relative(count);
        };
    }

    private long absolute(long count) {
        if (count > 0) {
            if (count - 1 <= portal.position / 2) {
                rewind();
                if (count > 1) forward(count - 1, null);
            } else {
                long at = portal.finished ? portal.position + 1 : portal.position;
                if (count <= at) backward(at - count + 1, null);
                else if (count > at + 1) forward(count - at - 1, null);
            }
            return forward(1, output);
        }
        if (count < 0) {
            forward(ALL, null);
            if (count < -1) backward(-count - 1, null);
            return backward(1, output);
        }
        rewind();
        return 0;
    }

    private long relative(long count) {
        if (count > 0) {
            if (count > 1) forward(count - 1, null);
            return forward(1, output);
        }
        if (count < 0) {
            if (count < -1) backward(-count - 1, null);
            return backward(1, output);
        }
        return again(0, true);
    }

    /** FORWARD and BACKWARD; with a count of 0 the row the cursor stands on. */
    private long again(long count, boolean ahead) {
        if (count != 0) return ahead ? forward(count, output) : backward(count, output);
        boolean onRow = !atStart() && !portal.finished;
        if (!onRow) return 0;
        if (output == null) return 1;
        backward(1, null);
        return forward(1, output);
    }

    private boolean atStart() {
        return portal.position == 0 && !portal.finished;
    }

    private void rewind() {
        if (atStart()) return;
        requireScroll();
        portal.position = 0;
        portal.finished = false;
    }

    private void requireScroll() {
        if (portal.scroll == Scroll.NO_SCROLL) throw onlyForward();
        if (!portal.keepsRows()) keeper.keepFromStart(portal);
    }

    static PgException onlyForward() {
        return PgError.error(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE, "cursor can only scan forward")
                .withHint("Declare it with SCROLL option to enable backward scan.").exception();
    }

    private long forward(long count, @Nullable PortalOutput to) {
        if (portal.finished) return 0;
        if (portal.scroll == Scroll.SCROLL && !portal.keepsRows()) keeper.keepFromStart(portal);
        if (!portal.keepsRows()) return portal.stream(to, count == ALL ? 0 : count);
        long passed = 0;
        while (passed < count && portal.has(portal.position + 1)) {
            portal.position++;
            passed++;
            send(portal.position, to);
        }
        if (passed < count) portal.finished = true;
        return passed;
    }

    private long backward(long count, @Nullable PortalOutput to) {
        requireScroll();
        if (atStart()) return 0;
        long row = portal.finished ? portal.size() : portal.position - 1;
        long passed = 0;
        for (; passed < count && row >= 1; row--, passed++) send(row, to);
        portal.finished = false;
        portal.position = passed < count ? 0 : row + 1;
        return passed;
    }

    private void send(long row, @Nullable PortalOutput to) {
        @Nullable Object[] values = portal.row(row);
        if (values == null) throw onlyForward();
        if (to != null) to.row(values);
    }
}
