package io.craton.sql.pgcatalog;

import static io.craton.sql.pgcatalog.Datum.oid;

import io.craton.sql.deparse.Definitions.Style;
import io.craton.sql.exec.ExecContext;
import io.craton.sql.function.DefinitionFunctions;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.RoleDef;
import io.craton.storage.catalog.CatalogObject.SchemaDef;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.txn.Transaction.SequenceState;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The views over pg_class that show names for oids: pg_tables, pg_views, pg_matviews, pg_indexes, pg_sequences. */
final class NamedViews {
    private NamedViews() {}

    static @Nullable String schema(Catalog catalog, int oid) {
        SchemaDef schema = catalog.find(SchemaDef.class, oid);
        return schema == null ? oid == Shape.PG_CATALOG ? "pg_catalog" : null : schema.name();
    }

    static String role(Catalog catalog, int oid) {
        RoleDef role = catalog.find(RoleDef.class, oid);
        return role == null ? "unknown (OID=" + Integer.toUnsignedString(oid) + ")" : role.name();
    }

    /** pg_tables: the system's own too. */
    static Rows.OfCatalog tables(List<Shape> shapes) {
        return (catalog, out) -> {
            for (TableDef t : catalog.all(TableDef.class)) {
                if (t.kind() != 'r' && t.kind() != 'p') continue;
                boolean triggers = !catalog.triggers(t.oid()).isEmpty() || !catalog.referencing(t.oid()).isEmpty()
                        || catalog.constraints(t.oid()).stream().anyMatch(c -> c.type() == 'f');
                out.accept(new Object[] {
                    schema(catalog, t.schemaOid()), t.name(), role(catalog, t.owner()), null, !catalog.indexes(t.oid()).isEmpty(), false,
                    triggers, false});
            }
            for (Shape s : shapes) {
                if (s.kind() != 'r') continue;
                out.accept(new Object[] {
                    s.schema(), s.name(), role(catalog, 10), s.shared() ? "pg_global" : null, s.hasIndex(), false, false, false});
            }
        };
    }

    static Rows.OfSession views(List<Shape> shapes) {
        return (context, out) -> {
            Catalog catalog = context.catalog();
            for (TableDef t : catalog.all(TableDef.class)) {
                if (t.kind() != 'v') continue;
                out.accept(new Object[] {
                    schema(catalog, t.schemaOid()), t.name(), role(catalog, t.owner()), DefinitionFunctions.view(context, t)});
            }
            for (Shape s : shapes) {
                if (s.kind() == 'v') out.accept(new Object[] {s.schema(), s.name(), role(catalog, 10), null});
            }
        };
    }

    static void materializedViews(ExecContext context, Consumer<Object[]> out) {
        Catalog catalog = context.catalog();
        for (TableDef t : catalog.all(TableDef.class)) {
            if (t.kind() != 'm') continue;
            out.accept(new Object[] {
                schema(catalog, t.schemaOid()), t.name(), role(catalog, t.owner()), null, !catalog.indexes(t.oid()).isEmpty(), t.populated(),
                DefinitionFunctions.view(context, t)});
        }
    }

    static void indexes(ExecContext context, Consumer<Object[]> out) {
        Catalog catalog = context.catalog();
        for (IndexDef index : catalog.all(IndexDef.class)) {
            TableDef table = catalog.table(index.tableOid());
            if (table == null) continue;
            out.accept(new Object[] {
                schema(catalog, table.schemaOid()), table.name(), index.name(), null, DefinitionFunctions.index(context, index, Style.PLAIN)});
        }
    }

    static void sequences(ExecContext context, Consumer<Object[]> out) {
        Catalog catalog = context.catalog();
        for (SequenceDef s : catalog.all(SequenceDef.class)) {
            SequenceState state = context.transaction().isPast() ? new SequenceState(0, false) : context.transaction().sequenceState(s);
            out.accept(new Object[] {
                schema(catalog, s.schemaOid()), s.name(), role(catalog, s.owner()), oid(s.typeOid()), s.start(), s.minimum(), s.maximum(),
                s.increment(), s.cycle(), s.cache(), state.called() ? (Object) state.lastValue() : null});
        }
    }
}
