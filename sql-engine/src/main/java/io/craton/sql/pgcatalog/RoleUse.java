package io.craton.sql.pgcatalog;

import static io.craton.sql.pgcatalog.Datum.character;
import static io.craton.sql.pgcatalog.Datum.oid;

import io.craton.core.type.PgArray;
import io.craton.sql.exec.ExecContext;
import io.craton.sql.largeobject.LargeObject;
import io.craton.sql.largeobject.LargeObjects;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.catalog.CatalogObject.CollationDef;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.DatabaseDef;
import io.craton.storage.catalog.CatalogObject.DefaultAclDef;
import io.craton.storage.catalog.CatalogObject.ExtensionDef;
import io.craton.storage.catalog.CatalogObject.RoleDef;
import io.craton.storage.catalog.CatalogObject.RoutineDef;
import io.craton.storage.catalog.CatalogObject.SchemaDef;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.catalog.CatalogObject.TypeDef;
import io.craton.storage.catalog.CatalogObject.UserOperatorDef;
import io.craton.storage.txn.Transaction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What an object has to do with a role, as a row of pg_shdepend says it; derived from owners and access lists. Roles that every cluster has are not looked at.
 *
 * @param kind o for its owner, a for one who is in its access list
 */
public record RoleUse(int role, int classOid, int object, int column, char kind) {
    private static final int FIRST_USER_OID = 16384;
    private static final int ROLES = 1260;
    private static final int DATABASE = 1262;

    /** Uses of roles by what is in one database. */
    public static List<RoleUse> in(Catalog catalog) {
        List<RoleUse> uses = new ArrayList<>();
        Map<String, Integer> names = names(catalog);
        for (CatalogObject each : catalog.allObjects()) {
            switch (each) {
                case TableDef table when table.kind() != 'c' -> {
                    add(1259, table.oid(), 0, table.owner(), table.acl(), catalog, names, uses);
                    for (ColumnDef column : table.columns()) {
                        if (column.acl() != null) listed(1259, table.oid(), column.number(), table.owner(), column.acl(), catalog, names, uses);
                    }
                }
                case SequenceDef sequence -> add(1259, sequence.oid(), 0, sequence.owner(), sequence.acl(), catalog, names, uses);
                case SchemaDef schema -> add(2615, schema.oid(), 0, schema.owner(), schema.acl(), catalog, names, uses);
                case RoutineDef routine -> add(1255, routine.oid(), 0, routine.owner(), routine.acl(), catalog, names, uses);
                case TypeDef type when !type.type().isArray() && rows(type, catalog) != 'r' ->
                        add(1247, type.oid(), 0, type.type().ownerOid(), type.acl(), catalog, names, uses);
                case UserOperatorDef operator -> add(2617, operator.oid(), 0, operator.owner(), null, catalog, names, uses);
                case CollationDef collation -> add(3456, collation.oid(), 0, collation.owner(), null, catalog, names, uses);
                case ExtensionDef extension -> add(3079, extension.oid(), 0, extension.owner(), null, catalog, names, uses);
                case CatalogObject.BuiltinRightsDef rights -> add(BuiltinRights.function(rights) == null ? 2612 : 1255, rights.oid(), 0, Languages.OWNER, rights.acl(), catalog, names, uses);
                case DefaultAclDef defaults -> add(826, defaults.oid(), 0, defaults.roleOid(), defaults.acl(), catalog, names, uses);
                default -> { }
            }
        }
        return uses;
    }

    /** Of a table's row type, r; c of a composite type; 0 of others. */
    private static char rows(TypeDef type, Catalog catalog) {
        TableDef relation = type.type().relationOid() == 0 ? null : catalog.table(type.type().relationOid());
        return relation == null ? 0 : relation.kind() == 'c' ? 'c' : 'r';
    }

    private static Map<String, Integer> names(Catalog catalog) {
        Map<String, Integer> names = new HashMap<>();
        for (RoleDef role : catalog.all(RoleDef.class)) names.put(role.name(), role.oid());
        return names;
    }

    private static void add(int classOid, int object, int column, int owner, @Nullable String acl, Catalog catalog, Map<String, Integer> names,
            List<RoleUse> uses) {
        if (owner >= FIRST_USER_OID) uses.add(new RoleUse(owner, classOid, object, column, 'o'));
        if (acl != null) listed(classOid, object, column, owner, acl, catalog, names, uses);
    }

    private static void listed(int classOid, int object, int column, int owner, String acl, Catalog catalog, Map<String, Integer> names,
            List<RoleUse> uses) {
        Set<Integer> roles = new LinkedHashSet<>();
        for (Object item : ((PgArray) java.util.Objects.requireNonNull(Datum.acl(acl, catalog))).elements()) {
            String text = String.valueOf(item);
            int equals = text.lastIndexOf('=');
            int slash = text.lastIndexOf('/');
            if (equals < 0 || slash < equals) continue;
            roles.add(names.getOrDefault(plain(text.substring(0, equals)), 0));
            roles.add(names.getOrDefault(plain(text.substring(slash + 1)), 0));
        }
        for (int role : roles) if (role >= FIRST_USER_OID && role != owner) uses.add(new RoleUse(role, classOid, object, column, 'a'));
    }

    private static String plain(String name) {
        return name.startsWith("\"") && name.endsWith("\"") ? name.substring(1, name.length() - 1).replace("\"\"", "\"") : name;
    }

    /** Uses of roles by the large objects that a transaction sees. */
    public static List<RoleUse> ofLargeObjects(Transaction transaction, Catalog catalog) {
        List<RoleUse> uses = new ArrayList<>();
        Map<String, Integer> names = names(catalog);
        new LargeObjects(transaction).each(object -> add(LargeObject.CLASS, object.oid(), 0, object.owner(), object.acl(), catalog, names, uses));
        return uses;
    }

    /** Uses of roles by databases themselves. */
    public static List<RoleUse> ofDatabases(Catalog catalog) {
        List<RoleUse> uses = new ArrayList<>();
        Map<String, Integer> names = names(catalog);
        for (DatabaseDef database : catalog.all(DatabaseDef.class)) {
            add(DATABASE, database.oid(), 0, database.owner(), database.acl(), catalog, names, uses);
        }
        return uses;
    }

    /** pg_shdepend: what is in all databases, and the databases themselves. */
    static void rows(ExecContext context, Consumer<Object[]> out) {
        Catalog here = context.catalog();
        for (DatabaseDef database : here.all(DatabaseDef.class)) {
            Catalog catalog = database.oid() == context.session().databaseOid() ? here : context.session().catalog(database);
            for (RoleUse use : in(catalog)) out.accept(use.row(database.oid()));
            if (catalog == here) ofLargeObjects(context.transaction(), here).forEach(use -> out.accept(use.row(database.oid())));
        }
        for (RoleUse use : ofDatabases(here)) out.accept(use.row(0));
    }

    private Object[] row(int database) {
        return new Object[] {oid(database), oid(classOid), oid(object), (long) column, oid(ROLES), oid(role), character(kind)};
    }
}
