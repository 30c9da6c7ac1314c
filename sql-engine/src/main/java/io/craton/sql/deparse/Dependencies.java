package io.craton.sql.deparse;

import io.craton.core.type.PgType;
import io.craton.sql.analyze.Analyzer;
import io.craton.sql.analyze.CatalogView;
import io.craton.sql.analyze.Findings;
import io.craton.sql.analyze.RangeItem;
import io.craton.sql.procedure.ArgumentVariables;
import io.craton.sql.syntax.Mark;
import io.craton.sql.syntax.RoutineStatement;
import io.craton.sql.syntax.SelectStatement;
import io.craton.sql.syntax.SqlParser;
import io.craton.sql.syntax.Statement;
import io.craton.storage.catalog.CatalogObject.RoutineDef;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a text of the catalog depends on, as rows of pg_depend name it. Stateless. */
public final class Dependencies {
    private static final int CLASS = 1259;
    private static final int TYPE = 1247;
    private static final int PROCEDURE = 1255;
    private static final int CONSTRAINT = 2606;
    private static final int COLLATION = 3456;
    private static final Pattern CONSTANT = Pattern.compile("'(\\d+)'::pg_catalog\\.(regclass|regtype|regproc|regprocedure)");

    /** An object of a user: the oid of its catalog, its own, and a column's number. */
    public record Target(int classOid, int oid, int column) {}

    private Dependencies() {}

    /** Of an expression over the table's row (0: over nothing), or over its old and its new one. */
    public static Set<Target> ofExpression(String text, int tableOid) {
        Set<Target> targets = new LinkedHashSet<>();
        for (Mark.Placed placed : Mark.placed(text)) {
            if (placed.mark() instanceof Mark.Column(int level, int item, int column) && tableOid != 0) {
                if (level == 0 && column >= 0) targets.add(new Target(CLASS, tableOid, column));
            } else {
                named(placed.mark(), targets);
            }
        }
        constants(text, targets);
        return targets;
    }

    /** Of a view's query: the columns that it reads, or a relation of which it reads none. */
    public static Set<Target> ofQuery(String text, CatalogView names) {
        Set<Target> targets = new LinkedHashSet<>();
        found(Analyzer.explore(SqlParser.parseStoredQuery(text), names).findings(), targets);
        for (Mark.Placed placed : Mark.placed(text)) named(placed.mark(), targets);
        constants(text, targets);
        return targets;
    }

    /** Of a routine's body that was written as SQL itself. */
    public static Set<Target> ofBody(RoutineDef routine, CatalogView names) {
        Set<Target> targets = new LinkedHashSet<>();
        List<PgType> types = new ArrayList<>();
        List<String> arguments = new ArrayList<>();
        for (int i = 0; i < routine.allArgTypes().size(); i++) {
            if ("ot".indexOf(routine.argModes().charAt(i)) >= 0) continue;
            types.add(names.requireType(routine.allArgTypes().get(i)));
            arguments.add(i < routine.argNames().size() ? routine.argNames().get(i) : "");
        }
        ArgumentVariables variables = new ArgumentVariables(routine.name(), arguments, types, names);
        for (Statement statement : SqlParser.parseRoutineBody(routine.body())) {
            Statement.Optimizable query = statement instanceof RoutineStatement.Return returned ? SelectStatement.of(returned.value())
                    : (Statement.Optimizable) statement;
            found(Analyzer.explore(query, names, variables).findings(), targets);
        }
        for (Mark.Placed placed : Mark.placed(routine.body())) named(placed.mark(), targets);
        constants(routine.body(), targets);
        return targets;
    }

    private static void found(Findings findings, Set<Target> targets) {
        Set<Integer> read = new LinkedHashSet<>();
        for (Findings.Variable use : findings.uses()) {
            int relation = use.item().attributesOf(use.column());
            if (relation == 0 || use.column() < 0) continue;
            read.add(relation);
            targets.add(new Target(CLASS, relation, use.item().attribute(use.column())));
        }
        for (RangeItem item : findings.relations()) {
            if (!read.contains(item.relationOid())) targets.add(new Target(CLASS, item.relationOid(), 0));
        }
        for (int key : findings.keys()) targets.add(new Target(CONSTRAINT, key, 0));
    }

    private static void named(Mark mark, Set<Target> targets) {
        switch (mark) {
            case Mark.Function(int oid) -> targets.add(new Target(PROCEDURE, oid, 0));
            case Mark.Type(int oid) -> targets.add(new Target(TYPE, oid, 0));
            case Mark.Constraint(int oid) -> targets.add(new Target(CONSTRAINT, oid, 0));
            case Mark.EnumLabel(int type, int _) -> targets.add(new Target(TYPE, type, 0));
            case Mark.Attribute(int relation, int number) -> targets.add(new Target(CLASS, relation, number));
            case Mark.Collation(int oid) when oid >= MarkNaming.FIRST_OWN -> targets.add(new Target(COLLATION, oid, 0));
            default -> { }
        }
    }

    private static void constants(String text, Set<Target> targets) {
        if (!text.contains("::pg_catalog.reg")) return;
        Matcher matcher = CONSTANT.matcher(text);
        while (matcher.find()) {
            int oid = Integer.parseUnsignedInt(matcher.group(1));
            if (oid < MarkNaming.FIRST_OWN && oid >= 0) continue;
            targets.add(new Target(switch (matcher.group(2)) {
                case "regclass" -> CLASS;
                case "regtype" -> TYPE;
                default -> PROCEDURE;
            }, oid, 0));
        }
    }
}
