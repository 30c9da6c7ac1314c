package io.craton.sql.ddl;

import io.craton.core.error.PgError;
import io.craton.core.error.SqlState;
import io.craton.sql.deparse.StoredSql;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.syntax.Statement.DropBehavior;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.catalog.CatalogObject.CollationDef;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.ConstraintDef;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.catalog.CatalogObject.TriggerDef;
import io.craton.storage.catalog.CatalogObject.TypeDef;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Everything that goes with what is dropped: objects, and columns of tables that stay. First it is collected, then CASCADE must have been said for what is not a part
 * of what was named, then it goes. One drop.
 */
final class Cascade {
    /** Something that falls with what it depends on, as messages say it. */
    private record Fall(String name, String cause) {}

    private final Scope scope;
    private final Map<String, CatalogObject> doomed = new LinkedHashMap<>();
    private final Map<Integer, Set<Integer>> columns = new LinkedHashMap<>();
    private final List<ColumnUse> defaults = new ArrayList<>();
    private final Set<String> asked = new LinkedHashSet<>();
    /** What depends on the last one stands in front of it. */
    private List<Fall> falls = new ArrayList<>();

    Cascade(Scope scope) {
        this.scope = scope;
    }

    // ---- collecting ----------------------------------------------------------------------------------------------

    /** The objects, with everything internal to them. */
    void objects(List<CatalogObject> targets) {
        for (CatalogObject target : targets) ask(target);
        for (CatalogObject target : targets) collect(target);
        Collections.reverse(falls);
        for (ColumnUse use : ColumnUse.of(doomed.values(), catalog(), scope.names())) {
            if (doomed.containsKey(key(use.table()))) continue;
            List<Fall> before = falls;
            falls = new ArrayList<>();
            if (use.onlyDefault()) defaults.add(use);
            else if (!collect(use.table(), use.column())) continue;
            falls.add(new Fall(use.name(), ObjectText.of(use.reason(), scope.names())));
            Collections.reverse(falls);
            before.addAll(falls);
            falls = before;
        }
    }

    /** A column of a table that stays. */
    void column(TableDef table, ColumnDef column) {
        collect(table, column);
        Collections.reverse(falls);
    }

    /** With an object everything internal to it is asked for, as a table's foreign keys with the table. */
    private void ask(CatalogObject object) {
        if (!asked.add(key(object))) return;
        for (Dependents.Dependent dependent : Dependents.of(object, scope.names())) if (dependent.internal()) ask(dependent.object());
    }

    private void collect(CatalogObject object) {
        if (doomed.putIfAbsent(key(object), object) != null) return;
        for (Dependents.Dependent dependent : Dependents.of(object, scope.names())) {
            if (dependent.internal()) collect(dependent.object());
            else fall(dependent.object(), ObjectText.of(object, scope.names()));
        }
    }

    private void fall(CatalogObject object, String cause) {
        if (doomed.containsKey(key(object))) return;
        collect(object);
        if (!asked.contains(key(object))) falls.add(new Fall(ObjectText.of(object, scope.names()), cause));
    }

    /** False when the column falls already. */
    private boolean collect(TableDef table, ColumnDef column) {
        if (!columns.computeIfAbsent(table.oid(), unused -> new TreeSet<>()).add(column.number())) return false;
        String name = ObjectText.column(table, column, scope.names());
        List<CatalogObject> parts = new ArrayList<>();
        List<CatalogObject> others = new ArrayList<>();
        uses(table, column, parts, others);
        for (CatalogObject part : parts) ask(part);
        for (CatalogObject other : others.reversed()) fall(other, name);
        for (ColumnDef computed : table.columns().reversed()) {
            if (computed.generated() == 0 || computed.hidden() || computed.dropped() || computed.number() == column.number()) continue;
            if (!StoredSql.reads(java.util.Objects.requireNonNull(computed.defaultExpression()), column.number()) || !collect(table, computed)) continue;
            falls.add(new Fall(ObjectText.column(table, computed, scope.names()), name));
        }
        for (CatalogObject part : parts) collect(part);
        return true;
    }

