package io.craton.sql.pgcatalog;

import static io.craton.sql.pgcatalog.Datum.oid;

import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.CommentDef;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** pg_description and pg_shdescription: what built-in objects say of themselves, and comments of users. */
final class DescriptionRows implements Rows.OfCatalog {
    private static final int DATABASE = 1262;
    private static final int ROLE = 1260;
    private static final int TABLESPACE = 1213;
    /** Catalogs of objects that all databases share. */
    private static final Set<Integer> SHARED = Set.of(DATABASE, ROLE, TABLESPACE);

    private final Shape shape;

    DescriptionRows(Shape shape) {
        this.shape = shape;
    }

    @Override
    public List<Object[]> builtin() {
        return Resources.rows(shape);
    }

    @Override
    public void fill(Catalog catalog, Consumer<Object[]> out) {
        for (CommentDef c : catalog.all(CommentDef.class)) {
            if (SHARED.contains(c.classOid()) != shape.shared()) continue;
            out.accept(shape.shared() ? new Object[] {oid(c.objectOid()), oid(c.classOid()), c.text()}
                    : new Object[] {oid(c.objectOid()), oid(c.classOid()), (long) c.subId(), c.text()});
        }
    }

    @Override
    public int count(Catalog catalog) {
        return catalog.all(CommentDef.class).size();
    }
}
