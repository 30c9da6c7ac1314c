package io.craton.sql.function;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.Interval;
import io.craton.core.type.PgArray;
import io.craton.core.type.PgTypes;
import io.craton.core.type.TypeCodecs;
import io.craton.core.type.TypeOid;
import io.craton.sql.exec.ExecContext;
import io.craton.sql.session.SessionActivity;
import io.craton.sql.session.SessionView;
import io.craton.storage.catalog.CatalogObject.SchemaDef;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Facts of the session and the server, settings, waiting, advisory locks. */
public final class SessionFunctions {
    private static final int PG_SIGNAL_BACKEND = 4200;

    private static final double MICROS = 1_000_000;
    private static final long SLICE_NANOS = 10_000_000;

    private SessionFunctions() {}

    /** The first schema of the path that exists. */
    public static @Nullable String currentSchema(ExecContext context) {
        List<String> path = explicitPath(context);
        return path.isEmpty() ? null : path.getFirst();
    }

    static void register(Kernels kernels) {
        kernels.scalar("pgsql_version", (context, call, a) -> "PostgreSQL " + setting(context, "server_version")
                + " on x86_64-pc-linux-gnu, compiled by craton, 64-bit");
        kernels.scalar("current_database", (context, call, a) -> context.session().database());
        kernels.scalar("current_user", (context, call, a) -> context.session().currentUser());
        kernels.scalar("session_user", (context, call, a) -> context.session().sessionUser());
        kernels.scalar("current_schema", (context, call, a) -> currentSchema(context));
        kernels.scalar("current_schemas", (context, call, a) ->
                PgArray.of(PgTypes.NAME, ((Boolean) a[0] ? wholePath(context) : explicitPath(context)).toArray()));
        kernels.scalar("show_config_by_name", (context, call, a) -> show(context, (String) a[0], false));
        kernels.scalar("show_config_by_name_missing_ok", (context, call, a) -> show(context, (String) a[0], (Boolean) a[1]));
        kernels.scalar("set_config_by_name", SessionFunctions::setConfig);
        kernels.scalar("pg_backend_pid", (context, call, a) -> (long) context.session().processId());
        kernels.scalar("pg_blocking_pids", (context, call, a) -> PgArray.of(PgTypes.INT4,
                context.session().blockers((int) (long) (Long) a[0]).stream().map(Integer::longValue).toArray()));
        kernels.scalar("pg_safe_snapshot_blocking_pids", (context, call, a) -> PgArray.of(PgTypes.INT4, new Object[0]));
        kernels.scalar("pg_cancel_backend", (context, call, a) -> signal(context, (Long) a[0], false));
        kernels.scalar("pg_terminate_backend", (context, call, a) -> signal(context, (Long) a[0], true));
        kernels.scalar("pg_reload_conf", (context, call, a) -> ofSuperuser(context, "pg_reload_conf").reloadConfiguration());
        kernels.scalar("craton_new_data_keys", (context, call, a) -> ofSuperuser(context, "craton_new_data_keys").newDataKeys());
        kernels.scalar("craton_rewrap_data_keys", (context, call, a) -> ofSuperuser(context, "craton_rewrap_data_keys").wrapDataKeysAgain());
        kernels.scalar("craton_projection_status", (context, call, a) -> ofSuperuser(context, "craton_projection_status").projectionStatus());
        kernels.scalar("craton_rebuild_projection", (context, call, a) -> ofSuperuser(context, "craton_rebuild_projection").rebuildProjection((String) a[0]));
        kernels.scalar("craton_move_database", (context, call, a) -> (long) ofSuperuser(context, "craton_move_database").moveDatabase((int) (long) (Long) a[0]));
        kernels.scalar("craton_diagnostics", (context, call, a) -> ofSuperuser(context, "craton_diagnostics").inspect((String) a[0]));
        kernels.scalar("pg_postmaster_start_time", (context, call, a) -> context.session().serverStartMicros());
        kernels.scalar("pg_conf_load_time", (context, call, a) -> context.session().configurationMicros());
        kernels.scalar("pg_is_in_recovery", (context, call, a) -> false);
        kernels.scalar("pg_jit_available", (context, call, a) -> false);
        kernels.scalar("pg_trigger_depth", (context, call, a) -> (long) context.routines().triggerDepth());
        kernels.scalar("inet_client_addr", (context, call, a) -> {
            String address = context.session().clientAddress();
            return address == null ? null : TypeCodecs.fromText(PgTypes.get(TypeOid.INET), address, -1, context.format());
        });
        kernels.scalar("inet_client_port", (context, call, a) ->
                context.session().clientAddress() == null ? null : (Object) (long) context.session().clientPort());
        for (String source : new String[] {"pg_current_wal_lsn", "pg_current_wal_insert_lsn", "pg_current_wal_flush_lsn"}) {
            kernels.scalar(source, (context, call, a) -> context.transaction().snapshotPosition());
        }
        kernels.scalar("pg_export_snapshot", (context, call, a) -> context.transaction().exportSnapshot());
        kernels.scalar("pg_my_temp_schema", (context, call, a) -> temporarySchema(context));
        kernels.scalar("pg_typeof", (context, call, a) -> call.argumentTypes().getFirst().oid() & 0xffffffffL);
        kernels.scalar("pg_collation_for", (context, call, a) -> call.argumentTypes().getFirst().collationOid() == 0 ? null
                : context.format().names().print(TypeOid.REGCOLLATION, call.collation() == 0 ? 100 : call.collation()));
        kernels.scalar("pg_notify", SessionFunctions::notify);
        kernels.set("pg_listening_channels", (context, call, a) -> SetFunctions.rows(new ArrayList<>(context.session().listeningChannels())));
        kernels.scalar("pg_notification_queue_usage", (context, call, a) -> context.session().notificationQueueUsage());
        kernels.set("pg_get_keywords", (context, call, a) -> keywords());
        sleeping(kernels);
        advisoryLocks(kernels);
    }

