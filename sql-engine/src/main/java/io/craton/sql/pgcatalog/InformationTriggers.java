package io.craton.sql.pgcatalog;

import io.craton.sql.deparse.Definitions;
import io.craton.sql.exec.ExecContext;
import io.craton.sql.function.CatalogTextFunctions;
import io.craton.sql.function.Privileges;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.catalog.CatalogObject.TriggerDef;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** information_schema's views of triggers: one row for each event that one fires on, but for TRUNCATE, which the standard does not have. */
final class InformationTriggers {
    /** More than to read. */
    private static final String TABLE_PRIVILEGES = "awdDxt";
    private static final String COLUMN_PRIVILEGES = "awx";
    private static final Map<Integer, String> EVENTS = new LinkedHashMap<>();

    static {
        EVENTS.put(TriggerDef.INSERT, "INSERT");
        EVENTS.put(TriggerDef.DELETE, "DELETE");
        EVENTS.put(TriggerDef.UPDATE, "UPDATE");
    }

    private final Shape triggers;
    private final Shape columns;

    InformationTriggers(List<Shape> shapes) {
        triggers = shape(shapes, "triggers");
        columns = shape(shapes, "triggered_update_columns");
    }

    private static Shape shape(List<Shape> shapes, String name) {
        return shapes.stream().filter(shape -> shape.schema().equals("information_schema") && shape.name().equals(name)).findFirst().orElseThrow();
    }

    void register(Map<String, Rows> sources) {
        sources.put(triggers.name(), (Rows.OfSession) this::triggers);
        sources.put(columns.name(), (Rows.OfSession) this::columns);
    }

    private void triggers(ExecContext context, Consumer<Object[]> out) {
        NamedRow row = new NamedRow(triggers, out);
        for (TriggerDef trigger : context.catalog().all(TriggerDef.class)) {
            TableDef table = context.catalog().table(trigger.tableOid());
            if (trigger.internal() || table == null || !mayChange(context, table)) continue;
            for (Map.Entry<Integer, String> event : EVENTS.entrySet()) {
                if (!trigger.is(event.getKey())) continue;
                named(context, row, trigger, table).set("event_manipulation", event.getValue());
                row.set("action_order", order(context, trigger, event.getKey()));
                if (trigger.when() != null && Ownership.has(context, table.owner())) {
                    row.set("action_condition", new Definitions(context.session().names()).triggerCondition(trigger.when(), table, Definitions.Style.PLAIN).text());
                }
                row.set("action_statement", "EXECUTE FUNCTION " + CatalogTextFunctions.triggerFunction(context, trigger));
                row.set("action_orientation", trigger.is(TriggerDef.ROW) ? "ROW" : "STATEMENT");
                row.set("action_timing", trigger.is(TriggerDef.INSTEAD) ? "INSTEAD OF" : trigger.is(TriggerDef.BEFORE) ? "BEFORE" : "AFTER");
                row.set("action_reference_old_table", trigger.oldTable()).set("action_reference_new_table", trigger.newTable()).end();
            }
        }
    }

    private static NamedRow named(ExecContext context, NamedRow row, TriggerDef trigger, TableDef table) {
        String database = context.session().database();
        String schema = NamedViews.schema(context.catalog(), table.schemaOid());
        row.name("trigger", database, schema, trigger.name()).set("event_object_catalog", database);
        return row.set("event_object_schema", schema).set("event_object_table", table.name());
    }

    /** Where it stands, by name, among those of its table that fire at the same time: 1-based. */
    private static int order(ExecContext context, TriggerDef trigger, int event) {
        int moment = TriggerDef.ROW | TriggerDef.BEFORE | TriggerDef.INSTEAD;
        int before = 0;
        for (TriggerDef other : context.catalog().triggers(trigger.tableOid())) {
            if (!other.internal() && other.is(event) && (other.type() & moment) == (trigger.type() & moment) && other.name().compareTo(trigger.name()) < 0) before++;
        }
        return before + 1;
    }

    private void columns(ExecContext context, Consumer<Object[]> out) {
        NamedRow row = new NamedRow(columns, out);
        for (TriggerDef trigger : context.catalog().all(TriggerDef.class)) {
            TableDef table = context.catalog().table(trigger.tableOid());
            if (trigger.internal() || table == null) continue;
            for (int number : trigger.columns()) {
                ColumnDef column = table.column(number);
                if (mayChange(context, table, COLUMN_PRIVILEGES) || mayChange(context, table, column)) {
                    named(context, row, trigger, table).set("event_object_column", column.name()).end();
                }
            }
        }
    }

    private static boolean mayChange(ExecContext context, TableDef table) {
        return mayChange(context, table, TABLE_PRIVILEGES) || table.columns().stream().anyMatch(column -> mayChange(context, table, column));
    }

    private static boolean mayChange(ExecContext context, TableDef table, String privileges) {
        return Ownership.has(context, table.owner()) || Privileges.any(context, context.session().currentUserOid(), table.owner(), table.acl(), privileges, 'r');
    }

    private static boolean mayChange(ExecContext context, TableDef table, ColumnDef column) {
        return column.acl() != null && Privileges.any(context, context.session().currentUserOid(), table.owner(), column.acl(), COLUMN_PRIVILEGES, 'c');
    }
}
