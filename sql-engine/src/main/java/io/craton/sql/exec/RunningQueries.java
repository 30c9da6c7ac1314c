package io.craton.sql.exec;

import io.craton.sql.expr.Relations;
import java.util.ArrayList;
import java.util.List;

/** The queries of one session that have begun and are not at their end: what they read must not change its shape. The session's thread. */
public final class RunningQueries {
    private final List<RunningQuery> queries = new ArrayList<>(0);

    void add(RunningQuery query) {
        queries.add(query);
    }

    void remove(RunningQuery query) {
        for (int i = queries.size() - 1; i >= 0; i--) {
            if (queries.get(i) != query) continue;
            queries.remove(i);
            return;
        }
    }

    /** Whether one of them belongs to this statement. */
    public boolean belongTo(ExecContext statement) {
        for (RunningQuery query : queries) if (query.context().root() == statement) return true;
        return false;
    }

    public boolean use(int tableOid) {
        for (RunningQuery query : queries) if (!query.isFinished() && Relations.touches(query.plan().relation(), tableOid)) return true;
        return false;
    }
}
