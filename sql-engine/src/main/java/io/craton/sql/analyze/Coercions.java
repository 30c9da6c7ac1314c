package io.craton.sql.analyze;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.core.type.TypeCodecs;
import io.craton.core.type.TypeOid;
import io.craton.sql.function.FunctionDef;
import io.craton.sql.logical.Scalar;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns expressions of one type into another (parse_coerce): unknown literals are read, unknown parameters get their type, casts become calls. One
 * analysis, one thread.
 */
final class Coercions {
    private final Analysis analysis;
    private final CatalogView catalog;
    private final CoercionRules rules;

    Coercions(Analysis analysis) {
        this.analysis = analysis;
        this.catalog = analysis.catalog;
        this.rules = analysis.rules;
    }

    /**
     * coerce_to_target_type: to a type and typmod, or null when there is no way.
     *
     * @param position of the expression, for errors in literals
     */
    @Nullable Scalar toTarget(Scalar input, PgType target, int typmod, CoercionContext context, int position) {
        if (!rules.canCoerce(input.type(), target, context)) return null;
        if (input instanceof Scalar.Collate collate) {
            Scalar inner = toTarget(collate.argument(), target, typmod, context, position);
            return inner == null ? null : collatable(target) ? new Scalar.Collate(inner, collate.collation(), collate.explicit()) : inner;
        }
        Scalar result = coerce(input, target, typmod, context, position);
        return applyTypmod(result, target, typmod, context);
    }

    /** A value of a type whose length or precision an explicit cast to the type without one takes away: the same value, as one of any length. */
    static Scalar withoutTypmod(Scalar value) {
        if (value.typmod() < 0) return value;
        if (value instanceof Scalar.Collate collate) return new Scalar.Collate(withoutTypmod(collate.argument()), collate.collation(), collate.explicit());
        return retyped(value, value.type(), -1);
    }

    static boolean collatable(PgType type) {
        return type.collationOid() != 0;
    }

    /** coerce_type: the caller knows that it is possible. Length is applied by {@link #applyTypmod}. */
    Scalar coerce(Scalar input, PgType target, int typmod, CoercionContext context, int position) {
        PgType source = input.type();
        if (source.oid() == target.oid()) return input;
        switch (target.oid()) {
            case TypeOid.ANY, TypeOid.ANYELEMENT, TypeOid.ANYNONARRAY, TypeOid.ANYCOMPATIBLE, TypeOid.ANYCOMPATIBLENONARRAY -> {
                return input;
            }
            case TypeOid.ANYARRAY, TypeOid.ANYENUM, TypeOid.ANYRANGE, TypeOid.ANYMULTIRANGE, TypeOid.ANYCOMPATIBLEARRAY,
                    TypeOid.ANYCOMPATIBLERANGE, TypeOid.ANYCOMPATIBLEMULTIRANGE -> {
                if (source.oid() != TypeOid.UNKNOWN) {
                    PgType base = catalog.baseType(source);
                    return base.oid() == source.oid() ? input : new Scalar.Relabel(input, base, -1);
                }
            }
            default -> { }
        }
        if (source.oid() == TypeOid.UNKNOWN && !(input instanceof Scalar.Collate)) {
            if (input instanceof Scalar.Constant constant) return literal(constant, target, typmod, context, position);
            if (input instanceof Scalar.Parameter parameter) return parameter(parameter, target, typmod, context, position);
            return new Scalar.CoerceViaIo(input, target, -1, context == CoercionContext.EXPLICIT);
        }
        if (input instanceof Scalar.Collate collate) {
            Scalar inner = coerce(collate.argument(), target, typmod, context, position);
            return collatable(target) ? new Scalar.Collate(inner, collate.collation(), collate.explicit()) : inner;
        }
        Pathway pathway = rules.pathway(target, source, context);
        if (pathway.exists()) {
            PgType base = catalog.baseType(target);
            int baseTypmod = catalog.baseTypmod(target, typmod);
            Scalar result = switch (pathway.kind()) {
                case RELABEL -> catalog.baseType(source).oid() == source.oid() && base.oid() == source.oid()
                        ? input : new Scalar.Relabel(input, base, input.typmod() >= 0 && sameRepresentation(source, base) ? input.typmod() : -1);
                case FUNCTION -> castCall(pathway.function(), input, base, baseTypmod, context);
                case IO -> new Scalar.CoerceViaIo(input, base, -1, context == CoercionContext.EXPLICIT);
                case ARRAY -> arrayCoercion(input, base, baseTypmod, context);
                case NONE -> throw new IllegalStateException();
            };
            if (target.kind() != 'd') return result;
            return domain(applyTypmod(result, base, baseTypmod, context), target);
        }
        if (source.oid() == TypeOid.RECORD && rules.composite(target)) return recordToComposite(input, target, context, position);
        if (target.oid() == TypeOid.RECORD || target.oid() == TypeOid._RECORD) return new Scalar.Relabel(input, target, -1);
        if (rules.ofTypedTable(source, target)) return new Scalar.Relabel(input, target, -1);
        if (source.oid() == TypeOid._RECORD) return new Scalar.CoerceViaIo(input, target, -1, true);
        throw PgError.error(SqlState.INTERNAL_ERROR, "failed to find conversion function from " + TypeNames.of(source, catalog)
                + " to " + TypeNames.of(target, catalog)).exception();
    }

