package io.craton.sql.ddl;

import io.craton.sql.pgcatalog.BuiltinRights;
import io.craton.sql.pgcatalog.Languages;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.DatabaseDef;
import io.craton.storage.catalog.CatalogObject.DefaultAclDef;
import io.craton.storage.catalog.CatalogObject.BuiltinRightsDef;
import io.craton.storage.catalog.CatalogObject.RoleDef;
import io.craton.storage.catalog.CatalogObject.RoutineDef;
import io.craton.storage.catalog.CatalogObject.SchemaDef;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.catalog.CatalogObject.TypeDef;
import io.craton.storage.catalog.CatalogObject.UserOperatorDef;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The access control lists of catalog objects: their letters, defaults and places. Pure. */
final class Acls {
    private Acls() {}

    static String roleName(int oid, Scope scope) {
        RoleDef role = scope.context().catalog().find(RoleDef.class, oid);
        return role == null ? "postgres" : role.name();
    }

    /** All privileges of a kind of object: r table, S sequence, d database, n schema, f function, T type, l language, L large object. */
    static String all(char type) {
        return switch (type) {
            case 'r' -> "arwdDxt";
            case 'S' -> "rwU";
            case 'd' -> "CTc";
            case 'n' -> "UC";
            case 'f' -> "X";
            case 'T', 'l' -> "U";
            case 'L' -> "rw";
            default -> "";
        };
    }

    /** What a null list stands for. */
    static Acl byDefault(char type, String owner) {
        String toPublic = switch (type) {
            case 'd' -> "Tc";
            case 'f' -> "X";
            case 'T', 'l' -> "U";
            default -> "";
        };
        return new Acl(List.of()).grant("", toPublic, false, owner).grant(owner, all(type), false, owner);
    }

    static char type(CatalogObject object) {
        return switch (object) {
            case TableDef table -> 'r';
            case SequenceDef sequence -> 'S';
            case DatabaseDef database -> 'd';
            case SchemaDef schema -> 'n';
            case RoutineDef routine -> 'f';
            case TypeDef type -> 'T';
            case BuiltinRightsDef rights -> BuiltinRights.function(rights) == null ? 'l' : 'f';
            default -> throw new IllegalArgumentException();
        };
    }

    static @Nullable String of(CatalogObject object) {
        return switch (object) {
            case TableDef table -> table.acl();
            case SequenceDef sequence -> sequence.acl();
            case DatabaseDef database -> database.acl();
            case SchemaDef schema -> schema.acl();
            case RoutineDef routine -> routine.acl();
            case TypeDef type -> type.acl();
            case BuiltinRightsDef rights -> rights.acl();
            default -> null;
        };
    }

    static boolean isOwned(CatalogObject object) {
        return object instanceof TableDef || object instanceof SequenceDef || object instanceof DatabaseDef || object instanceof SchemaDef
                || object instanceof RoutineDef || object instanceof TypeDef || object instanceof UserOperatorDef || object instanceof BuiltinRightsDef;
    }

    static int owner(CatalogObject object) {
        return switch (object) {
            case TableDef table -> table.owner();
            case SequenceDef sequence -> sequence.owner();
            case DatabaseDef database -> database.owner();
            case SchemaDef schema -> schema.owner();
            case RoutineDef routine -> routine.owner();
            case UserOperatorDef operator -> operator.owner();
            case TypeDef type -> type.type().ownerOid();
            case BuiltinRightsDef rights -> Languages.OWNER;
            default -> throw new IllegalArgumentException();
        };
    }

    static CatalogObject with(CatalogObject object, @Nullable String acl) {
        return switch (object) {
            case TableDef table -> Tables.withAcl(table, acl);
            case SequenceDef s -> Tables.sequence(s, s.schemaOid(), s.name(), s.owner(), acl);
            case DatabaseDef d -> new DatabaseDef(d.oid(), d.tenantNumber(), d.name(), d.owner(), d.template(), d.allowConnections(),
                    d.connectionLimit(), acl, d.group(), d.firstGroup(), d.locale());
            case SchemaDef s -> new SchemaDef(s.oid(), s.name(), s.owner(), acl);
            case TypeDef t -> new TypeDef(t.type(), acl);
            case RoutineDef routine -> RoutineDraft.of(routine).acl(acl).make();
            case BuiltinRightsDef rights -> new BuiltinRightsDef(rights.oid(), acl);
            default -> throw new IllegalArgumentException();
        };
    }

    static ColumnDef with(ColumnDef c, @Nullable String acl) {
        return new ColumnDef(c.number(), c.name(), c.typeOid(), c.typmod(), c.collationOid(), c.notNull(), c.defaultExpression(), c.identity(),
                c.generated(), c.missingText(), c.dropped(), c.hidden(), c.statisticsTarget(), acl, c.tuning());
    }
}
