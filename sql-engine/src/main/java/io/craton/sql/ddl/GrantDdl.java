package io.craton.sql.ddl;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.analyze.RelationRef;
import io.craton.sql.function.FunctionDef;
import io.craton.sql.function.Privileges;
import io.craton.sql.largeobject.LargeObject;
import io.craton.sql.pgcatalog.BuiltinRights;
import io.craton.sql.pgcatalog.Languages;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.syntax.ObjectKind;
import io.craton.sql.syntax.ObjectReference;
import io.craton.sql.syntax.QualifiedName;
import io.craton.sql.syntax.RoleSpec;
import io.craton.sql.syntax.RoleStatement;
import io.craton.sql.syntax.RoleStatement.Privilege;
import io.craton.sql.syntax.Statement.DropBehavior;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.BuiltinRightsDef;
import io.craton.storage.catalog.CatalogObject.RoutineDef;
import io.craton.storage.catalog.CatalogObject.SchemaDef;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** GRANT and REVOKE of privileges on objects and columns. One statement. */
final class GrantDdl {
    private static final Map<String, Character> LETTER = Map.ofEntries(Map.entry("insert", 'a'), Map.entry("select", 'r'),
            Map.entry("update", 'w'), Map.entry("delete", 'd'), Map.entry("truncate", 'D'), Map.entry("references", 'x'),
            Map.entry("trigger", 't'), Map.entry("execute", 'X'), Map.entry("usage", 'U'), Map.entry("create", 'C'),
            Map.entry("temporary", 'T'), Map.entry("temp", 'T'), Map.entry("connect", 'c'));
    private static final String COLUMN_LETTERS = "arwx";

    private final Scope scope;

    GrantDdl(Scope scope) {
        this.scope = scope;
    }

