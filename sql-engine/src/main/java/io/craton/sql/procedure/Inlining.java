package io.craton.sql.procedure;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.type.PgType;
import io.craton.core.type.TypeOid;
import io.craton.sql.analyze.Access;
import io.craton.sql.analyze.AnalyzedStatement;
import io.craton.sql.analyze.CatalogView;
import io.craton.sql.analyze.RoutineAnalyzer;
import io.craton.sql.analyze.TreeRewriter;
import io.craton.sql.exec.ExecContext;
import io.craton.sql.expr.Relations;
import io.craton.sql.expr.Scalars;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Scalar;
import io.craton.sql.syntax.ParsedStatement;
import io.craton.sql.syntax.RoutineStatement;
import io.craton.sql.syntax.SelectStatement;
import io.craton.storage.catalog.CatalogObject.RoutineDef;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Puts the bodies of simple SQL functions in the place of their calls, where PostgreSQL does (inline_function, inline_set_returning_function) and nobody can tell but
 * by the speed: an expression for a call, a query for a call in FROM. A session's, its thread.
 */
final class Inlining {
    private static final int KEPT_MAX = 1000;
    private static final int DEFAULT_COLLATION = 100;
    /** An argument as dear as this is not computed twice. */
    private static final double COST_MAX = 10;

    private record Key(int routine, List<PgType> arguments, PgType result) {}

    /** A body's expression over parameters; null for a body that stays where it is. */
    private record Body(@Nullable Scalar expression) {}

    private final Host host;
    private final Map<Key, Body> bodies = new HashMap<>();
    private long catalogVersion;
    private Object settings = new Object();
    /** Functions whose bodies are being put in place: not again inside themselves. */
    private final Set<Integer> active = new HashSet<>();
    /** Of the bodies that were put in place of calls in FROM. */
    private final List<Access> accesses = new ArrayList<>();

    Inlining(Host host) {
        this.host = host;
    }

    private static boolean candidate(Scalar part) {
        return part instanceof Scalar.Call call && !call.function().builtIn() && call.function().language().equals("sql");
    }

    /** The query with bodies in place of calls; what they read is among its accesses. */
    AnalyzedStatement.Query query(AnalyzedStatement.Query query, ExecContext context) {
        accesses.clear();
        Relation relation = relation(query.relation(), context);
        if (relation == query.relation()) return query;
        List<Access> all = new ArrayList<>(query.accesses());
        all.addAll(accesses);
        return new AnalyzedStatement.Query(query.tag(), relation, query.columns(), query.returnsRows(), query.readOnly(), query.parameterTypes(), all, query.momentary());
    }

    private Relation relation(Relation relation, ExecContext context) {
        if (!Relations.any(relation, Inlining::candidate)) return relation;
        TreeRewriter rewriter = new TreeRewriter((node, depth) -> candidate(node) ? call((Scalar.Call) node, context) : null,
                (node, depth) -> node instanceof Relation.FunctionScan scan ? rows(scan, context) : null);
        return tree(relation, rewriter);
    }

    /** TreeRewriter leaves changes of data alone. */
    private static Relation tree(Relation relation, TreeRewriter rewriter) {
        if (relation instanceof Relation.With with) {
            List<Relation.Cte> ctes = new ArrayList<>();
            for (Relation.Cte cte : with.ctes()) {
                ctes.add(new Relation.Cte(cte.id(), cte.name(), tree(cte.relation(), rewriter), cte.materialization(), cte.modifies(), cte.references()));
            }
            return new Relation.With(ctes, tree(with.body(), rewriter));
        }
        if (!(relation instanceof Relation.Modify n)) return rewriter.rewrite(relation, 0);
        return new Relation.Modify(n.kind(), n.table(), n.alias(), rewriter.rewrite(n.input(), 0), n.targetColumns(), assignments(n.assignments(), rewriter),
                n.defaults(), n.checks(), n.onConflict(), n.mergeActions(), n.overridingUserValue(),
                n.returning().stream().map(part -> rewriter.rewrite(part, 0)).toList(), n.fields());
    }

    private static List<Relation.Assignment> assignments(List<Relation.Assignment> assignments, TreeRewriter rewriter) {
        return assignments.stream().map(each -> new Relation.Assignment(each.attributeNumber(), rewriter.rewrite(each.value(), 0))).toList();
    }

    Scalar scalar(Scalar scalar, ExecContext context) {
        if (!Scalars.any(scalar, Inlining::candidate)) return scalar;
        return new TreeRewriter((node, depth) -> candidate(node) ? call((Scalar.Call) node, context) : null).rewrite(scalar, 0);
    }

    // ---- calls ---------------------------------------------------------------------------------------------------

