package io.craton.sql.session;

import io.craton.core.error.PgException;
import io.craton.core.session.SessionFactory.Elsewhere;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The regions as one session's statements meet them: a name is claimed at once, and given back when the transaction has committed that gave it up, unless a database has it still or again, as one has whose rename
 * a savepoint took back. One session's thread.
 */
final class SessionRegions implements Regions {
    private static final Logger LOG = LoggerFactory.getLogger(SessionRegions.class);

    private final SqlEngine engine;
    private final Set<String> givenUp = new LinkedHashSet<>(0);

    SessionRegions(SqlEngine engine) {
        this.engine = engine;
    }

    @Override
    public @Nullable Elsewhere elsewhere(String database) {
        return all().elsewhere(database);
    }

    @Override
    public void claim(String database) {
        all().claim(database);
    }

    @Override
    public void release(String database) {
        if (all() != NONE) givenUp.add(database);
    }

    /** Whether {@link #ended} may wait. */
    boolean hasGivenUp() {
        return !givenUp.isEmpty();
    }

    void ended(boolean committed) {
        if (givenUp.isEmpty()) return;
        if (committed) givenUp.stream().filter(name -> !engine.hasDatabase(name)).forEach(this::free);
        givenUp.clear();
    }

    /** It is too late for an error: a name that stays taken is this region's, which may use it again. */
    private void free(String database) {
        try {
            all().release(database);
        } catch (PgException e) {
            LOG.warn("the name of database \"{}\", which is here no more, stays this region's in the directory: {}", database, e.getMessage());
        }
    }

    private Regions all() {
        return engine.configuration().regions();
    }
}
