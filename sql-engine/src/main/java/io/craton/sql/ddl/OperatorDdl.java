package io.craton.sql.ddl;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.core.type.TypeOid;
import io.craton.sql.function.FunctionDef;
import io.craton.sql.function.OperatorDef;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.syntax.ObjectReference;
import io.craton.sql.syntax.ObjectStatement;
import io.craton.sql.syntax.Option;
import io.craton.sql.syntax.QualifiedName;
import io.craton.sql.syntax.SelectStatement.Persistence;
import io.craton.sql.syntax.TypeName;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject.UserOperatorDef;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** CREATE OPERATOR (DefineOperator, OperatorCreate), and the operators that other statements name. One statement. */
final class OperatorDdl {
    private static final Set<String> KNOWN = Set.of("leftarg", "rightarg", "function", "procedure", "commutator", "negator", "restrict", "join", "hashes",
            "merges", "sort1", "sort2", "ltcmp", "gtcmp");

    private final Scope scope;

    OperatorDdl(Scope scope) {
        this.scope = scope;
    }

    String create(ObjectStatement.Define define) {
        int schema = ObjectNames.creationSchema(define.name(), Persistence.PERMANENT, scope);
        Map<String, Option> given = new HashMap<>();
        for (Option option : define.definition()) {
            if (!KNOWN.contains(option.name())) {
                scope.context().notice(PgError.warning(SqlState.SYNTAX_ERROR, "operator attribute \"" + option.name() + "\" not recognized"));
                continue;
            }
            boolean argument = option.name().equals("leftarg") || option.name().equals("rightarg");
            if (argument && DefinitionList.type(option).setOf()) throw RoutineArguments.invalid("SETOF type not allowed for operator argument");
            given.put(option.name().equals("procedure") ? "function" : option.name(), option);
        }
        if (!given.containsKey("function")) throw RoutineArguments.invalid("operator function must be specified");
        PgType left = argument("leftarg", given);
        PgType right = argument("rightarg", given);
        if (left == null && right == null) throw RoutineArguments.invalid("operator argument types must be specified");
        if (right == null) {
            throw PgError.error(SqlState.INVALID_FUNCTION_DEFINITION, "operator right argument type must be specified")
                    .withDetail("Postfix operators are not supported.").exception();
        }
        if (left != null) Ownership.requireUsage(left, scope);
        Ownership.requireUsage(right, scope);
        FunctionDef function = DefinitionList.exactFunction(DefinitionList.name(java.util.Objects.requireNonNull(given.get("function"))),
                left == null ? List.of(right) : List.of(left, right), scope);
        DefinitionList.requireExecute(function, scope);
        Ownership.requireUsage(scope.names().requireType(function.returnType()), scope);
        int restrict = estimator("restrict", "restriction", List.of(TypeOid.INTERNAL, TypeOid.OID, TypeOid.INTERNAL, TypeOid.INT4), given);
        int join = estimator("join", "join", List.of(TypeOid.INTERNAL, TypeOid.OID, TypeOid.INTERNAL, TypeOid.INT2, TypeOid.INTERNAL), given);
        boolean merges = flag("merges", given) || Set.of("sort1", "sort2", "ltcmp", "gtcmp").stream().anyMatch(given::containsKey);
        boolean hashes = flag("hashes", given);
        if (left == null) requirePlain("only binary operators can ", given.containsKey("commutator"), "have commutators", false, false, join, merges, hashes);
        if (function.returnType() != TypeOid.BOOL) {
            requirePlain("only boolean operators can ", given.containsKey("negator"), "have negators", restrict != 0, true, join, merges, hashes);
        }
        return put(define, schema, left == null ? 0 : left.oid(), right.oid(), function, restrict, join, merges, hashes, given);
    }

    private static void requirePlain(String only, boolean partner, String partners, boolean restrict, boolean checkRestrict, int join, boolean merges,
            boolean hashes) {
        if (partner) throw RoutineArguments.invalid(only + partners);
        if (checkRestrict && restrict) throw RoutineArguments.invalid(only + "have restriction selectivity");
        if (join != 0) throw RoutineArguments.invalid(only + "have join selectivity");
        if (merges) throw RoutineArguments.invalid(only + "merge join");
        if (hashes) throw RoutineArguments.invalid(only + "hash");
    }

