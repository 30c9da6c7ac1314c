package io.craton.sql.ddl;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.function.CollationTable;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.syntax.ObjectStatement;
import io.craton.sql.syntax.Option;
import io.craton.sql.syntax.SelectStatement.Persistence;
import io.craton.sql.syntax.QualifiedName;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject.CollationDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** CREATE COLLATION and what changes collations of users. One statement. */
final class CollationDdl {
    private static final Set<String> KNOWN = Set.of("from", "locale", "lc_collate", "lc_ctype", "provider", "deterministic", "version");

    private final Scope scope;

    CollationDdl(Scope scope) {
        this.scope = scope;
    }

    String create(ObjectStatement.Define define) {
        int schema = ObjectNames.creationSchema(define.name(), Persistence.PERMANENT, scope);
        CollationDef made = define.from() != null ? copy(define, schema, define.from()) : defined(define, schema);
        CollationDef existing = own(schema, define.name().name());
        if (existing == null) {
            put(made);
            return "CREATE COLLATION";
        }
        String what = "collation \"" + existing.name() + "\"" + (existing.provider() == 'c' ? " for encoding \"UTF8\"" : "") + " already exists";
        if (!define.ifNotExists()) throw new PgException(SqlState.DUPLICATE_OBJECT, what);
        scope.context().notice(PgError.notice(SqlState.DUPLICATE_OBJECT, what + ", skipping"));
        return "CREATE COLLATION";
    }

    private CollationDef copy(ObjectStatement.Define define, int schema, QualifiedName from) {
        int source = CollationNames.resolve(from.parts(), scope);
        if (source == CollationTable.DEFAULT) throw new PgException(SqlState.INVALID_OBJECT_DEFINITION, "collation \"default\" cannot be copied");
        return make(define.name().name(), schema, CollationTable.provider(source, catalog()), CollationTable.written(source, catalog()));
    }

