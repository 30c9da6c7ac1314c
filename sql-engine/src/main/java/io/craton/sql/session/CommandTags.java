package io.craton.sql.session;

import io.craton.sql.logical.Relation.ModifyKind;
import io.craton.sql.syntax.SessionStatement;
import io.craton.sql.syntax.Statement;
import io.craton.sql.syntax.UtilityStatement;
import org.jspecify.annotations.Nullable;

/** Command tags as PostgreSQL spells them. */
final class CommandTags {
    private static final String[] SELECT_FEW = few("SELECT ");
    private static final String[] UPDATE_FEW = few("UPDATE ");
    private static final String[] INSERT_FEW = few("INSERT 0 ");

    private CommandTags() {}

    private static String[] few(String prefix) {
        String[] tags = new String[16];
        for (int i = 0; i < tags.length; i++) tags[i] = prefix + i;
        return tags;
    }

    /** Tag of a query (null) or modification with its number of rows. */
    static String of(@Nullable ModifyKind command, long rows) {
        boolean few = rows < 16;
        if (command == null) return few ? SELECT_FEW[(int) rows] : "SELECT " + rows;
        return switch (command) {
            case INSERT -> few ? INSERT_FEW[(int) rows] : "INSERT 0 " + rows;
            case UPDATE -> few ? UPDATE_FEW[(int) rows] : "UPDATE " + rows;
            case DELETE -> "DELETE " + rows;
            case MERGE -> "MERGE " + rows;
        };
    }

    /** Name of a statement for messages; for statements that have one word of their own. */
    static String of(Statement statement) {
        return switch (statement) {
            case UtilityStatement.Copy copy -> "COPY";
            case UtilityStatement.Explain explain -> "EXPLAIN";
            case UtilityStatement.Vacuum vacuum -> vacuum.vacuum() ? "VACUUM" : "ANALYZE";
            case SessionStatement.LockTable lock -> "LOCK TABLE";
            default -> statement.getClass().getSimpleName().replaceAll("(?<=[a-z])(?=[A-Z])", " ").toUpperCase(java.util.Locale.ROOT);
        };
    }
}
