package io.craton.sql.ddl;

import io.craton.sql.analyze.Analyzer;
import io.craton.sql.analyze.CatalogView;
import io.craton.sql.analyze.Findings;
import io.craton.sql.syntax.Mark;
import io.craton.sql.syntax.SqlParser;
import io.craton.storage.catalog.CatalogObject.ConstraintDef;
import io.craton.storage.catalog.CatalogObject.RoutineDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.ArrayList;
import java.util.List;

/** Which views read a relation, by the marks in the texts of the views' own queries. Pure. */
final class ViewUse {
    private ViewUse() {}

    static List<TableDef> of(int relationOid, CatalogView names) {
        List<TableDef> views = new ArrayList<>();
        Mark mark = new Mark.Relation(relationOid);
        for (TableDef view : names.catalog().all(TableDef.class)) {
            if (view.viewQuery() != null && view.oid() != relationOid && view.viewQuery().contains(mark.text())) views.add(view);
        }
        return views;
    }

    /** Views that may read columns of the table: from it, or from rows of its kind that functions return. */
    static List<TableDef> ofColumns(TableDef table, CatalogView names) {
        List<TableDef> views = new ArrayList<>(of(table.oid(), names));
        for (RoutineDef routine : names.catalog().all(RoutineDef.class)) {
            if (table.rowTypeOid() == 0 || routine.returnTypeOid() != table.rowTypeOid()) continue;
            String mark = new Mark.Function(routine.oid()).text();
            for (TableDef view : names.catalog().all(TableDef.class)) {
                if (view.viewQuery() != null && view.viewQuery().contains(mark) && !views.contains(view)) views.add(view);
            }
        }
        return views;
    }

    /** Views that GROUP BY a primary key and show other columns of its table. */
    static List<TableDef> ofKey(ConstraintDef key, CatalogView names) {
        List<TableDef> views = of(key.tableOid(), names);
        views.removeIf(view -> !explore(view, names).keys().contains(key.oid()));
        return views;
    }

    private static Findings explore(TableDef view, CatalogView names) {
        return Analyzer.explore(SqlParser.parseStoredQuery(java.util.Objects.requireNonNull(view.viewQuery())), names).findings();
    }

    /** Whether the view reads this column of the relation, by itself or as part of the whole row. */
    static boolean reads(TableDef view, int relationOid, int column, CatalogView names) {
        for (Findings.Variable use : explore(view, names).uses()) {
            if (use.column() >= 0 && use.item().attributesOf(use.column()) == relationOid && use.item().attribute(use.column()) == column) return true;
        }
        return false;
    }
}