    private static boolean sameRepresentation(PgType source, PgType target) {
        return source.oid() == target.oid();
    }

    /** Reads an unknown literal as the type; the position is the literal's. */
    private Scalar literal(Scalar.Constant constant, PgType target, int typmod, CoercionContext context, int position) {
        PgType base = catalog.baseType(target);
        int baseTypmod = catalog.baseTypmod(target, typmod);
        int inputTypmod = base.oid() == TypeOid.INTERVAL ? baseTypmod : -1;
        if (analysis.findings == null && constant.value() instanceof String text && followsClock(base, text)) {
            Scalar read = new Scalar.CoerceViaIo(new Scalar.Constant(text, PgTypes.TEXT, -1), base, -1, context == CoercionContext.EXPLICIT);
            return target.kind() == 'd' ? domain(applyTypmod(read, base, baseTypmod, context), target) : read;
        }
        PgType element = catalog.elementType(base);
        if (element != null && element.kind() == 'd' && constant.value() != null) {
            // Elements of a domain are read as the base type and checked like any others.
            Scalar elements = literal(constant, java.util.Objects.requireNonNull(catalog.arrayType(catalog.baseType(element))), -1, context, position);
            Scalar checked = coerce(elements, base, -1, context, position);
            return target.kind() == 'd' ? domain(checked, target) : checked;
        }
        Object value = null;
        if (constant.value() != null) {
            try {
                value = TypeCodecs.fromText(base, (String) constant.value(), inputTypmod, catalog.format());
            } catch (PgException e) {
                throw e.at(position);
            }
        }
        Scalar result = new Scalar.Constant(value, base, inputTypmod);
        if (target.kind() != 'd') return result;
        return domain(applyTypmod(result, base, baseTypmod, context), target);
    }

    /** now, today and the like are read when the statement runs: a plan outlives the moment it was made in. Definitions read them once and for all. */
    private static boolean followsClock(PgType type, String text) {
        if (type.category() != 'D') return false;
        for (String word : text.toLowerCase(java.util.Locale.ROOT).split("[^a-z]+")) {
            if (word.equals("now") || word.equals("today") || word.equals("tomorrow") || word.equals("yesterday")) return true;
        }
        return false;
    }

    private Scalar parameter(Scalar.Parameter parameter, PgType target, int typmod, CoercionContext context, int position) {
        return analysis.parameters.coerce(parameter, target, position);
    }

