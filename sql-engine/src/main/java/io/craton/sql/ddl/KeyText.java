package io.craton.sql.ddl;

import io.craton.core.type.ByteWriter;
import io.craton.core.type.TypeCodecs;
import io.craton.sql.analyze.CatalogView;
import io.craton.sql.deparse.Definitions;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A key as error details show it: {@code (a, b)=(1, x)}. Pure. */
final class KeyText {
    private KeyText() {}

    static String of(IndexDef index, TableDef table, @Nullable Object[] row, CatalogView names) {
        Definitions definitions = new Definitions(names);
        StringBuilder columns = new StringBuilder("(");
        StringBuilder values = new StringBuilder("(");
        for (IndexDef.KeyPart part : index.keyParts()) {
            ColumnDef column = table.column(part.column());
            if (columns.length() > 1) {
                columns.append(", ");
                values.append(", ");
            }
            columns.append(definitions.keyPart(part, table));
            values.append(value(row[part.column() - 1], column, names));
        }
        return columns.append(")=").append(values).append(")").toString();
    }

    private static String value(@Nullable Object value, ColumnDef column, CatalogView names) {
        if (value == null) return "null";
        ByteWriter out = new ByteWriter(32);
        TypeCodecs.of(names.requireType(column.typeOid()), names).encodeText(value, names.format(), out);
        return new String(out.array(), 0, out.size(), StandardCharsets.UTF_8);
    }
}
