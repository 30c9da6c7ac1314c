package io.craton.wire.flow;

import io.craton.core.session.SessionState.Part;
import io.craton.core.session.SqlSession;
import io.craton.core.type.ByteWriter;
import io.craton.wire.codec.CarryFrame;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Keeps the relaying node's copy of a session's state up to date, so that it can go on elsewhere at once. Goes with the session's work. */
public final class StateReports implements Reports {
    private static final Part[] PARTS = Part.values();

    private final SqlSession session;
    private final long[] told = new long[PARTS.length];
    private @Nullable String boundTold;

    /** The other side knows the session's state as it is now. */
    public StateReports(SqlSession session) {
        this.session = session;
        for (Part part : PARTS) told[part.ordinal()] = session.stateVersion(part);
    }

    @Override
    public void beforeReady(ByteWriter out) {
        for (Part part : PARTS) {
            long version = session.stateVersion(part);
            if (version == told[part.ordinal()]) continue;
            told[part.ordinal()] = version;
            byte[] state = session.state(part);
            byte[] body = new byte[1 + state.length];
            body[0] = (byte) part.ordinal();
            System.arraycopy(state, 0, body, 1, state.length);
            CarryFrame.STATE.write(out, body);
        }
        String bound = session.boundBy();
        if (!Objects.equals(bound, boundTold)) {
            boundTold = bound;
            CarryFrame.BOUND.write(out, bound == null ? new byte[0] : bound.getBytes(StandardCharsets.UTF_8));
        }
        if (session.goesHome()) CarryFrame.HOME.write(out);
    }

    @Override
    public void unanswered(ByteWriter out) {
        CarryFrame.UNANSWERED.write(out);
    }
}
