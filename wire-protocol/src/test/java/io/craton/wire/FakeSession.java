package io.craton.wire;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.session.BoundParameters;
import io.craton.core.session.ClientLink;
import io.craton.core.session.CopySource;
import io.craton.core.session.ResultSink;
import io.craton.core.session.RowDescription;
import io.craton.core.session.SqlSession;
import io.craton.core.session.StatementDescription;
import io.craton.core.session.TransactionStatus;
import io.craton.core.type.ByteWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import io.craton.core.session.SessionState;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A small session that knows the statements of the tests and answers them as PostgreSQL does. A statement with the comment
 * {@code thread} asks for a thread, one with {@code pending} ends on another thread, {@code inline} asks for neither. Never notices a wrong use by the wire
 * silently: calls that overlap fail.
 */
final class FakeSession implements SqlSession {
    private static final Pattern SERIES = Pattern.compile("select generate_series\\(1, ?(\\d+)\\).*");
    private static final Pattern WIDE = Pattern.compile("select repeat\\('x', ?(\\d+)\\) from generate_series\\(1, ?(\\d+)\\)");
    private static final Pattern ECHO = Pattern.compile("select \\$1::(\\w+).*");
    private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/");

    private static final class Portal {
        final String sql;
        final BoundParameters parameters;
        final int format;
        int next = 1;

        Portal(String sql, BoundParameters parameters, int format) {
            this.sql = sql;
            this.parameters = parameters;
            this.format = format;
        }
    }

    final Map<String, String> startUp;
    final List<String> log = new ArrayList<>();
    final CountDownLatch closed = new CountDownLatch(1);
    final Thread[] lastThread = new Thread[1];
    volatile long idleTimeoutMillis;
    volatile long copiedBytes;
    volatile int rowsWritten;
    private final Map<String, String> statements = new HashMap<>();
    private final Map<String, int[]> parameterTypes = new HashMap<>();
    private final Map<String, Portal> portals = new HashMap<>();
    private TransactionStatus status = TransactionStatus.IDLE;
    private volatile CountDownLatch cancelled = new CountDownLatch(1);
    private @Nullable Resume resume;
    volatile @Nullable ClientLink link;
    private final List<String> notifications = new ArrayList<>();

    FakeSession(Map<String, String> startUp) {
        this.startUp = startUp;
    }

    @Override
    public void onResume(Resume callback) {
        resume = callback;
    }

    @Override
    public void attach(ClientLink client) {
        link = client;
    }

    void notifyClient(String payload) {
        synchronized (notifications) {
            notifications.add(payload);
        }
        link.notificationsReady();
    }

    @Override
    public void deliverNotifications(ResultSink sink) {
        synchronized (notifications) {
            for (String payload : notifications) sink.notification(7, "channel", payload);
            notifications.clear();
        }
    }

    @Override
    public TransactionStatus transactionStatus() {
        return status;
    }

    @Override
    public Progress simpleQuery(String sql, ResultSink sink, Mode mode) {
        if (sql.contains("/*thread*/") && mode == Mode.INLINE) return Progress.NEEDS_THREAD;
        if (needsThread(sql) && mode == Mode.INLINE) return Progress.NEEDS_THREAD;
        if (sql.contains("/*pending*/") && mode == Mode.INLINE) return later(() -> simple(sql, sink));
        simple(sql, sink);
        return Progress.DONE;
    }

    private Progress later(Runnable work) {
        Thread.ofPlatform().start(() -> {
            PgException failure = null;
            try {
                work.run();
            } catch (PgException expected) {
                failure = expected;
            }
            resume.resumed(failure);
        });
        return Progress.PENDING;
    }

    private static boolean needsThread(String sql) {
        if (sql.contains("/*inline*/")) return false;
        return sql.contains("copy ") || sql.contains("pg_sleep") || sql.contains("repeat(");
    }

    private void simple(String text, ResultSink sink) {
        String[] parts = COMMENT.matcher(text).replaceAll("").split(";");
        boolean any = false;
        for (String part : parts) {
            String sql = part.strip();
            if (sql.isEmpty()) continue;
            any = true;
            Portal portal = new Portal(sql, BoundParameters.NONE, 0);
            RowDescription columns = columns(sql, 0);
            checkNotFailed(sql);
            if (sql.contains("1/0")) throw new PgException(SqlState.DIVISION_BY_ZERO, "division by zero");
            if (columns != null) sink.rowDescription(columns);
            perform(portal, 0, sink);
        }
        if (!any) sink.emptyQuery();
    }

