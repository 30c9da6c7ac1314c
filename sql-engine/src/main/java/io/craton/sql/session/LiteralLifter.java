package io.craton.sql.session;

import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.core.type.TypeOid;
import io.craton.sql.syntax.Expr;
import io.craton.sql.syntax.ModifyStatement;
import io.craton.sql.syntax.SelectStatement;
import io.craton.sql.syntax.Statement;
import io.craton.sql.syntax.StatementFingerprint;
import io.craton.sql.syntax.StatementFingerprint.LiteralKind;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes parameters of a statement's literals where a value cannot change what the statement means: in WHERE, in assigned values and in rows of VALUES, and
 * there only below operators and plain calls. A literal that a cast, a type or a clause like LIMIT looks at stays what it is. One statement.
 */
final class LiteralLifter {
    /**
     * A statement with parameters.
     *
     * @param literals which literal of the fingerprint $n is, in order of n
     * @param negative whether a minus sign before the literal belongs to its value
     * @param types declared type of $n; null for strings, whose type their place tells
     */
    record Lifted(Statement statement, List<Integer> literals, List<Boolean> negative, List<@Nullable PgType> types) {}

    private static final BigInteger INT8_MIN = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger INT8_MAX = BigInteger.valueOf(Long.MAX_VALUE);

    private final Map<Integer, Integer> literalAt = new HashMap<>();
    private final List<StatementFingerprint.Literal> all;
    private final List<Integer> literals = new ArrayList<>();
    private final List<Boolean> negative = new ArrayList<>();
    private final List<@Nullable PgType> types = new ArrayList<>();

    private LiteralLifter(List<StatementFingerprint.Literal> all) {
        this.all = all;
        for (int i = 0; i < all.size(); i++) {
            StatementFingerprint.Literal literal = all.get(i);
            if (literal.kind() == LiteralKind.BIT) continue;
            literalAt.put(literal.position(), i);
            if (literal.signPosition() != 0 && literal.kind() != LiteralKind.STRING) literalAt.put(literal.signPosition(), i);
        }
    }

    /** Null when there is nothing to lift. */
    static @Nullable Lifted lift(Statement statement, StatementFingerprint fingerprint) {
        LiteralLifter lifter = new LiteralLifter(fingerprint.literals());
        Statement changed = lifter.statement(statement);
        return lifter.literals.isEmpty() ? null : new Lifted(changed, List.copyOf(lifter.literals),
                List.copyOf(lifter.negative), java.util.Collections.unmodifiableList(lifter.types));
    }

    /** Type of a number as PostgreSQL's parser gives it to a constant. */
    static PgType numberType(String text) {
        for (int i = text.startsWith("-") ? 1 : 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') return PgTypes.get(TypeOid.NUMERIC);
        }
        BigInteger value = new BigInteger(text);
        if (value.bitLength() < 32) return PgTypes.get(TypeOid.INT4);
        return value.compareTo(INT8_MIN) >= 0 && value.compareTo(INT8_MAX) <= 0 ? PgTypes.get(TypeOid.INT8) : PgTypes.get(TypeOid.NUMERIC);
    }

    private Statement statement(Statement statement) {
        return switch (statement) {
            case SelectStatement select when select.with() == null -> select(select);
            case ModifyStatement.Insert insert when insert.with() == null && insert.source() != null -> insert(insert, insert.source());
            case ModifyStatement.Update update when update.with() == null -> new ModifyStatement.Update(null, update.target(),
                    update.assignments().stream().map(this::assignment).toList(), update.from(), optional(update.where()), update.returning());
            case ModifyStatement.Delete delete when delete.with() == null ->
                    new ModifyStatement.Delete(null, delete.target(), delete.using(), optional(delete.where()), delete.returning());
            default -> statement;
        };
    }

    private SelectStatement select(SelectStatement select) {
        if (!(select.body() instanceof SelectStatement.SelectBody body) || body.into() != null) return select;
        SelectStatement.SelectBody changed = new SelectStatement.SelectBody(body.distinct(), body.distinctOn(), body.targets(), null, body.from(),
                optional(body.where()), body.groupBy(), body.having(), body.windows());
        return new SelectStatement(null, changed, select.orderBy(), select.limit(), select.locking(), select.position());
    }

    private ModifyStatement insert(ModifyStatement.Insert insert, SelectStatement source) {
        if (!(source.body() instanceof SelectStatement.ValuesBody values) || source.with() != null) return insert;
        List<List<Expr>> rows = values.rows().stream().map(this::all).toList();
        SelectStatement changed = new SelectStatement(null, new SelectStatement.ValuesBody(rows), source.orderBy(), source.limit(), source.locking(),
                source.position());
        return new ModifyStatement.Insert(null, insert.target(), insert.columns(), insert.overriding(), changed, insert.onConflict(),
                insert.returning());
    }

    private ModifyStatement.Assignment assignment(ModifyStatement.Assignment assignment) {
        if (assignment.multiple()) return assignment;
        return new ModifyStatement.Assignment(assignment.columns(), false, expression(assignment.value()), assignment.position());
    }

    private @Nullable Expr optional(@Nullable Expr expression) {
        return expression == null ? null : expression(expression);
    }

    private List<Expr> all(List<Expr> expressions) {
        return expressions.stream().map(this::expression).toList();
    }

    private Expr expression(Expr expression) {
        return switch (expression) {
            case Expr.IntegerLiteral literal -> parameter(literal, literal.position(), PgTypes.get(TypeOid.INT4));
            case Expr.NumericLiteral literal -> parameter(literal, literal.position(), numberType(literal.text()));
            case Expr.StringLiteral literal -> parameter(literal, literal.position(), null);
            case Expr.OperatorCall call -> new Expr.OperatorCall(call.operator(), optional(call.left()), expression(call.right()), call.position());
            case Expr.BoolExpr bool -> new Expr.BoolExpr(bool.junction(), all(bool.arguments()), bool.position());
            case Expr.Not not -> new Expr.Not(expression(not.argument()), not.position());
            case Expr.NullTest test -> new Expr.NullTest(expression(test.argument()), test.negated(), test.position());
            case Expr.Between between -> new Expr.Between(expression(between.argument()), expression(between.low()), expression(between.high()),
                    between.symmetric(), between.negated(), between.position());
            case Expr.FunctionCall call when isPlain(call) -> Expr.FunctionCall.of(call.name(), all(call.arguments()), call.syntax(), call.position());
            default -> expression;
        };
    }

    private static boolean isPlain(Expr.FunctionCall call) {
        return !call.star() && !call.distinct() && !call.variadic() && call.orderBy().isEmpty() && !call.withinGroup() && call.filter() == null
                && call.over() == null && call.syntax() == Expr.CallSyntax.ORDINARY;
    }

    private Expr parameter(Expr literal, int position, @Nullable PgType type) {
        Integer index = literalAt.get(position);
        if (index == null || literals.contains(index)) return literal;
        literals.add(index);
        negative.add(all.get(index).signPosition() == position);
        types.add(type);
        return new Expr.ParamRef(literals.size(), position);
    }
}
