package io.craton.sql.analyze;

import io.craton.core.error.PgError;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.core.type.TypeOid;
import io.craton.sql.logical.Scalar;
import io.craton.sql.syntax.Expr;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Compiles expressions that stand in the catalog or in DDL: defaults, checks, generated columns, index parts and predicates. In the result {@link Scalar.Column}
 * n is the table's n-th live, visible column (0-based), as in a {@code TableScan}'s row. Stateless.
 */
public final class TableExpressions {
    private TableExpressions() {}

    /**
     * @param table whose columns may be named; null for none
     * @param kind decides what is allowed and how errors name the place
     * @param type the type wanted (by assignment; boolean for checks and predicates); null to take what comes
     * @param column what the value is for, in messages: a column's name, or "parameter $1"; null when there is none
     */
    public static Scalar compile(
            Expr expression, @Nullable TableDef table, ExpressionKind kind, @Nullable PgType type, int typmod,
            @Nullable String column, CatalogView catalog) {
        return compile(expression, table, kind, type, typmod, column, catalog, (Findings) null).value();
    }

    /** As above, where the table goes by another name. */
    static Scalar compileAs(String alias, Expr expression, TableDef table, ExpressionKind kind, @Nullable PgType type, int typmod, @Nullable String column,
            CatalogView catalog) {
        Analysis analysis = new Analysis(catalog, List.of(), new BitSet());
        return compile(alias, expression, table, kind, type, typmod, column, catalog, analysis, new Scope(analysis, null, null));
    }

    /** An index expression or predicate over a table that goes by another name, to be printed. */
    public static Explored exploreAs(String alias, Expr expression, TableDef table, ExpressionKind kind, @Nullable PgType type, CatalogView catalog) {
        Analysis analysis = new Analysis(catalog, List.of(), new BitSet());
        Findings findings = new Findings();
        analysis.findings = findings;
        Scope scope = new Scope(analysis, null, null);
        return new Explored(compile(alias, expression, table, kind, type, -1, null, catalog, analysis, scope), findings, scope.items);
    }

    /** The default of a routine's argument; polymorphic types take any value. */
    public static Explored exploreArgumentDefault(Expr expression, PgType type, CatalogView catalog) {
        Analysis analysis = new Analysis(catalog, List.of(), new BitSet());
        analysis.findings = new Findings();
        return new Explored(argumentDefault(expression, type, catalog, analysis), analysis.findings, List.of());
    }

    private static Scalar argumentDefault(Expr expression, PgType type, CatalogView catalog, Analysis analysis) {
        Scalar value = analysis.expressions.analyze(expression, new Scope(analysis, null, null), ExpressionKind.FUNCTION_DEFAULT);
        int position = Positions.of(expression);
        boolean anything = type.oid() == TypeOid.ANY || type.oid() == TypeOid.ANYELEMENT || type.oid() == TypeOid.ANYNONARRAY
                || type.oid() == TypeOid.ANYCOMPATIBLE || type.oid() == TypeOid.ANYCOMPATIBLENONARRAY;
        if (!anything && Polymorphism.isPolymorphic(type.oid()) && value.type().oid() == TypeOid.UNKNOWN) {
            throw PgError.error(SqlState.FEATURE_NOT_SUPPORTED, "cannot accept a value of type " + TypeNames.of(type, catalog)).withPosition(position)
                    .exception();
        }
        if (Polymorphism.isPolymorphic(type.oid()) || type.oid() == TypeOid.ANY) return analysis.coercions.resolveUnknown(value, position);
        Scalar typed = analysis.coercions.toTarget(value, type, -1, CoercionContext.ASSIGNMENT, position);
        if (typed == null) {
            throw PgError.error(SqlState.DATATYPE_MISMATCH, "argument of DEFAULT must be type " + TypeNames.of(type, catalog) + ", not type "
                    + TypeNames.of(value.type(), catalog)).withPosition(position).exception();
        }
        return typed;
    }

    /** An expression, what was found out about its text, and the entries that stand for the table's row: one, or OLD and NEW of a trigger. */
    public record Explored(Scalar value, Findings findings, List<RangeItem> rows) {
        public Explored {
            rows = List.copyOf(rows);
        }
    }

