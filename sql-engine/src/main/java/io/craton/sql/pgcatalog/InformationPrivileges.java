package io.craton.sql.pgcatalog;

import io.craton.sql.exec.ExecContext;
import io.craton.sql.function.BuiltinCatalog;
import io.craton.sql.function.FunctionDef;
import io.craton.sql.function.Memberships;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.DatabaseDef;
import io.craton.storage.catalog.CatalogObject.MembershipDef;
import io.craton.storage.catalog.CatalogObject.RoleDef;
import io.craton.storage.catalog.CatalogObject.RoutineDef;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.catalog.CatalogObject.TypeDef;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** information_schema's views of privileges and roles: who granted what to whom, as far as the current user has to do with it. */
final class InformationPrivileges {
    private static final InitialPrivileges BUILTIN = new InitialPrivileges(InitialPrivileges.ROUTINES);

    private final List<Shape> shapes;
    private final Map<String, Shape> byName = new HashMap<>();

    InformationPrivileges(List<Shape> shapes) {
        this.shapes = shapes;
        for (Shape shape : shapes) {
            if (shape.schema().equals("information_schema")) byName.put(shape.name(), shape);
        }
    }

    void register(Map<String, Rows> sources) {
        sources.put("table_privileges", (Rows.OfSession) (context, out) -> tables(context, "table_privileges", true, out));
        sources.put("role_table_grants", (Rows.OfSession) (context, out) -> tables(context, "role_table_grants", false, out));
        sources.put("column_privileges", (Rows.OfSession) (context, out) -> columns(context, "column_privileges", true, out));
        sources.put("role_column_grants", (Rows.OfSession) (context, out) -> columns(context, "role_column_grants", false, out));
        sources.put("routine_privileges", (Rows.OfSession) (context, out) -> routines(context, "routine_privileges", true, out));
        sources.put("role_routine_grants", (Rows.OfSession) (context, out) -> routines(context, "role_routine_grants", false, out));
        sources.put("usage_privileges", (Rows.OfSession) (context, out) -> usage(context, "usage_privileges", true, out));
        sources.put("role_usage_grants", (Rows.OfSession) (context, out) -> usage(context, "role_usage_grants", false, out));
        sources.put("udt_privileges", (Rows.OfSession) (context, out) -> rowTypes(context, "udt_privileges", true, out));
        sources.put("role_udt_grants", (Rows.OfSession) (context, out) -> rowTypes(context, "role_udt_grants", false, out));
        sources.put("enabled_roles", (Rows.OfSession) InformationPrivileges::enabledRoles);
        sources.put("applicable_roles", (Rows.OfSession) (context, out) -> memberships(context, false, out));
        sources.put("administrable_role_authorizations", (Rows.OfSession) (context, out) -> memberships(context, true, out));
    }

    private static boolean concerns(ExecContext context, Grant grant, boolean withPublic) {
        return enabled(context, grant.grantor()) || enabled(context, grant.grantee()) || withPublic && grant.grantee().equals("PUBLIC");
    }

    private static boolean enabled(ExecContext context, String role) {
        for (RoleDef def : context.catalog().all(RoleDef.class)) {
            if (def.name().equals(role)) return Ownership.has(context, def.oid());
        }
        return false;
    }

    private void tables(ExecContext context, String view, boolean withPublic, Consumer<Object[]> out) {
        NamedRow row = new NamedRow(byName.get(view), out);
        String database = context.session().database();
        InformationRelation.each(context, shapes, null, null, relation -> {
            for (Grant grant : Grant.of(context.catalog(), relation.owner(), relation.acl(), Grant.TABLE)) {
                if (!concerns(context, grant, withPublic)) continue;
                row.set("grantor", grant.grantor()).set("grantee", grant.grantee());
                row.name("table", database, relation.schema(), relation.name()).set("privilege_type", grant.privilege());
                row.set("is_grantable", grant.grantable()).set("with_hierarchy", grant.privilege().equals("SELECT")).end();
            }
        });
    }

    private void columns(ExecContext context, String view, boolean withPublic, Consumer<Object[]> out) {
        NamedRow row = new NamedRow(byName.get(view), out);
        InformationRelation.each(context, shapes, null, null, relation -> {
            List<Grant> whole = Grant.of(context.catalog(), relation.owner(), relation.acl(), Grant.TABLE);
            for (InformationRelation.Column column : relation.columns()) {
                for (Grant grant : whole) {
                    if (Grant.COLUMN.containsValue(grant.privilege())) column(context, row, relation, column, grant, withPublic);
                }
                String acl = column.definition() == null ? null : column.definition().acl();
                if (acl == null) continue;
                for (Grant grant : Grant.of(context.catalog(), relation.owner(), acl, Grant.COLUMN)) {
                    if (!whole.contains(grant)) column(context, row, relation, column, grant, withPublic);
                }
            }
        });
    }

    private static void column(ExecContext context, NamedRow row, InformationRelation relation, InformationRelation.Column column, Grant grant,
            boolean withPublic) {
        if (!concerns(context, grant, withPublic)) return;
        row.set("grantor", grant.grantor()).set("grantee", grant.grantee());
        row.name("table", context.session().database(), relation.schema(), relation.name()).set("column_name", column.name());
        row.set("privilege_type", grant.privilege()).set("is_grantable", grant.grantable()).end();
    }

