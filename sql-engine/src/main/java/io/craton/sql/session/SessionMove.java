package io.craton.sql.session;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.Severity;
import io.craton.core.error.SqlState;
import io.craton.core.session.RowDescription;
import io.craton.core.session.SessionState;
import io.craton.core.session.SessionState.Part;
import io.craton.core.type.ByteReader;
import io.craton.core.type.ByteWriter;
import io.craton.core.type.PgType;
import io.craton.sql.syntax.ParsedStatement;
import io.craton.sql.syntax.SessionStatement;
import io.craton.sql.syntax.SqlParser;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a session takes to another node, as bytes: the form of each part begins with {@link #VERSION}, and an empty part says that nothing was
 * changed. A transaction is never taken along: the state is the one that its rollback would leave. One session's thread.
 *
 * <pre>
 * settings     start of the session (8), values set, by name
 * sequences    oid of the last one used (4), last value by oid
 * statements   each: name, text, flags (1), offset in the text (4), when (8), declared types, types of parameters, columns
 * unnamed      none, or one such statement
 * </pre>
 */
final class SessionMove {
    private static final int VERSION = 1;
    private static final int FROM_SQL = 1;
    private static final int PLANNED = 2;
    private static final int ROWS = 4;

    private final Session session;

    SessionMove(Session session) {
        this.session = session;
    }

    long version(Part part) {
        return switch (part) {
            case SETTINGS -> session.settings.commits();
            case SEQUENCES -> session.view().sequenceChanges();
            case STATEMENTS -> session.statements.changes();
            case UNNAMED -> session.statements.unnamedChanges();
        };
    }

    byte[] write(Part part) {
        ByteWriter out = new ByteWriter(256);
        out.putByte(VERSION);
        switch (part) {
            case SETTINGS -> {
                out.putLong(session.identity.startMicros());
                Map<String, String> values = session.settings.committed();
                out.putInt(values.size());
                values.forEach((name, value) -> {
                    text(out, name);
                    text(out, value);
                });
            }
            case SEQUENCES -> session.view().writeSequences(out);
            case STATEMENTS -> {
                for (PreparedStatement statement : session.statements.all()) {
                    if (!statement.name.isEmpty()) statement(out, statement);
                }
            }
            case UNNAMED -> {
                PreparedStatement unnamed = session.statements.get("");
                if (unnamed != null) statement(out, unnamed);
            }
        }
        return out.toByteArray();
    }

    private static void statement(ByteWriter out, PreparedStatement statement) {
        text(out, statement.name);
        text(out, statement.sql);
        PreparedStatement.Shape shape = statement.shape();
        out.putByte((statement.fromSql ? FROM_SQL : 0) | (shape != null ? PLANNED : 0) | (shape != null && shape.columns() != null ? ROWS : 0));
        out.putInt(statement.parsed == null ? 0 : statement.parsed.startOffset());
        out.putLong(statement.preparedMicros);
        out.putInt(statement.declaredTypes.size());
        for (PgType type : statement.declaredTypes) out.putInt(type == null ? 0 : type.oid());
        if (shape == null) return;
        out.putInt(shape.parameterTypes().size());
        for (PgType type : shape.parameterTypes()) out.putInt(type.oid());
        if (shape.columns() == null) return;
        out.putInt(shape.columns().columns().size());
        for (RowDescription.Column column : shape.columns().columns()) {
            text(out, column.name());
            out.putInt(column.tableOid());
            out.putInt(column.attributeNumber());
            out.putInt(column.typeOid());
            out.putInt(column.typeLength());
            out.putInt(column.typmod());
            out.putInt(column.format());
        }
    }

    // ---- back ----------------------------------------------------------------------------------------------------

    /** When the session began, where it was opened first; 0 if the state does not say. */
    static long startMicros(SessionState state) {
        ByteReader in = reader(state, Part.SETTINGS);
        return in.remaining() == 0 ? 0 : in.getLong();
    }

    /** Gives a session that has just been opened what the state says. */
    void restore(SessionState state) {
        ByteReader in = reader(state, Part.SETTINGS);
        if (in.remaining() > 0) settings(in);
        in = reader(state, Part.SEQUENCES);
        if (in.remaining() > 0) session.view().readSequences(in);
        in = reader(state, Part.STATEMENTS);
        while (in.remaining() > 0) session.statements.put(statement(in));
        in = reader(state, Part.UNNAMED);
        if (in.remaining() > 0) session.statements.put(statement(in));
    }

    private static ByteReader reader(SessionState state, Part part) {
        ByteReader in = new ByteReader(state.part(part));
        if (in.remaining() > 0 && in.getByte() != VERSION) {
            throw PgError.of(Severity.FATAL, SqlState.ADMIN_SHUTDOWN, "terminating connection because the session comes from a node of another version")
                    .exception();
        }
        return in;
    }

    private void settings(ByteReader in) {
        in.getLong();
        Map<String, String> values = new LinkedHashMap<>();
        for (int left = in.getInt(); left > 0; left--) values.put(text(in), text(in));
        session.settings.restore(values);
        session.identity.follow(session.settings);
        String role = session.settings.get("role");
        String user = session.settings.get("session_authorization");
        if (!session.identity.sessionUser().equals(user) || !session.identity.currentUser().equals(role.equals("none") ? user : role)) {
            throw PgError.of(Severity.FATAL, SqlState.ADMIN_SHUTDOWN, "terminating connection because the role that the session acted as is gone")
                    .exception();
        }
    }

    private PreparedStatement statement(ByteReader in) {
        String name = text(in);
        String sql = text(in);
        int flags = in.getByte();
        int startOffset = in.getInt();
        long preparedMicros = in.getLong();
        List<@Nullable PgType> declared = new ArrayList<>();
        for (int left = in.getInt(); left > 0; left--) {
            int oid = in.getInt();
            declared.add(oid == 0 ? null : type(oid));
        }
        PreparedStatement statement = new PreparedStatement(name, sql, parsed(sql, startOffset, (flags & FROM_SQL) != 0), declared,
                (flags & FROM_SQL) != 0, preparedMicros);
        if ((flags & PLANNED) == 0) return statement;
        List<PgType> parameters = new ArrayList<>();
        for (int left = in.getInt(); left > 0; left--) parameters.add(type(in.getInt()));
        RowDescription columns = null;
        if ((flags & ROWS) != 0) {
            List<RowDescription.Column> all = new ArrayList<>();
            for (int left = in.getInt(); left > 0; left--) {
                all.add(new RowDescription.Column(text(in), in.getInt(), in.getInt(), in.getInt(), in.getInt(), in.getInt(), in.getInt()));
            }
            columns = new RowDescription(all);
        }
        statement.promised = new PreparedStatement.Shape(parameters, columns);
        return statement;
    }

    private @Nullable ParsedStatement parsed(String sql, int startOffset, boolean fromSql) {
        for (ParsedStatement parsed : SqlParser.parse(sql, session.lexerSettings())) {
            if (!fromSql) return parsed;
            if (parsed.startOffset() == startOffset && parsed.statement() instanceof SessionStatement.Prepare prepare) {
                return PreparedStatements.inner(prepare, parsed);
            }
        }
        return null;
    }

    private PgType type(int oid) {
        PgType type = session.catalog().type(oid);
        if (type == null) throw new PgException(SqlState.UNDEFINED_OBJECT, "type with OID " + oid + " does not exist");
        return type;
    }

    private static void text(ByteWriter out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.putInt(bytes.length);
        out.putBytes(bytes);
    }

    private static String text(ByteReader in) {
        return in.getUtf8(in.getInt());
    }
}
