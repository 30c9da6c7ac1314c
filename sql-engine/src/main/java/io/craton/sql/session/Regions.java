package io.craton.sql.session;

import io.craton.core.session.SessionFactory.Elsewhere;
import org.jspecify.annotations.Nullable;

/** Which databases are in other regions' clusters. Methods wait. */
public interface Regions {
    /** There is one region. */
    Regions NONE = new Regions() {
        @Override
        public @Nullable Elsewhere elsewhere(String database) {
            return null;
        }

        @Override
        public void claim(String database) {}

        @Override
        public void release(String database) {}
    };

    /** Where a database is that is not here; null when it is not known to be anywhere else. */
    @Nullable Elsewhere elsewhere(String database);

    /** A database of this name is about to be made here; 42P04 when another region has one. */
    void claim(String database);

    /** The database is here no more. A session's statements say so before their transaction commits; others hear of it when it has. */
    void release(String database);
}