    /** What stands for the call; null: it stays, and its arguments are looked at by themselves. */
    private @Nullable Scalar call(Scalar.Call call, ExecContext context) {
        RoutineDef routine = context.catalog().find(RoutineDef.class, call.function().oid());
        if (routine == null || !plain(routine) || routine.returnsSet() || call.type().oid() == TypeOid.RECORD || call.type().oid() == TypeOid.VOID) return null;
        if (call.collation() != 0 && call.collation() != DEFAULT_COLLATION) return null;
        if (active.contains(routine.oid()) || !host.mayExecute(routine)) return null;
        if (routine.volatility() == 'i' && call.arguments().stream().allMatch(Scalar.Constant.class::isInstance)) return null; // computed while planning
        Scalar body = body(routine, call, context);
        if (body == null) return null;
        List<Scalar> arguments = new ArrayList<>();
        for (Scalar argument : call.arguments()) arguments.add(scalar(argument, context));
        if (!fitting(routine, body, arguments)) return null;
        Scalar replaced = new TreeRewriter((node, depth) -> node instanceof Scalar.Parameter parameter ? arguments.get(parameter.index()) : null)
                .rewrite(body, 0);
        active.add(routine.oid());
        try {
            return scalar(replaced, context);
        } finally {
            active.remove(routine.oid());
        }
    }

    private static boolean plain(RoutineDef routine) {
        return routine.kind() == 'f' && !routine.securityDefiner() && routine.settings().isEmpty();
    }

    private @Nullable Scalar body(RoutineDef routine, Scalar.Call call, ExecContext context) {
        long version = context.catalog().version();
        if (version != catalogVersion || !settings.equals(host.planningKey()) || bodies.size() > KEPT_MAX) {
            bodies.clear();
            catalogVersion = version;
            settings = host.planningKey();
        }
        List<PgType> types = call.arguments().stream().map(Scalar::type).toList();
        Key key = new Key(routine.oid(), types, call.type());
        Body known = bodies.get(key);
        if (known == null) {
            known = new Body(analyzed(routine, types, call.type()));
            bodies.put(key, known);
        }
        return known.expression;
    }

    private @Nullable Scalar analyzed(RoutineDef routine, List<PgType> types, PgType result) {
        CatalogView names = host.names();
        return located(routine, () -> {
            SelectStatement select = only(routine);
            if (select == null || !simple(select)) return null;
            RoutineAnalyzer.Expression expression = RoutineAnalyzer.expression(select, names, SqlBody.variables(routine, types, names), null);
            if (!(expression instanceof RoutineAnalyzer.Expression.Value value)) return null;
            Scalar scalar = value.scalar();
            if (scalar.type().oid() == result.oid()) return scalar;
            boolean composite = names.baseType(result).kind() == 'c';
            if (composite || !RoutineAnalyzer.assignable(scalar.type(), result, names)) return null;
            return RoutineAnalyzer.assignment(scalar, result, -1, names);
        });
    }

    /** The body's only statement, when it is a query. */
    private @Nullable SelectStatement only(RoutineDef routine) {
        List<ParsedStatement> parsed = SqlBody.parsed(routine, host.lexerSettings());
        if (parsed.size() != 1) return null;
        return switch (parsed.getFirst().statement()) {
            case SelectStatement select -> select;
            case RoutineStatement.Return returned -> SelectStatement.of(returned.value());
            default -> null;
        };
    }

    private static boolean simple(SelectStatement select) {
        return select.with() == null && select.orderBy().isEmpty() && select.limit() == null && select.locking().isEmpty()
                && select.body() instanceof SelectStatement.SelectBody body && body.from().isEmpty() && body.where() == null && body.having() == null
                && body.groupBy() == null && body.distinct() == SelectStatement.DistinctKind.ALL && body.targets().size() == 1;
    }

    private static <T> T located(RoutineDef routine, java.util.function.Supplier<T> work) {
        try {
            return work.get();
        } catch (PgException e) {
            PgError error = e.error();
            if (error.position() > 0) error = error.withPosition(0).withInternal(error.position(), routine.body());
            throw SqlRunner.within(new PgException(error), "SQL function \"" + routine.name() + "\" during inlining");
        }
    }

    // ---- what may be put in place ----------------------------------------------------------------------------------

    private static boolean fitting(RoutineDef routine, Scalar body, List<Scalar> arguments) {
        char volatility = volatility(body);
        if (routine.volatility() == 'i' && volatility != 'i' || routine.volatility() == 's' && volatility == 'v') return false;
        if (routine.strict() && !strict(body)) return false;
        int[] uses = new int[arguments.size()];
        Scalars.any(body, part -> {
            if (part instanceof Scalar.Parameter parameter) uses[parameter.index()]++;
            return false;
        });
        for (int i = 0; i < uses.length; i++) {
            Scalar argument = arguments.get(i);
            if (Scalars.any(argument, part -> part instanceof Scalar.CaseOperand)) return false;
            if (uses[i] == 0 && routine.strict()) return false;
            if (uses[i] > 1 && (volatility(argument) == 'v' || Scalars.hasSubquery(argument) || cost(argument) > COST_MAX)) return false;
        }
        return true;
    }

