package io.craton.sql.ddl;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.Encoding;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.session.SessionActivity;
import io.craton.sql.syntax.ObjectStatement;
import io.craton.sql.syntax.Option;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject.DatabaseDef;
import io.craton.storage.catalog.CatalogObject.RoleSettingDef;
import io.craton.storage.catalog.DatabaseLocale;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** CREATE, ALTER and DROP DATABASE: tenants. A new one has what its template has, template1 most often nothing; an empty one belongs to the group that has fewest. */
final class DatabaseDdl {
    private DatabaseDdl() {}

    static String create(ObjectStatement.CreateDatabase create, Scope scope) {
        scope.preventInBlock("CREATE DATABASE");
        if (!scope.context().session().superuser() && !mayCreate(scope)) {
            throw new PgException(SqlState.INSUFFICIENT_PRIVILEGE, "permission denied to create database");
        }
        TenantLimits.checkDatabases(scope);
        int owner = scope.context().session().currentUserOid();
        int limit = -1;
        boolean template = false;
        boolean connections = true;
        String templateName = "template1";
        @Nullable Encoding encoding = null;
        LocaleOptions locales = new LocaleOptions();
        Set<String> seen = new HashSet<>();
        for (Option option : create.options()) {
            if (!seen.add(option.name().toLowerCase(Locale.ROOT))) throw new PgException(SqlState.SYNTAX_ERROR, "conflicting or redundant options").at(option.position());
            switch (option.name().toLowerCase(Locale.ROOT)) {
                case "owner" -> owner = ownerOid(OptionTexts.text(option), scope);
                case "template" -> {
                    if (option.value() != null) templateName = OptionTexts.text(option);
                }
                case "encoding" -> encoding = encoding(option);
                case "connection_limit" -> limit = connectionLimit(option);
                case "is_template" -> template = OptionTexts.flag(option);
                case "allow_connections" -> connections = OptionTexts.flag(option);
                case "tablespace" -> requireTablespace(option);
                case "lc_collate", "lc_ctype", "locale", "locale_provider", "icu_locale" -> locales.take(option);
                case "strategy" -> {
                    if (option.value() != null && !Set.of("wal_log", "file_copy").contains(OptionTexts.text(option).toLowerCase(Locale.ROOT))) {
                        throw PgError.error(SqlState.INVALID_PARAMETER_VALUE, "invalid create database strategy \"" + OptionTexts.text(option) + "\"")
                                .withHint("Valid strategies are \"wal_log\" and \"file_copy\".").exception();
                    }
                }
                case "oid", "collation_version" -> throw PgException.notSupported("CREATE DATABASE .. " + option.name().toUpperCase(Locale.ROOT));
                default -> throw new PgException(SqlState.SYNTAX_ERROR, "option \"" + option.name() + "\" not recognized").at(option.position());
            }
        }
        DatabaseCopy copy = new DatabaseCopy(scope);
        DatabaseDef source = copy.template(templateName);
        DatabaseLocale locale = locales.of(source, encoding, scope.context().session().superuser());
        if (find(create.name(), scope) != null) {
            throw new PgException(SqlState.DUPLICATE_DATABASE, "database \"" + create.name() + "\" already exists");
        }
        scope.regions().claim(create.name());
        boolean contents = copy.hasContents(source);
        if (contents) DatabaseSessions.requireNone(source, "source database", scope);
        int group = contents ? source.group() : scope.groupForNewDatabase();
        DatabaseDef database = new DatabaseDef(scope.context().transaction().newOid(), scope.newTenantNumber(), create.name(), owner, template,
                connections, limit, null, group, group, locale);
        if (contents) copy.create(database, source);
        else scope.context().transaction().change(new CatalogChange.Put(database));
        return "CREATE DATABASE";
    }

    /** Null for DEFAULT. 42704 when a database can be in no such encoding. */
    private static @Nullable Encoding encoding(Option option) {
        if (option.value() == null) return null;
        boolean code = option.value() instanceof Option.IntegerValue;
        Encoding found = code ? Encoding.of(OptionTexts.integer(option)) : Encoding.find(OptionTexts.text(option));
        if (found != null && found.ofDatabases()) return found;
        throw new PgException(SqlState.UNDEFINED_OBJECT, OptionTexts.text(option) + " is not a valid encoding " + (code ? "code" : "name")).at(option.position());
    }

