package io.craton.sql.procedure;

import io.craton.sql.syntax.Statement;
import java.util.Locale;

/** Statements by the words of their commands, for errors. */
final class CommandName {
    private CommandName() {}

    /** CreateTable is CREATE TABLE. */
    static String of(Statement statement) {
        return statement.getClass().getSimpleName().replaceAll("(?<=[a-z])(?=[A-Z])", " ").toUpperCase(Locale.ROOT);
    }
}
