package io.craton.sql.ddl;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.analyze.RelationRef;
import io.craton.sql.analyze.TypeNames;
import io.craton.sql.analyze.TypeResolution;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.syntax.ObjectKind;
import io.craton.sql.syntax.ObjectReference;
import io.craton.sql.syntax.ObjectStatement;
import io.craton.sql.syntax.RoutineStatement;
import io.craton.sql.syntax.QualifiedName;
import io.craton.sql.syntax.Statement.DropBehavior;
import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.catalog.CatalogObject.SchemaDef;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.catalog.CatalogObject.TypeDef;
import io.craton.storage.txn.WaitPolicy;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** DROP of relations, schemas and types, with what depends on them. One statement. */
final class ObjectDropping {
    private final Scope scope;
    private boolean quiet;

    ObjectDropping(Scope scope) {
        this.scope = scope;
    }

    /** Drops these and all that depends on them, without a word. */
    void dropQuietly(List<CatalogObject> targets) {
        quiet = true;
        drop(targets, DropBehavior.CASCADE);
    }

    String run(ObjectStatement.Drop drop) {
        if (drop.concurrently()) {
            scope.preventInBlock("DROP INDEX CONCURRENTLY");
            if (drop.objects().size() > 1) {
                throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, "DROP INDEX CONCURRENTLY does not support dropping multiple objects");
            }
            if (drop.behavior() == DropBehavior.CASCADE) {
                throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, "DROP INDEX CONCURRENTLY does not support CASCADE");
            }
        }
        List<CatalogObject> targets = new ArrayList<>();
        for (ObjectReference reference : drop.objects()) {
            CatalogObject target = find(drop, reference);
            if (target == null) continue;
            if (!ownsSchemaOf(target)) Ownership.require(target, scope);
            targets.add(target);
        }
        for (CatalogObject target : targets) ExtensionDdl.requireOwn(target, targets, scope);
        drop(targets, drop.behavior());
        return "DROP " + switch (drop.kind()) {
            case FOREIGN_SERVER -> "SERVER";
            default -> drop.kind().name().replace('_', ' ');
        };
    }

    /** A schema's owner may drop what is in it. */
    private boolean ownsSchemaOf(CatalogObject target) {
        int schema = switch (target) {
            case TableDef table -> table.schemaOid();
            case CatalogObject.SequenceDef sequence -> sequence.schemaOid();
            case CatalogObject.IndexDef index -> index.schemaOid();
            case TypeDef type -> type.type().namespaceOid();
            case CatalogObject.RoutineDef routine -> routine.schemaOid();
            case CatalogObject.UserOperatorDef operator -> operator.schemaOid();
            case CatalogObject.CollationDef collation -> collation.schemaOid();
            default -> 0;
        };
        SchemaDef def = scope.context().catalog().find(SchemaDef.class, schema);
        return def != null && Ownership.owns(def.owner(), scope);
    }

    private @Nullable CatalogObject find(ObjectStatement.Drop drop, ObjectReference reference) {
        return switch (drop.kind()) {
            case TABLE, VIEW, MATERIALIZED_VIEW, INDEX, SEQUENCE -> relation(drop, ((ObjectReference.Named) reference).name());
            case SCHEMA -> schema(drop, ((ObjectReference.Named) reference).name());
            case TYPE, DOMAIN -> type(drop, (ObjectReference.OfType) reference);
            case FUNCTION, PROCEDURE, ROUTINE -> routine(drop, (ObjectReference.OfRoutine) reference);
            case AGGREGATE -> aggregate((ObjectReference.OfAggregate) reference, drop.ifExists());
            case OPERATOR -> operator((ObjectReference.OfOperator) reference, drop.ifExists());
            case TRIGGER -> new TriggerDdl(scope).dropped((ObjectReference.OnRelation) reference, drop.ifExists());
            case COLLATION -> new CollationDdl(scope).find(((ObjectReference.Named) reference).name(), drop.ifExists());
            case EXTENSION -> ExtensionDdl.dropped(((ObjectReference.Named) reference).name().name(), drop.ifExists(), scope);
            case CAST -> new CastDdl(scope).find((ObjectReference.OfCast) reference, drop.ifExists());
            default -> {
                UnmadeKinds.drop(drop, reference, scope);
                yield null;
            }
        };
    }

    private @Nullable CatalogObject relation(ObjectStatement.Drop drop, QualifiedName name) {
        ObjectNames.checkDatabase(name, scope);
        RelationRef found = scope.names().relation(name.schema(), name.name());
        String word = word(drop.kind());
        if (found == null) {
            boolean noSchema = name.schema() != null && !scope.names().schemaExists(name.schema());
            if (drop.ifExists()) {
                scope.context().notice(PgError.notice(SqlState.SUCCESSFUL_COMPLETION, noSchema
                        ? "schema \"" + name.schema() + "\" does not exist, skipping"
                        : word + " \"" + name + "\" does not exist, skipping"));
                return null;
            }
            if (noSchema) throw new PgException(SqlState.UNDEFINED_SCHEMA, "schema \"" + name.schema() + "\" does not exist");
            SqlState state = drop.kind() == ObjectKind.INDEX ? SqlState.UNDEFINED_OBJECT : SqlState.UNDEFINED_TABLE;
            throw new PgException(state, word + " \"" + name + "\" does not exist");
        }
        return switch (found) {
            case RelationRef.Stored stored -> {
                char kind = stored.table().kind();
                boolean fits = switch (drop.kind()) {
                    case TABLE -> kind == 'r';
                    case VIEW -> kind == 'v';
                    case MATERIALIZED_VIEW -> kind == 'm';
                    default -> false;
                };
                if (!fits) throw wrongKind(name, word, kind);
                scope.context().transaction().lockTable(stored.table().oid(), 8, WaitPolicy.WAIT);
                Ownership.requireUnused(stored.table(), "DROP TABLE", scope);
                yield Found.current(stored.table(), scope);
            }
            case RelationRef.Sequence sequence -> {
                if (drop.kind() != ObjectKind.SEQUENCE) throw wrongKind(name, word, 'S');
                yield sequence.sequence();
            }
            case RelationRef.Index index -> {
                if (drop.kind() != ObjectKind.INDEX) throw wrongKind(name, word, 'i');
                for (CatalogObject.ConstraintDef constraint : scope.context().catalog().constraints(index.index().tableOid())) {
                    if (constraint.indexOid() != index.index().oid() || constraint.type() == 'f') continue;
                    String owner = ObjectText.of(constraint, scope.names());
                    throw PgError.error(SqlState.DEPENDENT_OBJECTS_STILL_EXIST,
                                    "cannot drop " + ObjectText.of(index.index(), scope.names()) + " because " + owner + " requires it")
                            .withHint("You can drop " + owner + " instead.").exception();
                }
                TableDef table = java.util.Objects.requireNonNull(scope.context().catalog().table(index.index().tableOid()));
                if (drop.concurrently()) new OnlineIndexes(scope).lock(table, SoughtLock.ACCESS_EXCLUSIVE, null);
                else scope.context().transaction().lockTable(table.oid(), 8, WaitPolicy.WAIT);
                yield index.index();
            }
            case RelationRef.Builtin builtin -> throw new PgException(SqlState.INSUFFICIENT_PRIVILEGE,
                    "permission denied: \"" + builtin.table().name() + "\" is a system catalog");
        };
    }

    private static PgException wrongKind(QualifiedName name, String word, char is) {
        String hint = switch (is) {
            case 'r' -> "Use DROP TABLE to remove a table.";
            case 'v' -> "Use DROP VIEW to remove a view.";
            case 'm' -> "Use DROP MATERIALIZED VIEW to remove a materialized view.";
            case 'S' -> "Use DROP SEQUENCE to remove a sequence.";
            case 'i' -> "Use DROP INDEX to remove an index.";
            default -> "Use DROP TYPE to remove a type.";
        };
        String article = word.startsWith("i") ? "an " : "a ";
        return PgError.error(SqlState.WRONG_OBJECT_TYPE, "\"" + name.name() + "\" is not " + article + word).withHint(hint).exception();
    }

    private @Nullable CatalogObject schema(ObjectStatement.Drop drop, QualifiedName name) {
        SchemaDef schema = scope.context().catalog().schema(name.name());
        if (schema != null) return schema;
        if (drop.ifExists()) {
            scope.context().notice(PgError.notice(SqlState.SUCCESSFUL_COMPLETION, "schema \"" + name.name() + "\" does not exist, skipping"));
            return null;
        }
        throw new PgException(SqlState.UNDEFINED_SCHEMA, "schema \"" + name.name() + "\" does not exist");
    }

    private @Nullable CatalogObject type(ObjectStatement.Drop drop, ObjectReference.OfType reference) {
        if (drop.ifExists() && schemaMissing(reference.type())) return null;
        var written = reference.type();
        TypeResolution.TypeRef found = new TypeResolution(scope.names()).find(new io.craton.sql.syntax.TypeName(written.names(), written.modifiers(),
                written.arrayBounds(), written.setOf(), written.percentType(), 0));
        String name = String.join(".", reference.type().names());
        if (found == null) {
            if (drop.ifExists()) {
                scope.context().notice(PgError.notice(SqlState.SUCCESSFUL_COMPLETION, "type \"" + name + "\" does not exist, skipping"));
                return null;
            }
            throw new PgException(SqlState.UNDEFINED_OBJECT, "type \"" + name + "\" does not exist");
        }
        TypeDef def = scope.context().catalog().find(TypeDef.class, found.type().oid());
        if (def == null) {
            throw new PgException(SqlState.DEPENDENT_OBJECTS_STILL_EXIST, "cannot drop type "
                    + TypeNames.of(found.type(), -1, scope.names()) + " because it is required by the database system");
        }
        if (drop.kind() == ObjectKind.DOMAIN && def.type().kind() != 'd') {
            throw new PgException(SqlState.WRONG_OBJECT_TYPE, "\"" + name + "\" is not a domain");
        }
        TableDef row = def.type().relationOid() == 0 ? null : scope.context().catalog().table(def.type().relationOid());
        if (row != null && row.kind() != 'c') {
            throw PgError.error(SqlState.DEPENDENT_OBJECTS_STILL_EXIST,
                            "cannot drop type " + name + " because table " + row.name() + " requires it")
                    .withHint("You can drop table " + row.name() + " instead.").exception();
        }
        return def;
    }

    private @Nullable CatalogObject routine(ObjectStatement.Drop drop, ObjectReference.OfRoutine reference) {
        String name = reference.name().toString();
        List<String> types = new ArrayList<>();
        if (drop.ifExists() && reference.arguments() != null) {
            for (var argument : reference.arguments()) {
                if (schemaMissing(argument.type())) return null;
                TypeResolution.TypeRef type = new TypeResolution(scope.names()).find(argument.type());
                if (type == null) {
                    skip("type \"" + RoutineArguments.text(argument.type()) + "\"");
                    return null;
                }
                if (argument.mode() != RoutineStatement.ParameterMode.OUT) types.add(TypeNames.of(type.type(), -1, scope.names()));
            }
        }
        CatalogObject.RoutineDef found = RoutineLookup.find(reference, drop.kind(), drop.ifExists(), scope);
        if (found != null && found.kind() == 'a' && drop.kind() == ObjectKind.FUNCTION) {
            throw PgError.error(SqlState.WRONG_OBJECT_TYPE, "\"" + name + "\" is an aggregate function")
                    .withHint("Use DROP AGGREGATE to drop aggregate functions.").exception();
        }
        if (found != null) return found;
        if (reference.name().schema() != null && !scope.names().schemaExists(reference.name().schema())) skip("schema \"" + reference.name().schema() + "\"");
        else skip(RoutineLookup.word(drop.kind()) + " " + name + "(" + String.join(",", types) + ")");
        return null;
    }

    private @Nullable CatalogObject aggregate(ObjectReference.OfAggregate reference, boolean ifExists) {
        List<String> types = ifExists ? known(reference.arguments().stream().map(RoutineStatement.Parameter::type).toList()) : List.of();
        if (types == null) return null;
        CatalogObject found = RoutineLookup.aggregate(reference, ifExists, scope);
        if (found != null || schemaMissing(reference.name())) return found;
        skip("aggregate " + reference.name() + "(" + String.join(",", types) + ")");
        return null;
    }

    private @Nullable CatalogObject operator(ObjectReference.OfOperator reference, boolean ifExists) {
        List<io.craton.sql.syntax.TypeName> written = new ArrayList<>();
        if (reference.left() != null) written.add(reference.left());
        if (reference.right() != null) written.add(reference.right());
        if (ifExists && known(written) == null) return null;
        CatalogObject found = new OperatorDdl(scope).find(reference, ifExists);
        if (found != null || schemaMissing(reference.name())) return found;
        skip("operator " + reference.name());
        return null;
    }

    /** The types as messages name them; null, with a notice, for one that there is not. */
    private @Nullable List<String> known(List<io.craton.sql.syntax.TypeName> written) {
        List<String> types = new ArrayList<>();
        for (io.craton.sql.syntax.TypeName name : written) {
            if (schemaMissing(name)) return null;
            TypeResolution.TypeRef type = new TypeResolution(scope.names()).find(name);
            if (type == null) {
                skip("type \"" + RoutineArguments.text(name) + "\"");
                return null;
            }
            types.add(TypeNames.of(type.type(), -1, scope.names()));
        }
        return types;
    }

    private boolean schemaMissing(io.craton.sql.syntax.TypeName type) {
        List<String> names = type.names();
        return names.size() > 1 && schemaMissing(new QualifiedName(names.subList(names.size() - 2, names.size()), 0));
    }

    private boolean schemaMissing(QualifiedName name) {
        if (name.schema() == null || scope.names().schemaExists(name.schema())) return false;
        skip("schema \"" + name.schema() + "\"");
        return true;
    }

    private void skip(String what) {
        scope.context().notice(PgError.notice(SqlState.SUCCESSFUL_COMPLETION, what + " does not exist, skipping"));
    }

    private static String word(ObjectKind kind) {
        return kind.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
    }

    /** Drops the targets with everything internal to them; other dependents need CASCADE. */
    void drop(List<CatalogObject> targets, DropBehavior behavior) {
        Cascade cascade = new Cascade(scope);
        cascade.objects(targets);
        if (targets.size() == 1) cascade.requireAgreed(ObjectText.of(targets.getFirst(), scope.names()), "it", behavior);
        else cascade.requireAgreed("desired object(s)", "them", behavior);
        if (!quiet) cascade.report(); // else the client did not ask for any of this
        cascade.drop();
    }
}