    String run(RoleStatement.Grant grant) {
        if (grant.grantedBy() != null && RoleNames.require(grant.grantedBy(), scope).oid() != scope.context().session().currentUserOid()) {
            throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, "grantor must be current user");
        }
        List<String> grantees = new ArrayList<>();
        for (RoleSpec spec : grant.grantees()) grantees.add(grantee(spec, scope));
        if (grant.grant() && grant.grantOption() && grantees.contains("")) {
            throw new PgException(SqlState.INVALID_GRANT_OPERATION, "grant options can only be granted to roles");
        }
        if (grant.kind() == ObjectKind.LARGE_OBJECT && grant.target() != RoleStatement.GrantTarget.ALL_IN_SCHEMA) return onLargeObjects(grant, grantees);
        List<CatalogObject> objects = grant.target() == RoleStatement.GrantTarget.ALL_IN_SCHEMA ? inSchemas(grant) : named(grant);
        for (CatalogObject found : objects) {
            scope.context().transaction().lockDefinition(found.oid());
            CatalogObject object = scope.context().catalog().find(found.getClass(), found.oid());
            if (object == null && found instanceof BuiltinRightsDef) object = found; // nobody has granted anything yet
            if (object == null) continue; // dropped meanwhile
            String letters = letters(grant, object);
            boolean wantsTable = grant.privileges().isEmpty() || !letters.isEmpty();
            if (wantsTable) onObject(grant, object, letters, grantees);
            for (Privilege privilege : grant.privileges()) {
                if (privilege.columns().isEmpty()) continue;
                if (!(object instanceof TableDef table)) {
                    throw new PgException(SqlState.INVALID_GRANT_OPERATION, "column privileges are only valid for relations");
                }
                onColumns(grant, table, privilege, grantees);
            }
        }
        return grant.grant() ? "GRANT" : "REVOKE";
    }

    private String onLargeObjects(RoleStatement.Grant grant, List<String> grantees) {
        LargeObjectDdl objects = new LargeObjectDdl(scope);
        List<LargeObject> named = grant.objects().stream().map(objects::require).toList();
        for (Privilege privilege : grant.privileges()) {
            if (!privilege.columns().isEmpty()) throw new PgException(SqlState.INVALID_GRANT_OPERATION, "column privileges are only valid for relations");
        }
        String letters = letters(grant.privileges(), 'L', null);
        for (LargeObject object : named) {
            String owner = Acls.roleName(object.owner(), scope);
            Acl acl = object.acl() == null ? Acls.byDefault('L', owner) : Acl.parse(object.acl(), scope.context().catalog());
            Grantor grantor = grantor(object.owner(), object.acl(), letters, 'L', new ObjectName("large object", "large object " + object.number()), grant);
            if (grantor != null) objects.put(object.owned(object.owner(), change(acl, grant, grantor, grantees).text(scope.context().catalog())));
        }
        return grant.grant() ? "GRANT" : "REVOKE";
    }

    static String grantee(RoleSpec spec, Scope scope) {
        return spec.kind() == RoleSpec.RoleKind.PUBLIC ? "" : RoleNames.require(spec, scope).name();
    }

    /** The letters of privileges without columns; 0LP01 for one that the kind of object has not. */
    private static String letters(RoleStatement.Grant grant, CatalogObject object) {
        char type = Acls.type(object);
        return letters(grant.privileges(), type, object);
    }

    static String letters(List<Privilege> privileges, char type, @Nullable CatalogObject object) {
        if (privileges.isEmpty()) return Acls.all(type);
        StringBuilder letters = new StringBuilder();
        for (Privilege privilege : privileges) {
            if (!privilege.columns().isEmpty()) continue;
            char letter = letter(privilege);
            // GRANT on a sequence by the way of tables: PostgreSQL takes it for SELECT, UPDATE and USAGE.
            if (Acls.all(type).indexOf(letter) < 0) {
                throw new PgException(SqlState.INVALID_GRANT_OPERATION,
                        "invalid privilege type " + name(privilege) + " for " + kindWord(type, object));
            }
            letters.append(letter);
        }
        return letters.toString();
    }

    private static char letter(Privilege privilege) {
        Character letter = LETTER.get(String.valueOf(privilege.name()).toLowerCase(java.util.Locale.ROOT));
        if (letter == null) {
            throw new PgException(SqlState.SYNTAX_ERROR, "unrecognized privilege type \"" + privilege.name() + "\"");
        }
        return letter;
    }

    private static String name(Privilege privilege) {
        return String.valueOf(privilege.name()).toUpperCase(java.util.Locale.ROOT);
    }

    private static String kindWord(char type, @Nullable CatalogObject object) {
        return switch (type) {
            case 'r' -> object == null ? "relation" : "table";
            case 'S' -> "sequence";
            case 'd' -> "database";
            case 'n' -> "schema";
            case 'L' -> "large object";
            case 'l' -> "language";
            case 'f' -> object instanceof RoutineDef routine && routine.kind() == 'p' ? "procedure" : "function";
            default -> "type";
        };
    }

    private void onObject(RoleStatement.Grant grant, CatalogObject object, String letters, List<String> grantees) {
        char type = Acls.type(object);
        String owner = Acls.roleName(Acls.owner(object), scope);
        String before = Acls.of(object);
        Acl acl = before == null ? Acls.byDefault(type, owner) : Acl.parse(before, scope.context().catalog());
        Grantor grantor = grantor(Acls.owner(object), before, letters, type, ObjectName.of(object), grant);
        if (grantor == null) return;
        Acl after = change(acl, grant, grantor, grantees);
        CatalogObject changed = Acls.with(object, after.text(scope.context().catalog()));
        if (!grant.grant() && changed instanceof TableDef table) changed = revokeOnColumns(grant, table, grantor, grantees);
        scope.context().transaction().change(new CatalogChange.Put(changed));
    }

    /** REVOKE on a table takes the privileges on its columns too. */
    private TableDef revokeOnColumns(RoleStatement.Grant grant, TableDef table, Grantor grantor, List<String> grantees) {
        TableDef changed = table;
        for (ColumnDef column : table.columns()) {
            if (column.acl() == null || column.dropped()) continue;
            Acl after = change(Acl.parse(column.acl(), scope.context().catalog()), grant, grantor, grantees);
            changed = Tables.withColumn(changed, Acls.with(column, after.items().isEmpty() ? null : after.text(scope.context().catalog())));
        }
        return changed;
    }

    private void onColumns(RoleStatement.Grant grant, TableDef table, Privilege privilege, List<String> grantees) {
        TableDef now = java.util.Objects.requireNonNull(scope.context().catalog().table(table.oid()));
        String letters = privilege.name() == null ? COLUMN_LETTERS : String.valueOf(letter(privilege));
        if (privilege.name() != null && COLUMN_LETTERS.indexOf(letters) < 0) {
            throw new PgException(SqlState.INVALID_GRANT_OPERATION, "invalid privilege type " + name(privilege) + " for column");
        }
        for (String name : privilege.columns()) {
            ColumnDef column = TableAlteration.column(now, name);
            Grantor grantor = grantor(table.owner(), table.acl(), letters, 'r', new ObjectName("table", table.name()), grant);
            if (grantor == null) return;
            Acl after = change(column.acl() == null ? new Acl(List.of()) : Acl.parse(column.acl(), scope.context().catalog()), grant, grantor, grantees);
            now = Tables.withColumn(now, Acls.with(column, after.items().isEmpty() ? null : after.text(scope.context().catalog())));
        }
        scope.context().transaction().change(new CatalogChange.Put(now));
    }

    private record Grantor(String name, String letters) {}

    private record ObjectName(String kind, String name) {
        static ObjectName of(CatalogObject object) {
            return switch (object) {
                case TableDef table -> new ObjectName(table.kind() == 'v' ? "view" : "table", table.name());
                case SequenceDef sequence -> new ObjectName("sequence", sequence.name());
                case SchemaDef schema -> new ObjectName("schema", schema.name());
                case CatalogObject.DatabaseDef database -> new ObjectName("database", database.name());
                case RoutineDef routine -> new ObjectName("function", routine.name());
                case CatalogObject.TypeDef type -> new ObjectName("type", type.type().name());
                case BuiltinRightsDef rights -> {
                    FunctionDef function = BuiltinRights.function(rights);
                    yield function == null ? new ObjectName("language", Languages.name(rights.oid())) : new ObjectName(BuiltinRights.word(function), function.name());
                }
                default -> new ObjectName("", "");
            };
        }
    }

    /** In whose name it is done, and which of the privileges: the owner's for owners and superusers, else one's own grant options. */
    private @Nullable Grantor grantor(int owner, @Nullable String acl, String letters, char type, ObjectName object, RoleStatement.Grant grant) {
        if (Ownership.owns(owner, scope)) return new Grantor(Acls.roleName(owner, scope), letters);
        int role = scope.context().session().currentUserOid();
        StringBuilder with = new StringBuilder();
        boolean any = false;
        for (int i = 0; i < Acls.all(type).length(); i++) {
            char letter = Acls.all(type).charAt(i);
            boolean option = Privileges.any(scope.context(), role, owner, acl, letter + "*", type);
            any |= option || Privileges.any(scope.context(), role, owner, acl, String.valueOf(letter), type);
            if (option && letters.indexOf(letter) >= 0) with.append(letter);
        }
        if (!any) throw new PgException(SqlState.INSUFFICIENT_PRIVILEGE, "permission denied for " + object.kind() + " " + object.name());
        if (with.length() < letters.length()) {
            String not = with.isEmpty() ? "no privileges were " : "not all privileges were ";
            String could = with.isEmpty() ? "no privileges could be " : "not all privileges could be ";
            scope.context().notice(PgError.warning(grant.grant() ? SqlState.WARNING_PRIVILEGE_NOT_GRANTED : SqlState.WARNING_PRIVILEGE_NOT_REVOKED,
                    (grant.grant() ? not + "granted" : could + "revoked") + " for \"" + object.name() + "\""));
        }
        return with.isEmpty() ? null : new Grantor(scope.context().session().currentUser(), with.toString());
    }

    private static Acl change(Acl acl, RoleStatement.Grant grant, Grantor grantor, List<String> grantees) {
        Acl after = acl;
        for (String grantee : grantees) {
            after = grant.grant()
                    ? after.grant(grantee, grantor.letters(), grant.grantOption(), grantor.name())
                    : revoke(after, grantee, grantor.letters(), grant.grantOption(), grantor.name(), grant.behavior());
        }
        return after;
    }

    /** What the grantee gave on by a lost grant option goes too with CASCADE, and forbids the loss without. */
    static Acl revoke(Acl acl, String grantee, String letters, boolean onlyOptions, String grantor, DropBehavior behavior) {
        Acl after = acl.revoke(grantee, letters, onlyOptions, grantor);
        if (grantee.isEmpty()) return after;
        for (int i = 0; i < letters.length(); i++) {
            char letter = letters.charAt(i);
            if (!acl.hasOption(grantee, letter) || after.hasOption(grantee, letter)) continue;
            for (Acl.Item item : after.grantedBy(grantee, letter)) {
                if (item.grantee().equals(grantee)) continue;
                if (behavior != DropBehavior.CASCADE) {
                    throw PgError.error(SqlState.DEPENDENT_OBJECTS_STILL_EXIST, "dependent privileges exist")
                            .withHint("Use CASCADE to revoke them too.").exception();
                }
                after = revoke(after, item.grantee(), String.valueOf(letter), false, grantee, behavior);
            }
        }
        return after;
    }

    private List<CatalogObject> inSchemas(RoleStatement.Grant grant) {
        List<CatalogObject> objects = new ArrayList<>();
        Catalog catalog = scope.context().catalog();
        for (ObjectReference reference : grant.objects()) {
            int schema = ObjectNames.requireSchema(Found.name(reference).name(), 0, catalog);
            switch (grant.kind()) {
                case TABLE -> catalog.all(TableDef.class).stream().filter(t -> t.schemaOid() == schema && t.kind() != 'c').forEach(objects::add);
                case SEQUENCE -> catalog.all(SequenceDef.class).stream().filter(s -> s.schemaOid() == schema).forEach(objects::add);
                case FUNCTION, PROCEDURE, ROUTINE -> catalog.all(RoutineDef.class).stream()
                        .filter(r -> r.schemaOid() == schema && (grant.kind() == ObjectKind.ROUTINE || (grant.kind() == ObjectKind.PROCEDURE) == (r.kind() == 'p')))
                        .forEach(objects::add);
                default -> throw PgException.notSupported("GRANT on all objects of this kind");
            }
        }
        return objects;
    }

    private List<CatalogObject> named(RoleStatement.Grant grant) {
        List<CatalogObject> objects = new ArrayList<>();
        for (ObjectReference reference : grant.objects()) {
            objects.add(switch (grant.kind()) {
                case TABLE, SEQUENCE -> relation(Found.name(reference), grant.kind());
                case SCHEMA -> Found.schema(Found.name(reference).name(), scope);
                case DATABASE -> DatabaseDdl.require(Found.name(reference).name(), scope);
                case TYPE, DOMAIN -> type(reference, grant.kind());
                case FUNCTION, PROCEDURE, ROUTINE -> routine((ObjectReference.OfRoutine) reference, grant.kind());
                case LANGUAGE -> language(Found.name(reference).name());
                default -> throw PgException.notSupported("GRANT ON " + grant.kind().name().replace('_', ' '));
            });
        }
        return objects;
    }

    private CatalogObject routine(ObjectReference.OfRoutine reference, ObjectKind kind) {
        FunctionDef builtin = RoutineLookup.builtin(reference, scope);
        if (builtin != null && kind == ObjectKind.PROCEDURE) {
            throw new PgException(SqlState.WRONG_OBJECT_TYPE, reference.name() + "(" + RoutineLookup.types(builtin.argumentTypes(), scope) + ") is not a procedure");
        }
        return builtin == null ? RoutineLookup.require(reference, kind, scope) : BuiltinRights.ofFunction(builtin.oid(), scope.context().catalog());
    }

    private CatalogObject language(String name) {
        BuiltinRightsDef rights = Languages.rights(name, scope.context().catalog());
        if (Languages.trusted(name)) return rights;
        throw PgError.error(SqlState.WRONG_OBJECT_TYPE, "language \"" + name + "\" is not trusted")
                .withDetail("GRANT and REVOKE are not allowed on untrusted languages, because only superusers can use untrusted languages.").exception();
    }

    private CatalogObject type(ObjectReference reference, ObjectKind kind) {
        CatalogObject.TypeDef found = Found.type(Found.name(reference), scope);
        if (found.type().isArray()) {
            throw PgError.error(SqlState.INVALID_GRANT_OPERATION, "cannot set privileges of array types")
                    .withHint("Set the privileges of the element type instead.").exception();
        }
        if (kind == ObjectKind.DOMAIN && found.type().kind() != 'd') {
            throw new PgException(SqlState.WRONG_OBJECT_TYPE, "\"" + found.type().name() + "\" is not a domain");
        }
        return found;
    }

    private CatalogObject relation(QualifiedName name, ObjectKind kind) {
        ObjectNames.checkDatabase(name, scope);
        return switch (scope.names().relation(name.schema(), name.name())) {
            case RelationRef.Stored stored when stored.table().kind() != 'c' && kind == ObjectKind.TABLE -> stored.table();
            case RelationRef.Sequence sequence -> sequence.sequence();
            case RelationRef.Index index -> throw new PgException(SqlState.WRONG_OBJECT_TYPE, "\"" + name.name() + "\" is an index");
            case RelationRef.Stored stored -> throw new PgException(SqlState.WRONG_OBJECT_TYPE, kind == ObjectKind.SEQUENCE
                    ? "\"" + name.name() + "\" is not a sequence" : "\"" + name.name() + "\" is a composite type");
            case RelationRef.Builtin builtin -> throw PgException.notSupported("GRANT on system catalogs");
            case null -> throw new PgException(SqlState.UNDEFINED_TABLE, "relation \"" + name + "\" does not exist");
        };
    }
}
