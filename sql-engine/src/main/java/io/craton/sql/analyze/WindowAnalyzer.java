package io.craton.sql.analyze;

import io.craton.core.error.PgError;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.core.type.TypeOid;
import io.craton.sql.function.FunctionDef;
import io.craton.sql.function.OperatorClass;
import io.craton.sql.function.OperatorFamilies;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Relation.Field;
import io.craton.sql.logical.Relation.SortKey;
import io.craton.sql.logical.Scalar;
import io.craton.sql.syntax.Expr;
import io.craton.sql.syntax.SelectStatement.SortBy;
import io.craton.sql.syntax.WindowSpecification;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The windows of one query level: WINDOW clause, OVER, frames (transformWindowDefinitions); then the relations that compute them. One query level. */
final class WindowAnalyzer {
    /** What a call's OVER refers to: a name, or a specification of its own. Equal ones share one window. */
    static final class Window {
        final WindowSpecification specification;

        Window(WindowSpecification specification) {
            this.specification = specification;
        }
    }

    /** A window with everything resolved, over the row that windows see. */
    private record Resolved(List<Scalar> partitionBy, List<SortKey> orderBy, Relation.@Nullable Frame frame) {}

    private final Analysis analysis;
    private final Scope scope;
    private final Map<String, Resolved> named = new HashMap<>();
    private final Map<String, WindowSpecification> specifications = new HashMap<>();
    private final List<Resolved> windows = new ArrayList<>();
    private final List<List<Integer>> uses = new ArrayList<>();

    WindowAnalyzer(Analysis analysis, Scope scope) {
        this.analysis = analysis;
        this.scope = scope;
    }

    static Window reference(WindowSpecification over, Scope scope) {
        if (over.reference() != null) {
            for (WindowSpecification definition : scope.windowDefinitions) {
                if (over.reference().equals(definition.name())) return new Window(definition);
            }
            throw PgError.error(SqlState.UNDEFINED_OBJECT, "window \"" + over.reference() + "\" does not exist")
                    .withPosition(over.position()).exception();
        }
        return new Window(over);
    }

    static boolean containsWindow(Scalar scalar) {
        boolean[] found = new boolean[1];
        new TreeRewriter((node, depth) -> {
            if (depth == 0 && node instanceof Scalar.Column column && column.index() <= Scope.WINDOW_BASE
                    && column.index() > Scope.GROUPING_BASE) found[0] = true;
            return null;
        }).rewrite(scalar);
        return found[0];
    }

    /** Resolves all windows of the level; expressions are over its FROM row. */
    void resolve() {
        for (WindowSpecification definition : scope.windowDefinitions) {
            if (named.containsKey(definition.name())) {
                throw PgError.error(SqlState.WINDOWING_ERROR, "window \"" + definition.name() + "\" is already defined")
                        .withPosition(definition.position()).exception();
            }
            named.put(definition.name(), window(definition));
            specifications.put(definition.name(), definition);
        }
        for (int i = 0; i < scope.windows.size(); i++) {
            WindowSpecification specification = scope.windows.get(i).window().specification;
            Resolved resolved = specification.name() != null ? named.get(specification.name()) : window(specification);
            int found = -1;
            for (int w = 0; w < windows.size() && found < 0; w++) if (same(windows.get(w), resolved)) found = w;
            if (found < 0) {
                found = windows.size();
                windows.add(resolved);
                uses.add(new ArrayList<>());
            }
            uses.get(found).add(i);
        }
    }

    private static boolean same(Resolved a, Resolved b) {
        if (!SameScalar.same(a.partitionBy, b.partitionBy) || a.orderBy.size() != b.orderBy.size()) return false;
        for (int i = 0; i < a.orderBy.size(); i++) if (!SameScalar.same(a.orderBy.get(i), b.orderBy.get(i))) return false;
        Relation.Frame f = a.frame;
        Relation.Frame g = b.frame;
        return f.unit() == g.unit() && f.exclusion() == g.exclusion() && f.start().kind() == g.start().kind()
                && f.end().kind() == g.end().kind() && SameScalar.same(f.start().offset(), g.start().offset())
                && SameScalar.same(f.end().offset(), g.end().offset());
    }