    /** A cast function gets the value, then, when it wants them, the typmod and whether the cast is explicit. */
    private Scalar castCall(FunctionDef function, Scalar input, PgType result, int typmod, CoercionContext context) {
        boolean plain = analysis.findings == null && function.argumentTypes().size() == 1;
        if (plain && input instanceof Scalar.Constant constant && constant.value() instanceof Long value) {
            Scalar folded = widened(value, input.type(), result);
            if (folded != null) return folded;
        }
        List<Scalar> arguments = new ArrayList<>(3);
        PgType argumentType = catalog.requireType(function.argumentTypes().getFirst());
        arguments.add(catalog.baseType(input.type()).oid() == argumentType.oid() && input.type().kind() != 'd'
                ? input : coerce(input, argumentType, -1, CoercionContext.IMPLICIT, 0));
        if (function.argumentTypes().size() > 1) arguments.add(new Scalar.Constant((long) typmod, PgTypes.INT4, -1));
        if (function.argumentTypes().size() > 2) {
            arguments.add(new Scalar.Constant(context == CoercionContext.EXPLICIT, PgTypes.BOOL, -1));
        }
        int resultTypmod = function.argumentTypes().size() > 1 ? typmod : -1;
        return new Scalar.Call(function, arguments, result, resultTypmod, Collations.inputOf(arguments, 0), 0);
    }

    /** Integer constants that only change width need no call at run time. */
    private static @Nullable Scalar widened(long value, PgType from, PgType to) {
        boolean integer = from.oid() == TypeOid.INT4 || from.oid() == TypeOid.INT2 || from.oid() == TypeOid.INT8;
        if (!integer) return null;
        return switch (to.oid()) {
            case TypeOid.INT8 -> new Scalar.Constant(value, to, -1);
            case TypeOid.INT4 -> value == (int) value ? new Scalar.Constant(value, to, -1) : null;
            case TypeOid.INT2 -> value == (short) value ? new Scalar.Constant(value, to, -1) : null;
            case TypeOid.FLOAT8 -> new Scalar.Constant((double) value, to, -1);
            default -> null;
        };
    }

    private Scalar arrayCoercion(Scalar input, PgType target, int typmod, CoercionContext context) {
        PgType sourceElement = catalog.elementType(catalog.baseType(input.type()));
        PgType targetElement = catalog.elementType(target);
        Scalar operand = new Scalar.CaseOperand(sourceElement, -1);
        Scalar element = toTarget(operand, targetElement, typmod, context, 0);
        return new Scalar.ArrayCoercion(input, element, target, typmod);
    }

    /** coerce_type_typmod: applies a length or precision where the expression does not have it yet. */
    Scalar applyTypmod(Scalar input, PgType target, int typmod, CoercionContext context) {
        if (typmod < 0 || typmod == input.typmod()) return input;
        FunctionDef function = rules.lengthFunction(target);
        if (function == null) return retyped(input, target, typmod);
        PgType element = catalog.elementType(target);
        if (element != null) {
            Scalar operand = new Scalar.CaseOperand(element, -1);
            return new Scalar.ArrayCoercion(input, castCall(function, operand, element, typmod, context), target, typmod);
        }
        return castCall(function, input, target, typmod, context);
    }

    private static Scalar retyped(Scalar input, PgType type, int typmod) {
        return new Scalar.Relabel(input, type, typmod);
    }

    /** Checks the constraints of a domain over a value of its base type. */
    Scalar domain(Scalar base, PgType domain) {
        DomainConstraints.Compiled compiled = analysis.domains().of(domain);
        return new Scalar.DomainCheck(base, compiled.notNull(), compiled.checks(), domain);
    }

