package io.craton.sql.ddl;

import io.craton.sql.syntax.SyntaxNames;
import io.craton.sql.analyze.CatalogView;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.ArrayList;
import java.util.List;

/** Which views read a relation, found in the texts of the views' own queries. Pure. */
final class ViewUse {
    private ViewUse() {}

    static List<TableDef> of(TableDef relation, CatalogView names) {
        List<TableDef> views = new ArrayList<>();
        for (TableDef view : names.catalog().all(TableDef.class)) {
            if (view.viewQuery() != null && view.oid() != relation.oid() && SyntaxNames.in(view.viewQuery()).contains(relation.name())
                    && StoredTexts.relationsIn(view.viewQuery(), names).contains(relation.oid())) {
                views.add(view);
            }
        }
        return views;
    }
}
