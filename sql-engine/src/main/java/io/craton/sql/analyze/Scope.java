package io.craton.sql.analyze;

import io.craton.core.type.PgType;
import io.craton.sql.logical.Scalar;
import io.craton.sql.syntax.WindowSpecification;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One query level while it is analysed (ParseState): what names mean, which row expressions see, and the aggregates and window functions
 * found so far. Aggregates are referred to by placeholders, columns with negative indexes, until {@link Grouping} gives them places. One thread.
 */
final class Scope {
    /** Columns {@code -1 - n} are the n-th aggregate, {@code WINDOW_BASE - n} the n-th window call. */
    static final int WINDOW_BASE = -1_000_000;
    static final int GROUPING_BASE = -2_000_000;

    final Analysis analysis;
    final @Nullable Scope parent;
    /** The row around this level's own. */
    final @Nullable RowFrame outer;
    /** The row that the expression under analysis sees. */
    RowFrame frame;
    /** What right sides of joins see, while FROM is analysed. */
    @Nullable RowFrame lateralOuter;
    ExpressionKind kind = ExpressionKind.OTHER;
    boolean lateralActive;
    final List<RangeItem> items = new ArrayList<>();
    List<Visible> namespace = new ArrayList<>();
    @Nullable CommonTables commonTables;
    /** The WITH query whose added columns this select list carries on. */
    CommonTables.@Nullable Entry carried;
    /** Fields of the FROM row so far. */
    int width;
    final List<AggregateUse> aggregates = new ArrayList<>();
    final List<GroupingUse> groupings = new ArrayList<>();
    final List<WindowUse> windows = new ArrayList<>();
    final List<WindowSpecification> windowDefinitions = new ArrayList<>();
    boolean sets;
    /** Position of the last set-returning call. */
    int setPosition;
    /** Type of VALUE in a domain's check. */
    @Nullable Scalar domainValue;
    /** Names that FOR UPDATE locks: tables need keys then. Null: all. */
    boolean lockAll;
    List<String> lockNames = List.of();
    /** Parallel lists: column references made at this level and their positions, for errors about grouping. */
    final List<Scalar> references = new ArrayList<>();
    private int[] referencePositions = new int[8];

    Scope(Analysis analysis, @Nullable Scope parent, @Nullable RowFrame outer) {
        this.analysis = analysis;
        this.parent = parent;
        this.outer = outer;
        this.lateralOuter = outer;
        this.frame = new RowFrame(this, 0, Integer.MAX_VALUE, outer);
        this.commonTables = parent == null ? null : parent.commonTables;
    }

    /** A subquery inside an expression of this level: it sees the row that the expression sees. */
    Scope subquery() {
        return new Scope(analysis, this, frame);
    }

    void remember(Scalar reference, int position) {
        if (references.size() == referencePositions.length) {
            referencePositions = java.util.Arrays.copyOf(referencePositions, references.size() * 2);
        }
        referencePositions[references.size()] = position;
        references.add(reference);
    }

    int positionOf(Scalar reference) {
        for (int i = references.size() - 1; i >= 0; i--) if (references.get(i) == reference) return referencePositions[i];
        return 0;
    }

    /** An aggregate call found at this level; arguments are over its FROM row. */
    record AggregateUse(io.craton.sql.logical.Relation.AggregateCall call, int position) {}

    /** GROUPING(..): its arguments, to be found among the group keys. */
    record GroupingUse(List<Scalar> arguments, List<Integer> positions, int position) {}

    /** A window function call over a window of this level. */
    record WindowUse(io.craton.sql.logical.Relation.WindowCall call, WindowAnalyzer.Window window, int position) {}

    static Scalar.Column aggregatePlaceholder(int n, PgType type, int typmod) {
        return new Scalar.Column(-1 - n, type, typmod);
    }
}