    private static String setting(ExecContext context, String name) {
        String value = context.session().setting(name);
        return value == null ? "" : value;
    }

    private static @Nullable Object show(ExecContext context, String name, boolean missingOk) {
        String value = context.session().setting(name);
        if (value != null || missingOk) return value;
        throw new PgException(SqlState.UNDEFINED_OBJECT, "unrecognized configuration parameter \"" + name + "\"");
    }

    private static Object setConfig(ExecContext context, CallInfo call, @Nullable Object[] a) {
        if (a[0] == null) throw new PgException(SqlState.NULL_VALUE_NOT_ALLOWED, "SET requires parameter name");
        return context.session().setSetting((String) a[0], (String) a[1], a[2] != null && (Boolean) a[2]);
    }

    // ---- search path -----------------------------------------------------------------------------------------------

    static String schemaName(ExecContext context, int oid) {
        if (oid == 11) return "pg_catalog";
        SchemaDef schema = context.catalog().find(SchemaDef.class, oid);
        return schema == null ? "" : schema.name();
    }

    private static List<String> wholePath(ExecContext context) {
        List<String> names = new ArrayList<>();
        for (int oid : context.session().searchPath()) {
            String name = schemaName(context, oid);
            if (!name.isEmpty()) names.add(name);
        }
        return names;
    }

    /** Existing schemas that the setting names. */
    private static List<String> explicitPath(ExecContext context) {
        List<String> names = new ArrayList<>();
        for (String part : setting(context, "search_path").split(",")) {
            String text = part.trim();
            if (text.isEmpty() || text.equals("\"\"")) continue;
            String name = text.startsWith("\"") ? Quoting.parseIdentifier(text, false).getFirst()
                    : text.equals("$user") ? text : TextFunctions.mapCase(text, false);
            if (name.equals("$user")) name = context.session().currentUser();
            if (name.equals("pg_catalog") || name.equals("information_schema") || context.catalog().schema(name) != null) {
                if (!names.contains(name)) names.add(name);
            }
        }
        return names;
    }

    private static Object temporarySchema(ExecContext context) {
        for (int oid : context.session().searchPath()) {
            if (schemaName(context, oid).startsWith("pg_temp_")) return oid & 0xffffffffL;
        }
        return 0L;
    }

    private static Iterator<@Nullable Object[]> keywords() {
        List<Keywords.Keyword> all = List.copyOf(Keywords.all());
        return SetFunctions.rows(all.size(), i -> {
            Keywords.Keyword word = all.get(i);
            return new Object[] {word.word(), (long) word.category(), word.bareLabel(), word.categoryDescription(), word.labelDescription()};
        });
    }