    private void routines(ExecContext context, String view, boolean withPublic, Consumer<Object[]> out) {
        NamedRow row = new NamedRow(byName.get(view), out);
        Catalog catalog = context.catalog();
        for (FunctionDef f : BuiltinCatalog.functions()) {
            routine(context, row, f.oid(), f.namespace(), f.name(), 10, BUILTIN.acl(f.oid(), 0), withPublic);
        }
        for (RoutineDef r : catalog.all(RoutineDef.class)) {
            routine(context, row, r.oid(), r.schemaOid(), r.name(), r.owner(), r.acl(), withPublic);
        }
    }

    private static void routine(ExecContext context, NamedRow row, int oid, int schemaOid, String name, int owner, @Nullable String acl,
            boolean withPublic) {
        String database = context.session().database();
        String schema = NamedViews.schema(context.catalog(), schemaOid);
        for (Grant grant : Grant.of(context.catalog(), owner, acl, Grant.ROUTINE)) {
            if (!concerns(context, grant, withPublic)) continue;
            row.set("grantor", grant.grantor()).set("grantee", grant.grantee());
            row.name("specific", database, schema, name + "_" + Integer.toUnsignedString(oid)).name("routine", database, schema, name);
            row.set("privilege_type", "EXECUTE").set("is_grantable", grant.grantable()).end();
        }
    }

    /** Everybody may use a collation; domains and sequences have privileges of their own. */
    private void usage(ExecContext context, String view, boolean withPublic, Consumer<Object[]> out) {
        NamedRow row = new NamedRow(byName.get(view), out);
        Catalog catalog = context.catalog();
        if (withPublic || context.session().superuser()) {
            InformationSchema.eachCollation(catalog, (schema, name, owner) -> {
                row.set("grantor", NamedViews.role(catalog, owner)).set("grantee", "PUBLIC").name("object", context.session().database(), schema, name);
                row.set("object_type", "COLLATION").set("privilege_type", "USAGE").set("is_grantable", false).end();
            });
        }
        for (TypeDef def : catalog.all(TypeDef.class)) {
            if (def.type().kind() != 'd') continue;
            for (Grant grant : Grant.of(catalog, def.type().ownerOid(), def.acl(), Grant.DOMAIN)) {
                if (!concerns(context, grant, withPublic)) continue;
                row.set("grantor", grant.grantor()).set("grantee", grant.grantee());
                row.name("object", context.session().database(), NamedViews.schema(catalog, def.type().namespaceOid()), def.type().name());
                row.set("object_type", "DOMAIN").set("privilege_type", "USAGE").set("is_grantable", grant.grantable()).end();
            }
        }
        for (SequenceDef s : catalog.all(SequenceDef.class)) {
            for (Grant grant : Grant.of(catalog, s.owner(), s.acl(), Grant.SEQUENCE)) {
                if (!grant.privilege().equals("USAGE") || !concerns(context, grant, withPublic)) continue;
                row.set("grantor", grant.grantor()).set("grantee", grant.grantee());
                row.name("object", context.session().database(), NamedViews.schema(catalog, s.schemaOid()), s.name());
                row.set("object_type", "SEQUENCE").set("privilege_type", "USAGE").set("is_grantable", grant.grantable()).end();
            }
        }
    }

    private void rowTypes(ExecContext context, String view, boolean withPublic, Consumer<Object[]> out) {
        NamedRow row = new NamedRow(byName.get(view), out);
        Catalog catalog = context.catalog();
        for (Shape shape : shapes) rowType(context, row, shape.schema(), shape.name(), 10, null, withPublic);
        for (TableDef table : catalog.all(TableDef.class)) {
            TypeDef type = catalog.find(TypeDef.class, table.rowTypeOid());
            rowType(context, row, NamedViews.schema(catalog, table.schemaOid()), table.name(), table.owner(), type == null ? null : type.acl(), withPublic);
        }
    }

    private static void rowType(ExecContext context, NamedRow row, @Nullable String schema, String name, int owner, @Nullable String acl,
            boolean withPublic) {
        for (Grant grant : Grant.of(context.catalog(), owner, acl, Grant.TYPE)) {
            if (!concerns(context, grant, withPublic)) continue;
            row.set("grantor", grant.grantor()).set("grantee", grant.grantee()).name("udt", context.session().database(), schema, name);
            row.set("privilege_type", "TYPE USAGE").set("is_grantable", grant.grantable()).end();
        }
    }

    private static void enabledRoles(ExecContext context, Consumer<Object[]> out) {
        for (RoleDef role : context.catalog().all(RoleDef.class)) {
            if (Ownership.has(context, role.oid())) out.accept(new Object[] {role.name()});
        }
    }

    private static void memberships(ExecContext context, boolean administrable, Consumer<Object[]> out) {
        Catalog catalog = context.catalog();
        for (MembershipDef membership : catalog.all(MembershipDef.class)) {
            if (administrable && !membership.adminOption() || !Ownership.has(context, membership.memberOid())) continue;
            out.accept(new Object[] {
                NamedViews.role(catalog, membership.memberOid()), NamedViews.role(catalog, membership.roleOid()),
                membership.adminOption() ? "YES" : "NO"});
        }
        for (DatabaseDef database : catalog.all(DatabaseDef.class)) {
            if (administrable || database.oid() != context.session().databaseOid() || !Ownership.has(context, database.owner())) continue;
            out.accept(new Object[] {NamedViews.role(catalog, database.owner()), NamedViews.role(catalog, Memberships.DATABASE_OWNER), "NO"});
        }
    }
}