    private Resolved window(WindowSpecification specification) {
        Resolved base = null;
        WindowSpecification baseSpecification = null;
        if (specification.existing() != null) {
            base = named.get(specification.existing());
            baseSpecification = specifications.get(specification.existing());
            if (base == null) {
                throw PgError.error(SqlState.UNDEFINED_OBJECT, "window \"" + specification.existing() + "\" does not exist")
                        .withPosition(specification.position()).exception();
            }
        }
        List<SortKey> orderBy = new ArrayList<>();
        for (SortBy sort : specification.orderBy()) {
            Scalar key = analysis.expressions.analyze(sort.value(), scope, ExpressionKind.WINDOW_ORDER);
            key = analysis.coercions.resolveUnknown(key, Positions.of(sort.value()));
            if (analysis.findings != null) analysis.findings.clause(sort.value(), key);
            orderBy.add(Ordering.key(key, sort, analysis));
        }
        List<Scalar> partitionBy = new ArrayList<>();
        for (Expr expr : specification.partitionBy()) {
            Scalar key = analysis.expressions.analyze(expr, scope, ExpressionKind.WINDOW_PARTITION);
            key = analysis.coercions.resolveUnknown(key, Positions.of(expr));
            if (analysis.findings != null) analysis.findings.clause(expr, key);
            partitionBy.add(key);
        }
        if (base != null) {
            if (!partitionBy.isEmpty()) throw overriding("PARTITION BY clause of", specification);
            if (!orderBy.isEmpty() && !base.orderBy.isEmpty()) throw overriding("ORDER BY clause of", specification);
            if (baseSpecification.frame() != null) {
                PgError error = PgError.error(SqlState.WINDOWING_ERROR, "cannot copy window \"" + specification.existing()
                        + "\" because it has a frame clause").withPosition(specification.position());
                throw (specification.name() == null && specification.frame() == null && specification.orderBy().isEmpty()
                        ? error.withHint("Omit the parentheses in this OVER clause.") : error).exception();
            }
            partitionBy = base.partitionBy;
            if (orderBy.isEmpty()) orderBy = base.orderBy;
        }
        return new Resolved(partitionBy, orderBy, frame(specification.frame(), orderBy, specification));
    }

    private static RuntimeException overriding(String what, WindowSpecification specification) {
        return PgError.error(SqlState.WINDOWING_ERROR, "cannot override " + what + " window \"" + specification.existing() + "\"")
                .withPosition(specification.position()).exception();
    }

    private Relation.Frame frame(WindowSpecification.@Nullable Frame frame, List<SortKey> orderBy, WindowSpecification specification) {
        if (frame == null) {
            return new Relation.Frame(Relation.FrameUnit.RANGE, new Relation.FrameBound(Relation.FrameBoundKind.UNBOUNDED_PRECEDING, null),
                    new Relation.FrameBound(Relation.FrameBoundKind.CURRENT_ROW, null), Relation.FrameExclusion.NONE, null);
        }
        boolean offsets = frame.start().offset() != null || frame.end() != null && frame.end().offset() != null;
        FunctionDef inRange = null;
        PgType offsetType = PgTypes.INT8;
        if (frame.mode() == WindowSpecification.FrameMode.GROUPS && orderBy.isEmpty()) {
            throw PgError.error(SqlState.WINDOWING_ERROR, "GROUPS mode requires an ORDER BY clause")
                    .withPosition(specification.position()).exception();
        }
        if (frame.mode() == WindowSpecification.FrameMode.RANGE && offsets) {
            if (orderBy.size() != 1) {
                throw PgError.error(SqlState.WINDOWING_ERROR, "RANGE with offset PRECEDING/FOLLOWING requires exactly one ORDER BY column")
                        .withPosition(specification.position()).exception();
            }
            inRange = inRange(orderBy.getFirst(), frame);
            offsetType = analysis.catalog.requireType(inRange.argumentTypes().get(2));
        }
        Relation.FrameBound start = bound(frame.start(), frame.mode(), offsetType);
        Relation.FrameBound end = frame.end() == null ? new Relation.FrameBound(Relation.FrameBoundKind.CURRENT_ROW, null)
                : bound(frame.end(), frame.mode(), offsetType);
        Relation.FrameUnit unit = switch (frame.mode()) {
            case RANGE -> Relation.FrameUnit.RANGE;
            case ROWS -> Relation.FrameUnit.ROWS;
            case GROUPS -> Relation.FrameUnit.GROUPS;
        };
        Relation.FrameExclusion exclusion = switch (frame.exclusion()) {
            case NO_OTHERS -> Relation.FrameExclusion.NONE;
            case CURRENT_ROW -> Relation.FrameExclusion.CURRENT_ROW;
            case GROUP -> Relation.FrameExclusion.GROUP;
            case TIES -> Relation.FrameExclusion.TIES;
        };
        return new Relation.Frame(unit, start, end, exclusion, inRange);
    }

    /** The in_range support function that serves both offsets: each has one for its type, and of two integer ones the wider serves both. */
    private FunctionDef inRange(SortKey key, WindowSpecification.Frame frame) {
        FunctionDef start = frame.start().offset() == null ? null : inRange(key, frame.start().offset());
        FunctionDef end = frame.end() == null || frame.end().offset() == null ? null : inRange(key, frame.end().offset());
        if (start == null || end == null) return Objects.requireNonNull(start != null ? start : end);
        PgType startType = analysis.catalog.requireType(start.argumentTypes().get(2));
        PgType endType = analysis.catalog.requireType(end.argumentTypes().get(2));
        return startType.length() >= endType.length() ? start : end;
    }