    @Override
    public Progress parse(String statement, String sql, int[] types, Mode mode) {
        log.add("parse " + statement);
        if (!statement.isEmpty() && statements.containsKey(statement)) {
            throw new PgException(SqlState.DUPLICATE_PSTATEMENT, "prepared statement \"" + statement + "\" already exists");
        }
        String clean = COMMENT.matcher(sql).replaceAll("").strip();
        if (clean.startsWith("selec ")) {
            throw PgError.error(SqlState.SYNTAX_ERROR, "syntax error at or near \"selec\"").withPosition(1).exception();
        }
        statements.put(statement, sql);
        Matcher echo = ECHO.matcher(clean);
        parameterTypes.put(statement, echo.matches() ? new int[] {oid(echo.group(1))} : new int[0]);
        return Progress.DONE;
    }

    @Override
    public Progress bind(String portal, String statement, BoundParameters parameters, short[] formats, Mode mode) {
        String sql = statement(statement);
        if (parameters.count() != parameterTypes.get(statement).length) {
            throw new PgException(SqlState.PROTOCOL_VIOLATION, "bind message supplies " + parameters.count()
                    + " parameters, but prepared statement \"" + statement + "\" requires "
                    + parameterTypes.get(statement).length);
        }
        if (!portal.isEmpty() && portals.containsKey(portal)) {
            throw new PgException(SqlState.DUPLICATE_CURSOR, "cursor \"" + portal + "\" already exists");
        }
        checkNotFailed(sql);
        if (sql.contains("1/0")) throw new PgException(SqlState.DIVISION_BY_ZERO, "division by zero");
        portals.put(portal, new Portal(sql, parameters, formats.length == 0 ? 0 : formats[0]));
        return Progress.DONE;
    }

    private String statement(String name) {
        String sql = statements.get(name);
        if (sql == null) {
            throw new PgException(SqlState.UNDEFINED_PSTATEMENT, name.isEmpty() ? "unnamed prepared statement does not exist"
                    : "prepared statement \"" + name + "\" does not exist");
        }
        return sql;
    }

    private Portal portal(String name) {
        Portal portal = portals.get(name);
        if (portal == null) throw new PgException(SqlState.UNDEFINED_CURSOR, "portal \"" + name + "\" does not exist");
        return portal;
    }

    @Override
    public StatementDescription describeStatement(String statement) {
        return new StatementDescription(parameterTypes.getOrDefault(statement, new int[0]), columns(statement(statement), 0));
    }

    @Override
    public @Nullable RowDescription describePortal(String portal) {
        return columns(portal(portal).sql, portal(portal).format);
    }

    @Override
    public Progress execute(String name, int maxRows, ResultSink sink, Mode mode) {
        Portal portal = portal(name);
        boolean thread = portal.sql.contains("/*thread*/") || needsThread(portal.sql);
        if (thread && mode == Mode.INLINE) return Progress.NEEDS_THREAD;
        if (portal.sql.contains("/*pending*/") && mode == Mode.INLINE) return later(() -> perform(portal, maxRows, sink));
        lastThread[0] = Thread.currentThread();
        perform(portal, maxRows, sink);
        return Progress.DONE;
    }

    private void checkNotFailed(String sql) {
        boolean ends = sql.startsWith("commit") || sql.startsWith("rollback");
        if (status == TransactionStatus.FAILED && !ends) {
            throw new PgException(SqlState.IN_FAILED_SQL_TRANSACTION,
                    "current transaction is aborted, commands ignored until end of transaction block");
        }
    }

    private static int oid(String type) {
        return switch (type) {
            case "int4", "int" -> 23;
            case "text" -> 25;
            case "bytea" -> 17;
            default -> throw new PgException(SqlState.UNDEFINED_OBJECT, "type \"" + type + "\" does not exist");
        };
    }

