package io.craton.sql.ddl;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.analyze.RelationRef;
import io.craton.sql.analyze.TypeNames;
import io.craton.sql.analyze.TypeResolution;
import io.craton.sql.function.BuiltinCatalog;
import io.craton.sql.pgcatalog.AccessMethods;
import io.craton.sql.pgcatalog.Languages;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.syntax.ObjectKind;
import io.craton.sql.syntax.ObjectReference;
import io.craton.sql.syntax.ObjectStatement;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** DROP of kinds of objects that nobody can make: there is none to be dropped, but for what every database is born with. Pure. */
final class UnmadeKinds {
    private UnmadeKinds() {}

    /** 42704, a notice where IF EXISTS was said, 0A000 for what is there. */
    static void drop(ObjectStatement.Drop drop, ObjectReference reference, Scope scope) {
        String missing = missing(drop.kind(), reference, drop.ifExists(), scope);
        if (missing == null) throw PgException.notSupported("DROP " + drop.kind().name().replace('_', ' '));
        report(missing, drop.ifExists(), scope);
    }

    static String drop(ObjectStatement.DropTablespace drop, Scope scope) {
        if (drop.name().equals("pg_default") || drop.name().equals("pg_global")) throw PgException.notSupported("DROP TABLESPACE");
        report(quoted("tablespace", drop.name()), drop.ifExists(), scope);
        return "DROP TABLESPACE";
    }

    private static void report(String missing, boolean ifExists, Scope scope) {
        String text = missing.contains(" does not exist") ? missing : missing + " does not exist";
        if (!ifExists) throw new PgException(state(missing), text);
        scope.context().notice(PgError.notice(SqlState.SUCCESSFUL_COMPLETION, text + ", skipping"));
    }

    private static SqlState state(String missing) {
        return missing.startsWith("relation ") || missing.startsWith("foreign table ") ? SqlState.UNDEFINED_TABLE : SqlState.UNDEFINED_OBJECT;
    }

    /** What is not there; null when it is, or when nothing is known of its kind. */
    private static @Nullable String missing(ObjectKind kind, ObjectReference reference, boolean ifExists, Scope scope) {
        return switch (reference) {
            case ObjectReference.Named(var name) -> switch (kind) {
                case PUBLICATION -> quoted("publication", name.toString());
                case EVENT_TRIGGER -> quoted("event trigger", name.toString());
                case FOREIGN_DATA_WRAPPER -> quoted("foreign-data wrapper", name.toString());
                case FOREIGN_SERVER -> quoted("server", name.toString());
                case STATISTICS -> quoted("statistics object", name.toString());
                case FOREIGN_TABLE -> {
                    RelationRef found = scope.names().relation(name.schema(), name.name());
                    if (found == null) yield quoted("foreign table", name.toString());
                    throw new PgException(SqlState.WRONG_OBJECT_TYPE, "\"" + name.name() + "\" is not a foreign table");
                }
                case LANGUAGE -> Languages.oid(name.name()) != 0 ? null : quoted("language", name.name());
                case ACCESS_METHOD -> AccessMethods.oid(name.name()) != 0 ? null : quoted("access method", name.name());
                default -> null;
            };
            case ObjectReference.OnRelation on when Set.of(ObjectKind.RULE, ObjectKind.POLICY).contains(kind) -> {
                RelationRef found = scope.names().relation(on.relation().schema(), on.relation().name());
                if (found == null) yield quoted("relation", on.relation().toString());
                yield quoted(kind == ObjectKind.RULE ? "rule" : "policy", on.name()) + " for " + (kind == ObjectKind.RULE || ifExists ? "relation" : "table")
                        + " \"" + on.relation().name() + "\"";
            }
            case ObjectReference.UsingMethod(var name, String method) -> {
                if (AccessMethods.oid(method) == 0) yield quoted("access method", method);
                boolean builtin = BuiltinCatalog.operatorClasses().stream().anyMatch(each -> each.name().equals(name.name()));
                String what = kind == ObjectKind.OPERATOR_CLASS ? "operator class" : "operator family";
                yield builtin ? null : quoted(what, name.toString()) + " does not exist for access method \"" + method + "\"";
            }
            case ObjectReference.OfTransform(var type, String language) -> {
                TypeResolution.TypeRef found = new TypeResolution(scope.names()).find(type);
                if (found == null) yield quoted("type", String.join(".", type.names()));
                if (Languages.oid(language) == 0) yield quoted("language", language);
                yield "transform for type " + (ifExists ? String.join(".", type.names()) : TypeNames.of(found.type(), scope.names())) + " language \"" + language + "\"";
            }
            default -> null;
        };
    }

    private static String quoted(String what, String name) {
        return what + " \"" + name + "\"";
    }
}
