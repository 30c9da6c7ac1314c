package io.craton.wire.flow;

import io.craton.wire.WireObserver.Effect;

/** What a command did, by its tag. */
final class Effects {
    private Effects() {}

    /** A COMMIT counts as a write: it is what waits for the disk. So do all definitions. */
    static Effect of(String tag) {
        return switch (tag.charAt(0)) {
            case 'S' -> tag.startsWith("SELECT") ? Effect.READ : Effect.NONE; // SET, SHOW, SAVEPOINT, START TRANSACTION
            case 'F', 'V' -> Effect.READ; // FETCH, VALUES
            case 'I', 'U', 'M', 'G', 'T' -> tag.startsWith("UNLISTEN") ? Effect.NONE : Effect.WRITE; // INSERT, UPDATE, MERGE, GRANT, TRUNCATE
            case 'D' -> tag.startsWith("DELETE") || tag.startsWith("DROP") || tag.equals("DO") ? Effect.WRITE : Effect.NONE; // DEALLOCATE, DISCARD, DECLARE
            case 'C' -> tag.startsWith("CLOSE") || tag.startsWith("CHECKPOINT") ? Effect.NONE : Effect.WRITE; // COMMIT, COPY, CREATE, CALL, COMMENT
            case 'A', 'R' -> tag.startsWith("ALTER") || tag.startsWith("REVOKE") || tag.startsWith("REASSIGN") || tag.startsWith("REFRESH") ? Effect.WRITE : Effect.NONE;
            default -> Effect.NONE;
        };
    }
}