    private static @Nullable Object notify(ExecContext context, CallInfo call, @Nullable Object[] a) {
        String channel = a[0] == null ? "" : (String) a[0];
        String payload = a[1] == null ? "" : (String) a[1];
        context.session().notify(channel, payload);
        return "";
    }

    // ---- waiting ---------------------------------------------------------------------------------------------------

    private static void sleeping(Kernels kernels) {
        kernels.scalar("pg_sleep", (context, call, a) -> sleep(context, (Double) a[0]));
        kernels.scalar("sql:3935", (context, call, a) -> sleep(context, seconds((Interval) a[0])));
        kernels.scalar("sql:3936", (context, call, a) -> sleep(context, ((Long) a[0] - context.statementMicros()) / MICROS));
    }

    private static double seconds(Interval span) {
        return (span.months() * 30.0 + span.days()) * 86_400 + span.micros() / MICROS;
    }

    private static SessionView ofSuperuser(ExecContext context, String function) {
        if (!context.session().superuser()) throw new PgException(SqlState.INSUFFICIENT_PRIVILEGE, "permission denied for function " + function);
        return context.session();
    }

    private static Object sleep(ExecContext context, double seconds) {
        long begin = System.nanoTime();
        double nanos = seconds * 1e9;
        while (true) {
            context.checkInterrupts();
            double left = nanos - (System.nanoTime() - begin);
            if (!(left > 0)) return "";
            LockSupport.parkNanos((long) Math.min(left, SLICE_NANOS));
        }
    }

    // ---- advisory locks --------------------------------------------------------------------------------------------

    private static void advisoryLocks(Kernels kernels) {
        for (String width : new String[] {"int8", "int4"}) {
            boolean two = width.equals("int4");
            for (boolean shared : new boolean[] {false, true}) {
                String suffix = (shared ? "_shared_" : "_") + width;
                kernels.scalar("pg_advisory_lock" + suffix, (context, call, a) -> lock(context, a, two, shared, false));
                kernels.scalar("pg_advisory_xact_lock" + suffix, (context, call, a) -> lock(context, a, two, shared, true));
                kernels.scalar("pg_try_advisory_lock" + suffix, (context, call, a) -> take(context, a, two, shared, false, false));
                kernels.scalar("pg_try_advisory_xact_lock" + suffix, (context, call, a) -> take(context, a, two, shared, true, false));
                kernels.scalar("pg_advisory_unlock" + suffix, (context, call, a) ->
                        context.session().advisoryUnlock((Long) a[0], two ? (int) (long) (Long) a[1] : 0, two, shared));
            }
        }
        kernels.scalar("pg_advisory_unlock_all", (context, call, a) -> {
            context.session().advisoryUnlockAll();
            return "";
        });
    }

    private static Object lock(ExecContext context, @Nullable Object[] a, boolean two, boolean shared, boolean transaction) {
        take(context, a, two, shared, transaction, true);
        return "";
    }

    private static boolean take(ExecContext context, @Nullable Object[] a, boolean two, boolean shared, boolean transaction, boolean wait) {
        SessionView session = context.session();
        return session.advisoryLock((Long) a[0], two ? (int) (long) (Long) a[1] : 0, two, shared, transaction, wait);
    }

    /** A superuser's session is only a superuser's to end; others belong to their roles and to pg_signal_backend. */
    private static boolean signal(ExecContext context, long processId, boolean terminate) {
        for (SessionActivity session : context.session().activity()) {
            if (session.processId() != processId) continue;
            int owner = session.userOid();
            if (!context.session().superuser()) {
                Set<Integer> roles = Memberships.of(context).privilegesOf(context.session().currentUserOid());
                String refusal = Privileges.superuser(context, owner)
                        ? terminate ? "must be a superuser to terminate superuser process" : "must be a superuser to cancel superuser query"
                        : roles.contains(owner) || roles.contains(PG_SIGNAL_BACKEND) ? null
                        : "must be a member of the role whose " + (terminate ? "process is being terminated" : "query is being canceled")
                                + " or member of pg_signal_backend";
                if (refusal != null) throw new PgException(SqlState.INSUFFICIENT_PRIVILEGE, refusal);
            }
            return context.session().signal((int) processId, terminate);
        }
        context.notice(PgError.warning(SqlState.WARNING, "PID " + processId + " is not a PostgreSQL backend process"));
        return false;
    }
}
