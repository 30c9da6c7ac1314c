package io.craton.sql.ddl;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.core.type.Repr;
import io.craton.sql.analyze.TypeNames;
import io.craton.sql.analyze.TypeResolution;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.syntax.AlterTableCommand;
import io.craton.sql.syntax.FromItem;
import io.craton.sql.syntax.ObjectStatement;
import io.craton.sql.syntax.SelectStatement.Persistence;
import io.craton.sql.syntax.QualifiedName;
import io.craton.sql.syntax.Statement.DropBehavior;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.ColumnTuning;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.catalog.CatalogObject.TypeDef;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** CREATE TYPE and ALTER TYPE for enums and composite types, and the names that types share with relations. */
final class TypeDdl {
    private static final int LABEL_BYTES = 63;

    private TypeDdl() {}

    /** A table's row type has the table's name: 42710 when a type of that name is there, but for an array type, which makes way. */
    static void requireFreeName(String name, int schema, Scope scope) {
        Catalog catalog = scope.context().catalog();
        PgType taken = catalog.type(schema, name);
        if (taken == null) return;
        PgType element = taken.isArray() ? scope.names().type(taken.elementOid()) : null;
        if (element == null || element.arrayOid() != taken.oid()) throw new PgException(SqlState.DUPLICATE_OBJECT, "type \"" + name + "\" already exists");
        put(new TypeDef(Tables.type(taken, TypeNaming.arrayName(name, schema, catalog), schema, taken.ownerOid()), null), scope);
    }

    private static void put(CatalogObject object, Scope scope) {
        scope.context().transaction().change(new CatalogChange.Put(object));
    }

    /** Puts a type together with its array type, whose oid it names. */
    static void putWithArray(PgType type, Scope scope) {
        put(new TypeDef(type, DefaultPrivileges.of('T', type.namespaceOid(), scope)), scope);
        String name = TypeNaming.arrayName(type.name(), type.namespaceOid(), scope.context().catalog());
        put(new TypeDef(TableDraft.arrayOf(type, type.arrayOid(), name), null), scope);
    }

    static String createEnum(ObjectStatement.CreateEnum create, Scope scope) {
        int schema = ObjectNames.creationSchema(create.name(), Persistence.PERMANENT, scope);
        Ownership.requireCreate(schema, scope);
        requireFreeName(create.name().name(), schema, scope);
        List<PgType.EnumLabel> labels = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        int oid = scope.context().transaction().newOid();
        int arrayOid = scope.context().transaction().newOid();
        for (String value : create.values()) {
            checkLabel(value);
            if (!seen.add(value)) {
                throw PgError.error(SqlState.UNIQUE_VIOLATION, "duplicate key value violates unique constraint \"pg_enum_typid_label_index\"")
                        .withDetail("Key (enumtypid, enumlabel)=(" + oid + ", " + value + ") already exists.")
                        .withTable("pg_catalog", "pg_enum").withConstraint("pg_enum_typid_label_index").exception();
            }
            labels.add(new PgType.EnumLabel(scope.context().transaction().newOid(), value, labels.size() + 1));
        }
        putWithArray(new PgType(oid, create.name().name(), schema, 'e', 'E', false, 4, 'i', 'p', ',', 0, arrayOid, 0, 0, -1, 0, false, null,
                scope.context().session().currentUserOid(), labels, List.of(), Repr.LONG), scope);
        return "CREATE TYPE";
    }

    private static void checkLabel(String label) {
        if (label.getBytes(StandardCharsets.UTF_8).length > LABEL_BYTES) {
            throw PgError.error(SqlState.INVALID_NAME, "invalid enum label \"" + label + "\"")
                    .withDetail("Labels must be 63 bytes or less.").exception();
        }
    }

    private static TypeDef requireEnum(QualifiedName name, Scope scope) {
        TypeDef def = Found.type(name, scope);
        if (def.type().kind() != 'e') throw new PgException(SqlState.WRONG_OBJECT_TYPE, name.name() + " is not an enum");
        Ownership.require(def, scope);
        return def;
    }

