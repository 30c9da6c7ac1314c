package io.craton.sql.session;

import io.craton.core.audit.AuditClass;
import io.craton.core.audit.AuditLog;
import io.craton.core.audit.AuditRecord;
import io.craton.core.audit.AuditRecord.Actor;
import io.craton.core.error.PgError;
import io.craton.core.error.SqlState;
import io.craton.sql.syntax.ObjectStatement;
import io.craton.sql.syntax.ParsedStatement;
import io.craton.sql.syntax.RoleStatement;
import io.craton.sql.syntax.Statement;
import io.craton.storage.txn.Transaction;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What is written down of one session. Changes of definitions and rights travel in the entry of the transaction that makes them: they are in the log together,
 * or neither is. The session's thread.
 */
final class SessionAudit {
    private static final int TEXT_MAX = 10_000;
    /** A process id begins with the number of the node that its client is connected to. */
    private static final int NODE_SHIFT = 24;

    private final Session session;
    private final AuditLog log;

    SessionAudit(Session session, AuditLog log) {
        this.session = session;
        this.log = log;
    }

    /** @param text what the statement is a part of: its own text where {@code whole} */
    void runs(ParsedStatement parsed, String text, boolean whole, Transaction transaction) {
        AuditClass kind = kind(parsed.statement());
        if (kind == null || !log.wants(kind)) return;
        int begin = whole ? 0 : Math.min(parsed.startOffset(), text.length());
        int end = whole || parsed.endOffset() <= begin ? text.length() : Math.min(parsed.endOffset(), text.length());
        transaction.audit(record(kind, CommandName.of(parsed.statement()), hidden(text.substring(begin, end)), null));
    }

    private static @Nullable AuditClass kind(Statement statement) {
        return switch (statement) {
            case RoleStatement _, ObjectStatement.AlterOwner _ -> AuditClass.RIGHTS;
            default -> CommandName.changes(statement) ? AuditClass.DDL : null;
        };
    }

    /** A request ended in an error. */
    void failed(PgError error) {
        if (error.state() != SqlState.INSUFFICIENT_PRIVILEGE || !log.wants(AuditClass.DENIED)) return;
        log.record(record(AuditClass.DENIED, error.message(), hidden(session.activity().query()), error.state().code));
    }

    void administered(String action, @Nullable String detail) {
        if (log.wants(AuditClass.ADMIN)) log.record(record(AuditClass.ADMIN, action, detail, null));
    }

    void loggedIn() {
        if (log.wants(AuditClass.LOGIN)) log.record(record(AuditClass.LOGIN, "login", session.identity.tls() == null ? null : session.identity.tls().version(), null));
    }

    private AuditRecord record(AuditClass kind, String action, @Nullable String detail, @Nullable String sqlState) {
        SessionIdentity identity = session.identity;
        String acting = identity.currentUser();
        Actor actor = new Actor(identity.authenticated().name(), acting.equals(identity.authenticated().name()) ? null : acting, identity.database(), address(identity.remote()),
                identity.processId(), session.settings.get("application_name"), identity.processId() >>> NODE_SHIFT);
        return new AuditRecord(kind, session.engine.nowMicros(), 1, actor, action, detail, sqlState);
    }

    static @Nullable String address(@Nullable InetSocketAddress remote) {
        InetAddress address = remote == null ? null : remote.getAddress();
        if (address == null) return null;
        String text = address.getHostAddress();
        return text.indexOf('%') < 0 ? text : text.substring(0, text.indexOf('%'));
    }

    private static String hidden(String text) {
        String shown = HiddenPasswords.in(text);
        return shown.length() <= TEXT_MAX ? shown : shown.substring(0, TEXT_MAX) + "...";
    }
}
