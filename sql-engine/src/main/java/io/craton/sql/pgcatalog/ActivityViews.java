package io.craton.sql.pgcatalog;

import io.craton.core.type.FormatContext;
import io.craton.core.type.PgTypes;
import io.craton.core.type.TypeCodecs;
import io.craton.core.type.TypeOid;
import io.craton.sql.exec.ExecContext;
import io.craton.sql.session.SessionActivity;
import io.craton.storage.txn.LockReport;
import io.craton.storage.txn.LockReport.Advisory;
import io.craton.storage.txn.LockReport.Relation;
import io.craton.storage.txn.LockReport.TransactionEnd;
import io.craton.storage.txn.LockReport.Virtual;
import io.craton.storage.txn.Transaction.AdvisoryKey;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What sessions do and hold now: pg_stat_activity, pg_stat_ssl, pg_locks. */
final class ActivityViews {
    private static final int READ_ALL_STATS = 3375;

    private ActivityViews() {}

    static void activity(ExecContext context, Consumer<Object[]> out) {
        for (SessionActivity s : context.session().activity()) {
            Object[] row = new Object[22];
            row[0] = (long) s.databaseOid();
            row[1] = s.database();
            row[2] = (long) s.processId();
            row[4] = (long) s.userOid();
            row[5] = s.user();
            row[6] = s.applicationName();
            if (mayRead(context, s)) details(context, s, row);
            else row[20] = "<insufficient privilege>";
            out.accept(row);
        }
    }

    private static void details(ExecContext context, SessionActivity s, Object[] row) {
        InetSocketAddress remote = s.remote();
        row[7] = address(context, remote);
        row[9] = remote == null ? -1L : (long) remote.getPort();
        row[10] = s.start();
        row[11] = s.transactionStart();
        row[12] = s.queryStart();
        row[13] = s.stateChange();
        if (s.lockWait() != null) {
            row[14] = "Lock";
            row[15] = s.lockWait();
        } else if (s.state() != SessionActivity.State.ACTIVE) {
            row[14] = "Client";
            row[15] = "ClientRead";
        }
        row[16] = s.state().text();
        row[20] = s.query();
        row[21] = "client backend";
    }

    private static boolean mayRead(ExecContext context, SessionActivity s) {
        return Ownership.has(context, s.userOid()) || Ownership.has(context, READ_ALL_STATS);
    }

    private static @Nullable Object address(ExecContext context, @Nullable InetSocketAddress remote) {
        return remote == null ? null : TypeCodecs.fromText(PgTypes.get(TypeOid.INET), remote.getAddress().getHostAddress(), -1, context.format());
    }

    static void ssl(ExecContext context, Consumer<Object[]> out) {
        for (SessionActivity s : context.session().activity()) {
            if (!mayRead(context, s)) continue;
            var tls = s.tls();
            var client = tls == null ? null : tls.client();
            out.accept(new Object[] {
                (long) s.processId(), tls != null, tls == null ? null : tls.version(), tls == null ? null : tls.cipher(),
                tls == null ? null : (long) tls.bits(), client == null ? null : client.subject(),
                client == null ? null : TypeCodecs.fromText(PgTypes.NUMERIC, client.serial(), -1, FormatContext.DEFAULT), client == null ? null : client.issuer()});
        }
    }

    static void gss(ExecContext context, Consumer<Object[]> out) {
        for (SessionActivity s : context.session().activity()) {
            if (mayRead(context, s)) out.accept(new Object[] {(long) s.processId(), false, null, false});
        }
    }

    static void locks(ExecContext context, Consumer<Object[]> out) {
        for (LockReport lock : context.session().locks()) {
            Object[] row = new Object[16];
            if (lock.database() != 0) row[1] = (long) lock.database();
            switch (lock.target()) {
                case Relation relation -> {
                    row[0] = "relation";
                    row[2] = Datum.oid(relation.oid());
                }
                case Virtual virtual -> {
                    row[0] = "virtualxid";
                    row[5] = virtualId(lock);
                }
                case TransactionEnd transaction -> {
                    row[0] = "transactionid";
                    row[6] = transaction.id() & 0xffffffffL;
                }
                case Advisory advisory -> {
                    AdvisoryKey key = advisory.key();
                    row[0] = "advisory";
                    row[7] = Datum.oid(key.high());
                    row[8] = Datum.oid(key.low());
                    row[9] = key.twoKeys() ? 2L : 1L;
                }
            }
            row[10] = virtualId(lock);
            row[11] = (long) lock.processId();
            row[12] = lock.mode();
            row[13] = lock.granted();
            row[14] = lock.fastPath();
            row[15] = lock.waitStart();
            out.accept(row);
        }
    }

    private static String virtualId(LockReport lock) {
        return lock.processId() + "/" + lock.transactionId();
    }
}
