package io.craton.sql.ddl;

import io.craton.sql.analyze.CatalogView;
import io.craton.sql.analyze.TypeNames;
import io.craton.sql.pgcatalog.BuiltinRights;
import io.craton.sql.pgcatalog.Languages;
import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.catalog.CatalogObject.TableDef;

/** Objects as PostgreSQL's dependency messages name them (getObjectDescription). Pure. */
final class ObjectText {
    private ObjectText() {}

    static String of(CatalogObject object, CatalogView names) {
        return switch (object) {
            case TableDef table -> switch (table.kind()) {
                case 'v' -> "view ";
                case 'm' -> "materialized view ";
                case 'c' -> "composite type ";
                default -> "table ";
            } + relation(table.schemaOid(), table.name(), names);
            case CatalogObject.IndexDef index -> "index " + relation(index.schemaOid(), index.name(), names);
            case CatalogObject.SequenceDef sequence -> "sequence " + relation(sequence.schemaOid(), sequence.name(), names);
            case CatalogObject.ConstraintDef constraint -> constraint(constraint, names);
            case CatalogObject.SchemaDef schema -> "schema " + SqlText.identifier(schema.name());
            case CatalogObject.TypeDef type -> "type " + TypeNames.of(type.type(), -1, names);
            case CatalogObject.RoutineDef routine -> "function " + RoutineLookup.signature(routine, names);
            case CatalogObject.TriggerDef trigger -> "trigger " + SqlText.identifier(trigger.name()) + " on " + of(
                    java.util.Objects.requireNonNull(names.catalog().table(trigger.tableOid())), names);
            case CatalogObject.ExtensionDef extension -> "extension " + SqlText.identifier(extension.name());
            case CatalogObject.RoleDef role -> "role " + SqlText.identifier(role.name());
            case CatalogObject.DatabaseDef database -> "database " + SqlText.identifier(database.name());
            case CatalogObject.BuiltinRightsDef rights -> BuiltinRights.function(rights) == null ? "language " + Languages.name(rights.oid())
                    : "function " + java.util.Objects.requireNonNull(BuiltinRights.function(rights)).name();
            case CatalogObject.CommentDef c -> "comment";
            case CatalogObject.AggregateDef aggregate -> "aggregate";
            case CatalogObject.UserOperatorDef operator -> "operator " + OperatorDdl.text(operator, names);
            case CatalogObject.CastDef cast -> "cast from " + TypeNames.of(names.requireType(cast.sourceOid()), -1, names) + " to "
                    + TypeNames.of(names.requireType(cast.targetOid()), -1, names);
            case CatalogObject.CollationDef c -> "collation " + names.format().names().print(io.craton.core.type.TypeOid.REGCOLLATION, c.oid() & 0xffffffffL);
            case CatalogObject.DefaultAclDef c -> "default privileges";
            case CatalogObject.StatisticsDef c -> "statistics";
            case CatalogObject.RoleSettingDef c -> "settings";
            case CatalogObject.MembershipDef c -> "membership";
        };
    }

    static String column(TableDef table, CatalogObject.ColumnDef column, CatalogView names) {
        return "column " + column.name() + " of " + of(table, names);
    }

    private static String constraint(CatalogObject.ConstraintDef constraint, CatalogView names) {
        TableDef table = names.catalog().table(constraint.tableOid());
        String on = table == null ? "" : " on table " + relation(table.schemaOid(), table.name(), names);
        return "constraint " + SqlText.identifier(constraint.name()) + on;
    }

    static String relation(int schemaOid, String name, CatalogView names) {
        var found = names.relation(null, name);
        boolean visible = found != null && names.relation(names.schemaName(schemaOid), name) != null
                && found.equals(names.relation(names.schemaName(schemaOid), name));
        return visible ? SqlText.identifier(name) : SqlText.qualified(names.schemaName(schemaOid), name);
    }
}
