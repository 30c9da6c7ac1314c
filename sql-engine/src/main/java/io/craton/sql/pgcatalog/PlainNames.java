package io.craton.sql.pgcatalog;

import io.craton.core.type.FormatContext;
import io.craton.sql.analyze.CatalogView;
import io.craton.sql.function.CatalogNames;
import io.craton.storage.catalog.Catalog;
import java.util.List;

/** A catalog's names as nobody's session sees them: every object of a user with its schema, settings at their defaults. */
record PlainNames(SystemRelations relations) {
    CatalogView of(Catalog catalog) {
        FormatContext standard = FormatContext.DEFAULT;
        FormatContext format = new FormatContext(standard.dateStyle(), standard.dateOrder(), standard.intervalStyle(), standard.zone(),
                standard.byteaHex(), standard.extraFloatDigits(), catalog,
                new CatalogNames(catalog, () -> List.of(Shape.PG_CATALOG), relations, false), 0);
        return new CatalogView(catalog, relations, List.of(Shape.PG_CATALOG), format, "");
    }
}