    private static double cost(Scalar scalar) {
        double[] sum = {0};
        Scalars.any(scalar, part -> {
            sum[0] += part instanceof Scalar.Call call ? call.function().cost() : part instanceof Scalar.CoerceViaIo || part instanceof Scalar.AnyAll ? 1 : 0;
            return false;
        });
        return sum[0];
    }

    /** i, s or v, the worst of all its parts. */
    private static char volatility(Scalar scalar) {
        char[] worst = {'i'};
        Scalars.any(scalar, part -> {
            char own = switch (part) {
                case Scalar.Call call -> call.function().volatility();
                case Scalar.SessionValue _, Scalar.CursorKey _ -> 's';
                case Scalar.CoerceViaIo value -> 's';
                default -> 'i';
            };
            if (own > worst[0]) worst[0] = own;
            return false;
        });
        return worst[0];
    }

    /** Null for any null argument. */
    private static boolean strict(Scalar scalar) {
        return !Scalars.any(scalar, part -> switch (part) {
            case Scalar.Constant leaf -> false;
            case Scalar.Parameter leaf -> false;
            case Scalar.Call call -> !call.function().strict();
            case Scalar.Relabel relabel -> false;
            case Scalar.CoerceViaIo coerce -> false;
            case Scalar.Collate collate -> false;
            case Scalar.Not not -> false;
            default -> true;
        });
    }

    // ---- calls in FROM -------------------------------------------------------------------------------------------

    /** The query that stands for a call in FROM; null: it stays. */
    private @Nullable Relation rows(Relation.FunctionScan scan, ExecContext context) {
        if (scan.ordinality() || scan.calls().size() != 1 || !(scan.calls().getFirst() instanceof Scalar.Call call) || !candidate(call)) return null;
        RoutineDef routine = context.catalog().find(RoutineDef.class, call.function().oid());
        if (routine == null || !plain(routine) || !routine.returnsSet() || routine.strict() || routine.volatility() == 'v') return null;
        if (active.contains(routine.oid()) || !host.mayExecute(routine)) return null;
        for (Scalar argument : call.arguments()) if (!(argument instanceof Scalar.Constant) && !(argument instanceof Scalar.Parameter)) return null;
        List<PgType> types = call.arguments().stream().map(Scalar::type).toList();
        AnalyzedStatement.Query query = located(routine, () -> {
            SelectStatement select = only(routine);
            return select != null && RoutineAnalyzer.analyze(select, host.names(), SqlBody.variables(routine, types, host.names()))
                    instanceof AnalyzedStatement.Query found ? found : null;
        });
        if (query == null || query.columns().size() != scan.fields().size() || !self(query.relation())) return null;
        List<Scalar> columns = new ArrayList<>();
        for (int i = 0; i < query.columns().size(); i++) {
            Relation.Field from = query.columns().get(i);
            Relation.Field to = scan.fields().get(i);
            Scalar column = new Scalar.Column(i, from.type(), from.typmod());
            boolean narrower = to.typmod() >= 0 && to.typmod() != from.typmod();
            if (from.type().oid() != to.type().oid() || narrower) {
                if (!RoutineAnalyzer.assignable(from.type(), to.type(), host.names())) return null;
                column = RoutineAnalyzer.assignment(column, to.type(), to.typmod(), host.names());
            }
            columns.add(column);
        }
        host.check(query, context);
        accesses.addAll(query.accesses());
        Relation body = new TreeRewriter((node, depth) -> node instanceof Scalar.Parameter parameter ? call.arguments().get(parameter.index()) : null)
                .rewrite(query.relation(), 0);
        active.add(routine.oid());
        try {
            return new Relation.Project(relation(body, context), columns, scan.fields());
        } finally {
            active.remove(routine.oid());
        }
    }

    /** A query without names of its own that would meet those of the tree around it, and without changes. */
    private static boolean self(Relation relation) {
        if (relation instanceof Relation.With || relation instanceof Relation.CteScan || relation instanceof Relation.RecursiveUnion
                || relation instanceof Relation.Modify || relation instanceof Relation.LockRows || relation instanceof Relation.WorkTableScan) {
            return false;
        }
        for (Relation input : Relations.inputs(relation)) if (!self(input)) return false;
        for (Scalar expression : Relations.expressions(relation)) {
            boolean found = Scalars.any(expression, part -> {
                Relation inner = Scalars.subquery(part);
                return inner != null && !self(inner);
            });
            if (found) return false;
        }
        return true;
    }
}
