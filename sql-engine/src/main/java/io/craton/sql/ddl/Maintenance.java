package io.craton.sql.ddl;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.analyze.RelationRef;
import io.craton.sql.function.Memberships;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.session.SessionView;
import io.craton.sql.syntax.Option;
import io.craton.sql.syntax.QualifiedName;
import io.craton.sql.syntax.UtilityStatement;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.txn.WaitPolicy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * VACUUM, ANALYZE, CLUSTER and CHECKPOINT. Old versions are history, kept on purpose: VACUUM drops on this node what is older than the
 * database and its tables say (craton.retention), and collects statistics when asked to.
 */
final class Maintenance {
    private static final Set<String> VACUUM_OPTIONS = Set.of("full", "freeze", "verbose", "analyze", "disable_page_skipping", "skip_locked",
            "index_cleanup", "process_toast", "truncate", "parallel");
    private static final Set<String> ANALYZE_OPTIONS = Set.of("verbose", "skip_locked");

    private static final int WORKERS_MAX = 1024;

    private static final int PG_CHECKPOINT = 4544;

    private Maintenance() {}

    /** What was applied on this node so far need not be replayed by its next start. */
    static String checkpoint(Scope scope) {
        SessionView session = scope.context().session();
        if (!session.superuser() && !Memberships.of(scope.context()).privilegesOf(session.currentUserOid()).contains(PG_CHECKPOINT)) {
            throw new PgException(SqlState.INSUFFICIENT_PRIVILEGE, "must be superuser or have privileges of pg_checkpoint to do CHECKPOINT");
        }
        scope.checkpoint();
        return "CHECKPOINT";
    }

