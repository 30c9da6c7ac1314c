package io.craton.sql.exec;

import io.craton.sql.logical.Relation.Assignment;
import io.craton.sql.logical.Scalar;
import io.craton.sql.logical.Scalar.NamedCheck;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.catalog.CatalogObject.TriggerDef;
import java.util.List;
import java.util.Map;

/** Analysed expressions of tables that are not in the statement's text: of children that a foreign key's action changes, and of indexes. */
public interface TableExpressions {
    /** Defaults, generated and hidden columns over a new row's columns, as in {@code Relation.Modify.defaults}. */
    List<Assignment> defaults(TableDef table, Catalog catalog);

    /** What the table's hidden columns hold, by attribute number, over its live, visible columns. */
    Map<Integer, Scalar> hidden(TableDef table, Catalog catalog);

    List<NamedCheck> checks(TableDef table, Catalog catalog);

    /** A trigger's condition over OLD's live, visible columns followed by NEW's. */
    Scalar triggerCondition(TriggerDef trigger, TableDef table, Catalog catalog);
}
