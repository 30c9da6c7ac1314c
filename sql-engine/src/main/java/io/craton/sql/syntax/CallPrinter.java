package io.craton.sql.syntax;

import io.craton.sql.syntax.Expr.CallSyntax;
import io.craton.sql.syntax.Expr.FunctionCall;
import io.craton.sql.syntax.Expr.XmlExpr;
import java.util.List;

/** Function calls: plain with all their clauses, and those with a syntax of their own. */
final class CallPrinter {
    private final SqlPrinter printer;
    private final QueryPrinter queries;

    CallPrinter(SqlPrinter printer, QueryPrinter queries) {
        this.printer = printer;
        this.queries = queries;
    }

    void call(FunctionCall call) {
        if (call.syntax() == CallSyntax.SQL_SYNTAX && special(call)) return;
        printer.add(Identifiers.quote(call.name())).add("(");
        if (call.star()) printer.add("*");
        if (call.distinct()) printer.add("DISTINCT ");
        List<Expr> arguments = call.arguments();
        for (int i = 0; i < arguments.size(); i++) {
            if (i > 0) printer.add(", ");
            if (call.variadic() && i == arguments.size() - 1) printer.add("VARIADIC ");
            printer.expression(arguments.get(i));
        }
        if (!call.withinGroup()) queries.orderBy(call.orderBy());
        printer.add(")");
        if (call.withinGroup()) {
            printer.add(" WITHIN GROUP (");
            queries.orderBy(call.orderBy());
            printer.add(")");
        }
        if (call.filter() != null) {
            printer.add(" FILTER (WHERE ");
            printer.expression(call.filter());
            printer.add(")");
        }
        if (call.over() != null) {
            printer.add(" OVER ");
            queries.window(call.over());
        }
    }

    /** The forms of the grammar for calls that only it can make; others may be printed as plain calls of pg_catalog functions. */
    private boolean special(FunctionCall call) {
        List<Expr> arguments = call.arguments();
        switch (call.name().getLast()) {
            case "timezone" -> {
                printer.operand(arguments.get(1));
                printer.add(" AT TIME ZONE ");
                printer.operand(arguments.get(0));
            }
            case "extract" -> {
                printer.add("EXTRACT(");
                printer.expression(arguments.get(0));
                printer.add(" FROM ");
                printer.expression(arguments.get(1));
                printer.add(")");
            }
            case "position" -> {
                printer.add("POSITION(");
                printer.operand(arguments.get(1));
                printer.add(" IN ");
                printer.operand(arguments.get(0));
                printer.add(")");
            }
            case "overlaps" -> {
                printer.call("ROW", arguments.subList(0, 2));
                printer.add(" OVERLAPS ");
                printer.call("ROW", arguments.subList(2, 4));
            }
            case "pg_collation_for" -> printer.call("COLLATION FOR ", arguments);
            case "btrim" -> trim("BOTH", arguments);
            case "ltrim" -> trim("LEADING", arguments);
            case "rtrim" -> trim("TRAILING", arguments);
            default -> {
                return false;
            }
        }
        return true;
    }

    private void trim(String side, List<Expr> arguments) {
        printer.add("TRIM(").add(side).add(" FROM ");
        printer.expressions(arguments);
        printer.add(")");
    }

    void xml(XmlExpr xml) {
        switch (xml.operation()) {
            case CONCAT -> printer.call("XMLCONCAT", xml.arguments());
            case IS_DOCUMENT -> {
                printer.operand(xml.arguments().getFirst());
                printer.add(" IS DOCUMENT");
            }
            case FOREST -> {
                printer.add("XMLFOREST(");
                named(xml);
                printer.add(")");
            }
            case ELEMENT -> {
                printer.add("XMLELEMENT(NAME ").add(Identifiers.quote(String.valueOf(xml.name())));
                if (!xml.named().isEmpty()) {
                    printer.add(", XMLATTRIBUTES(");
                    named(xml);
                    printer.add(")");
                }
                content(xml);
            }
            case PI -> {
                printer.add("XMLPI(NAME ").add(Identifiers.quote(String.valueOf(xml.name())));
                content(xml);
            }
            case PARSE -> {
                printer.add(xml.document() ? "XMLPARSE(DOCUMENT " : "XMLPARSE(CONTENT ");
                printer.expression(xml.arguments().getFirst());
                boolean preserve = xml.arguments().get(1) instanceof Expr.BooleanLiteral(boolean value, int _) && value;
                printer.add(preserve ? " PRESERVE WHITESPACE)" : ")");
            }
            case ROOT -> {
                printer.add("XMLROOT(");
                printer.expression(xml.arguments().getFirst());
                printer.add(", VERSION ");
                if (xml.arguments().get(1) instanceof Expr.NullLiteral) printer.add("NO VALUE");
                else printer.expression(xml.arguments().get(1));
                int standalone = xml.arguments().get(2) instanceof Expr.IntegerLiteral(int value, int _) ? value : 3;
                printer.add(List.of(", STANDALONE YES", ", STANDALONE NO", ", STANDALONE NO VALUE", "").get(standalone)).add(")");
            }
        }
    }

    private void content(XmlExpr xml) {
        if (!xml.arguments().isEmpty()) printer.add(", ");
        printer.expressions(xml.arguments());
        printer.add(")");
    }

    private void named(XmlExpr xml) {
        for (int i = 0; i < xml.named().size(); i++) {
            if (i > 0) printer.add(", ");
            printer.expression(xml.named().get(i).value());
            if (xml.named().get(i).name() != null) printer.add(" AS ").add(Identifiers.quote(String.valueOf(xml.named().get(i).name())));
        }
    }
}
