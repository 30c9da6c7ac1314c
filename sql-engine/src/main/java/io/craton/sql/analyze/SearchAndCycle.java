package io.craton.sql.analyze;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.sql.function.FunctionDef;
import io.craton.sql.function.OperatorDef;
import io.craton.sql.function.OperatorFamilies;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Relation.Field;
import io.craton.sql.logical.Scalar;
import io.craton.sql.syntax.Expr;
import io.craton.sql.syntax.SelectStatement;
import io.craton.sql.syntax.SelectStatement.CommonTable;
import io.craton.sql.syntax.SelectStatement.CycleClause;
import io.craton.sql.syntax.SelectStatement.SearchClause;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * SEARCH and CYCLE of a recursive query: columns that both sides of its UNION carry behind their own. The recursive side reads them from the row that it
 * extends: the search sequence and the path grow by that row, the mark says whether the new row is on the path, and marked rows are not extended.
 */
final class SearchAndCycle {
    private static final int ARRAY_CAT = 383;
    private static final int INT8_INCREMENT = 1219;
    private static final int RECORD_EQUAL = 2981;

    private record CycleMark(Scalar value, Scalar otherwise, PgType type, int typmod, FunctionDef notEqual) {}

    private final Analysis analysis;
    private final CommonTable table;
    private final @Nullable SearchClause search;
    private final @Nullable CycleClause cycle;
    private final @Nullable CycleMark mark;
    private final PgType rows;

    private SearchAndCycle(CommonTable table, @Nullable CycleMark mark, Analysis analysis) {
        this.analysis = analysis;
        this.table = table;
        this.search = table.search();
        this.cycle = table.cycle();
        this.mark = mark;
        this.rows = analysis.catalog.arrayType(PgTypes.RECORD);
    }

    static @Nullable SearchAndCycle of(CommonTable table, Scope scope, Analysis analysis) {
        if (table.search() == null && table.cycle() == null) return null;
        return new SearchAndCycle(table, table.cycle() == null ? null : mark(table.cycle(), scope, analysis), analysis);
    }

    /** The values of the mark, which the query itself may refer to. */
    private static CycleMark mark(CycleClause cycle, Scope scope, Analysis analysis) {
        Expr is = cycle.mark() == null ? new Expr.BooleanLiteral(true, 0) : cycle.mark();
        Expr isNot = cycle.markDefault() == null ? new Expr.BooleanLiteral(false, 0) : cycle.markDefault();
        Scalar value = analysis.expressions.analyze(is, scope, ExpressionKind.CYCLE_MARK);
        Scalar otherwise = analysis.expressions.analyze(isNot, scope, ExpressionKind.CYCLE_MARK);
        PgType type = Objects.requireNonNull(CommonTypes.select(List.of(value, otherwise), new int[] {Positions.of(is), Positions.of(isNot)},
                "CYCLE", analysis.rules, analysis.catalog));
        value = analysis.coercions.toCommon(value, type, "CYCLE/SET/TO", Positions.of(is));
        otherwise = analysis.coercions.toCommon(otherwise, type, "CYCLE/SET/DEFAULT", Positions.of(isNot));
        if (analysis.findings != null) {
            analysis.findings.clause(is, value);
            analysis.findings.clause(isNot, otherwise);
        }
        OperatorDef equal = OperatorFamilies.equality(type, analysis.catalog);
        if (equal == null) {
            throw PgError.error(SqlState.UNDEFINED_FUNCTION, "could not identify an equality operator for type "
                    + TypeNames.of(type, analysis.catalog)).exception();
        }
        FunctionDef notEqual = analysis.operators.function(analysis.operators.infix(List.of("<>"), type, type, 0), 0);
        return new CycleMark(value, otherwise, type, CommonTypes.typmod(List.of(value, otherwise), type), notEqual);
    }

    /** The added columns. */
    List<Field> added() {
        List<Field> added = new ArrayList<>(3);
        if (search != null) added.add(new Field(search.sequenceColumn(), search.breadthFirst() ? PgTypes.RECORD : rows, -1));
        if (cycle != null && mark != null) {
            added.add(new Field(cycle.markColumn(), mark.type(), mark.typmod()));
            added.add(new Field(cycle.pathColumn(), rows, -1));
        }
        return added;
    }

    /** Complaints about names and form, made once the query itself is found to be right. */
    void check(List<Field> own, SelectStatement.SetOperationBody body) {
        if (body.left().body() instanceof SelectStatement.SetOperationBody) {
            throw PgError.error(SqlState.FEATURE_NOT_SUPPORTED,
                    "with a SEARCH or CYCLE clause, the left side of the UNION must be a SELECT").exception();
        }
        if (body.right().body() instanceof SelectStatement.SetOperationBody) {
            throw PgError.error(SqlState.SYNTAX_ERROR, "with a SEARCH or CYCLE clause, the right side of the UNION must be a SELECT")
                    .exception();
        }
        Set<String> names = new HashSet<>();
        for (Field field : own) names.add(field.name());
        if (search != null) {
            columns("search", search.columns(), names, search.position());
            unused("search sequence", search.sequenceColumn(), names, search.position());
        }
        if (cycle != null) {
            columns("cycle", cycle.columns(), names, cycle.position());
            unused("cycle mark", cycle.markColumn(), names, cycle.position());
            unused("cycle path", cycle.pathColumn(), names, cycle.position());
            different("cycle mark", cycle.markColumn(), "cycle path", cycle.pathColumn(), cycle.position());
        }
        if (search != null && cycle != null) {
            different("search sequence", search.sequenceColumn(), "cycle mark", cycle.markColumn(), search.position());
            different("search sequence", search.sequenceColumn(), "cycle path", cycle.pathColumn(), search.position());
        }
    }