    private Scalar recordToComposite(Scalar input, PgType target, CoercionContext context, int position) {
        PgType composite = catalog.baseType(target);
        List<Scalar> fields = new ArrayList<>();
        if (input instanceof Scalar.RowValue row) {
            fields.addAll(row.fields());
        } else {
            throw cannotCoerce(input.type(), target, position);
        }
        List<PgType.Field> attributes = composite.fields();
        if (fields.size() != attributes.size()) {
            throw PgError.error(SqlState.CANNOT_COERCE, cannotCastText(input.type(), target))
                    .withDetail(fields.size() < attributes.size() ? "Input has too few columns." : "Input has too many columns.")
                    .withPosition(position).exception();
        }
        List<Scalar> coerced = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < attributes.size(); i++) {
            PgType.Field attribute = attributes.get(i);
            PgType type = catalog.requireType(attribute.typeOid());
            Scalar field = toTarget(fields.get(i), type, attribute.typmod(), context, position);
            if (field == null) {
                throw PgError.error(SqlState.CANNOT_COERCE, cannotCastText(input.type(), target))
                        .withDetail("Cannot cast type " + TypeNames.of(fields.get(i).type(), catalog) + " to "
                                + TypeNames.of(type, catalog) + " in column " + (i + 1) + ".")
                        .withPosition(position).exception();
            }
            coerced.add(field);
            names.add(attribute.name());
        }
        Scalar result = new Scalar.RowValue(coerced, names, composite);
        return target.kind() == 'd' ? domain(result, target) : result;
    }

    private String cannotCastText(PgType source, PgType target) {
        return "cannot cast type " + TypeNames.of(source, catalog) + " to " + TypeNames.of(target, catalog);
    }

    PgException cannotCoerce(PgType source, PgType target, int position) {
        return PgError.error(SqlState.CANNOT_COERCE, cannotCastText(source, target)).withPosition(position).exception();
    }

    /** A condition of WHERE, ON, WHEN, ...: must be boolean. */
    Scalar toBoolean(Scalar input, String construct, int position) {
        Scalar result = input;
        if (input.type().oid() != TypeOid.BOOL) {
            result = toTarget(input, PgTypes.BOOL, -1, CoercionContext.ASSIGNMENT, position);
            if (result == null) {
                throw PgError.error(SqlState.DATATYPE_MISMATCH, "argument of " + construct + " must be type boolean, not type "
                        + TypeNames.of(input.type(), catalog)).withPosition(position).exception();
            }
        }
        if (SetReturning.in(result)) {
            throw PgError.error(SqlState.DATATYPE_MISMATCH, "argument of " + construct + " must not return a set")
                    .withPosition(position).exception();
        }
        return result;
    }

    /** LIMIT, frame offsets and the like. */
    Scalar toSpecific(Scalar input, PgType type, String construct, int position) {
        if (input.type().oid() == type.oid()) return input;
        Scalar result = toTarget(input, type, -1, CoercionContext.ASSIGNMENT, position);
        if (result == null) {
            throw PgError.error(SqlState.DATATYPE_MISMATCH, "argument of " + construct + " must be type "
                    + TypeNames.of(type, catalog) + ", not type " + TypeNames.of(input.type(), catalog)).withPosition(position).exception();
        }
        return result;
    }

    /** coerce_to_common_type. */
    Scalar toCommon(Scalar input, PgType type, String construct, int position) {
        if (input.type().oid() == type.oid()) return input;
        if (!rules.canCoerce(input.type(), type, CoercionContext.IMPLICIT)) {
            throw PgError.error(SqlState.CANNOT_COERCE, construct + " could not convert type "
                    + TypeNames.of(input.type(), catalog) + " to " + TypeNames.of(type, catalog)).withPosition(position).exception();
        }
        return coerce(input, type, -1, CoercionContext.IMPLICIT, position);
    }

    /** An unknown expression that nothing gave a type becomes text. */
    Scalar resolveUnknown(Scalar input, int position) {
        return input.type().oid() == TypeOid.UNKNOWN
                ? coerce(input, PgTypes.TEXT, -1, CoercionContext.IMPLICIT, position) : input;
    }
}