    private FunctionDef inRange(SortKey key, Expr bound) {
        Scalar offset = analysis.expressions.analyze(bound, scope, ExpressionKind.WINDOW_FRAME_RANGE);
        PgType type = analysis.catalog.baseType(key.expression().type());
        OperatorClass opclass = OperatorFamilies.btree(type, analysis.catalog);
        boolean known = offset.type().oid() != TypeOid.UNKNOWN;
        FunctionDef found = null;
        int all = 0;
        int matching = 0;
        boolean exact = false;
        for (PgType candidate : opclass == null ? List.<PgType>of() : PgTypes.all()) {
            FunctionDef function = OperatorFamilies.support("btree", opclass.family(), opclass.inputType(), candidate.oid(), 3);
            if (function == null) continue;
            all++;
            if (!analysis.rules.canCoerce(offset.type(), candidate, CoercionContext.IMPLICIT)) continue;
            matching++;
            if (!exact) found = function;
            exact |= candidate.oid() == (known ? offset.type().oid() : opclass.inputType());
        }
        String column = TypeNames.of(opclass == null ? type : analysis.catalog.requireType(opclass.inputType()), analysis.catalog);
        String types = column + " and offset type " + TypeNames.of(offset.type(), analysis.catalog);
        int position = Positions.of(bound);
        if (all == 0) throw rangeError("is not supported for column type " + column, position).exception();
        if (matching == 0) {
            throw rangeError("is not supported for column type " + types, position).withHint("Cast the offset value to an appropriate type.").exception();
        }
        if (matching > 1 && !exact) {
            throw rangeError("has multiple interpretations for column type " + types, position)
                    .withHint("Cast the offset value to the exact intended type.").exception();
        }
        return Objects.requireNonNull(found);
    }

    private static PgError rangeError(String problem, int position) {
        return PgError.error(SqlState.FEATURE_NOT_SUPPORTED, "RANGE with offset PRECEDING/FOLLOWING " + problem).withPosition(position);
    }

    private Relation.FrameBound bound(WindowSpecification.Bound bound, WindowSpecification.FrameMode mode, PgType offsetType) {
        Relation.FrameBoundKind kind = switch (bound.kind()) {
            case UNBOUNDED_PRECEDING -> Relation.FrameBoundKind.UNBOUNDED_PRECEDING;
            case PRECEDING -> Relation.FrameBoundKind.PRECEDING;
            case CURRENT_ROW -> Relation.FrameBoundKind.CURRENT_ROW;
            case FOLLOWING -> Relation.FrameBoundKind.FOLLOWING;
            case UNBOUNDED_FOLLOWING -> Relation.FrameBoundKind.UNBOUNDED_FOLLOWING;
        };
        if (bound.offset() == null) return new Relation.FrameBound(kind, null);
        ExpressionKind where = switch (mode) {
            case RANGE -> ExpressionKind.WINDOW_FRAME_RANGE;
            case ROWS -> ExpressionKind.WINDOW_FRAME_ROWS;
            case GROUPS -> ExpressionKind.WINDOW_FRAME_GROUPS;
        };
        Scalar offset = analysis.expressions.analyze(bound.offset(), scope, where);
        int position = Positions.of(bound.offset());
        offset = analysis.coercions.toSpecific(offset, offsetType, mode.name(), position);
        if (analysis.findings != null) analysis.findings.clause(bound.offset(), offset);
        if (ContainsColumns.in(offset)) {
            throw PgError.error(SqlState.INVALID_COLUMN_REFERENCE, "argument of " + mode.name() + " must not contain variables")
                    .withPosition(position).exception();
        }
        return new Relation.FrameBound(kind, offset);
    }

    /**
     * Puts the windows on top of a relation. {@code grouped} moves expressions from the FROM row to the relation's.
     *
     * @return the relation, and where each window call's result is
     */
    Placed place(Relation input, TreeRewriter grouped) {
        Relation relation = input;
        int[] places = new int[scope.windows.size()];
        for (int w = 0; w < windows.size(); w++) {
            Resolved window = windows.get(w);
            List<Field> fields = new ArrayList<>(relation.fields());
            List<Relation.WindowCall> calls = new ArrayList<>();
            for (int use : uses.get(w)) {
                Relation.WindowCall call = grouped.windowCall(scope.windows.get(use).call(), 0);
                places[use] = fields.size();
                fields.add(new Field(call.function().name(), call.type(), call.typmod()));
                calls.add(call);
            }
            List<Scalar> partitionBy = grouped.rewrite(window.partitionBy, 0);
            List<FunctionDef> equalities = new ArrayList<>();
            for (Scalar key : partitionBy) equalities.add(Ordering.equality(key.type(), analysis, 0));
            relation = new Relation.Window(relation, partitionBy, equalities, grouped.keys(window.orderBy, 0),
                    grouped.frame(window.frame, 0), calls, fields);
        }
        return new Placed(relation, places);
    }

    record Placed(Relation relation, int[] places) {}
}
