package io.craton.migrations;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a run did to one tenant.
 *
 * @param files applied
 * @param error of a failed or vanished one
 */
record TenantResult(String tenant, State state, List<String> files, long millis, @Nullable String error) {
    /** How it ended. */
    enum State {
        /** Files were applied. */
        DONE("done"),
        /** There was nothing to do, or an earlier run had done it. */
        CURRENT("current"),
        /** As it was before. */
        FAILED("failed"),
        /** Its database is not there any more. */
        VANISHED("vanished"),
        /** Not tried: the run ended before. */
        SKIPPED("skipped");

        final String word;

        State(String word) {
            this.word = word;
        }
    }
}
