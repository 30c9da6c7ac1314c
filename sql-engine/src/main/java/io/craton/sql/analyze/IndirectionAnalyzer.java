package io.craton.sql.analyze;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.core.type.TypeOid;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Relation.Field;
import io.craton.sql.logical.Scalar;
import io.craton.sql.syntax.Expr;
import io.craton.sql.syntax.Mark;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Fields of composites and subscripts of arrays and jsonb, read and assigned (transformIndirection, transformAssignmentIndirection). One analysis. */
final class IndirectionAnalyzer {
    private static final int DIMENSIONS_MAX = 6;

    private final Analysis analysis;
    private final ExpressionAnalyzer expressions;

    IndirectionAnalyzer(Analysis analysis, ExpressionAnalyzer expressions) {
        this.analysis = analysis;
        this.expressions = expressions;
    }

    Scalar select(Expr.Indirection n, Scope scope) {
        Scalar value = expressions.analyze(n.argument(), scope);
        List<Expr.Step> subscripts = new ArrayList<>();
        for (Expr.Step step : n.steps()) {
            switch (step) {
                case Expr.SubscriptStep s -> subscripts.add(s);
                case Expr.SliceStep s -> subscripts.add(s);
                case Expr.FieldStep field -> {
                    value = subscripted(value, subscripts, scope, n.position());
                    subscripts.clear();
                    value = field(value, field.name(), Positions.of(n), scope);
                }
                case Expr.StarStep star -> throw PgError.error(SqlState.FEATURE_NOT_SUPPORTED,
                        "row expansion via \"*\" is not supported here").withPosition(Positions.of(n)).exception();
            }
        }
        return subscripted(value, subscripts, scope, n.position());
    }

    /** The named fields of a composite or of a record whose shape is known; null when it is not. */
    @Nullable List<Field> fields(Scalar value) {
        PgType type = analysis.catalog.baseType(value.type());
        if (value instanceof Scalar.RowValue row && type.oid() == TypeOid.RECORD) {
            List<Field> fields = new ArrayList<>();
            for (int i = 0; i < row.fields().size(); i++) {
                Scalar field = row.fields().get(i);
                fields.add(new Field(row.names().isEmpty() ? "f" + (i + 1) : row.names().get(i), field.type(), field.typmod()));
            }
            return fields;
        }
        if (type.kind() == 'c') {
            List<Field> fields = new ArrayList<>();
            for (PgType.Field field : type.fields()) {
                fields.add(new Field(field.name(), analysis.catalog.requireType(field.typeOid()), field.typmod()));
            }
            return fields;
        }
        if (value instanceof Scalar.Parameter && type.oid() == TypeOid.RECORD && !type.fields().isEmpty()) {
            List<Field> fields = new ArrayList<>();
            for (PgType.Field field : type.fields()) {
                fields.add(new Field(field.name(), analysis.catalog.requireType(field.typeOid()), field.typmod()));
            }
            return fields;
        }
        if (value instanceof Scalar.Call call && type.oid() == TypeOid.RECORD) {
            return TableFunctionAnalyzer.outputs(call.function(), call.arguments(), analysis);
        }
        if (value instanceof Scalar.ScalarSubquery subquery && type.oid() == TypeOid.RECORD
                && subquery.relation() instanceof Relation.Project project) {
            return fields(project.expressions().getFirst());
        }
        return null;
    }

    /** As above, also for a record that a column of a subquery holds. */
    @Nullable List<Field> fields(Scalar value, Scope scope) {
        List<Field> known = fields(value);
        return known != null ? known : switch (value) {
            case Scalar.Column column -> fieldsOfColumn(column.index(), scope);
            case Scalar.OuterColumn column -> fieldsOfColumn(column.index(), AggregateAnalyzer.scopeAt(scope, column.level()));
            default -> null;
        };
    }

    /** The shape of a record that a subquery's column holds: that of the expression it comes from. */
    private @Nullable List<Field> fieldsOfColumn(int column, Scope scope) {
        for (RangeItem item : scope.items) {
            int index = column - item.offset;
            if (item.source == null || index < 0 || index >= item.fields.size()) continue;
            Scalar origin = origin(item.source, index);
            return origin == null ? null : fields(origin);
        }
        return null;
    }

    /** The expression behind a field of a relation; null when there is no single one. */
    private static @Nullable Scalar origin(Relation relation, int index) {
        return switch (relation) {
            case Relation.Project project -> origin(project.expressions().get(index), project.input());
            case Relation.ProjectSet project -> origin(project.expressions().get(index), project.input());
            case Relation.Filter filter -> origin(filter.input(), index);
            case Relation.Sort sort -> origin(sort.input(), index);
            case Relation.Limit limit -> origin(limit.input(), index);
            case Relation.DistinctRows distinct -> origin(distinct.input(), index);
            case Relation.DistinctOn distinct -> origin(distinct.input(), index);
            case Relation.Join join -> {
                int left = join.left().fields().size();
                yield index < left ? origin(join.left(), index) : origin(join.right(), index - left);
            }
            default -> null;
        };
    }