    private String put(ObjectStatement.Define define, int schema, int left, int right, FunctionDef function, int restrict, int join, boolean merges,
            boolean hashes, Map<String, Option> given) {
        String name = define.name().name();
        UserOperatorDef existing = own(schema, name, left, right);
        boolean builtin = schema == 11 && exact(List.of("pg_catalog", name), left, right, scope) != null;
        if (builtin || existing != null && existing.functionOid() != 0) {
            throw new PgException(SqlState.DUPLICATE_FUNCTION, "operator " + name + " already exists");
        }
        if (existing != null) Ownership.require(existing, scope);
        int oid = existing != null ? existing.oid() : scope.context().transaction().newOid();
        UserOperatorDef self = new UserOperatorDef(oid, schema, name, scope.context().session().currentUserOid(), merges, hashes, left, right,
                function.returnType(), 0, 0, function.oid(), restrict, join);
        int commutator = other("commutator", given, right, left, self, true);
        int negator = other("negator", given, left, right, self, false);
        put(new UserOperatorDef(oid, schema, name, self.owner(), merges, hashes, left, right, function.returnType(), commutator, negator, function.oid(),
                restrict, join));
        link(commutator, oid, true);
        link(negator, oid, false);
        return "CREATE OPERATOR";
    }

    private void put(UserOperatorDef operator) {
        scope.context().transaction().change(new CatalogChange.Put(operator));
    }

    /** The commutator or negator: one that is there, the operator itself, or a shell for one to come. */
    private int other(String option, Map<String, Option> given, int left, int right, UserOperatorDef self, boolean commutator) {
        Option value = given.get(option);
        if (value == null) return 0;
        List<String> name = DefinitionList.name(value);
        OperatorDef found = exact(name, left, right, scope);
        if (found != null) {
            UserOperatorDef own = scope.context().catalog().find(UserOperatorDef.class, found.oid());
            if (own != null) Ownership.require(own, scope);
            else if (!scope.context().session().superuser()) {
                throw new PgException(SqlState.INSUFFICIENT_PRIVILEGE, "must be owner of operator " + String.join(".", name));
            }
            return found.oid();
        }
        int schema = name.size() > 1 ? scope.names().schemaOid(name.get(name.size() - 2)) : self.schemaOid();
        if (name.getLast().equals(self.name()) && schema == self.schemaOid() && left == self.leftOid() && right == self.rightOid()) {
            if (!commutator) throw RoutineArguments.invalid("operator cannot be its own negator or sort operator");
            return self.oid();
        }
        Ownership.requireCreate(schema, scope);
        UserOperatorDef shell = own(schema, name.getLast(), left, right);
        if (shell != null) return shell.oid();
        int oid = scope.context().transaction().newOid();
        put(new UserOperatorDef(oid, schema, name.getLast(), self.owner(), false, false, left, right, 0, 0, 0, 0, 0, 0));
        return oid;
    }

    /** The other operator names this one too, when it names none yet. */
    private void link(int other, int self, boolean commutator) {
        UserOperatorDef o = other == 0 || other == self ? null : scope.context().catalog().find(UserOperatorDef.class, other);
        if (o == null || (commutator ? o.commutatorOid() : o.negatorOid()) != 0) return;
        put(new UserOperatorDef(o.oid(), o.schemaOid(), o.name(), o.owner(), o.merges(), o.hashes(), o.leftOid(), o.rightOid(), o.resultOid(),
                commutator ? self : o.commutatorOid(), commutator ? o.negatorOid() : self, o.functionOid(), o.restrictOid(), o.joinOid()));
    }

    /** The operator is no more: others do not name it any longer. */
    void unlink(int dropped) {
        for (UserOperatorDef o : List.copyOf(scope.context().catalog().all(UserOperatorDef.class))) {
            if (o.commutatorOid() != dropped && o.negatorOid() != dropped) continue;
            put(new UserOperatorDef(o.oid(), o.schemaOid(), o.name(), o.owner(), o.merges(), o.hashes(), o.leftOid(), o.rightOid(), o.resultOid(),
                    o.commutatorOid() == dropped ? 0 : o.commutatorOid(), o.negatorOid() == dropped ? 0 : o.negatorOid(), o.functionOid(), o.restrictOid(),
                    o.joinOid()));
        }
    }

    /** ALTER OPERATOR .. SET SCHEMA. */
    void move(ObjectReference.OfOperator reference, int schema) {
        UserOperatorDef o = java.util.Objects.requireNonNull(find(reference, false));
        Ownership.require(o, scope);
        Ownership.requireCreate(schema, scope);
        if (o.schemaOid() == schema) return;
        if (own(schema, o.name(), o.leftOid(), o.rightOid()) != null) {
            throw new PgException(SqlState.DUPLICATE_FUNCTION, "operator " + text(o, scope.names()) + " already exists in schema \""
                    + scope.names().schemaName(schema) + "\"");
        }
        put(new UserOperatorDef(o.oid(), schema, o.name(), o.owner(), o.merges(), o.hashes(), o.leftOid(), o.rightOid(), o.resultOid(), o.commutatorOid(),
                o.negatorOid(), o.functionOid(), o.restrictOid(), o.joinOid()));
    }

