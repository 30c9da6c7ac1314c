package io.craton.sql.ddl;

import io.craton.sql.syntax.QualifiedName;
import io.craton.sql.syntax.SqlParser;
import io.craton.sql.syntax.SyntaxNames;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.SchemaDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.ArrayList;
import java.util.List;

/** Which views read a relation, found in the views' own queries. Pure. */
final class ViewUse {
    private ViewUse() {}

    static List<TableDef> of(TableDef relation, Catalog catalog) {
        List<TableDef> views = new ArrayList<>();
        for (TableDef view : catalog.all(TableDef.class)) {
            if (view.viewQuery() == null || view.oid() == relation.oid()) continue;
            if (!view.viewQuery().contains(relation.name())) continue;
            for (QualifiedName name : SyntaxNames.relations(SqlParser.parse(view.viewQuery()).getFirst().statement())) {
                if (names(name, relation, catalog)) {
                    views.add(view);
                    break;
                }
            }
        }
        return views;
    }

    /** View bodies are stored with schemas spelled out where the search path alone would not do. */
    private static boolean names(QualifiedName name, TableDef relation, Catalog catalog) {
        if (!name.name().equals(relation.name())) return false;
        if (name.schema() == null) return true;
        SchemaDef schema = catalog.schema(name.schema());
        return schema != null && schema.oid() == relation.schemaOid();
    }

}
