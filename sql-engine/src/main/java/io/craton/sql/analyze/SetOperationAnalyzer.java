package io.craton.sql.analyze;

import io.craton.core.error.PgError;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.core.type.TypeOid;
import io.craton.sql.function.FunctionDef;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Relation.Field;
import io.craton.sql.logical.Relation.SortKey;
import io.craton.sql.logical.Scalar;
import io.craton.sql.syntax.Expr;
import io.craton.sql.syntax.SelectStatement;
import java.util.ArrayList;
import java.util.List;

/** UNION, INTERSECT, EXCEPT (transformSetOperationStmt). One analysis. */
final class SetOperationAnalyzer {
    private final Analysis analysis;
    private final SelectAnalyzer selects;

    SetOperationAnalyzer(Analysis analysis, SelectAnalyzer selects) {
        this.analysis = analysis;
        this.selects = selects;
    }

    Relation analyze(SelectStatement statement, SelectStatement.SetOperationBody body, Scope scope) {
        if (!statement.locking().isEmpty()) {
            throw PgError.error(SqlState.FEATURE_NOT_SUPPORTED, LockAnalyzer.name(statement.locking().getFirst())
                    + " is not allowed with UNION/INTERSECT/EXCEPT").exception();
        }
        Relation relation = tree(body, scope);
        List<SortKey> keys = new ArrayList<>();
        if (!statement.orderBy().isEmpty()) {
            TargetList targets = new TargetList(analysis, scope);
            List<Field> fields = relation.fields();
            for (int i = 0; i < fields.size(); i++) {
                Field field = fields.get(i);
                targets.entries.add(new TargetList.Entry(new Scalar.Column(i, field.type(), field.typmod()), field.name(), null, 0, false));
            }
            Scope sortScope = new Scope(analysis, scope.parent, scope.outer);
            RangeItem item = new RangeItem(RangeItem.Kind.SUBQUERY, "*SELECT*", true, sortScope, 0, fields, null);
            Visible visible = new Visible(item, false, true);
            sortScope.namespace.add(visible);
            TargetList found = new TargetList(analysis, sortScope);
            found.entries.addAll(targets.entries);
            for (SelectStatement.SortBy sort : statement.orderBy()) {
                int before = found.entries.size();
                int target = found.find(sort.value(), ExpressionKind.ORDER_BY);
                if (found.entries.size() > before) {
                    throw PgError.error(SqlState.FEATURE_NOT_SUPPORTED, "invalid UNION/INTERSECT/EXCEPT ORDER BY clause")
                            .withDetail("Only result column names can be used, not expressions or functions.")
                            .withHint("Add the expression/function to every SELECT, or move the UNION into a FROM clause.")
                            .withPosition(Positions.of(sort.value())).exception();
                }
                if (analysis.findings != null) analysis.findings.place(sort.value(), target + 1);
                keys.add(Ordering.key(found.entries.get(target).value, sort, analysis).under(Collations.ofColumn(relation, target)));
            }
            relation = new Relation.Sort(relation, keys);
        }
        LimitClause limit = LimitClause.analyze(statement.limit(), scope, analysis);
        return limit.apply(relation, keys);
    }

    /** Operands that are bare set operations are part of this tree; any other is a query of its own. */
    private Relation operand(SelectStatement statement, Scope scope) {
        boolean bare = statement.orderBy().isEmpty() && statement.limit() == null && statement.locking().isEmpty()
                && statement.with() == null;
        if (bare && statement.body() instanceof SelectStatement.SetOperationBody body) return tree(body, scope);
        Scope inner = new Scope(analysis, scope, scope.outer);
        return selects.analyze(statement, inner, SelectAnalyzer.Unknowns.KEEP);
    }

    private Relation tree(SelectStatement.SetOperationBody body, Scope scope) {
        Relation left = operand(body.left(), scope);
        Relation right = operand(body.right(), scope);
        return combine(body, left, right);
    }

    Relation combine(SelectStatement.SetOperationBody body, Relation left, Relation right) {
        String word = body.operator().name();
        List<Field> leftFields = left.fields();
        List<Field> rightFields = right.fields();
        if (leftFields.size() != rightFields.size()) {
            throw PgError.error(SqlState.SYNTAX_ERROR, "each " + word + " query must have the same number of columns")
                    .withPosition(position(body.right())).exception();
        }
        int width = leftFields.size();
        List<PgType> types = new ArrayList<>(width);
        List<Integer> typmods = new ArrayList<>(width);
        List<Field> fields = new ArrayList<>(width);
        for (int i = 0; i < width; i++) {
            Scalar l = new Scalar.Column(i, leftFields.get(i).type(), leftFields.get(i).typmod());
            Scalar r = new Scalar.Column(i, rightFields.get(i).type(), rightFields.get(i).typmod());
            PgType type = CommonTypes.select(List.of(l, r), new int[] {targetPosition(body.left(), i), targetPosition(body.right(), i)},
                    word, analysis.rules, analysis.catalog);
            int typmod = l.type().oid() == type.oid() && r.type().oid() == type.oid() && l.typmod() == r.typmod() ? l.typmod() : -1;
            types.add(type);
            typmods.add(typmod);
            fields.add(new Field(leftFields.get(i).name(), type, typmod));
        }
        Relation typedLeft = OutputTypes.coerce(left, types, word, body.left(), analysis);
        Relation typedRight = OutputTypes.coerce(right, types, word, body.right(), analysis);
        List<FunctionDef> equalities = new ArrayList<>();
        boolean unionAll = body.operator() == SelectStatement.SetOperator.UNION && body.all();
        for (int i = 0; i < width && !unionAll; i++) {
            equalities.add(Ordering.equality(types.get(i), analysis, targetPosition(body.left(), i)));
        }
        Relation.SetKind kind = switch (body.operator()) {
            case UNION -> Relation.SetKind.UNION;
            case INTERSECT -> Relation.SetKind.INTERSECT;
            case EXCEPT -> Relation.SetKind.EXCEPT;
        };
        return new Relation.SetOperation(kind, body.all(), typedLeft, typedRight, equalities, fields);
    }

    private static int position(SelectStatement statement) {
        return targetPosition(statement, 0);
    }

    /** Where the i-th column of an operand is written. */
    static int targetPosition(SelectStatement statement, int index) {
        return switch (statement.body()) {
            case SelectStatement.SelectBody body -> {
                if (body.targets().isEmpty()) yield statement.position();
                Expr first = body.targets().getFirst().value();
                for (SelectStatement.Target target : body.targets()) if (target.value() instanceof Expr.Star) yield Positions.of(first);
                yield index < body.targets().size() ? Positions.of(body.targets().get(index).value()) : Positions.of(first);
            }
            case SelectStatement.ValuesBody body -> index < body.rows().getFirst().size()
                    ? Positions.of(body.rows().getFirst().get(index)) : statement.position();
            case SelectStatement.SetOperationBody body -> targetPosition(body.left(), index);
        };
    }

    static boolean unknown(Field field) {
        return field.type().oid() == TypeOid.UNKNOWN;
    }
}
