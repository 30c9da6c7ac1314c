package io.craton.sql.deparse;

import io.craton.sql.deparse.ExpressionPrinter.Implicit;
import io.craton.sql.logical.Scalar;
import java.util.List;

/** Functions that the text called by syntax of their own (EXTRACT, TRIM, AT TIME ZONE, ...). One printing, one thread. */
final class SyntaxPrinter {
    private final ExpressionPrinter expressions;
    private final Layout out;

    SyntaxPrinter(ExpressionPrinter expressions, Layout out) {
        this.expressions = expressions;
        this.out = out;
    }

    /** False when the function has no syntax of its own after all. */
    boolean print(Scalar.Call call, List<Scalar> arguments) {
        int count = arguments.size();
        switch (call.function().name()) {
            case "timezone" -> {
                out.add("(");
                expressions.operand(arguments.get(1), Implicit.HIDDEN, call);
                out.add(" AT TIME ZONE ");
                expressions.operand(arguments.get(0), Implicit.HIDDEN, call);
                out.add(")");
            }
            case "overlaps" -> parts(arguments, "((", ", ", ") OVERLAPS (", ", ", "))");
            case "extract" -> {
                out.add("EXTRACT(" + word(arguments.get(0)));
                parts(arguments.subList(1, 2), " FROM ", ")");
            }
            case "is_normalized" -> {
                out.add("(");
                expressions.operand(arguments.get(0), Implicit.HIDDEN, call);
                out.add(" IS" + (count == 2 ? " " + word(arguments.get(1)) : "") + " NORMALIZED)");
            }
            case "pg_collation_for" -> parts(arguments, "COLLATION FOR (", ")");
            case "normalize" -> {
                parts(arguments.subList(0, 1), "NORMALIZE(", "");
                out.add(count == 2 ? ", " + word(arguments.get(1)) + ")" : ")");
            }
            case "overlay" -> {
                if (count == 4) parts(arguments, "OVERLAY(", " PLACING ", " FROM ", " FOR ", ")");
                else parts(arguments, "OVERLAY(", " PLACING ", " FROM ", ")");
            }
            case "position" -> parts(List.of(arguments.get(1), arguments.get(0)), "POSITION((", ") IN (", "))");
            case "substring" -> {
                boolean similar = count == 3 && call.function().argumentTypes().get(1) == io.craton.core.type.TypeOid.TEXT;
                boolean places = call.function().argumentTypes().get(1) == io.craton.core.type.TypeOid.INT4;
                if (similar) parts(arguments, "SUBSTRING(", " SIMILAR ", " ESCAPE ", ")");
                else if (places && count == 3) parts(arguments, "SUBSTRING(", " FROM ", " FOR ", ")");
                else if (places) parts(arguments, "SUBSTRING(", " FROM ", ")");
                else return false;
            }
            case "btrim" -> trim("BOTH", arguments);
            case "ltrim" -> trim("LEADING", arguments);
            case "rtrim" -> trim("TRAILING", arguments);
            case "xmlexists" -> parts(arguments, "XMLEXISTS((", ") PASSING (", "))");
            default -> {
                return false;
            }
        }
        return true;
    }

    private void trim(String side, List<Scalar> arguments) {
        out.add("TRIM(" + side);
        if (arguments.size() == 2) parts(arguments.subList(1, 2), " ", "");
        parts(arguments.subList(0, 1), " FROM ", ")");
    }

    /** Arguments between words. */
    private void parts(List<Scalar> arguments, String... words) {
        for (int i = 0; i < words.length; i++) {
            out.add(words[i]);
            if (i < words.length - 1) expressions.print(arguments.get(i), Implicit.HIDDEN);
        }
    }

    private static String word(Scalar constant) {
        return String.valueOf(((Scalar.Constant) constant).value());
    }
}