    /** What is a part of the column, and what else stands on it. */
    private void uses(TableDef table, ColumnDef column, List<CatalogObject> parts, List<CatalogObject> others) {
        int number = column.number();
        for (IndexDef index : catalog().indexes(table.oid())) {
            boolean uses = index.includedColumns().contains(number) || index.predicate() != null && StoredSql.reads(index.predicate(), number)
                    || index.keyParts().stream().anyMatch(part -> part.column() == number || part.expression() != null && StoredSql.reads(part.expression(), number));
            if (uses) parts.add(index);
        }
        for (ConstraintDef constraint : catalog().constraints(table.oid())) {
            if (constraint.columns().contains(number) && constraint.type() != 'p' && constraint.type() != 'u') parts.add(constraint);
        }
        for (ConstraintDef key : catalog().referencing(table.oid())) {
            if (key.foreignColumns().contains(number) && !parts.contains(key)) others.add(key);
        }
        for (TriggerDef trigger : catalog().triggers(table.oid())) if (TriggerDdl.reads(trigger, number)) others.add(trigger);
        for (SequenceDef sequence : catalog().all(SequenceDef.class)) {
            if (sequence.ownerTable() == table.oid() && sequence.ownerColumn() == number) parts.add(sequence);
        }
        for (TableDef view : ViewUse.ofColumns(table, scope.names())) {
            if (ViewUse.reads(view, table.oid(), number, scope.names())) others.add(view);
        }
    }

    // ---- going ---------------------------------------------------------------------------------------------------

    /** 2BP01 when there is more than was named, and nobody said CASCADE. */
    void requireAgreed(String named, String reference, DropBehavior behavior) {
        if (falls.isEmpty() || behavior == DropBehavior.CASCADE) return;
        throw PgError.error(SqlState.DEPENDENT_OBJECTS_STILL_EXIST, "cannot drop " + named + " because other objects depend on " + reference)
                .withDetail(String.join("\n", falls.stream().map(fall -> fall.name() + " depends on " + fall.cause()).toList()))
                .withHint("Use DROP ... CASCADE to drop the dependent objects too.").exception();
    }

    /** Tells what else goes. */
    void report() {
        if (falls.isEmpty()) return;
        boolean one = falls.size() == 1;
        PgError notice = PgError.notice(SqlState.SUCCESSFUL_COMPLETION, "drop cascades to " + (one ? falls.getFirst().name() : falls.size() + " other objects"));
        scope.context().notice(one ? notice : notice.withDetail(String.join("\n", falls.stream().map(fall -> "drop cascades to " + fall.name()).toList())));
    }

    void drop() {
        for (ColumnUse use : defaults) use.cascade(scope);
        List<CatalogObject> order = new ArrayList<>(doomed.values());
        Collections.reverse(order);
        for (CatalogObject object : order) if (!needed(object)) scope.context().transaction().change(new CatalogChange.Drop(object));
        dropHiddenColumns(order);
        columns.forEach(this::dropColumns);
        for (CatalogObject object : order) if (needed(object)) scope.context().transaction().change(new CatalogChange.Drop(object));
        for (CatalogObject object : order) if (object instanceof CatalogObject.UserOperatorDef operator) new OperatorDdl(scope).unlink(operator.oid());
        for (int oid : columns.keySet()) {
            TableDef table = catalog().table(oid);
            if (table != null) TypeDdl.rewriteKeys(table, scope);
        }
    }

    /** Rows with columns that go are read once more, which needs these. */
    private static boolean needed(CatalogObject object) {
        return object instanceof TypeDef || object instanceof CollationDef;
    }

    /** The columns stay in place as dropped ones. */
    private void dropColumns(int oid, Set<Integer> numbers) {
        TableDef now = catalog().table(oid);
        if (now == null) return;
        TableDef changed = now;
        for (int number : numbers) changed = Tables.withColumn(changed, Tables.dropped(now.column(number)));
        if (now.keyColumns().stream().anyMatch(numbers::contains)) changed = new TableRewrite(scope).rewrite(now, Tables.withKey(changed, List.of()), Map.of());
        else scope.context().transaction().change(new CatalogChange.Put(changed));
        for (var type : TableDraft.rowTypes(changed, scope)) scope.context().transaction().change(new CatalogChange.Put(new TypeDef(type, null)));
    }

    /** Hidden columns that only a dropped index used go with it. */
    private void dropHiddenColumns(List<CatalogObject> dropped) {
        for (CatalogObject object : dropped) {
            if (!(object instanceof IndexDef index)) continue;
            TableDef table = catalog().table(index.tableOid());
            if (table == null || doomed.containsKey(key(table))) continue;
            for (ColumnDef column : table.columns()) {
                if (!column.hidden() || column.dropped()) continue;
                boolean used = false;
                for (IndexDef other : catalog().indexes(table.oid())) {
                    used |= other.predicateColumn() == column.number()
                            || other.keyParts().stream().anyMatch(part -> part.column() == column.number());
                }
                if (!used) {
                    table = Tables.withColumn(table, Tables.dropped(column));
                    scope.context().transaction().change(new CatalogChange.Put(table));
                }
            }
        }
    }

    private Catalog catalog() {
        return scope.context().catalog();
    }

    private static String key(CatalogObject object) {
        return object.getClass().getSimpleName() + object.oid();
    }
}
