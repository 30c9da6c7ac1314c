package io.craton.sql.ddl;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.analyze.RelationRef;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.syntax.Option;
import io.craton.sql.syntax.QualifiedName;
import io.craton.sql.syntax.UtilityStatement;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.txn.WaitPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * VACUUM, ANALYZE and CLUSTER. Old versions are history, kept on purpose: VACUUM drops on this node what is older than the
 * database and its tables say (craton.retention), and collects statistics when asked to.
 */
final class Maintenance {
    private static final Set<String> VACUUM_OPTIONS = Set.of("full", "freeze", "verbose", "analyze", "disable_page_skipping", "skip_locked",
            "index_cleanup", "process_toast", "truncate", "parallel");
    private static final Set<String> ANALYZE_OPTIONS = Set.of("verbose", "skip_locked");

    private Maintenance() {}

    static String vacuum(UtilityStatement.Vacuum vacuum, Scope scope) {
        String command = vacuum.vacuum() ? "VACUUM" : "ANALYZE";
        boolean analyze = !vacuum.vacuum();
        for (Option option : vacuum.options()) {
            if (!(vacuum.vacuum() ? VACUUM_OPTIONS : ANALYZE_OPTIONS).contains(option.name())) {
                throw new PgException(SqlState.SYNTAX_ERROR, "unrecognized " + command + " option \"" + option.name() + "\"").at(option.position());
            }
            if (option.name().equals("analyze")) analyze |= OptionTexts.flag(option);
        }
        if (vacuum.vacuum()) scope.preventInBlock("VACUUM");
        List<TableDef> tables = new ArrayList<>();
        for (UtilityStatement.VacuumRelation relation : vacuum.relations()) {
            if (!relation.columns().isEmpty() && !analyze) {
                throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, "ANALYZE option must be specified when a column list is provided");
            }
            TableDef table = table(relation.relation(), command, scope);
            if (table == null) continue;
            for (String column : relation.columns()) TableAlteration.column(table, column);
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
