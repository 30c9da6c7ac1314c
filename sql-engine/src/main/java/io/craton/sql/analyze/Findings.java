package io.craton.sql.analyze;

import io.craton.core.error.PgException;
import io.craton.sql.function.OperatorDef;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Scalar;
import io.craton.sql.syntax.Expr;
import io.craton.sql.syntax.FromItem;
import io.craton.sql.syntax.Mark;
import io.craton.sql.syntax.ModifyStatement;
import io.craton.sql.syntax.SelectStatement;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an analysis found out about the nodes of a text, before anything is moved to other rows: which syntax a scalar comes from, what names stand for,
 * what clauses came to. Together with the syntax tree it says what PostgreSQL's query tree says, from which definitions are printed; what the text
 * depends on is read from it too. Filled by one analysis, then only read. Keys are nodes by identity.
 */
public final class Findings {
    /** A column of an entry in FROM, and where the text says so; column -1 is the whole row, below that {@code -1 + attnum} of a system column. */
    public record Variable(RangeItem item, int column, int level, int position) {
        public boolean wholeRow() {
            return column == -1;
        }

        /** Attribute number of a system column; 0 for others. */
        public int systemAttribute() {
            return column < -1 ? column + 1 : 0;
        }
    }

    /** A call's arguments as they were written, coerced; {@code names} of the last ones in named notation. */
    public record Written(List<Scalar> arguments, List<String> names, boolean variadic) {}

    /** An entry of a select list. */
    public record Target(Scalar value, String name) {}

    /** One query level: its entries in FROM in order of analysis, and its select list. */
    public record Query(List<RangeItem> items, List<Target> targets) {}

    /** A window call and the syntax of the call. */
    public record WindowUse(Relation.WindowCall call, Expr.FunctionCall syntax) {}

    /** An aggregate call before it moved to its level, and the syntax of the call. */
    public record AggregateUse(Relation.AggregateCall call, Expr.FunctionCall syntax) {}

    /** Whether the text asks for the past, which nothing that is kept may do. */
    boolean past;

    private final Map<Scalar, Expr> origins = new IdentityHashMap<>();
    private final Map<Expr, Scalar> clauses = new IdentityHashMap<>();
    private final Map<ModifyStatement.TargetColumn, Scalar> parts = new IdentityHashMap<>();
    private final Map<Scalar, Boolean> explicitCasts = new IdentityHashMap<>();
    private final Map<Scalar, OperatorDef> operators = new IdentityHashMap<>();
    private final Map<Scalar, Variable> variables = new IdentityHashMap<>();
    private final Map<Scalar, Written> calls = new IdentityHashMap<>();
    private final Map<Scalar, AggregateUse> aggregates = new IdentityHashMap<>();
    private final Map<Scalar, WindowUse> windows = new IdentityHashMap<>();
    private final Map<Scalar, List<Scalar>> groupings = new IdentityHashMap<>();
    private final Map<SelectStatement, Query> queries = new IdentityHashMap<>();
    private final Map<ModifyStatement, Query> changes = new IdentityHashMap<>();
    private final Map<FromItem, RangeItem> items = new IdentityHashMap<>();
    private final Map<FromItem, List<Scalar>> functions = new IdentityHashMap<>();
    private final Map<Expr, Integer> places = new IdentityHashMap<>();
    private final Map<FromItem, Boolean> lateral = new IdentityHashMap<>();
    private final Map<FromItem, List<Mark.Using>> usings = new IdentityHashMap<>();
    private final List<Variable> uses = new ArrayList<>();
    private final List<RangeItem> relations = new ArrayList<>();
    private final Set<Integer> keys = new LinkedHashSet<>();

    static PgException storedPast() {
        return PgException.notSupported("FOR SYSTEM_TIME in a stored query");
    }

    // ---- filling ---------------------------------------------------------------------------------------------------

    /** The innermost syntax wins: a cast that changes nothing leaves its argument's. */
    void origin(Scalar scalar, Expr syntax) {
        origins.putIfAbsent(scalar, syntax);
    }

    void clause(Expr syntax, Scalar value) {
        clauses.put(syntax, value);
    }

    /** A part of a column is assigned: what it makes of the column, in the first row of several. */
    void part(ModifyStatement.TargetColumn column, Scalar whole) {
        parts.putIfAbsent(column, whole);
    }

    /** A conversion that the text asks for. */
    void explicitCast(Scalar conversion) {
        explicitCasts.put(conversion, true);
    }

    void operator(Scalar call, OperatorDef operator) {
        operators.put(call, operator);
    }

    void variable(Scalar reference, RangeItem item, int column, Scope scope, int position) {
        int level = 0;
        for (Scope at = scope; at != null && at != item.scope; at = at.parent) level++;
        Variable variable = new Variable(item, column, level, position);
        variables.put(reference, variable);
        use(variable);
    }

    /** A use of a column; of a join's, uses of the columns below that it is made of. */
    private void use(Variable variable) {
        List<Scalar> expressions = variable.item.expressions;
        if (expressions == null) {
            uses.add(variable);
            return;
        }
        if (variable.column < 0) return; // a whole row: its columns are reported one by one
        new TreeRewriter((node, depth) -> {
            if (node instanceof Scalar.Column column) below(variable, column.index());
            return null;
        }).rewrite(expressions.get(variable.column));
    }