    private CollationDef defined(ObjectStatement.Define define, int schema) {
        Map<String, Option> given = new HashMap<>();
        for (Option option : define.definition()) {
            if (!KNOWN.contains(option.name())) {
                throw PgError.error(SqlState.SYNTAX_ERROR, "collation attribute \"" + option.name() + "\" not recognized").withPosition(option.position()).exception();
            }
            if (given.put(option.name(), option) != null) {
                throw PgError.error(SqlState.SYNTAX_ERROR, "conflicting or redundant options").withPosition(option.position()).exception();
            }
        }
        if (given.containsKey("locale") && (given.containsKey("lc_collate") || given.containsKey("lc_ctype"))) {
            throw PgError.error(SqlState.SYNTAX_ERROR, "conflicting or redundant options")
                    .withDetail("LOCALE cannot be specified together with LC_COLLATE or LC_CTYPE.").exception();
        }
        if (given.containsKey("version")) throw PgException.notSupported("version of a collation");
        if (given.containsKey("from")) {
            if (given.size() > 1) {
                throw PgError.error(SqlState.SYNTAX_ERROR, "conflicting or redundant options").withDetail("FROM cannot be specified together with any other options.")
                        .exception();
            }
            return copy(define, schema, new QualifiedName(DefinitionList.name(java.util.Objects.requireNonNull(given.get("from"))), 0));
        }
        String provider = given.containsKey("provider") ? OptionTexts.text(java.util.Objects.requireNonNull(given.get("provider"))) : "libc";
        boolean icu = provider.equalsIgnoreCase("icu");
        if (!icu && !provider.equalsIgnoreCase("libc")) {
            throw new PgException(SqlState.INVALID_OBJECT_DEFINITION, "unrecognized collation provider: " + provider);
        }
        String locale = locale(given, icu);
        if (given.containsKey("deterministic") && !OptionTexts.flag(java.util.Objects.requireNonNull(given.get("deterministic")))) {
            if (!icu) throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, "nondeterministic collations not supported with this provider");
            throw PgException.notSupported("a nondeterministic collation");
        }
        return make(define.name().name(), schema, icu ? 'i' : 'c', locale);
    }

    private static String locale(Map<String, Option> given, boolean icu) {
        Option locale = given.get("locale");
        if (locale != null) return OptionTexts.text(locale);
        if (icu) throw missing("locale");
        Option collate = given.get("lc_collate");
        if (collate == null) throw missing("lc_collate");
        if (!given.containsKey("lc_ctype")) throw missing("lc_ctype");
        return OptionTexts.text(collate);
    }

    private static PgException missing(String parameter) {
        return new PgException(SqlState.INVALID_OBJECT_DEFINITION, "parameter \"" + parameter + "\" must be specified");
    }

    private CollationDef make(String name, int schema, char provider, String locale) {
        if (provider == 'c' && !CollationTable.isLocale(locale)) {
            throw PgError.error(SqlState.INVALID_PARAMETER_VALUE, "could not create locale \"" + locale + "\": No such file or directory")
                    .withDetail("The operating system could not find any locale data for the locale name \"" + locale + "\".").exception();
        }
        return new CollationDef(scope.context().transaction().newOid(), schema, name, scope.context().session().currentUserOid(), provider, true, locale);
    }

    private io.craton.storage.catalog.Catalog catalog() {
        return scope.context().catalog();
    }

    private void put(CollationDef collation) {
        scope.context().transaction().change(new CatalogChange.Put(collation));
    }

    private @Nullable CollationDef own(int schema, String name) {
        for (CollationDef each : catalog().all(CollationDef.class)) if (each.schemaOid() == schema && each.name().equals(name)) return each;
        return null;
    }

    /** A collation of a user; those that are there from the start cannot be changed. Null, with a notice, for one that is not there but may be missing. */
    @Nullable CollationDef find(QualifiedName name, boolean missingOk) {
        if (missingOk && CollationTable.find(name.name(), catalog()) == 0) {
            scope.context().notice(PgError.notice(SqlState.SUCCESSFUL_COMPLETION, "collation \"" + name + "\" does not exist, skipping"));
            return null;
        }
        CollationDef found = catalog().find(CollationDef.class, CollationNames.resolve(name.parts(), scope));
        if (found != null) return found;
        throw new PgException(SqlState.DEPENDENT_OBJECTS_STILL_EXIST, "cannot drop collation " + SqlText.identifier(name.name())
                + " because it is required by the database system");
    }

    private CollationDef require(QualifiedName name) {
        CollationDef found = java.util.Objects.requireNonNull(find(name, false));
        Ownership.require(found, scope);
        return found;
    }

    void rename(QualifiedName name, String to) {
        CollationDef c = require(name);
        requireFree(c.schemaOid(), to);
        put(new CollationDef(c.oid(), c.schemaOid(), to, c.owner(), c.provider(), c.deterministic(), c.locale()));
    }

    void move(QualifiedName name, int schema) {
        CollationDef c = require(name);
        Ownership.requireCreate(schema, scope);
        if (c.schemaOid() == schema) return;
        requireFree(schema, c.name());
        put(new CollationDef(c.oid(), schema, c.name(), c.owner(), c.provider(), c.deterministic(), c.locale()));
    }

    /** The rules are the platform's, and as old as it is. */
    String refresh(QualifiedName name) {
        require(name);
        scope.context().notice(PgError.notice(SqlState.SUCCESSFUL_COMPLETION, "version has not changed"));
        return "ALTER COLLATION";
    }

    private void requireFree(int schema, String name) {
        if (own(schema, name) == null) return;
        throw new PgException(SqlState.DUPLICATE_OBJECT, "collation \"" + name + "\" already exists in schema \"" + scope.names().schemaName(schema) + "\"");
    }

    /** Views whose text names the collation. */
    static List<TableDef> views(CollationDef collation, io.craton.storage.catalog.Catalog catalog) {
        String mark = new io.craton.sql.syntax.Mark.Collation(collation.oid()).text();
        return catalog.all(TableDef.class).stream().filter(table -> table.viewQuery() != null && table.viewQuery().contains(mark)).toList();
    }
}