    private static void columns(String what, List<String> columns, Set<String> own, int position) {
        Set<String> seen = new HashSet<>();
        for (String column : columns) {
            if (!own.contains(column)) {
                throw syntax(what + " column \"" + column + "\" not in WITH query column list", position);
            }
            if (!seen.add(column)) {
                throw PgError.error(SqlState.DUPLICATE_COLUMN, what + " column \"" + column + "\" specified more than once")
                        .withPosition(position).exception();
            }
        }
    }

    private static void unused(String what, String column, Set<String> own, int position) {
        if (own.contains(column)) throw syntax(what + " column name \"" + column + "\" already used in WITH query column list", position);
    }

    private static void different(String what, String column, String otherWhat, String other, int position) {
        if (column.equals(other)) throw syntax(what + " column name and " + otherWhat + " column name are the same", position);
    }

    private static PgException syntax(String message, int position) {
        return PgError.error(SqlState.SYNTAX_ERROR, message).withPosition(position).exception();
    }

    /** The recursive side must read the query where its rows can carry more columns. */
    PgException notAtTopLevel() {
        return PgError.error(SqlState.FEATURE_NOT_SUPPORTED, "with a SEARCH or CYCLE clause, the recursive reference to WITH query \""
                + table.name() + "\" must be at the top level of its right-hand SELECT").exception();
    }

    /** The non-recursive side with the columns at their start. */
    Relation start(Relation side, List<Field> fields) {
        List<Scalar> values = own(fields);
        if (search != null) {
            Scalar row = row(search.columns(), fields, search.breadthFirst() ? new Scalar.Constant(0L, PgTypes.INT8, -1) : null);
            values.add(search.breadthFirst() ? row : array(row));
        }
        if (cycle != null && mark != null) {
            values.add(mark.otherwise());
            values.add(array(row(cycle.columns(), fields, null)));
        }
        return new Relation.Project(side, values, fields);
    }

    /** The recursive side, whose rows carry the columns of the rows they extend, with the columns brought further. */
    Relation further(Relation side, List<Field> fields) {
        Relation extended = side;
        List<Scalar> values = own(fields);
        int at = values.size();
        if (search != null) {
            Scalar before = column(at++, fields);
            if (search.breadthFirst()) {
                Scalar depth = new Scalar.Field(before, 0, PgTypes.INT8, -1);
                values.add(row(search.columns(), fields, call(INT8_INCREMENT, PgTypes.INT8, depth)));
            } else {
                values.add(call(ARRAY_CAT, rows, before, array(row(search.columns(), fields, null))));
            }
        }
        if (cycle != null && mark != null) {
            Scalar marked = column(at++, fields);
            Scalar path = column(at, fields);
            extended = new Relation.Filter(side,
                    new Scalar.Call(mark.notEqual(), List.of(marked, mark.value()), PgTypes.BOOL, -1, Collations.of(marked, mark.value(), 0), 0, false));
            Scalar row = row(cycle.columns(), fields, null);
            Scalar onPath = new Scalar.AnyAll(function(RECORD_EQUAL), false, row, path, 0);
            values.add(new Scalar.Case(null, List.of(new Scalar.When(onPath, mark.value())), mark.otherwise(), mark.type(), mark.typmod()));
            values.add(call(ARRAY_CAT, rows, path, array(row)));
        }
        return new Relation.Project(extended, values, fields);
    }

    private List<Scalar> own(List<Field> fields) {
        List<Scalar> values = new ArrayList<>(fields.size());
        for (int i = 0; i < fields.size() - added().size(); i++) values.add(column(i, fields));
        return values;
    }

    private static Scalar column(int index, List<Field> fields) {
        return new Scalar.Column(index, fields.get(index).type(), fields.get(index).typmod());
    }

    private static Scalar row(List<String> columns, List<Field> fields, @Nullable Scalar first) {
        List<Scalar> values = new ArrayList<>(columns.size() + 1);
        List<String> names = new ArrayList<>(columns.size() + 1);
        if (first != null) {
            values.add(first);
            names.add("*DEPTH*");
        }
        for (String column : columns) {
            int index = 0;
            while (!fields.get(index).name().equals(column)) index++;
            values.add(column(index, fields));
            names.add(column);
        }
        return new Scalar.RowValue(values, names, PgTypes.RECORD);
    }

    private Scalar array(Scalar row) {
        return new Scalar.ArrayValue(List.of(row), false, rows);
    }

    private FunctionDef function(int oid) {
        return Objects.requireNonNull(analysis.catalog.function(oid));
    }

    private Scalar call(int oid, PgType type, Scalar... arguments) {
        return new Scalar.Call(function(oid), List.of(arguments), type, -1, 0, 0, false);
    }
}
