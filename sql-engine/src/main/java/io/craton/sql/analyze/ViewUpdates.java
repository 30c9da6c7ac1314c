package io.craton.sql.analyze;

import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.catalog.CatalogObject.TriggerDef;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What can be done to the rows of a table or view (relation_is_updatable), in bits as PostgreSQL's functions give them. Pure. */
public final class ViewUpdates {
    public static final int UPDATE = 4;
    public static final int INSERT = 8;
    public static final int DELETE = 16;
    private static final int ALL = UPDATE | INSERT | DELETE;

    private ViewUpdates() {}

    /** @param triggers whether INSTEAD OF triggers count */
    public static int of(TableDef relation, boolean triggers, CatalogView names) {
        return of(relation, triggers, null, names);
    }

    /** Whether the column can be updated, in rows that can be deleted. */
    public static boolean ofColumn(TableDef relation, int number, boolean triggers, CatalogView names) {
        return number > 0 && (of(relation, triggers, Set.of(number), names) & (UPDATE | DELETE)) == (UPDATE | DELETE);
    }

    /** Attribute numbers of a view's columns that can be updated without triggers. */
    public static Set<Integer> columns(TableDef view, CatalogView names) {
        Set<Integer> columns = new HashSet<>();
        UpdatableView.Level level = level(view, names);
        if (level == null) return columns;
        Set<Integer> below = level.base().kind() == 'v' ? columns(level.base(), names) : null;
        for (UpdatableView.Column column : level.columns()) {
            if (column.base() != null && (below == null || below.contains(column.base().number()))) columns.add(column.shown().number());
        }
        return columns;
    }

    private static int of(TableDef relation, boolean triggers, @Nullable Set<Integer> columns, CatalogView names) {
        if (relation.kind() == 'r' || relation.kind() == 'p') return ALL;
        if (relation.kind() != 'v') return 0;
        int events = 0;
        if (triggers) {
            for (TriggerDef trigger : names.catalog().triggers(relation.oid())) {
                if (trigger.is(TriggerDef.INSTEAD | TriggerDef.INSERT)) events |= INSERT;
                if (trigger.is(TriggerDef.INSTEAD | TriggerDef.UPDATE)) events |= UPDATE;
                if (trigger.is(TriggerDef.INSTEAD | TriggerDef.DELETE)) events |= DELETE;
            }
        }
        UpdatableView.Level level = level(relation, names);
        if (level == null) return events;
        Set<Integer> below = new HashSet<>();
        for (UpdatableView.Column column : level.columns()) {
            if (column.base() != null && (columns == null || columns.contains(column.shown().number()))) below.add(column.base().number());
        }
        int through = below.isEmpty() ? DELETE : ALL;
        if (level.base().kind() == 'v') through &= of(level.base(), triggers, below, names);
        return events | through;
    }

    private static UpdatableView.@Nullable Level level(TableDef view, CatalogView names) {
        return StatementAnalyzer.withSystemColumns(systemItems -> UpdatableView.level(view, new Analysis(names, List.of(), systemItems)));
    }
}