    private static @Nullable RowDescription columns(String text, int format) {
        String sql = COMMENT.matcher(text).replaceAll("").strip().toLowerCase(java.util.Locale.ROOT);
        if (!sql.startsWith("select") && !sql.startsWith("show")) return null;
        if (SERIES.matcher(sql).matches()) return one("generate_series", 23, format);
        if (WIDE.matcher(sql).matches()) return one("repeat", 25, format);
        Matcher echo = ECHO.matcher(sql);
        if (echo.matches()) return one(echo.group(1), oid(echo.group(1)), format);
        if (sql.contains("pg_sleep")) return one("pg_sleep", 2278, format);
        if (sql.startsWith("select '")) return one("?column?", 25, format);
        return sql.startsWith("show") ? one(sql.substring(5), 25, format) : one("?column?", 23, format);
    }

    private static RowDescription one(String name, int oid, int format) {
        int length = oid == 23 || oid == 2278 ? 4 : -1;
        return new RowDescription(List.of(new RowDescription.Column(name, 0, 0, oid, length, -1, format)));
    }

    private void perform(Portal portal, int maxRows, ResultSink sink) {
        String sql = COMMENT.matcher(portal.sql).replaceAll("").strip().toLowerCase(java.util.Locale.ROOT);
        Matcher series = SERIES.matcher(sql);
        Matcher wide = WIDE.matcher(sql);
        if (series.matches()) {
            series(portal, Integer.parseInt(series.group(1)), maxRows, sink);
        } else if (wide.matches()) {
            wide(Integer.parseInt(wide.group(1)), Integer.parseInt(wide.group(2)), sink);
        } else if (ECHO.matcher(sql).matches()) {
            echo(portal, sink);
        } else {
            fixed(sql, sink);
        }
    }

    private void fixed(String sql, ResultSink sink) {
        if (sql.startsWith("copy t to")) {
            sink.copyOut(0, new short[] {0});
            for (int i = 1; i <= 2; i++) {
                sink.beginCopyData().putAscii(i + "\n");
                sink.endCopyData();
            }
            sink.copyDone();
            sink.commandComplete("COPY 2");
            return;
        }
        if (sql.startsWith("copy t from")) {
            copyIn(sink);
            return;
        }
        if (sql.startsWith("select pg_sleep")) {
            sleep();
            return;
        }
        switch (sql) {
            case "begin" -> end(sink, TransactionStatus.IN_TRANSACTION, "BEGIN");
            case "commit" -> end(sink, TransactionStatus.IDLE, status == TransactionStatus.FAILED ? "ROLLBACK" : "COMMIT");
            case "rollback" -> end(sink, TransactionStatus.IDLE, "ROLLBACK");
            case "select 1" -> text(sink, "1");
            case "select 2" -> text(sink, "2");
            case "select 1/0" -> throw new PgException(SqlState.DIVISION_BY_ZERO, "division by zero");
            case "select 'notice'" -> {
                ByteWriter row = sink.beginRow(1);
                sink.notice(PgError.notice(SqlState.WARNING, "from within a row"));
                sink.parameterStatus("application_name", "x");
                row.putInt(1);
                row.putByte('1');
                sink.endRow();
                sink.commandComplete("SELECT 1");
            }
            case "insert" -> {
                log.add("inserted");
                sink.commandComplete("INSERT 0 1");
            }
            case "select 'half'" -> {
                sink.beginRow(1).putInt(99);
                throw new PgException(SqlState.INTERNAL_ERROR, "failed in the middle of a row");
            }
            case "select 'bug'" -> throw new IllegalStateException("a bug");
            case "select 'deep'" -> throw new StackOverflowError();
            case "" -> sink.emptyQuery();
            case "create temp table t (a int)" -> sink.commandComplete("CREATE TABLE");
            default -> {
                if (!sql.startsWith("set ")) throw new PgException(SqlState.SYNTAX_ERROR, "not known to the fake: " + sql);
                String[] words = sql.split("[ =]+", 3);
                if (words[1].equals("application_name")) sink.parameterStatus(words[1], words[2].replace("'", ""));
                sink.commandComplete("SET");
            }
        }
    }

    private void end(ResultSink sink, TransactionStatus next, String tag) {
        status = next;
        if (next == TransactionStatus.IDLE) portals.clear();
        sink.commandComplete(tag);
    }

    private static void text(ResultSink sink, String value) {
        ByteWriter row = sink.beginRow(1);
        row.putInt(value.length());
        row.putAscii(value);
        sink.endRow();
        sink.commandComplete("SELECT 1");
    }

