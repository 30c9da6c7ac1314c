package io.craton.sql.analyze;

import io.craton.sql.syntax.Expr;
import io.craton.sql.syntax.SelectStatement;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Names of result columns that have no alias (FigureColname). */
final class ResultNames {
    /** A name and how good it is: a type's name gives way to nothing better, a column's or function's wins. */
    private record Guess(@Nullable String name, int strength) {}

    private static final Guess NONE = new Guess(null, 0);

    private ResultNames() {}

    static String of(Expr expr) {
        Guess guess = guess(expr);
        return guess.name == null ? "?column?" : guess.name;
    }

    private static Guess named(String name) {
        return new Guess(name, 2);
    }

    private static Guess guess(Expr expr) {
        return switch (expr) {
            case Expr.ColumnRef ref -> named(ref.names().getLast());
            case Expr.Indirection indirection -> {
                String field = null;
                for (Expr.Step step : indirection.steps()) if (step instanceof Expr.FieldStep named) field = named.name();
                yield field != null ? named(field) : guess(indirection.argument());
            }
            case Expr.FunctionCall call -> named(call.name().getLast());
            case Expr.NullIf nullIf -> named("nullif");
            case Expr.TypeCast cast -> {
                Guess inner = guess(cast.argument());
                yield inner.strength >= 2 ? inner
                        : cast.type().names().isEmpty() ? inner : new Guess(cast.type().names().getLast(), 1);
            }
            case Expr.Collate collate -> guess(collate.argument());
            case Expr.Grouping grouping -> named("grouping");
            case Expr.SubLink link -> switch (link.kind()) {
                case EXISTS -> named("exists");
                case ARRAY -> named("array");
                case SCALAR -> scalar(link.query());
                case ANY, ALL -> NONE;
            };
            case Expr.Case choice -> {
                Guess inner = choice.otherwise() == null ? NONE : guess(choice.otherwise());
                yield inner.strength >= 1 ? inner : new Guess("case", 1);
            }
            case Expr.ArrayExpr array -> named("array");
            case Expr.RowExpr row -> named("row");
            case Expr.Coalesce coalesce -> named("coalesce");
            case Expr.MinMax minMax -> named(minMax.greatest() ? "greatest" : "least");
            case Expr.CurrentValue value -> named(value.function().name().toLowerCase(Locale.ROOT));
            case Expr.XmlSerialize xml -> named("xmlserialize");
            case Expr.XmlExpr xml -> switch (xml.operation()) {
                case CONCAT -> named("xmlconcat");
                case ELEMENT -> named("xmlelement");
                case FOREST -> named("xmlforest");
                case PARSE -> named("xmlparse");
                case PI -> named("xmlpi");
                case ROOT -> named("xmlroot");
                case IS_DOCUMENT -> NONE;
            };
            default -> NONE;
        };
    }

    private static Guess scalar(SelectStatement query) {
        SelectStatement leaf = query;
        while (leaf.body() instanceof SelectStatement.SetOperationBody set) leaf = set.left();
        if (leaf.body() instanceof SelectStatement.SelectBody body && !body.targets().isEmpty()) {
            SelectStatement.Target first = body.targets().getFirst();
            return first.name() != null ? named(first.name()) : guess(first.value());
        }
        return leaf.body() instanceof SelectStatement.ValuesBody ? named("column1") : NONE;
    }
}