    private static @Nullable Scalar origin(Scalar expression, Relation input) {
        return expression instanceof Scalar.Column column ? origin(input, column.index()) : expression;
    }

    private String attributeName(String written) {
        return Mark.of(written) instanceof Mark.Attribute(int relation, int number)
                ? java.util.Objects.requireNonNull(analysis.catalog.catalog().table(relation)).column(number).name() : written;
    }

    Scalar field(Scalar value, String written, int position, Scope scope) {
        String name = attributeName(written);
        List<Field> fields = fields(value, scope);
        if (fields != null) {
            for (int i = 0; i < fields.size(); i++) {
                Field field = fields.get(i);
                if (!field.name().equals(name)) continue;
                // a definition is printed as it was written
                if (value instanceof Scalar.RowValue row && analysis.findings == null) return row.fields().get(i);
                return new Scalar.Field(value, i, field.type(), field.typmod());
            }
        }
        Scalar functional = expressions.calls().functionalNotation(name, value, scope, position);
        if (functional != null) return functional;
        PgType type = value.type();
        if (analysis.catalog.baseType(type).kind() == 'c') {
            throw PgError.error(SqlState.UNDEFINED_COLUMN, "column \"" + name + "\" not found in data type "
                    + TypeNames.of(type, analysis.catalog)).withPosition(position).exception();
        }
        if (type.oid() == TypeOid.RECORD) {
            throw PgError.error(SqlState.UNDEFINED_COLUMN, "could not identify column \"" + name + "\" in record data type")
                    .withPosition(position).exception();
        }
        throw PgError.error(SqlState.WRONG_OBJECT_TYPE, "column notation ." + name + " applied to type "
                + TypeNames.of(type, analysis.catalog) + ", which is not a composite type").withPosition(position).exception();
    }

    private Scalar subscripted(Scalar value, List<Expr.Step> steps, Scope scope, int position) {
        if (steps.isEmpty()) return value;
        PgType type = analysis.catalog.baseType(value.type());
        List<Scalar.Subscript> subscripts = subscripts(type, value.type(), steps, scope, position);
        if (type.oid() == TypeOid.JSONB) return new Scalar.Element(value, subscripts, PgTypes.JSONB, -1);
        boolean slice = false;
        for (Scalar.Subscript subscript : subscripts) slice |= subscript.slice();
        Scalar container = value.type().oid() == type.oid() ? value : new Scalar.Relabel(value, type, value.typmod());
        return slice ? new Scalar.Element(container, subscripts, type, value.typmod())
                : new Scalar.Element(container, subscripts, analysis.catalog.requireType(type.elementOid()), value.typmod());
    }

    private List<Scalar.Subscript> subscripts(PgType type, PgType named, List<Expr.Step> steps, Scope scope, int position) {
        if (type.oid() != TypeOid.JSONB && type.elementOid() == 0) {
            throw PgError.error(SqlState.DATATYPE_MISMATCH, "cannot subscript type " + TypeNames.of(named, analysis.catalog)
                    + " because it does not support subscripting").withPosition(position).exception();
        }
        boolean slice = false;
        for (Expr.Step step : steps) slice |= step instanceof Expr.SliceStep;
        if (type.oid() != TypeOid.JSONB && steps.size() > DIMENSIONS_MAX) {
            throw new PgException(SqlState.PROGRAM_LIMIT_EXCEEDED,
                    "number of array dimensions (" + steps.size() + ") exceeds the maximum allowed (" + DIMENSIONS_MAX + ")");
        }
        List<Scalar.Subscript> result = new ArrayList<>();
        for (Expr.Step step : steps) {
            switch (step) {
                case Expr.SubscriptStep s -> {
                    Scalar upper = bound(s.index(), type, scope);
                    Scalar lower = slice ? new Scalar.Constant(1L, PgTypes.INT4, -1) : null;
                    result.add(new Scalar.Subscript(lower, upper, slice));
                }
                case Expr.SliceStep s -> {
                    if (type.oid() == TypeOid.JSONB) {
                        throw PgError.error(SqlState.DATATYPE_MISMATCH, "jsonb subscript does not support slices")
                                .withPosition(s.upper() != null ? Positions.of(s.upper()) : position).exception();
                    }
                    result.add(new Scalar.Subscript(s.lower() == null ? null : bound(s.lower(), type, scope),
                            s.upper() == null ? null : bound(s.upper(), type, scope), true));
                }
                case Expr.FieldStep s -> throw new IllegalStateException();
                case Expr.StarStep s -> throw new IllegalStateException();
            }
        }
        return result;
    }