    private static void requireTablespace(Option option) {
        if (option.value() == null) return;
        String name = OptionTexts.text(option);
        Placement.requireTablespace(name);
        if (name.equals("pg_global")) throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "pg_global cannot be used as default tablespace");
    }

    private static boolean mayCreate(Scope scope) {
        var role = RoleNames.find(scope.context().session().currentUser(), scope);
        return role != null && role.createDatabase();
    }

    private static int ownerOid(String name, Scope scope) {
        var role = RoleNames.find(name, scope);
        if (role == null) throw new PgException(SqlState.UNDEFINED_OBJECT, "role \"" + name + "\" does not exist");
        return role.oid();
    }

    static @Nullable DatabaseDef find(String name, Scope scope) {
        for (DatabaseDef database : scope.context().catalog().all(DatabaseDef.class)) {
            if (database.name().equals(name)) return database;
        }
        return null;
    }

    static DatabaseDef require(String name, Scope scope) {
        DatabaseDef found = find(name, scope);
        if (found == null) throw new PgException(SqlState.UNDEFINED_DATABASE, "database \"" + name + "\" does not exist");
        return found;
    }

    static String drop(ObjectStatement.DropDatabase drop, Scope scope) {
        scope.preventInBlock("DROP DATABASE");
        DatabaseDef database = find(drop.name(), scope);
        if (database == null) {
            if (!drop.ifExists()) throw new PgException(SqlState.UNDEFINED_DATABASE, "database \"" + drop.name() + "\" does not exist");
            scope.context().notice(PgError.notice(SqlState.SUCCESSFUL_COMPLETION, "database \"" + drop.name() + "\" does not exist, skipping"));
            return "DROP DATABASE";
        }
        requireOwner(database, scope);
        if (database.template()) throw new PgException(SqlState.WRONG_OBJECT_TYPE, "cannot drop a template database");
        if (database.name().equals(scope.context().session().database())) {
            throw new PgException(SqlState.OBJECT_IN_USE, "cannot drop the currently open database");
        }
        boolean force = drop.options().stream().anyMatch(option -> option.name().equals("force"));
        if (!force) DatabaseSessions.requireNone(database, "database", scope);
        if (force) terminate(database, scope);
        for (RoleSettingDef settings : List.copyOf(scope.context().catalog().all(RoleSettingDef.class))) {
            if (settings.databaseOid() == database.oid()) scope.context().transaction().change(new CatalogChange.Drop(settings));
        }
        scope.context().transaction().change(new CatalogChange.Drop(database));
        scope.regions().release(database.name());
        return "DROP DATABASE";
    }

    private static void terminate(DatabaseDef database, Scope scope) {
        for (SessionActivity other : scope.context().session().activity()) {
            if (other.databaseOid() == database.oid()) {
                scope.context().session().signal(other.processId(), true);
            }
        }
    }

    private static void requireOwner(DatabaseDef database, Scope scope) {
        if (!scope.context().session().superuser() && database.owner() != scope.context().session().currentUserOid()) {
            throw new PgException(SqlState.INSUFFICIENT_PRIVILEGE, "must be owner of database " + database.name());
        }
    }

    static String alter(ObjectStatement.AlterDatabase alter, Scope scope) {
        DatabaseDef d = require(alter.name(), scope);
        requireOwner(d, scope);
        int limit = d.connectionLimit();
        boolean template = d.template();
        boolean connections = d.allowConnections();
        for (Option option : alter.options()) {
            switch (option.name().toLowerCase(Locale.ROOT)) {
                case "connection_limit" -> limit = connectionLimit(option);
                case "is_template" -> template = OptionTexts.flag(option);
                case "tablespace" -> requireTablespace(option);
                case "allow_connections" -> connections = OptionTexts.flag(option);
                default -> throw new PgException(SqlState.SYNTAX_ERROR, "option \"" + option.name() + "\" not recognized").at(option.position());
            }
        }
        put(new DatabaseDef(d.oid(), d.tenantNumber(), d.name(), d.owner(), template, connections, limit, d.acl(), d.group(), d.firstGroup(), d.locale()), scope);
        return "ALTER DATABASE";
    }

    /** Below -1 there is what says that a database is invalid: nobody can ask for that. */
    private static int connectionLimit(Option option) {
        int limit = (int) OptionTexts.integer(option);
        if (limit < -1) throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "invalid connection limit: " + limit).at(option.position());
        return limit;
    }

    private static void put(DatabaseDef database, Scope scope) {
        scope.context().transaction().change(new CatalogChange.Put(database));
    }

}
