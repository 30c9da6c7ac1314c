package io.craton.sql.pgcatalog;

import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.catalog.CatalogObject.ExtensionDef;
import io.craton.storage.catalog.CatalogObject.RoutineDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.List;
import java.util.function.Consumer;

/** pg_init_privs: what is granted of built-in objects and of extensions' members from the start, which is not dumped. */
final class InitialPrivilegeRows implements Rows.OfCatalog {
    private static final long PG_CLASS = 1259;
    private static final long PG_PROC = 1255;

    private final Shape shape;

    InitialPrivilegeRows(Shape shape) {
        this.shape = shape;
    }

    @Override
    public List<Object[]> builtin() {
        return Resources.rows(shape);
    }

    @Override
    public void fill(Catalog catalog, Consumer<Object[]> out) {
        for (ExtensionDef def : catalog.all(ExtensionDef.class)) {
            Extension extension = Extension.find(def.name());
            if (extension == null) continue;
            for (CatalogObject member : Extension.members(def, catalog)) {
                String name = switch (member) {
                    case TableDef view -> view.name();
                    case RoutineDef routine -> routine.name();
                    default -> "";
                };
                String granted = extension.privileges().get(name);
                boolean function = member instanceof RoutineDef;
                // a view and the function behind it have one name, and it is the view that is granted
                if (granted == null || function == granted.contains("r")) continue;
                out.accept(new Object[] {Datum.oid(member.oid()), function ? PG_PROC : PG_CLASS, 0L, Datum.character('e'),
                    Datum.acl(granted.replace("O", "#" + Integer.toUnsignedString(def.owner())), catalog)});
            }
        }
    }
}