    static String vacuum(UtilityStatement.Vacuum vacuum, Scope scope) {
        String command = vacuum.vacuum() ? "VACUUM" : "ANALYZE";
        boolean analyze = !vacuum.vacuum();
        for (Option option : vacuum.options()) {
            if (!(vacuum.vacuum() ? VACUUM_OPTIONS : ANALYZE_OPTIONS).contains(option.name())) {
                throw new PgException(SqlState.SYNTAX_ERROR, "unrecognized " + command + " option \"" + option.name() + "\"").at(option.position());
            }
            if (option.name().equals("analyze")) analyze |= OptionTexts.flag(option);
        }
        checkValues(vacuum.options());
        if (vacuum.vacuum()) scope.preventInBlock("VACUUM");
        List<TableDef> tables = new ArrayList<>();
        for (UtilityStatement.VacuumRelation relation : vacuum.relations()) {
            if (!relation.columns().isEmpty() && !analyze) {
                throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, "ANALYZE option must be specified when a column list is provided");
            }
            TableDef table = table(relation.relation(), command, scope);
            if (table == null) continue;
            for (String column : relation.columns()) TableAlteration.column(table, column);
            requireOnce(table, relation.columns());
            if (analyze) {
                scope.context().transaction().lockTable(table.oid(), 4, WaitPolicy.WAIT);
                StatisticsCollector.collect(table, relation.columns(), scope);
            }
            tables.add(table);
        }
        if (vacuum.vacuum()) scope.context().transaction().trimPast();
        if (analyze && vacuum.relations().isEmpty()) {
            for (TableDef table : List.copyOf(scope.context().catalog().all(TableDef.class))) {
                if (table.kind() == 'r' || table.kind() == 'm') StatisticsCollector.collect(table, List.of(), scope);
            }
        }
        return command;
    }

    /** What the options say is checked, and which of them go together; but for ANALYZE there is nothing they could change. */
    private static void checkValues(List<Option> options) {
        boolean full = false;
        boolean toast = true;
        boolean skipping = true;
        int workers = 0;
        for (Option option : options) {
            switch (option.name()) {
                case "parallel" -> workers = workers(option);
                case "index_cleanup" -> {
                    if (option.value() != null && !OptionTexts.text(option).equalsIgnoreCase("auto")) OptionTexts.flag(option);
                }
                case "full" -> full = OptionTexts.flag(option);
                case "process_toast" -> toast = OptionTexts.flag(option);
                case "disable_page_skipping" -> skipping = !OptionTexts.flag(option);
                default -> OptionTexts.flag(option);
            }
        }
        if (full && workers > 0) throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, "VACUUM FULL cannot be performed in parallel");
        if (full && !skipping) {
            throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, "VACUUM option DISABLE_PAGE_SKIPPING cannot be used with FULL");
        }
        if (full && !toast) throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, "PROCESS_TOAST required with VACUUM FULL");
    }

    private static int workers(Option option) {
        if (option.value() == null) {
            throw new PgException(SqlState.SYNTAX_ERROR, "parallel option requires a value between 0 and " + WORKERS_MAX).at(option.position());
        }
        long workers = OptionTexts.integer(option);
        if (workers < 0 || workers > WORKERS_MAX) {
            throw new PgException(SqlState.SYNTAX_ERROR, "parallel workers for vacuum must be between 0 and " + WORKERS_MAX).at(option.position());
        }
        return (int) workers;
    }

    private static void requireOnce(TableDef table, List<String> columns) {
        Set<String> seen = new HashSet<>();
        for (String column : columns) {
            if (seen.add(column)) continue;
            throw new PgException(SqlState.DUPLICATE_COLUMN, "column \"" + column + "\" of relation \"" + table.name() + "\" appears more than once");
        }
    }

    private static @Nullable TableDef table(QualifiedName name, String command, Scope scope) {
        RelationRef found = scope.names().relation(name.schema(), name.name());
        return switch (found) {
            case null -> throw new PgException(SqlState.UNDEFINED_TABLE, "relation \"" + name + "\" does not exist");
            case RelationRef.Stored stored when stored.table().kind() == 'r' || stored.table().kind() == 'm' -> stored.table();
            case RelationRef.Builtin builtin -> null;
            default -> {
                scope.context().notice(PgError.warning(SqlState.WARNING, "skipping \"" + name.name() + "\" --- cannot "
                        + (command.equals("VACUUM") ? "vacuum" : "analyze") + " non-tables or special system tables"));
                yield null;
            }
        };
    }

    /** Rows lie by their primary key whatever is said; which index was named is kept, as CLUSTER ON keeps it. */
    static String cluster(UtilityStatement.Cluster cluster, Scope scope) {
        for (Option option : cluster.options()) {
            if (!option.name().equals("verbose")) {
                throw new PgException(SqlState.SYNTAX_ERROR, "unrecognized CLUSTER option \"" + option.name() + "\"").at(option.position());
            }
            OptionTexts.flag(option);
        }
        if (cluster.relation() == null) {
            scope.preventInBlock("CLUSTER");
            return "CLUSTER";
        }
        RelationRef found = scope.names().relation(cluster.relation().schema(), cluster.relation().name());
        if (found == null) throw new PgException(SqlState.UNDEFINED_TABLE, "relation \"" + cluster.relation() + "\" does not exist");
        if (!(found instanceof RelationRef.Stored stored) || stored.table().kind() != 'r' && stored.table().kind() != 'm') {
            throw new PgException(SqlState.WRONG_OBJECT_TYPE, "\"" + cluster.relation().name() + "\" is not a table or materialized view");
        }
        TableDef table = stored.table();
        Ownership.require(table, scope);
        scope.context().transaction().lockTable(table.oid(), 8, WaitPolicy.WAIT);
        if (cluster.index() != null) {
            new IndexMarking(scope).clusterOn(Found.current(table, scope), cluster.index());
        } else if (scope.context().catalog().indexes(table.oid()).stream().noneMatch(index -> index.marks().cluster())) {
            throw PgError.error(SqlState.UNDEFINED_OBJECT,
                    "there is no previously clustered index for table \"" + cluster.relation().name() + "\"").exception();
        }
        return "CLUSTER";
    }
}