    private @Nullable UserOperatorDef own(int schema, String name, int left, int right) {
        for (UserOperatorDef each : scope.context().catalog().all(UserOperatorDef.class)) {
            if (each.schemaOid() == schema && each.name().equals(name) && each.leftOid() == left && each.rightOid() == right) return each;
        }
        return null;
    }

    private @Nullable PgType argument(String name, Map<String, Option> given) {
        Option option = given.get(name);
        return option == null ? null : DefinitionList.resolved(DefinitionList.type(option), scope);
    }

    private static boolean flag(String name, Map<String, Option> given) {
        Option option = given.get(name);
        return option != null && OptionTexts.flag(option);
    }

    private int estimator(String option, String what, List<Integer> types, Map<String, Option> given) {
        Option value = given.get(option);
        if (value == null) return 0;
        List<String> name = DefinitionList.name(value);
        List<PgType> wanted = types.stream().map(scope.names()::requireType).toList();
        FunctionDef found;
        try {
            found = DefinitionList.exactFunction(name, wanted, scope);
        } catch (PgException e) {
            if (!option.equals("join")) throw e;
            found = DefinitionList.exactFunction(name, wanted.subList(0, 4), scope);
        }
        if (found.returnType() != TypeOid.FLOAT8) {
            throw RoutineArguments.invalid(what + " estimator function " + String.join(".", name) + " must return type double precision");
        }
        return found.oid();
    }

    // ---- operators that are there --------------------------------------------------------------------------------

    /** The operator of exactly these types; null when there is none. */
    static @Nullable OperatorDef exact(List<String> name, int left, int right, Scope scope) {
        String schema = name.size() > 1 ? name.get(name.size() - 2) : null;
        if (schema != null && !scope.names().schemaExists(schema)) return null;
        for (OperatorDef each : scope.names().operators(schema, name.getLast())) if (each.left() == left && each.right() == right) return each;
        return null;
    }

    static PgException missing(List<String> name, int left, int right, Scope scope) {
        return new PgException(SqlState.UNDEFINED_FUNCTION, "operator does not exist: " + (left == 0 ? "" : DefinitionList.text(left, scope) + " ")
                + String.join(".", name) + " " + DefinitionList.text(right, scope));
    }

    /** The user's operator that a statement names; null when there is none and it may be missing. */
    @Nullable UserOperatorDef find(ObjectReference.OfOperator reference, boolean missingOk) {
        QualifiedName name = reference.name();
        if (reference.right() == null) throw new PgException(SqlState.SYNTAX_ERROR, "postfix operators are not supported");
        if (name.schema() != null && !scope.names().schemaExists(name.schema())) {
            if (missingOk) return null;
            throw new PgException(SqlState.UNDEFINED_SCHEMA, "schema \"" + name.schema() + "\" does not exist");
        }
        int left = type(reference.left());
        int right = type(reference.right());
        OperatorDef found = exact(name.parts(), left, right, scope);
        if (found == null) {
            if (missingOk) return null;
            throw missing(name.parts(), left, right, scope);
        }
        UserOperatorDef own = scope.context().catalog().find(UserOperatorDef.class, found.oid());
        if (own == null) {
            throw new PgException(SqlState.DEPENDENT_OBJECTS_STILL_EXIST,
                    "cannot change operator " + name + " because it is required by the database system");
        }
        return own;
    }

    private int type(@Nullable TypeName name) {
        return name == null ? 0 : DefinitionList.resolved(name, scope).oid();
    }

    /** {@code name(left,right)}, as messages name operators. */
    static String text(UserOperatorDef operator, io.craton.sql.analyze.CatalogView names) {
        List<String> types = new ArrayList<>();
        types.add(operator.leftOid() == 0 ? "NONE" : io.craton.sql.analyze.TypeNames.of(names.requireType(operator.leftOid()), -1, names));
        types.add(io.craton.sql.analyze.TypeNames.of(names.requireType(operator.rightOid()), -1, names));
        boolean visible = names.operators(null, operator.name()).stream().anyMatch(each -> each.oid() == operator.oid());
        return (visible ? "" : SqlText.identifier(names.schemaName(operator.schemaOid())) + ".") + operator.name() + "(" + String.join(",", types) + ")";
    }
}
