package io.craton.sql.exec;

import io.craton.storage.columnar.ColumnScan;
import io.craton.storage.columnar.ColumnScan.Piece;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The pieces of one scan for several threads, each given once. Pieces that must be read from stored rows go to the thread that began the statement: only that one may use
 * its transaction.
 */
final class SharedScan {
    private final ColumnScan columns;
    private final ArrayDeque<Piece.Stored> stored = new ArrayDeque<>();

    SharedScan(ColumnScan columns) {
        this.columns = columns;
    }

    /** @param leader the caller is the statement's own thread */
    synchronized @Nullable Piece next(boolean leader) {
        if (leader && !stored.isEmpty()) return stored.poll();
        for (Piece piece = columns.next(); piece != null; piece = columns.next()) {
            if (leader || !(piece instanceof Piece.Stored rows)) return piece;
            stored.add(rows);
        }
        return leader ? stored.poll() : null;
    }
}
