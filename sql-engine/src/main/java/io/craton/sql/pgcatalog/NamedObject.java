package io.craton.sql.pgcatalog;

import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.catalog.CatalogObject.AggregateDef;
import io.craton.storage.catalog.CatalogObject.CastDef;
import io.craton.storage.catalog.CatalogObject.CollationDef;
import io.craton.storage.catalog.CatalogObject.CommentDef;
import io.craton.storage.catalog.CatalogObject.ConstraintDef;
import io.craton.storage.catalog.CatalogObject.DatabaseDef;
import io.craton.storage.catalog.CatalogObject.DefaultAclDef;
import io.craton.storage.catalog.CatalogObject.ExtensionDef;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.MembershipDef;
import io.craton.storage.catalog.CatalogObject.RoleDef;
import io.craton.storage.catalog.CatalogObject.RoleSettingDef;
import io.craton.storage.catalog.CatalogObject.RoutineDef;
import io.craton.storage.catalog.CatalogObject.SchemaDef;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import io.craton.storage.catalog.CatalogObject.StatisticsDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.catalog.CatalogObject.TriggerDef;
import io.craton.storage.catalog.CatalogObject.TypeDef;
import io.craton.storage.catalog.CatalogObject.UserOperatorDef;
import org.jspecify.annotations.Nullable;

/**
 * What people call an object of the catalog.
 *
 * @param schemaOid 0 for what is in no schema
 * @param tableOid of what belongs to a table, 0 else
 */
record NamedObject(String kind, int schemaOid, @Nullable String name, int tableOid) {
    static NamedObject of(CatalogObject object) {
        return switch (object) {
            case SchemaDef schema -> new NamedObject("schema", 0, schema.name(), 0);
            case TableDef table -> new NamedObject(relation(table.kind()), table.schemaOid(), table.name(), 0);
            case IndexDef index -> new NamedObject("index", index.schemaOid(), index.name(), index.tableOid());
            case ConstraintDef constraint -> new NamedObject(constraint.domainOid() != 0 ? "domain constraint" : "table constraint",
                    constraint.schemaOid(), constraint.name(), constraint.tableOid());
            case SequenceDef sequence -> new NamedObject("sequence", sequence.schemaOid(), sequence.name(), sequence.ownerTable());
            case TypeDef type -> new NamedObject(type.type().kind() == 'd' ? "domain" : "type", type.type().namespaceOid(), type.type().name(), 0);
            case RoutineDef routine -> new NamedObject(routine.kind() == 'p' ? "procedure" : routine.kind() == 'a' ? "aggregate" : "function",
                    routine.schemaOid(), routine.name(), 0);
            case AggregateDef _ -> new NamedObject("aggregate state", 0, null, 0);
            case UserOperatorDef operator -> new NamedObject("operator", operator.schemaOid(), operator.name(), 0);
            case TriggerDef trigger -> new NamedObject("trigger", 0, trigger.name(), trigger.tableOid());
            case ExtensionDef extension -> new NamedObject("extension", extension.schemaOid(), extension.name(), 0);
            case CatalogObject.BuiltinRightsDef rights -> BuiltinRights.function(rights) == null
                    ? new NamedObject("language", 0, Languages.name(rights.oid()), 0)
                    : new NamedObject("function", 11, java.util.Objects.requireNonNull(BuiltinRights.function(rights)).name(), 0);
            case CommentDef _ -> new NamedObject("comment", 0, null, 0);
            case CastDef _ -> new NamedObject("cast", 0, null, 0);
            case CollationDef collation -> new NamedObject("collation", collation.schemaOid(), collation.name(), 0);
            case DefaultAclDef defaults -> new NamedObject("default acl", defaults.schemaOid(), null, 0);
            case StatisticsDef statistics -> new NamedObject("statistics", 0, null, statistics.tableOid());
            case RoleSettingDef _ -> new NamedObject("role setting", 0, null, 0);
            case RoleDef role -> new NamedObject("role", 0, role.name(), 0);
            case MembershipDef _ -> new NamedObject("membership", 0, null, 0);
            case DatabaseDef database -> new NamedObject("database", 0, database.name(), 0);
        };
    }

    private static String relation(char kind) {
        return switch (kind) {
            case 'v' -> "view";
            case 'm' -> "materialized view";
            case 'c' -> "composite type";
            default -> "table";
        };
    }
}
