package io.craton.sql.syntax;

import java.util.List;
import io.craton.core.error.PgError;

/**
 * One statement of a query string. {@code startOffset} (inclusive) and {@code endOffset} (exclusive) are UTF-16 offsets into the Java string, without the
 * semicolon and surrounding blanks, for pg_stat_statements and view texts; {@code span} says the same in PostgreSQL's 1-based characters.
 *
 * @param parameterCount the highest n of {@code $n} in the statement, 0 when there is none
 * @param notices notices and warnings that parsing produced, in order (identifier truncation, nonstandard escapes)
 */
public record ParsedStatement(
        Statement statement, int startOffset, int endOffset, SourceSpan span, int parameterCount, List<PgError> notices) {}
