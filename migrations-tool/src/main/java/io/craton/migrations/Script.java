package io.craton.migrations;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;

/** A file with its placeholders filled, ready to run. */
record Script(Migration file, String text, List<SqlScript.Statement> statements, boolean outsideTransaction) {
    /** @throws MigrationException for a statement that the file must not have, with its place */
    static Script of(Migration file, Placeholders placeholders) throws MigrationException {
        String text = placeholders.fill(file);
        List<SqlScript.Statement> statements = SqlScript.split(text);
        boolean outside = false;
        for (SqlScript.Statement statement : statements) {
            SqlWords words = new SqlWords(statement.sql());
            String word = words.word(0).toUpperCase(Locale.ROOT);
            if (Lint.transactionControl(words)) {
                throw new MigrationException("%s:%s: %s is not allowed: each file is one transaction already".formatted(file.file(), statement.place(), word));
            }
            if (!Lint.outsideTransaction(words)) continue;
            if (statements.size() > 1) {
                throw new MigrationException("%s:%s: this %s cannot be part of a transaction: give it a file of its own".formatted(
                        file.file(), statement.place(), words.text(0, 3).replaceAll("\\s+", " ")));
            }
            outside = true;
        }
        return new Script(file, text, statements, outside);
    }

    void run(Connection connection) throws MigrationException {
        for (SqlScript.Statement part : statements) {
            try (Statement statement = connection.createStatement()) {
                statement.setEscapeProcessing(false);
                statement.execute(part.sql());
            } catch (SQLException e) {
                int position = ServerError.position(e);
                Place place = position == 0 ? part.place() : part.placeOf(text, position);
                throw new MigrationException("%s:%s: %s".formatted(file.file(), place, ServerError.text(e)), e);
            }
        }
    }
}