    private void below(Variable through, int index) {
        RangeItem below = through.item.owner(index);
        uses.add(new Variable(below, index - below.offset, through.level, through.position));
    }

    /** USING reads a column even where nobody else does. */
    void joined(RangeItem item, int index) {
        use(new Variable(item, index, 0, 0));
    }

    void call(Scalar call, Written written) {
        calls.put(call, written);
    }

    void aggregate(Scalar placeholder, AggregateUse use) {
        aggregates.put(placeholder, use);
    }

    void window(Scalar placeholder, WindowUse use) {
        windows.put(placeholder, use);
    }

    void grouping(Scalar placeholder, List<Scalar> arguments) {
        groupings.put(placeholder, arguments);
    }

    void query(SelectStatement statement, Query query) {
        queries.put(statement, query);
    }

    /** The entries of a change, the changed table's among them once for each row of it that is seen, and its RETURNING list. */
    void change(ModifyStatement statement, Query query) {
        changes.put(statement, query);
    }

    /** A column of unknown type was read as the type that a set operation wants. */
    void settled(SelectStatement statement, int column, Scalar value) {
        Query query = queries.get(statement);
        if (query == null || column >= query.targets.size()) return;
        List<Target> targets = new ArrayList<>(query.targets);
        targets.set(column, new Target(value, targets.get(column).name));
        queries.put(statement, new Query(query.items, targets));
    }

    void item(FromItem syntax, RangeItem item) {
        items.put(syntax, item);
        if (item.relationOid != 0) relations.add(item);
    }

    /** An item of ORDER BY that sorts a set operation by its result's column (1-based). */
    void place(Expr syntax, int column) {
        places.put(syntax, column);
    }

    /** From here on uses of columns belong to a function in FROM. */
    int mark() {
        return uses.size();
    }

    /** Whether columns of the function's own level were used since the mark: it is lateral then. */
    void lateral(FromItem syntax, int mark) {
        if (uses.subList(mark, uses.size()).stream().anyMatch(use -> use.level() == 0)) lateral.put(syntax, true);
    }

    /** Columns stand ungrouped because their table's primary key is grouped by. */
    void key(int constraintOid) {
        keys.add(constraintOid);
    }

    void using(FromItem.JoinItem join, List<Mark.Using> merged) {
        usings.put(join, merged);
    }

    void functions(FromItem syntax, List<Scalar> functionCalls) {
        functions.put(syntax, functionCalls);
    }

    // ---- reading ---------------------------------------------------------------------------------------------------

    /** The syntax that a scalar stands for; null for one that analysis put in, as an implicit cast. */
    public @Nullable Expr origin(Scalar scalar) {
        return origins.get(scalar);
    }

    /** What the expression of a clause (WHERE, an item of ORDER BY, a cell of VALUES, ...) came to. */
    public Scalar clause(Expr syntax) {
        Scalar value = clauses.get(syntax);
        if (value == null) throw new IllegalStateException("no finding for " + syntax);
        return value;
    }

    /** What an assignment to a part of a column makes of the column. */
    public Scalar part(ModifyStatement.TargetColumn column) {
        return java.util.Objects.requireNonNull(parts.get(column));
    }

    /** Whether the text asks for this conversion; else analysis put it in. */
    public boolean explicit(Scalar conversion) {
        return explicitCasts.containsKey(conversion);
    }

    /** The operator of a call, comparison with ANY or ALL, or row comparison; null when the call is none. */
    public @Nullable OperatorDef operator(Scalar call) {
        return operators.get(call);
    }

    public @Nullable Variable variable(Scalar reference) {
        return variables.get(reference);
    }

    public @Nullable Written call(Scalar call) {
        return calls.get(call);
    }

    public @Nullable AggregateUse aggregate(Scalar placeholder) {
        return aggregates.get(placeholder);
    }

    public @Nullable WindowUse window(Scalar placeholder) {
        return windows.get(placeholder);
    }

    /** Arguments of GROUPING(..). */
    public @Nullable List<Scalar> grouping(Scalar placeholder) {
        return groupings.get(placeholder);
    }

    /** Null for a set operation. */
    public @Nullable Query query(SelectStatement statement) {
        return queries.get(statement);
    }

    public Query change(ModifyStatement statement) {
        return java.util.Objects.requireNonNull(changes.get(statement));
    }

    /** The entry that an item of FROM made; null for a join that has none of its own. */
    public @Nullable RangeItem item(FromItem syntax) {
        return items.get(syntax);
    }

    /** Which column of its result a set operation is sorted by. */
    public int place(Expr syntax) {
        return places.get(syntax);
    }

    /** Whether a function in FROM reads columns of what stands left of it. */
    public boolean lateral(FromItem syntax) {
        return lateral.containsKey(syntax);
    }

    /** The columns that a join merges, also those of NATURAL. */
    public List<Mark.Using> using(FromItem.JoinItem join) {
        return usings.getOrDefault(join, List.of());
    }

    /** The calls of an item of functions. */
    public List<Scalar> functions(FromItem syntax) {
        return functions.getOrDefault(syntax, List.of());
    }

    /** All uses of columns, those of joins resolved into the columns below. */
    public List<Variable> uses() {
        return uses;
    }

    /** Primary keys without which the query would be an error. */
    public Set<Integer> keys() {
        return keys;
    }

    /** All entries that are relations. */
    public List<RangeItem> relations() {
        return relations;
    }
}
