package io.craton.sql.ddl;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.pgcatalog.Extension;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.syntax.ObjectStatement;
import io.craton.sql.syntax.Option;
import io.craton.sql.syntax.ParsedStatement;
import io.craton.sql.syntax.RoleStatement;
import io.craton.sql.syntax.RoutineStatement;
import io.craton.sql.syntax.SqlParser;
import io.craton.sql.syntax.TableStatement;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.catalog.CatalogObject.CommentDef;
import io.craton.storage.catalog.CatalogObject.ExtensionDef;
import io.craton.storage.catalog.CatalogObject.SchemaDef;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** CREATE EXTENSION. plpgsql is there from the start; extensions whose functions the engine lacks are refused. */
final class ExtensionDdl {
    private ExtensionDdl() {}

    static String create(ObjectStatement.CreateExtension create, Scope scope) {
        if (create.name().equals("plpgsql") || find(create.name(), scope) != null) {
            if (!create.ifNotExists()) {
                throw new PgException(SqlState.DUPLICATE_OBJECT, "extension \"" + create.name() + "\" already exists");
            }
            scope.context().notice(PgError.notice(SqlState.DUPLICATE_OBJECT, "extension \"" + create.name() + "\" already exists, skipping"));
            return "CREATE EXTENSION";
        }
        Extension extension = Extension.find(create.name());
        if (extension == null) throw PgException.notSupported("extension \"" + create.name() + "\"");
        if (!scope.context().session().superuser()) {
            throw PgError.error(SqlState.INSUFFICIENT_PRIVILEGE, "permission denied to create extension \"" + create.name() + "\"")
                    .withHint("Must be superuser to create this extension.").exception();
        }
        String version = option(create, "new_version");
        if (version != null && !version.equals(extension.version())) {
            throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "extension \"" + create.name()
                    + "\" has no installation script nor update path for version \"" + version + "\"");
        }
        SchemaDef schema = schema(option(create, "schema"), scope);
        scope.inSchema(schema.name(), () -> {
            for (ParsedStatement statement : SqlParser.parse(extension.script())) run(statement, scope);
        });
        int oid = scope.context().transaction().newOid();
        scope.context().transaction().change(new CatalogChange.Put(new ExtensionDef(oid, create.name(), scope.context().session().currentUserOid(), schema.oid(),
                extension.version())));
        scope.context().transaction().change(new CatalogChange.Put(
                new CommentDef(scope.context().transaction().newOid(), Comments.PG_EXTENSION, oid, 0, extension.comment())));
        return "CREATE EXTENSION";
    }

    private static void run(ParsedStatement parsed, Scope scope) {
        switch (parsed.statement()) {
            case RoutineStatement routine -> RoutineDdl.run(routine, scope);
            case TableStatement.CreateView view -> ViewDdl.create(view, scope);
            case RoleStatement role -> new RoleDdl(scope).run(role);
            default -> throw new IllegalStateException("in the script of an extension: " + parsed.statement());
        }
    }

    private static SchemaDef schema(@Nullable String name, Scope scope) {
        if (name == null) return java.util.Objects.requireNonNull(scope.context().catalog().find(SchemaDef.class, scope.creationSchema()));
        SchemaDef schema = scope.context().catalog().schema(name);
        if (schema == null) throw new PgException(SqlState.UNDEFINED_SCHEMA, "schema \"" + name + "\" does not exist");
        return schema;
    }

    private static @Nullable String option(ObjectStatement.CreateExtension create, String name) {
        for (Option option : create.options()) {
            if (option.name().equals(name) && option.value() instanceof Option.TextValue text) return text.value();
        }
        return null;
    }

    static @Nullable ExtensionDef find(String name, Scope scope) {
        for (ExtensionDef extension : scope.context().catalog().all(ExtensionDef.class)) if (extension.name().equals(name)) return extension;
        return null;
    }

    /** What DROP EXTENSION names; null, with a notice, when it is not there and need not be. */
    static @Nullable CatalogObject dropped(String name, boolean ifExists, Scope scope) {
        if (name.equals("plpgsql")) {
            throw new PgException(SqlState.DEPENDENT_OBJECTS_STILL_EXIST, "cannot drop extension plpgsql because it is required by the database system");
        }
        ExtensionDef found = find(name, scope);
        if (found != null) return found;
        if (!ifExists) throw new PgException(SqlState.UNDEFINED_OBJECT, "extension \"" + name + "\" does not exist");
        scope.context().notice(PgError.notice(SqlState.SUCCESSFUL_COMPLETION, "extension \"" + name + "\" does not exist, skipping"));
        return null;
    }

    /** 2BP01 for what is an extension's: it goes with the extension. */
    static void requireOwn(CatalogObject object, List<CatalogObject> targets, Scope scope) {
        ExtensionDef owner = Extension.owner(object, scope.context().catalog());
        if (owner == null || targets.contains(owner)) return;
        String extension = ObjectText.of(owner, scope.names());
        throw PgError.error(SqlState.DEPENDENT_OBJECTS_STILL_EXIST,
                "cannot drop " + ObjectText.of(object, scope.names()) + " because " + extension + " requires it")
                .withHint("You can drop " + extension + " instead.").exception();
    }
}
