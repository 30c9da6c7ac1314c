package io.craton.sql.syntax;

import io.craton.sql.syntax.Expr.IntegerLiteral;
import java.util.List;

/** Type names. A type of pg_catalog with modifiers is printed in the spelling that the grammar maps to it. */
final class TypePrinter {
    private final SqlPrinter printer;

    TypePrinter(SqlPrinter printer) {
        this.printer = printer;
    }

    void type(TypeName type) {
        boolean interval = type.names().equals(List.of("pg_catalog", "interval")) && !type.modifiers().isEmpty();
        printer.add(interval ? interval(type.modifiers()) : Identifiers.quote(type.names()));
        if (!interval && !type.modifiers().isEmpty()) {
            printer.add("(");
            printer.expressions(type.modifiers());
            printer.add(")");
        }
        if (type.percentType()) printer.add("%TYPE");
        for (int bound : type.arrayBounds()) printer.add(bound < 0 ? "[]" : "[" + bound + "]");
    }

    private static String interval(List<Expr> modifiers) {
        int mask = modifiers.getFirst() instanceof IntegerLiteral(int value, int _) ? value : 0x7FFF;
        String precision = modifiers.size() > 1 && modifiers.get(1) instanceof IntegerLiteral(int value, int _) ? "(" + value + ")" : "";
        String fields = switch (mask) {
            case 1 << 2 -> " year";
            case 1 << 1 -> " month";
            case 1 << 3 -> " day";
            case 1 << 10 -> " hour";
            case 1 << 11 -> " minute";
            case 1 << 12 -> " second" + precision;
            case 1 << 2 | 1 << 1 -> " year to month";
            case 1 << 3 | 1 << 10 -> " day to hour";
            case 1 << 3 | 1 << 10 | 1 << 11 -> " day to minute";
            case 1 << 3 | 1 << 10 | 1 << 11 | 1 << 12 -> " day to second" + precision;
            case 1 << 10 | 1 << 11 -> " hour to minute";
            case 1 << 10 | 1 << 11 | 1 << 12 -> " hour to second" + precision;
            case 1 << 11 | 1 << 12 -> " minute to second" + precision;
            default -> precision;
        };
        return "interval" + fields;
    }
}
