package io.craton.sql.deparse;

import io.craton.core.type.PgType;
import io.craton.sql.analyze.CatalogView;
import io.craton.sql.analyze.Findings;
import io.craton.sql.logical.Scalar;
import io.craton.sql.syntax.Mark;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.List;

/** What is printed from, and how: the catalog, findings and naming. */
record PrintSource(CatalogView catalog, Findings findings, Naming naming) {
    /** The name of a composite value's field. */
    String fieldName(Scalar.Field field) {
        PgType type = catalog.baseType(field.argument().type());
        if (type.kind() != 'c') {
            List<String> names = field.argument() instanceof Scalar.RowValue row ? row.names() : List.of();
            return naming.identifier(names.isEmpty() ? "f" + (field.index() + 1) : names.get(field.index()));
        }
        return attributeName(type, field.index());
    }

    /** The name of a composite type's attribute, 0-based. */
    String attributeName(PgType type, int index) {
        String name = type.fields().get(index).name();
        if (!naming.byIdentity()) return naming.identifier(name);
        TableDef relation = catalog.catalog().table(type.relationOid());
        ColumnDef column = relation == null ? null : relation.column(name);
        return column == null ? naming.identifier(name) : new Mark.Attribute(relation.oid(), column.number()).text();
    }
}
