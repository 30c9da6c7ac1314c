package io.craton.sql.syntax;

import io.craton.core.error.SqlState;
import io.craton.sql.syntax.WindowSpecification.Bound;
import io.craton.sql.syntax.WindowSpecification.BoundKind;
import io.craton.sql.syntax.WindowSpecification.Exclusion;
import io.craton.sql.syntax.WindowSpecification.Frame;
import io.craton.sql.syntax.WindowSpecification.FrameMode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Window definitions and their frames. */
final class WindowParser {
    private final Grammar grammar;
    private final TokenCursor cursor;

    WindowParser(Grammar grammar) {
        this.grammar = grammar;
        this.cursor = grammar.cursor;
    }

    /** window_definition: name AS (..). */
    WindowSpecification definition() {
        String name = cursor.columnName();
        cursor.expect(Token.AS);
        return specification(name);
    }

    /** window_specification. */
    WindowSpecification specification(@Nullable String name) {
        int position = cursor.position();
        cursor.expect(Token.LPAREN);
        String existing = cursor.atColumnName() && !frameWord() && !cursor.at(Token.PARTITION) ? cursor.columnName() : null;
        List<Expr> partition = List.of();
        if (cursor.accept(Token.PARTITION)) {
            cursor.expect(Token.BY);
            partition = grammar.expressions.expressionList();
        }
        List<SelectStatement.SortBy> orderBy = grammar.selects.orderBy();
        Frame frame = frameWord() ? frame() : null;
        cursor.expect(Token.RPAREN);
        return new WindowSpecification(name, null, existing, partition, orderBy, frame, position);
    }

    private boolean frameWord() {
        return cursor.at(Token.RANGE) || cursor.at(Token.ROWS) || cursor.at(Token.GROUPS);
    }

    private Frame frame() {
        int position = cursor.position();
        FrameMode mode = FrameMode.valueOf(cursor.token().name());
        cursor.advance();
        Bound start;
        Bound end = null;
        if (cursor.accept(Token.BETWEEN)) {
            start = bound();
            cursor.expect(Token.AND);
            end = bound();
            check(start, end);
        } else {
            start = bound();
            if (start.kind() == BoundKind.UNBOUNDED_FOLLOWING) throw windowing("frame start cannot be UNBOUNDED FOLLOWING", start);
            if (start.kind() == BoundKind.FOLLOWING) throw windowing("frame starting from following row cannot end with current row", start);
        }
        return new Frame(mode, start, end, exclusion(), position);
    }

    private static void check(Bound start, Bound end) {
        if (start.kind() == BoundKind.UNBOUNDED_FOLLOWING) throw windowing("frame start cannot be UNBOUNDED FOLLOWING", start);
        if (end.kind() == BoundKind.UNBOUNDED_PRECEDING) throw windowing("frame end cannot be UNBOUNDED PRECEDING", end);
        if (start.kind() == BoundKind.CURRENT_ROW && end.kind() == BoundKind.PRECEDING) {
            throw windowing("frame starting from current row cannot have preceding rows", end);
        }
        if (start.kind() == BoundKind.FOLLOWING && (end.kind() == BoundKind.PRECEDING || end.kind() == BoundKind.CURRENT_ROW)) {
            throw windowing("frame starting from following row cannot have preceding rows", end);
        }
    }

    private static RuntimeException windowing(String message, Bound bound) {
        return TokenCursor.error(SqlState.WINDOWING_ERROR, message, bound.position());
    }

    private Bound bound() {
        int position = cursor.position();
        if (cursor.accept(Token.UNBOUNDED, Token.PRECEDING)) return new Bound(BoundKind.UNBOUNDED_PRECEDING, null, position);
        if (cursor.accept(Token.UNBOUNDED, Token.FOLLOWING)) return new Bound(BoundKind.UNBOUNDED_FOLLOWING, null, position);
        if (cursor.accept(Token.CURRENT, Token.ROW)) return new Bound(BoundKind.CURRENT_ROW, null, position);
        Expr offset = grammar.expressions.expression();
        if (cursor.accept(Token.PRECEDING)) return new Bound(BoundKind.PRECEDING, offset, position);
        cursor.expect(Token.FOLLOWING);
        return new Bound(BoundKind.FOLLOWING, offset, position);
    }

    private Exclusion exclusion() {
        if (!cursor.accept(Token.EXCLUDE)) return Exclusion.NO_OTHERS;
        if (cursor.accept(Token.GROUP)) return Exclusion.GROUP;
        if (cursor.accept(Token.TIES)) return Exclusion.TIES;
        if (cursor.accept(Token.CURRENT)) {
            cursor.expect(Token.ROW);
            return Exclusion.CURRENT_ROW;
        }
        cursor.expect(Token.NO, Token.OTHERS);
        return Exclusion.NO_OTHERS;
    }
}
