package io.craton.sql.exec;

import io.craton.core.type.PgRecord;
import io.craton.core.type.PgType;
import io.craton.core.type.TypeOid;
import io.craton.sql.expr.Evaluator;
import io.craton.sql.logical.Relation;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.catalog.CatalogObject.TriggerDef;
import io.craton.storage.row.RowCodec;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The triggers of one table that fire, in order of their names, sorted by what they wait for; and the table's row as they see it. Immutable, part of a plan; a
 * table without triggers has none of these.
 */
public final class TableTriggers {
    /** When in a statement a trigger fires. */
    enum Moment {
        BEFORE_STATEMENT, BEFORE_ROW, INSTEAD_OF_ROW, AFTER_ROW_FIRST, AFTER_ROW, AFTER_STATEMENT;

        static Moment of(TriggerDef trigger) {
            if (!trigger.is(TriggerDef.ROW)) return trigger.is(TriggerDef.BEFORE) ? BEFORE_STATEMENT : AFTER_STATEMENT;
            if (trigger.is(TriggerDef.BEFORE)) return BEFORE_ROW;
            if (trigger.is(TriggerDef.INSTEAD)) return INSTEAD_OF_ROW;
            // Foreign keys are triggers too in PostgreSQL, and theirs is this name.
            return trigger.name().compareTo("RI_ConstraintTrigger_") < 0 ? AFTER_ROW_FIRST : AFTER_ROW;
        }
    }

    /** @param when its condition over OLD's columns followed by NEW's; null: always */
    public record Trigger(TriggerDef def, @Nullable Evaluator when) {}

    private static final Trigger[] NONE = new Trigger[0];

    private final TableDef table;
    private final List<Trigger> all;
    private final Trigger[][] sorted = new Trigger[TriggerEvent.values().length * Moment.values().length][];
    private final boolean[] oldTables = new boolean[TriggerEvent.values().length];
    private final boolean[] newTables = new boolean[TriggerEvent.values().length];
    private final List<Relation.Field> fields;
    private final List<PgType> types;
    private final List<String> names;
    private final int[] visible;
    private final RowCodec codec;
    private final PgRecord blank;

    public TableTriggers(TableDef table, List<Trigger> triggers, List<Relation.Field> fields, RowCodec codec) {
        this.table = table;
        this.all = List.copyOf(triggers);
        this.fields = fields;
        this.types = fields.stream().map(Relation.Field::type).toList();
        this.names = fields.stream().map(Relation.Field::name).toList();
        this.visible = RowDecoder.visibleColumns(table);
        this.codec = codec;
        this.blank = record(new Object[visible.length]);
        for (TriggerEvent event : TriggerEvent.values()) {
            for (Moment moment : Moment.values()) {
                Trigger[] found = all.stream().filter(each -> each.def.is(event.bit()) && Moment.of(each.def) == moment).toArray(Trigger[]::new);
                sorted[index(event, moment)] = found.length == 0 ? NONE : found;
                for (Trigger trigger : found) {
                    oldTables[event.ordinal()] |= trigger.def.oldTable() != null;
                    newTables[event.ordinal()] |= trigger.def.newTable() != null;
                }
            }
        }
    }

    private static int index(TriggerEvent event, Moment moment) {
        return event.ordinal() * Moment.values().length + moment.ordinal();
    }

    /** Those of an UPDATE that sets these columns (0-based): triggers of others do not fire. Null when none is left. */
    public @Nullable TableTriggers setting(BitSet columns) {
        List<Trigger> left = new ArrayList<>();
        for (Trigger trigger : all) {
            boolean concerned = trigger.def.columns().isEmpty() || !trigger.def.is(TriggerDef.UPDATE);
            for (int column : trigger.def.columns()) concerned |= columns.get(column - 1);
            if (concerned || trigger.def.is(TriggerDef.INSERT) || trigger.def.is(TriggerDef.DELETE)) left.add(concerned ? trigger : withoutUpdate(trigger));
        }
        if (left.isEmpty()) return null;
        return new TableTriggers(table, left, fields, codec);
    }

    /** UPDATE OF other columns, but other events too. */
    private static Trigger withoutUpdate(Trigger trigger) {
        TriggerDef d = trigger.def;
        return new Trigger(new TriggerDef(d.oid(), d.name(), d.tableOid(), d.functionOid(), d.type() & ~TriggerDef.UPDATE, d.enabled(), d.internal(), d.columns(),
                d.arguments(), d.when(), d.oldTable(), d.newTable(), d.constraintOid(), d.deferrable(), d.initiallyDeferred()), trigger.when);
    }

    TableDef table() {
        return table;
    }

    List<Relation.Field> fields() {
        return fields;
    }

    RowCodec codec() {
        return codec;
    }

    Trigger[] at(TriggerEvent event, Moment moment) {
        return sorted[index(event, moment)];
    }

    boolean any(TriggerEvent event, Moment moment) {
        return at(event, moment).length > 0;
    }

    /** Whether triggers see an UPDATE's rows before they are written. */
    public boolean mayChangeUpdates() {
        return any(TriggerEvent.UPDATE, Moment.BEFORE_ROW);
    }

    boolean wantsOld(TriggerEvent event) {
        return oldTables[event.ordinal()];
    }

    boolean wantsNew(TriggerEvent event) {
        return newTables[event.ordinal()];
    }

    // ---- rows ----------------------------------------------------------------------------------------------------

    int width() {
        return visible.length;
    }

    @Nullable Object[] shown(@Nullable Object[] values) {
        Object[] row = new Object[visible.length];
        for (int i = 0; i < row.length; i++) row[i] = values[visible[i]];
        return row;
    }

    PgRecord record(@Nullable Object[] shown) {
        return new PgRecord(table.rowTypeOid() == 0 ? TypeOid.RECORD : table.rowTypeOid(), types, names, shown);
    }

    PgRecord blank() {
        return blank;
    }

    /** NEW of a trigger in front of the change: generated columns have no value yet. */
    PgRecord proposed(@Nullable Object[] values) {
        Object[] shown = shown(values);
        List<ColumnDef> columns = table.columns();
        for (int i = 0; i < shown.length; i++) if (columns.get(visible[i]).generated() != 0) shown[i] = null;
        return record(shown);
    }

    /** The table's row with what a trigger gave back. */
    @Nullable Object[] with(@Nullable Object[] values, PgRecord returned) {
        Object[] changed = values.clone();
        for (int i = 0; i < visible.length; i++) changed[visible[i]] = returned.values()[i];
        return changed;
    }
}
