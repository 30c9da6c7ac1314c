package io.craton.sql.pgcatalog;

import io.craton.sql.exec.ExecContext;
import io.craton.sql.exec.ScanOperators.ClosableRows;
import io.craton.sql.largeobject.LargeObjects;
import io.craton.storage.txn.RowCursor;
import java.util.Iterator;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** pg_largeobject, page by page, and pg_largeobject_metadata. */
final class LargeObjectRows implements Rows.OfSession {
    @Override
    public void fill(ExecContext context, Consumer<Object[]> out) {
        open(context, Map.of()).forEachRemaining(out);
    }

    @Override
    public Iterator<Object[]> open(ExecContext context, Map<String, Object> values) {
        return new Pages(new LargeObjects(context.transaction()).rows(values.get("loid") instanceof Long oid ? oid : null));
    }

    private static final class Pages implements ClosableRows<@Nullable Object[]> {
        private final RowCursor rows;
        private boolean known;
        private boolean more;

        Pages(RowCursor rows) {
            this.rows = rows;
        }

        @Override
        public boolean hasNext() {
            if (!known) more = rows.next();
            known = true;
            return more;
        }

        @Override
        public @Nullable Object[] next() {
            if (!hasNext()) throw new java.util.NoSuchElementException();
            known = false;
            return LargeObjects.datums(rows.row());
        }

        @Override
        public void close() {
            rows.close();
        }
    }

    static void objects(ExecContext context, Consumer<Object[]> out) {
        new LargeObjects(context.transaction()).each(object ->
                out.accept(new Object[] {Datum.oid(object.oid()), Datum.oid(object.owner()), Datum.acl(object.acl(), context.catalog())}));
    }
}
