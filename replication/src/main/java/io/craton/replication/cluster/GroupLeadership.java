package io.craton.replication.cluster;

import io.craton.core.session.Leadership;
import io.craton.replication.raft.MemberName;
import io.craton.replication.raft.RaftGroup;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Who leads a group, for sessions; this member starts later, and may start again. Any thread. */
final class GroupLeadership implements Leadership {
    private final MemberName self;
    private final String selfText;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile @Nullable RaftGroup group;
    private volatile @Nullable Leader leader;

    GroupLeadership(MemberName self) {
        this.self = self;
        selfText = self.toString();
    }

    /** The member as it runs now; null while it does not. */
    void runs(@Nullable RaftGroup running) {
        group = running;
    }

    void changed() {
        for (Runnable listener : listeners) listener.run();
    }

    /** The leader of this moment; null when none is known, or it is this node and has not yet applied what was before its term. */
    @Override
    public @Nullable Leader leader() {
        RaftGroup running = group;
        if (running == null) return null;
        long term = running.commitLog().leaderTerm();
        Leader known = leader;
        if (term > 0) {
            if (known == null || !known.here() || known.term() != term) leader = known = of(self, term, true);
            return known;
        }
        String name = running.leader();
        if (name == null || name.equals(selfText)) return null;
        long followed = running.term();
        if (known == null || known.here() || known.term() != followed) leader = known = of(MemberName.parse(name), followed, false);
        return known;
    }

    private static Leader of(MemberName name, long term, boolean here) {
        return new Leader(name.node(), name.host(), name.port(), term, here);
    }

    @Override
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }
}
