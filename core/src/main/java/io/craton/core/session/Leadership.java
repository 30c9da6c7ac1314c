package io.craton.core.session;

import org.jspecify.annotations.Nullable;

/** Who runs the sessions of a group's databases now. Any thread; no call waits. */
public interface Leadership {
    /**
     * @param host of its cluster address, which other nodes reach
     * @param term changes with each election: a transaction belongs to the term it began in
     * @param here whether it is this node
     */
    record Leader(int nodeId, String host, int port, long term, boolean here) {}

    /** A node without peers leads always. */
    Leadership LONE = new Leadership() {
        private static final Leader HERE = new Leader(1, "", 0, 1, true);

        @Override
        public Leader leader() {
            return HERE;
        }

        @Override
        public void onChange(Runnable listener) {}
    };

    /** Nobody leads, as far as this node knows. */
    Leadership UNKNOWN = new Leadership() {
        @Override
        public @Nullable Leader leader() {
            return null;
        }

        @Override
        public void onChange(Runnable listener) {}
    };

    /** The leader as far as this node knows; null while there is none. Cheap: asked for each statement. */
    @Nullable Leader leader();

    /** Calls the listener after each change of {@link #leader}, from any thread; it must not wait. */
    void onChange(Runnable listener);

    default boolean here() {
        Leader leader = leader();
        return leader != null && leader.here();
    }
}