    private Scalar bound(Expr expr, PgType container, Scope scope) {
        Scalar value = expressions.analyze(expr, scope);
        int position = Positions.of(expr);
        if (container.oid() == TypeOid.JSONB) {
            if (value.type().oid() == TypeOid.INT4 || value.type().oid() == TypeOid.TEXT) return value;
            PgType target = value.type().oid() != TypeOid.UNKNOWN && analysis.rules.canCoerce(value.type(), PgTypes.INT4, CoercionContext.IMPLICIT)
                    ? PgTypes.INT4 : PgTypes.TEXT;
            Scalar typed = analysis.coercions.toTarget(value, target, -1, CoercionContext.IMPLICIT, position);
            if (typed != null) return typed;
            throw PgError.error(SqlState.DATATYPE_MISMATCH, "subscript type " + TypeNames.of(value.type(), analysis.catalog)
                            + " is not supported")
                    .withHint("jsonb subscript must be coercible to either integer or text.").withPosition(position).exception();
        }
        Scalar typed = analysis.coercions.toTarget(value, PgTypes.INT4, -1, CoercionContext.ASSIGNMENT, position);
        if (typed == null) {
            throw PgError.error(SqlState.DATATYPE_MISMATCH, "array subscript must have type integer").withPosition(position).exception();
        }
        return typed;
    }

    /**
     * The new whole value of a column when a part of it is assigned.
     *
     * @param old the column's present value; a null constant in INSERT
     */
    Scalar assign(Scalar old, PgType type, List<Expr.Step> steps, int from, Scalar value, int valuePosition, String column,
            Scope scope, int position) {
        if (from == steps.size()) {
            Scalar typed = analysis.coercions.toTarget(value, type, -1, CoercionContext.ASSIGNMENT, valuePosition);
            if (typed == null) {
                boolean subscript = steps.get(from - 1) instanceof Expr.SubscriptStep || steps.get(from - 1) instanceof Expr.SliceStep;
                String what = subscript ? "subscripted assignment to \"" + column + "\" requires type "
                        : "subfield \"" + ((Expr.FieldStep) steps.get(from - 1)).name() + "\" is of type ";
                String end = subscript ? TypeNames.of(type, analysis.catalog) + " but expression is of type "
                        : TypeNames.of(type, analysis.catalog) + " but expression is of type ";
                throw PgError.error(SqlState.DATATYPE_MISMATCH, what + end + TypeNames.of(value.type(), analysis.catalog))
                        .withHint("You will need to rewrite or cast the expression.").withPosition(valuePosition).exception();
            }
            return typed;
        }
        PgType base = analysis.catalog.baseType(type);
        if (base.oid() != type.oid()) { // a part of a domain's value: the whole is checked again
            Scalar whole = assign(new Scalar.Relabel(old, base, -1), base, steps, from, value, valuePosition, column, scope, position);
            return analysis.coercions.coerce(whole, type, -1, CoercionContext.ASSIGNMENT, valuePosition);
        }
        if (steps.get(from) instanceof Expr.FieldStep step) {
            List<PgType.Field> attributes = base.fields();
            if (base.kind() != 'c') {
                throw PgError.error(SqlState.DATATYPE_MISMATCH, "cannot assign to field \"" + step.name() + "\" of column \"" + column
                        + "\" because its type " + TypeNames.of(type, analysis.catalog) + " is not a composite type")
                        .withPosition(position).exception();
            }
            String field = attributeName(step.name());
            for (int i = 0; i < attributes.size(); i++) {
                if (!attributes.get(i).name().equals(field)) continue;
                PgType fieldType = analysis.catalog.requireType(attributes.get(i).typeOid());
                Scalar inner = new Scalar.Field(old, i, fieldType, attributes.get(i).typmod());
                Scalar assigned = assign(inner, fieldType, steps, from + 1, value, valuePosition, column, scope, position);
                return new Scalar.FieldAssignment(old, i, assigned, base);
            }
            throw PgError.error(SqlState.UNDEFINED_COLUMN, "cannot assign to field \"" + step.name() + "\" of column \"" + column
                    + "\" because there is no such column in data type " + TypeNames.of(type, analysis.catalog))
                    .withPosition(position).exception();
        }
        int end = from;
        while (end < steps.size() && !(steps.get(end) instanceof Expr.FieldStep)) end++;
        List<Scalar.Subscript> subscripts = subscripts(base, type, steps.subList(from, end), scope, position);
        boolean slice = false;
        for (Scalar.Subscript subscript : subscripts) slice |= subscript.slice();
        PgType partType = base.oid() == TypeOid.JSONB ? PgTypes.JSONB : slice ? base : analysis.catalog.requireType(base.elementOid());
        Scalar part = end == steps.size() ? new Scalar.Constant(null, partType, -1) : new Scalar.Element(old, subscripts, partType, -1);
        Scalar assigned = assign(part, partType, steps, end, value, valuePosition, column, scope, position);
        return new Scalar.ElementAssignment(old, subscripts, assigned, base);
    }
}
