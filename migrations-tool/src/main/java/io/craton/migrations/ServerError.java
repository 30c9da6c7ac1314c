package io.craton.migrations;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** What the server says of a failure. */
final class ServerError {
    private ServerError() {}

    private static @Nullable ServerErrorMessage message(SQLException e) {
        return e instanceof PSQLException server ? server.getServerErrorMessage() : null;
    }

    /** From 1, in characters; 0 when the server names none. */
    static int position(SQLException e) {
        ServerErrorMessage message = message(e);
        return message == null ? 0 : message.getPosition();
    }

    static String text(SQLException e) {
        ServerErrorMessage message = message(e);
        if (message == null) return e.getMessage() + " (" + e.getSQLState() + ")";
        StringBuilder text = new StringBuilder("%s (%s)".formatted(message.getMessage(), message.getSQLState()));
        if (message.getDetail() != null) text.append("\n  detail: ").append(message.getDetail());
        if (message.getHint() != null) text.append("\n  hint: ").append(message.getHint());
        return text.toString();
    }
}
