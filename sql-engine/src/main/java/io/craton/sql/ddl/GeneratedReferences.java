package io.craton.sql.ddl;

import io.craton.core.error.PgError;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.sql.analyze.NameListener;
import io.craton.sql.analyze.RelationRef;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import java.util.List;

/** Refuses generation expressions that read generated columns. Stateless. */
record GeneratedReferences(List<ColumnDef> columns) implements NameListener {
    @Override
    public void relation(int position, RelationRef found, boolean aliased) {}

    @Override
    public void column(int position, int parts, int relationOid, int attribute) {
        if (attribute <= 0 || columns.get(attribute - 1).generated() == 0) return;
        throw PgError.error(SqlState.INVALID_OBJECT_DEFINITION,
                        "cannot use generated column \"" + columns.get(attribute - 1).name() + "\" in column generation expression")
                .withDetail("A generated column cannot reference another generated column.").withPosition(position).exception();
    }

    @Override
    public void star(int position, List<List<String>> names) {}

    @Override
    public void target(int position, String name) {}

    @Override
    public void type(int position, PgType type) {}
}
