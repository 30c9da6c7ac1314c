package io.craton.sql.plan;

import io.craton.core.type.TypeResolver;
import io.craton.sql.analyze.SameScalar;
import io.craton.sql.exec.ExecContext;
import io.craton.sql.exec.TableExpressions;
import io.craton.sql.expr.ExpressionCompiler;
import io.craton.sql.expr.Scalars;
import io.craton.sql.function.Kernels;
import io.craton.sql.logical.Scalar;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What indexes compute of their tables' rows (hidden columns, decision 0003), in the form that conditions have when they are planned, so that the one is found in the
 * other. One planning, one thread.
 */
public final class IndexExpressions {
    private record Key(long catalogVersion, int table, int first) {}

    private final Kernels kernels;
    private final ExecContext context;
    private final TableExpressions expressions;
    private final Map<Key, Map<Integer, Scalar>> known = new HashMap<>();

    public IndexExpressions(Kernels kernels, ExecContext context, TableExpressions expressions) {
        this.kernels = kernels;
        this.context = context;
        this.expressions = expressions;
    }

    /**
     * The table's hidden columns by attribute number: none for most tables.
     *
     * @param catalog that the table is of
     * @param first where the table's fields begin in the row that the conditions see
     */
    public Map<Integer, Scalar> of(TableDef table, Catalog catalog, int first) {
        if (!hides(table)) return Map.of();
        return known.computeIfAbsent(new Key(catalog.version(), table.oid(), first), key -> {
            ConstantFolding folding = new ConstantFolding(new ExpressionCompiler(kernels, context, subquery -> {
                throw new IllegalStateException("an index expression has no subquery");
            }));
            Map<Integer, Scalar> all = new TreeMap<>();
            expressions.hidden(table, catalog).forEach((number, expression) -> all.put(number, JoinPlanner.shift(folding.fold(inlined(expression)), first)));
            return all;
        });
    }

    private static boolean hides(TableDef table) {
        for (ColumnDef column : table.columns()) if (column.hidden() && !column.dropped()) return true;
        return false;
    }

    /** Statements have bodies in place of calls too. */
    private Scalar inlined(Scalar expression) {
        boolean routine = Scalars.any(expression, part -> part instanceof Scalar.Call call && !call.function().builtIn());
        return routine ? context.routines().inlined(expression, context) : expression;
    }

    /** Conjuncts of a partial index's predicate; none when it has all rows. */
    static List<Scalar> predicate(IndexDef index, Map<Integer, Scalar> hidden) {
        return index.predicateColumn() == 0 ? List.of() : Scalars.conjuncts(hidden.get(index.predicateColumn()));
    }

    /** Whether the index has every row for which the conditions hold. */
    public boolean covers(IndexDef index, Map<Integer, Scalar> hidden, List<Scalar> conditions) {
        return index.predicateColumn() == 0 || Implication.holds(conditions, predicate(index, hidden), types());
    }

    /** What entries of the index do not already say. */
    List<Scalar> unsaid(List<Scalar> conditions, IndexDef index, Map<Integer, Scalar> hidden) {
        List<Scalar> predicate = predicate(index, hidden);
        if (predicate.isEmpty()) return conditions;
        List<Scalar> rest = new ArrayList<>(conditions);
        rest.removeIf(condition -> Implication.holds(predicate, List.of(condition), types()));
        return rest;
    }

    private TypeResolver types() {
        return context.format().types();
    }

    /** Whether the hidden column with this attribute number holds what the scalar computes. */
    public static boolean computes(Scalar scalar, int attributeNumber, Map<Integer, Scalar> hidden) {
        Scalar expression = hidden.get(attributeNumber);
        return expression != null && SameScalar.same(bare(scalar), bare(expression));
    }

    /** Without what changes no bits of the value. */
    static Scalar bare(Scalar scalar) {
        Scalar inner = scalar;
        while (true) {
            switch (inner) {
                case Scalar.Relabel relabel when AccessPaths.compatible(relabel.type(), relabel.argument().type()) -> inner = relabel.argument();
                case Scalar.Collate collate -> inner = collate.argument();
                default -> {
                    return inner;
                }
            }
        }
    }
}
