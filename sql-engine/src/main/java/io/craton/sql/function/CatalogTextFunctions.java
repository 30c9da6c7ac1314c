package io.craton.sql.function;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.TypeOid;
import io.craton.sql.deparse.Definitions;
import io.craton.sql.exec.ExecContext;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.RoutineDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.catalog.CatalogObject.TriggerDef;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rules and triggers as SQL; and the questions about features without any object, which have an answer all the same: none. */
public final class CatalogTextFunctions {
    private static final Long DEFAULT_PARSER = 3722L;

    private CatalogTextFunctions() {}

    static void register(Kernels kernels) {
        for (String source : new String[] {"pg_get_ruledef", "pg_get_ruledef_ext"}) {
            kernels.scalar(source, (context, call, a) -> rule(context, (int) (long) (Long) a[0], a.length == 1 || !(Boolean) a[1]));
        }
        for (String source : new String[] {"pg_get_triggerdef", "pg_get_triggerdef_ext"}) {
            kernels.scalar(source, (context, call, a) -> trigger(context, (int) (long) (Long) a[0], a.length == 1 || !(Boolean) a[1]));
        }
        // Extended statistics, publications, row security, file nodes: there are no such objects.
        for (String source : new String[] {"pg_get_statisticsobjdef", "pg_get_statisticsobjdef_columns", "pg_get_statisticsobjdef_expressions",
            "pg_get_replica_identity_index", "pg_collation_actual_version",
            "pg_database_collation_actual_version"}) {
            kernels.scalar(source, (context, call, a) -> null);
        }
        kernels.set("pg_get_publication_tables", (context, call, a) -> {
            throw new PgException(SqlState.UNDEFINED_OBJECT, "publication \"" + a[0] + "\" does not exist");
        });
        kernels.scalar("pg_relation_is_publishable", (context, call, a) -> {
            TableDef table = context.catalog().table((int) (long) (Long) a[0]);
            return table != null && table.kind() == 'r' && table.persistence() == 'p';
        });
        kernels.scalar("row_security_active", (context, call, a) -> false);
        kernels.scalar("row_security_active_name", (context, call, a) -> {
            context.format().names().parse(TypeOid.REGCLASS, (String) a[0]);
            return false;
        });
        for (String source : new String[] {"ts_token_type_byid", "ts_token_type_byname"}) {
            kernels.set(source, (context, call, a) -> tokenTypes(a[0]));
        }
        kernels.scalar("pg_tablespace_location", (context, call, a) -> "");
    }

    /** Token types of the one text search parser that there is. */
    private static Iterator<Object[]> tokenTypes(Object parser) {
        if (!parser.equals(DEFAULT_PARSER) && !parser.equals("default") && !parser.equals("pg_catalog.default")) {
            throw new PgException(SqlState.UNDEFINED_OBJECT, parser instanceof String ? "text search parser \"" + parser + "\" does not exist"
                    : "text search parser with OID " + parser + " does not exist");
        }
        return CatalogRows.read("ts_token_types.tsv", c -> new Object[] {Long.valueOf(c[0]), c[1], c[2]}).iterator();
    }

    private static @Nullable Object rule(ExecContext context, int oid, boolean qualified) {
        TableDef view = context.catalog().table(oid);
        if (view == null || view.viewQuery() == null) return null;
        String name = qualified ? qualified(context, view) : context.format().names().print(TypeOid.REGCLASS, oid & 0xffffffffL);
        return "CREATE RULE \"_RETURN\" AS\n    ON SELECT TO " + name + " DO INSTEAD " + DefinitionFunctions.view(context, view);
    }

    private static String qualified(ExecContext context, TableDef table) {
        return context.format().names().identifier(SessionFunctions.schemaName(context, table.schemaOid())) + "." + context.format().names().identifier(table.name());
    }

    private static @Nullable Object trigger(ExecContext context, int oid, boolean qualified) {
        Catalog catalog = context.catalog();
        TriggerDef trigger = catalog.find(TriggerDef.class, oid);
        TableDef table = trigger == null ? null : catalog.table(trigger.tableOid());
        if (trigger == null || table == null) return null;
        boolean constraint = trigger.constraintOid() != 0;
        StringBuilder sql = new StringBuilder(constraint ? "CREATE CONSTRAINT TRIGGER " : "CREATE TRIGGER ")
                .append(context.format().names().identifier(trigger.name()));
        sql.append(trigger.is(TriggerDef.INSTEAD) ? " INSTEAD OF " : trigger.is(TriggerDef.BEFORE) ? " BEFORE " : " AFTER ").append(events(context, trigger, table));
        sql.append(" ON ").append(qualified ? qualified(context, table)
                : context.format().names().print(TypeOid.REGCLASS, table.oid() & 0xffffffffL));
        if (constraint) {
            sql.append(trigger.deferrable() ? " DEFERRABLE" : " NOT DEFERRABLE")
                    .append(trigger.initiallyDeferred() ? " INITIALLY DEFERRED" : " INITIALLY IMMEDIATE");
        }
        if (trigger.oldTable() != null || trigger.newTable() != null) {
            sql.append(" REFERENCING");
            if (trigger.oldTable() != null) sql.append(" OLD TABLE AS ").append(context.format().names().identifier(trigger.oldTable()));
            if (trigger.newTable() != null) sql.append(" NEW TABLE AS ").append(context.format().names().identifier(trigger.newTable()));
        }
        sql.append(trigger.is(TriggerDef.ROW) ? " FOR EACH ROW" : " FOR EACH STATEMENT");
        if (trigger.when() != null) {
            String when = new Definitions(context.session().names()).triggerCondition(trigger.when(), table,
                    qualified ? Definitions.Style.PLAIN : Definitions.Style.PRETTY).text();
            sql.append(" WHEN (").append(when).append(')');
        }
        return sql.append(" EXECUTE FUNCTION ").append(triggerFunction(context, trigger)).toString();
    }

    private static String events(ExecContext context, TriggerDef trigger, TableDef table) {
        List<String> events = new ArrayList<>();
        if (trigger.is(TriggerDef.INSERT)) events.add("INSERT");
        if (trigger.is(TriggerDef.DELETE)) events.add("DELETE");
        if (trigger.is(TriggerDef.UPDATE)) {
            List<String> columns = new ArrayList<>();
            for (int column : trigger.columns()) columns.add(context.format().names().identifier(table.column(column).name()));
            events.add(columns.isEmpty() ? "UPDATE" : "UPDATE OF " + String.join(", ", columns));
        }
        if (trigger.is(TriggerDef.TRUNCATE)) events.add("TRUNCATE");
        return String.join(" OR ", events);
    }

    /** The call of its function, with its arguments. */
    public static String triggerFunction(ExecContext context, TriggerDef trigger) {
        List<String> arguments = new ArrayList<>();
        for (String argument : trigger.arguments()) arguments.add(Quoting.literal(argument));
        RoutineDef routine = context.catalog().find(RoutineDef.class, trigger.functionOid());
        String name = routine == null ? context.format().names().print(TypeOid.REGPROC, trigger.functionOid() & 0xffffffffL)
                : (context.session().searchPath().contains(routine.schemaOid()) ? ""
                        : context.format().names().identifier(SessionFunctions.schemaName(context, routine.schemaOid())) + ".") + context.format().names().identifier(routine.name());
        return name + "(" + String.join(", ", arguments) + ")";
    }
}