    static String addValue(ObjectStatement.AddEnumValue add, Scope scope) {
        TypeDef def = requireEnum(add.type(), scope);
        checkLabel(add.value());
        List<PgType.EnumLabel> labels = new ArrayList<>(def.type().labels());
        if (indexOf(labels, add.value()) >= 0) {
            if (!add.ifNotExists()) throw new PgException(SqlState.DUPLICATE_OBJECT, "enum label \"" + add.value() + "\" already exists");
            scope.context().notice(PgError.notice(SqlState.DUPLICATE_OBJECT, "enum label \"" + add.value() + "\" already exists, skipping"));
            return "ALTER TYPE";
        }
        int at = labels.size();
        if (add.neighbour() != null) {
            int neighbour = indexOf(labels, add.neighbour());
            if (neighbour < 0) {
                throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "\"" + add.neighbour() + "\" is not an existing enum label");
            }
            at = add.after() ? neighbour + 1 : neighbour;
        }
        float before = at == 0 ? 0 : labels.get(at - 1).sortOrder();
        float order = labels.isEmpty() ? 1 : at == 0 ? labels.getFirst().sortOrder() - 1 : at == labels.size() ? before + 1
                : (before + labels.get(at).sortOrder()) / 2;
        labels.add(at, new PgType.EnumLabel(scope.context().transaction().newOid(), add.value(), order, true));
        boolean exhausted = at > 0 && order == before || at + 1 < labels.size() && order == labels.get(at + 1).sortOrder();
        if (exhausted) {
            for (int i = 0; i < labels.size(); i++) {
                labels.set(i, new PgType.EnumLabel(labels.get(i).oid(), labels.get(i).label(), i + 1, labels.get(i).uncommitted()));
            }
        }
        put(new TypeDef(Tables.withLabels(def.type(), labels), def.acl()), scope);
        return "ALTER TYPE";
    }

    private static int indexOf(List<PgType.EnumLabel> labels, String label) {
        for (int i = 0; i < labels.size(); i++) {
            if (labels.get(i).label().equals(label)) return i;
        }
        return -1;
    }

    static String renameValue(ObjectStatement.RenameEnumValue rename, Scope scope) {
        TypeDef def = requireEnum(rename.type(), scope);
        checkLabel(rename.newValue());
        List<PgType.EnumLabel> labels = new ArrayList<>(def.type().labels());
        int at = indexOf(labels, rename.value());
        if (at < 0) throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "\"" + rename.value() + "\" is not an existing enum label");
        if (indexOf(labels, rename.newValue()) >= 0) {
            throw new PgException(SqlState.DUPLICATE_OBJECT, "enum label \"" + rename.newValue() + "\" already exists");
        }
        labels.set(at, new PgType.EnumLabel(labels.get(at).oid(), rename.newValue(), labels.get(at).sortOrder(), labels.get(at).uncommitted()));
        put(new TypeDef(Tables.withLabels(def.type(), labels), def.acl()), scope);
        return "ALTER TYPE";
    }

    static String createComposite(ObjectStatement.CreateComposite create, Scope scope) {
        int schema = ObjectNames.creationSchema(create.name(), Persistence.PERMANENT, scope);
        Ownership.requireCreate(schema, scope);
        String name = create.name().name();
        requireFreeName(name, schema, scope);
        if (scope.context().catalog().relation(schema, name) != null) throw ObjectNames.exists(name);
        TableDraft draft = new TableDraft(scope, schema, name, 'c', 'p');
        for (FromItem.ColumnDefinitionItem attribute : create.attributes()) {
            if (draft.columnNumber(attribute.name()) != 0) {
                throw new PgException(SqlState.DUPLICATE_COLUMN, "column \"" + attribute.name() + "\" specified more than once");
            }
            draft.columns.add(attribute(attribute, draft.columns.size() + 1, scope));
        }
        draft.write(scope);
        return "CREATE TYPE";
    }

    private static ColumnDef attribute(FromItem.ColumnDefinitionItem attribute, int number, Scope scope) {
        TypeResolution.TypeRef type = new TypeResolution(scope.names()).resolve(attribute.type());
        TableCreation.checkType(attribute.name(), type.type(), attribute.type());
        Ownership.requireUsage(type.type(), scope);
        int collation = CollationNames.of(type.type(), attribute.collation(), scope);
        return new ColumnDef(number, attribute.name(), type.type().oid(), type.typmod(), collation, false, null, (char) 0, (char) 0, null, false,
                false, -1, null, ColumnTuning.DEFAULT);
    }

    static TableDef compositeRelation(TypeDef def, Scope scope) {
        TableDef relation = def.type().relationOid() == 0 ? null : scope.context().catalog().table(def.type().relationOid());
        if (relation == null || relation.kind() != 'c') {
            throw new PgException(SqlState.WRONG_OBJECT_TYPE, "\"" + def.type().name() + "\" is not a composite type");
        }
        return relation;
    }

    /** ADD, DROP and ALTER ATTRIBUTE; the last is refused while a table stores values of the type. */
    static String alterComposite(ObjectStatement.AlterCompositeType alter, Scope scope) {
        TypeDef def = Found.type(alter.type(), scope);
        Ownership.requireAttributes(def, scope);
        for (AlterTableCommand command : alter.commands()) {
            TableDef relation = compositeRelation(def, scope);
            List<TableDef> tables = TypedTables.of(def.type(), behavior(command), scope);
            TableDef changed = switch (command) {
                case AlterTableCommand.AddAttribute add -> {
                    if (relation.column(add.attribute().name()) != null) {
                        throw new PgException(SqlState.DUPLICATE_COLUMN, "column \"" + add.attribute().name() + "\" of relation \""
                                + relation.name() + "\" already exists");
                    }
                    List<ColumnDef> columns = new ArrayList<>(relation.columns());
                    ColumnDef added = attribute(add.attribute(), columns.size() + 1, scope);
                    requireNotMemberOfItself(relation, scope.names().requireType(added.typeOid()), scope);
                    columns.add(added);
                    yield Tables.withColumns(relation, columns);
                }
                case AlterTableCommand.DropAttribute drop -> {
                    ColumnDef column = relation.column(drop.name());
                    if (column == null && drop.ifExists()) {
                        scope.context().notice(PgError.notice(SqlState.SUCCESSFUL_COMPLETION,
                                "column \"" + drop.name() + "\" of relation \"" + relation.name() + "\" does not exist, skipping"));
                        yield relation;
                    }
                    yield Tables.withColumn(relation, Tables.dropped(TableAlteration.column(relation, drop.name())));
                }
                case AlterTableCommand.AlterColumnType type -> {
                    ColumnDef column = TableAlteration.column(relation, type.column());
                    TypeResolution.TypeRef to = new TypeResolution(scope.names()).resolve(type.type());
                    Ownership.requireUsage(to.type(), scope);
                    requireNotMemberOfItself(relation, to.type(), scope);
                    requireUnstored(def.type(), scope);
                    yield Tables.withColumn(relation, new ColumnDef(column.number(), column.name(), to.type().oid(), to.typmod(),
                            CollationNames.of(to.type(), type.collation(), scope), false, null, (char) 0, (char) 0, null, false, false, -1, null, ColumnTuning.DEFAULT));
                }
                default -> throw PgException.notSupported("this form of ALTER TYPE");
            };
            put(changed, scope);
            for (PgType type : TableDraft.rowTypes(changed, scope)) put(new TypeDef(type, def.acl()), scope);
            rewriteKeys(changed, scope);
            TypedTables.follow(tables, scope, java.util.Objects.requireNonNull(TypedTables.onTables(command, scope)));
        }
        return "ALTER TYPE";
    }

    private static DropBehavior behavior(AlterTableCommand command) {
        return switch (command) {
            case AlterTableCommand.AddAttribute add -> add.behavior();
            case AlterTableCommand.DropAttribute drop -> drop.behavior();
            case AlterTableCommand.AlterColumnType type -> type.behavior();
            default -> throw PgException.notSupported("this form of ALTER TYPE");
        };
    }

    private static void requireUnstored(PgType type, Scope scope) {
        requireUnstored(type, containers(type, scope), scope);
    }

    /** 0A000 when a value of the type is a part of a stored value. */
    static void requireNotInside(PgType type, Scope scope) {
        LinkedHashSet<Integer> containers = containers(type, scope);
        containers.remove(type.oid());
        requireUnstored(type, containers, scope);
    }

    /** The type and all types whose values hold values of it: arrays, composites, domains of these. */
    private static LinkedHashSet<Integer> containers(PgType type, Scope scope) {
        LinkedHashSet<Integer> found = new LinkedHashSet<>(List.of(type.oid()));
        boolean grown = true;
        while (grown) {
            grown = false;
            for (TypeDef def : scope.context().catalog().all(TypeDef.class)) {
                PgType each = def.type();
                boolean holds = each.isArray() && found.contains(each.elementOid()) || each.oid() != type.oid() && found.contains(each.baseTypeOid())
                        || each.fields().stream().anyMatch(field -> found.contains(field.typeOid()));
                if (holds) grown |= found.add(each.oid());
            }
        }
        return found;
    }

    private static void requireUnstored(PgType type, LinkedHashSet<Integer> containers, Scope scope) {
        String column = storing(containers, scope);
        if (column != null) {
            throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, "cannot alter type \"" + type.name() + "\" because column \"" + column + "\" uses it");
        }
    }

    /** 0A000 when rows of the table are values of a column somewhere: they would not be written again with the table's own. */
    static void requireRowsUnstored(TableDef table, Scope scope) {
        PgType row = scope.context().catalog().type(table.rowTypeOid());
        String column = row == null ? null : storing(containers(row, scope), scope);
        if (column != null) {
            throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, "cannot alter table \"" + table.name() + "\" because column \"" + column + "\" uses its row type");
        }
    }

    /** Some column of these types that has values in storage; the types found last come first, as PostgreSQL looks at arrays before the type itself. */
    private static @Nullable String storing(LinkedHashSet<Integer> types, Scope scope) {
        for (int type : types.reversed()) {
            for (TableDef table : scope.context().catalog().all(TableDef.class)) {
                if (table.kind() == 'v' || table.kind() == 'c') continue;
                for (ColumnDef column : table.columns()) {
                    if (!column.dropped() && column.typeOid() == type) return table.name() + "." + column.name();
                }
            }
        }
        return null;
    }

    /** Builds indexes anew whose keys hold rows of this relation, which has gained or lost a column: stored values stay as they are, keys do not. */
    static void rewriteKeys(TableDef relation, Scope scope) {
        PgType row = scope.context().catalog().type(relation.rowTypeOid());
        if (row == null) return;
        Set<Integer> types = containers(row, scope);
        for (TableDef table : List.copyOf(scope.context().catalog().all(TableDef.class))) {
            boolean inKeys = scope.context().catalog().indexes(table.oid()).stream().flatMap(index -> index.keyParts().stream())
                    .anyMatch(key -> key.column() > 0 && types.contains(table.columns().get(key.column() - 1).typeOid()));
            if (inKeys) new TableRewrite(scope).rewrite(table, table, Map.of());
        }
    }

    /** 42P16 when a relation's rows would hold rows of their own type. */
    static void requireNotMemberOfItself(TableDef relation, PgType member, Scope scope) {
        PgType row = scope.context().catalog().type(relation.rowTypeOid());
        if (row != null && containers(row, scope).contains(member.oid())) {
            throw new PgException(SqlState.INVALID_TABLE_DEFINITION, "composite type " + TypeNames.of(row, scope.names()) + " cannot be made a member of itself");
        }
    }

    /** Gives a type and its array type another name or schema. */
    static void moveType(PgType type, String name, int schemaOid, Scope scope) {
        Catalog catalog = scope.context().catalog();
        TypeDef def = catalog.find(TypeDef.class, type.oid());
        put(new TypeDef(Tables.type(type, name, schemaOid, type.ownerOid()), def == null ? null : def.acl()), scope);
        PgType array = type.arrayOid() == 0 ? null : catalog.type(type.arrayOid());
        if (array == null || PgTypes.find(array.oid()) != null) return;
        boolean moved = array.name().equals("_" + name); // it made way for the new name
        String arrayName = moved || name.equals(type.name()) && catalog.type(schemaOid, array.name()) == null ? array.name()
                : TypeNaming.arrayName(name, schemaOid, catalog);
        put(new TypeDef(Tables.type(array, arrayName, schemaOid, array.ownerOid()), null), scope);
    }

    static void renameRowType(TableDef table, String name, int schemaOid, Scope scope) {
        PgType type = scope.context().catalog().type(table.rowTypeOid());
        if (type != null) moveType(type, name, schemaOid, scope);
    }
}