    private void copyIn(ResultSink sink) {
        CopySource source = sink.copyIn(0, new short[] {0});
        long rows = 0;
        for (byte[] data = source.next(); data != null; data = source.next()) {
            copiedBytes += data.length;
            for (byte each : data) {
                if (each == '\n') rows++;
                if (each == '!') {
                    throw new PgException(SqlState.INVALID_TEXT_REPRESENTATION, "invalid input syntax for type integer: \"!\"");
                }
            }
        }
        sink.commandComplete("COPY " + rows);
    }

    private void sleep() {
        try {
            if (!cancelled.await(20, TimeUnit.SECONDS)) throw new PgException(SqlState.INTERNAL_ERROR, "never cancelled");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        cancelled = new CountDownLatch(1);
        throw new PgException(SqlState.QUERY_CANCELED, "canceling statement due to user request");
    }

    private static void series(Portal portal, int last, int maxRows, ResultSink sink) {
        int sent = 0;
        while (portal.next <= last && (maxRows == 0 || sent < maxRows)) {
            ByteWriter row = sink.beginRow(1);
            if (portal.format == 1) {
                row.putInt(4);
                row.putInt(portal.next);
            } else {
                String text = Integer.toString(portal.next);
                row.putInt(text.length());
                row.putAscii(text);
            }
            sink.endRow();
            portal.next++;
            sent++;
        }
        if (maxRows > 0 && sent == maxRows) sink.portalSuspended();
        else sink.commandComplete("SELECT " + sent);
    }

    private void wide(int width, int rows, ResultSink sink) {
        byte[] value = "x".repeat(width).getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < rows; i++) {
            ByteWriter row = sink.beginRow(1);
            row.putInt(width);
            row.putBytes(value);
            sink.endRow();
            rowsWritten++;
        }
        sink.commandComplete("SELECT " + rows);
    }

    private static void echo(Portal portal, ResultSink sink) {
        BoundParameters parameters = portal.parameters;
        ByteWriter row = sink.beginRow(1);
        int length = parameters.lengths()[0];
        if (portal.sql.contains("int4") && length > 0 && parameters.format(0) == 0 && portal.format == 1) {
            row.putInt(4);
            row.putInt(Integer.parseInt(new String(parameters.bytes(), parameters.offsets()[0], length, StandardCharsets.US_ASCII)));
        } else {
            row.putInt(length);
            if (length > 0) row.putBytes(parameters.bytes(), parameters.offsets()[0], length);
        }
        sink.endRow();
        sink.commandComplete("SELECT 1");
    }

    @Override
    public void closeStatement(String statement) {
        statements.remove(statement);
    }

    @Override
    public void closePortal(String portal) {
        portals.remove(portal);
    }

    @Override
    public Progress functionCall(int function, BoundParameters arguments, short resultFormat, ResultSink sink, Mode mode) {
        throw PgException.notSupported("function call protocol");
    }

    @Override
    public Progress sync(ResultSink sink, Mode mode) {
        if (status == TransactionStatus.IDLE) portals.clear();
        return Progress.DONE;
    }

    @Override
    public void failed(PgError error) {
        if (status == TransactionStatus.IN_TRANSACTION) status = TransactionStatus.FAILED;
        portals.clear();
    }

    @Override
    public Map<String, String> reportedParameters() {
        Map<String, String> reported = new LinkedHashMap<>();
        reported.put("client_encoding", "UTF8");
        reported.put("DateStyle", "ISO, MDY");
        reported.put("integer_datetimes", "on");
        reported.put("server_version", "15.18");
        reported.put("standard_conforming_strings", "on");
        reported.put("TimeZone", "UTC");
        return reported;
    }

    @Override
    public void cancel() {
        cancelled.countDown();
    }

    @Override
    public long idleTimeoutMillis() {
        return idleTimeoutMillis;
    }

    @Override
    public long stateVersion(SessionState.Part part) {
        return 0;
    }

    @Override
    public byte[] state(SessionState.Part part) {
        return new byte[0];
    }

    @Override
    public Collection<String> transactionEnds() {
        return List.of();
    }

    @Override
    public @Nullable String boundBy() {
        return null;
    }

    @Override
    public void doomBlock(PgError error) {
        throw new AssertionError("a fake session runs in one term: " + error.message());
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