    /** A trigger's condition over OLD's columns followed by NEW's. */
    public static Explored exploreTrigger(Expr when, TableDef table, CatalogView catalog) {
        try {
            return exploreTrigger(when, table, false, catalog);
        } catch (Analysis.SystemColumnsNeeded e) {
            return exploreTrigger(when, table, true, catalog);
        }
    }

    private static Explored exploreTrigger(Expr when, TableDef table, boolean system, CatalogView catalog) {
        Analysis analysis = new Analysis(catalog, List.of(), new BitSet());
        analysis.findings = new Findings();
        Scope scope = new Scope(analysis, null, null);
        scope.namespace = new ArrayList<>();
        for (String row : List.of("old", "new")) scope.namespace.addAll(analysis.from.tableSource(table, null, row, scope, system).visible());
        Scalar value = analysis.expressions.condition(when, scope, ExpressionKind.TRIGGER_WHEN, "WHEN");
        return new Explored(value, analysis.findings, scope.items);
    }

    /** As {@link #compile}, to print the expression or to learn what it depends on. */
    public static Explored explore(Expr expression, @Nullable TableDef table, ExpressionKind kind, @Nullable PgType type, int typmod,
            @Nullable String column, CatalogView catalog) {
        return compile(expression, table, kind, type, typmod, column, catalog, new Findings());
    }

    /** A domain's check, over VALUE. */
    public static Explored exploreDomainCheck(Expr condition, PgType domain, CatalogView catalog) {
        Findings findings = new Findings();
        return new Explored(DomainConstraints.check(condition, domain, catalog, findings), findings, List.of());
    }

    private static Explored compile(Expr expression, @Nullable TableDef table, ExpressionKind kind, @Nullable PgType type, int typmod,
            @Nullable String column, CatalogView catalog, @Nullable Findings findings) {
        Analysis analysis = new Analysis(catalog, List.of(), new BitSet());
        analysis.findings = findings;
        Scope scope = new Scope(analysis, null, null);
        Scalar value = compile(expression, table, kind, type, typmod, column, catalog, analysis, scope);
        return new Explored(value, findings == null ? new Findings() : findings, scope.items.isEmpty() ? List.of() : scope.items.subList(0, 1));
    }

    private static Scalar compile(Expr expression, @Nullable TableDef table, ExpressionKind kind, @Nullable PgType type, int typmod,
            @Nullable String column, CatalogView catalog, Analysis analysis, Scope scope) {
        return compile(table == null ? "" : table.name(), expression, table, kind, type, typmod, column, catalog, analysis, scope);
    }

    private static Scalar compile(String alias, Expr expression, @Nullable TableDef table, ExpressionKind kind, @Nullable PgType type, int typmod,
            @Nullable String column, CatalogView catalog, Analysis analysis, Scope scope) {
        if (table != null) {
            FromAnalyzer.Source source = analysis.from.tableSource(table, null, alias, scope, false);
            scope.namespace = new ArrayList<>(source.visible());
        }
        Scalar value = analysis.expressions.analyze(expression, scope, kind);
        int position = Positions.of(expression);
        if (type == null) return analysis.coercions.resolveUnknown(value, position);
        if (type.oid() == TypeOid.BOOL && column == null) return analysis.coercions.toBoolean(value, kind.clause(), position);
        Scalar typed = analysis.coercions.toTarget(value, type, typmod, CoercionContext.ASSIGNMENT, position);
        if (typed == null && kind == ExpressionKind.EXECUTE_PARAMETER) {
            throw PgError.error(SqlState.DATATYPE_MISMATCH, column + " of type " + TypeNames.of(value.type(), catalog) + " cannot be coerced to the expected type "
                    + TypeNames.of(type, catalog)).withHint("You will need to rewrite or cast the expression.").withPosition(position).exception();
        }
        if (typed == null) {
            String what = kind == ExpressionKind.GENERATED_COLUMN ? "generation" : "default";
            throw PgError.error(SqlState.DATATYPE_MISMATCH, "column \"" + column + "\" is of type " + TypeNames.of(type, catalog) + " but "
                            + what + " expression is of type " + TypeNames.of(value.type(), catalog))
                    .withHint("You will need to rewrite or cast the expression.").exception();
        }
        return typed;
    }
}
