package io.craton.sql.analyze;

import io.craton.sql.logical.Scalar;
import io.craton.sql.logical.Scalar.NamedCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The scalars directly below a scalar: visiting and replacing them. Relations of subqueries are not entered here; {@link TreeRewriter} does. */
public final class ScalarChildren {
    private ScalarChildren() {}

    public static void forEach(Scalar scalar, Consumer<Scalar> visit) {
        map(scalar, child -> {
            visit.accept(child);
            return child;
        });
    }

    /** The scalar with each child replaced; the same instance when none changed. */
    public static Scalar map(Scalar scalar, UnaryOperator<Scalar> f) {
        return switch (scalar) {
            case Scalar.Constant leaf -> leaf;
            case Scalar.Parameter leaf -> leaf;
            case Scalar.Column leaf -> leaf;
            case Scalar.OuterColumn leaf -> leaf;
            case Scalar.CaseOperand leaf -> leaf;
            case Scalar.SessionValue leaf -> leaf;
            case Scalar.CursorKey n -> {
                Scalar variable = n.variable() == null ? null : f.apply(n.variable());
                yield variable == n.variable() ? n : new Scalar.CursorKey(n.cursor(), variable, n.tableOid(), n.tableName(), n.type());
            }
            case Scalar.DefaultMarker leaf -> leaf;
            case Scalar.Exists leaf -> leaf;
            case Scalar.ScalarSubquery leaf -> leaf;
            case Scalar.RowSubquery leaf -> leaf;
            case Scalar.ArraySubquery leaf -> leaf;
            case Scalar.Call n -> {
                List<Scalar> arguments = list(n.arguments(), f);
                yield arguments == n.arguments() ? n
                        : new Scalar.Call(n.function(), arguments, n.type(), n.typmod(), n.collation(), n.position(), n.variadicArray());
            }
            case Scalar.Logical n -> {
                List<Scalar> arguments = list(n.arguments(), f);
                yield arguments == n.arguments() ? n : new Scalar.Logical(n.kind(), arguments);
            }
            case Scalar.Not n -> {
                Scalar argument = f.apply(n.argument());
                yield argument == n.argument() ? n : new Scalar.Not(argument);
            }
            case Scalar.IsNull n -> {
                Scalar argument = f.apply(n.argument());
                yield argument == n.argument() ? n : new Scalar.IsNull(argument, n.negated());
            }
            case Scalar.TruthTest n -> {
                Scalar argument = f.apply(n.argument());
                yield argument == n.argument() ? n : new Scalar.TruthTest(argument, n.truth(), n.negated());
            }
            case Scalar.Distinct n -> {
                Scalar left = f.apply(n.left());
                Scalar right = f.apply(n.right());
                yield left == n.left() && right == n.right() ? n : new Scalar.Distinct(n.equality(), left, right, n.negated());
            }
            case Scalar.Case n -> {
                Scalar operand = optional(n.operand(), f);
                boolean changed = operand != n.operand();
                List<Scalar.When> whens = new ArrayList<>(n.whens().size());
                for (Scalar.When when : n.whens()) {
                    Scalar condition = f.apply(when.condition());
                    Scalar result = f.apply(when.result());
                    changed |= condition != when.condition() || result != when.result();
                    whens.add(new Scalar.When(condition, result));
                }
                Scalar otherwise = f.apply(n.otherwise());
                yield !changed && otherwise == n.otherwise() ? n : new Scalar.Case(operand, whens, otherwise, n.type(), n.typmod());
            }
            case Scalar.Coalesce n -> {
                List<Scalar> arguments = list(n.arguments(), f);
                yield arguments == n.arguments() ? n : new Scalar.Coalesce(arguments, n.type(), n.typmod());
            }
            case Scalar.NullIf n -> {
                Scalar left = f.apply(n.left());
                Scalar right = f.apply(n.right());
                yield left == n.left() && right == n.right() ? n
                        : new Scalar.NullIf(n.equality(), left, right, n.type(), n.typmod());
            }
            case Scalar.Extreme n -> {
                List<Scalar> arguments = list(n.arguments(), f);
                yield arguments == n.arguments() ? n : new Scalar.Extreme(n.greatest(), n.less(), arguments, n.type(), n.typmod());
            }
            case Scalar.ArrayValue n -> {
                List<Scalar> elements = list(n.elements(), f);
                yield elements == n.elements() ? n : new Scalar.ArrayValue(elements, n.nested(), n.type());
            }
            case Scalar.RowValue n -> {
                List<Scalar> fields = list(n.fields(), f);
                yield fields == n.fields() ? n : new Scalar.RowValue(fields, n.names(), n.type());
            }
            case Scalar.Field n -> {
                Scalar argument = f.apply(n.argument());
                yield argument == n.argument() ? n : new Scalar.Field(argument, n.index(), n.type(), n.typmod());
            }
            case Scalar.Element n -> {
                Scalar argument = f.apply(n.argument());
                List<Scalar.Subscript> subscripts = subscripts(n.subscripts(), f);
                yield argument == n.argument() && subscripts == n.subscripts() ? n
                        : new Scalar.Element(argument, subscripts, n.type(), n.typmod());
            }
            case Scalar.ElementAssignment n -> {
                Scalar target = f.apply(n.target());
                List<Scalar.Subscript> subscripts = subscripts(n.subscripts(), f);
                Scalar value = f.apply(n.value());
                yield target == n.target() && subscripts == n.subscripts() && value == n.value() ? n
                        : new Scalar.ElementAssignment(target, subscripts, value, n.type());
            }
            case Scalar.FieldAssignment n -> {
                Scalar target = f.apply(n.target());
                Scalar value = f.apply(n.value());
                yield target == n.target() && value == n.value() ? n
                        : new Scalar.FieldAssignment(target, n.index(), value, n.type());
            }
            case Scalar.AnyAll n -> {
                Scalar left = f.apply(n.left());
                Scalar array = f.apply(n.array());
                yield left == n.left() && array == n.array() ? n
                        : new Scalar.AnyAll(n.operator(), n.all(), left, array, n.collation());
            }
            case Scalar.RowCompare n -> {
                List<Scalar> left = list(n.left(), f);
                List<Scalar> right = list(n.right(), f);
                yield left == n.left() && right == n.right() ? n
                        : new Scalar.RowCompare(n.kind(), left, right, n.less(), n.equal());
            }
            case Scalar.Relabel n -> {
                Scalar argument = f.apply(n.argument());
                yield argument == n.argument() ? n : new Scalar.Relabel(argument, n.type(), n.typmod());
            }
            case Scalar.Collate n -> {
                Scalar argument = f.apply(n.argument());
                yield argument == n.argument() ? n : new Scalar.Collate(argument, n.collation(), n.explicit());
            }
            case Scalar.CoerceViaIo n -> {
                Scalar argument = f.apply(n.argument());
                yield argument == n.argument() ? n : new Scalar.CoerceViaIo(argument, n.type(), n.typmod(), n.explicit());
            }
            case Scalar.ArrayCoercion n -> {
                Scalar argument = f.apply(n.argument());
                yield argument == n.argument() ? n : new Scalar.ArrayCoercion(argument, n.element(), n.type(), n.typmod());
            }
            case Scalar.DomainCheck n -> {
                Scalar argument = f.apply(n.argument());
                yield argument == n.argument() ? n : new Scalar.DomainCheck(argument, n.notNull(), n.checks(), n.type());
            }
            case Scalar.QuantifiedSubquery n -> {
                List<Scalar> left = list(n.left(), f);
                yield left == n.left() ? n : new Scalar.QuantifiedSubquery(n.all(), left, n.relation(), n.comparison());
            }
        };
    }

    /** The list with each element replaced; the same instance when none changed. */
    static List<Scalar> list(List<Scalar> scalars, UnaryOperator<Scalar> f) {
        List<Scalar> result = null;
        for (int i = 0; i < scalars.size(); i++) {
            Scalar old = scalars.get(i);
            Scalar replaced = f.apply(old);
            if (replaced != old && result == null) result = new ArrayList<>(scalars);
            if (result != null) result.set(i, replaced);
        }
        return result == null ? scalars : result;
    }

    private static List<Scalar.Subscript> subscripts(List<Scalar.Subscript> subscripts, UnaryOperator<Scalar> f) {
        List<Scalar.Subscript> result = new ArrayList<>(subscripts.size());
        boolean changed = false;
        for (Scalar.Subscript subscript : subscripts) {
            Scalar lower = optional(subscript.lower(), f);
            Scalar upper = optional(subscript.upper(), f);
            changed |= lower != subscript.lower() || upper != subscript.upper();
            result.add(new Scalar.Subscript(lower, upper, subscript.slice()));
        }
        return changed ? result : subscripts;
    }

    static @Nullable Scalar optional(@Nullable Scalar scalar, UnaryOperator<Scalar> f) {
        return scalar == null ? null : f.apply(scalar);
    }
}
