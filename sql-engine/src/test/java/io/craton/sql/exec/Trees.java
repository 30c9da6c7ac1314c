package io.craton.sql.exec;

import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.sql.function.BuiltinCatalog;
import io.craton.sql.function.BuiltinFunctions;
import io.craton.sql.function.FunctionDef;
import io.craton.sql.function.Kernels;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Scalar;
import io.craton.sql.plan.IndexExpressions;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Small analysed trees for tests, and a way to run them. */
public final class Trees {
    public static final Kernels KERNELS = BuiltinFunctions.kernels();

    private Trees() {}

    /** The built-in function with this name and argument types. */
    public static FunctionDef function(String name, PgType... arguments) {
        List<Integer> oids = java.util.Arrays.stream(arguments).map(PgType::oid).toList();
        for (FunctionDef function : BuiltinCatalog.functions(name)) if (function.argumentTypes().equals(oids)) return function;
        throw new IllegalArgumentException(name + oids);
    }

    public static Scalar column(int index, PgType type) {
        return new Scalar.Column(index, type, -1);
    }

    public static Scalar constant(Object value, PgType type) {
        return new Scalar.Constant(value, type, -1);
    }

    public static Scalar call(String name, PgType result, Scalar... arguments) {
        PgType[] types = java.util.Arrays.stream(arguments).map(Scalar::type).toArray(PgType[]::new);
        return new Scalar.Call(function(name, types), List.of(arguments), result, -1, 0, 0);
    }

    public static FunctionDef equality(PgType type) {
        return function(type.equals(PgTypes.TEXT) ? "texteq" : type.equals(PgTypes.INT8) ? "int8eq" : "int4eq", type, type);
    }

    public static FunctionDef less(PgType type) {
        return function(type.equals(PgTypes.TEXT) ? "text_lt" : type.equals(PgTypes.INT8) ? "int8lt" : "int4lt", type, type);
    }

    public static Relation.SortKey key(int index, PgType type, boolean descending, boolean nullsFirst) {
        return new Relation.SortKey(column(index, type), descending, nullsFirst, less(type), equality(type), 0);
    }

    /** Rows of (int4, text), some values null, few distinct ones. */
    public static List<Object[]> rows(Random random, int count, int distinct) {
        List<Object[]> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Object number = random.nextInt(8) == 0 ? null : (Object) (long) random.nextInt(distinct);
            Object text = random.nextInt(8) == 0 ? null : "t" + random.nextInt(distinct) + (random.nextBoolean() ? "é" : "");
            rows.add(new Object[] {number, text});
        }
        return rows;
    }

    public static final List<Relation.Field> FIELDS =
            List.of(new Relation.Field("n", PgTypes.INT4, -1), new Relation.Field("t", PgTypes.TEXT, -1));

    public static Relation values(List<Object[]> rows) {
        List<List<Scalar>> scalars = new ArrayList<>();
        for (Object[] row : rows) scalars.add(List.of(constant(row[0], PgTypes.INT4), constant(row[1], PgTypes.TEXT)));
        return new Relation.Values(scalars, FIELDS);
    }

    public static final TableExpressions NO_EXPRESSIONS = new TableExpressions() {
        @Override
        public List<Relation.Assignment> defaults(TableDef table, Catalog catalog) {
            return List.of();
        }

        @Override
        public Map<Integer, Scalar> hidden(TableDef table, Catalog catalog) {
            return Map.of();
        }

        @Override
        public List<Scalar.NamedCheck> checks(TableDef table, Catalog catalog) {
            return List.of();
        }

        @Override
        public Scalar triggerCondition(io.craton.storage.catalog.CatalogObject.TriggerDef trigger, TableDef table, Catalog catalog) {
            throw new UnsupportedOperationException();
        }
    };

    public static IndexExpressions indexExpressions(ExecContext context) {
        return new IndexExpressions(KERNELS, context, NO_EXPRESSIONS);
    }

    public static List<List<Object>> run(Relation relation, ExecContext context) {
        QueryExecutor executor = new QueryExecutor(KERNELS, NO_EXPRESSIONS);
        List<List<Object>> result = new ArrayList<>();
        executor.run(executor.plan(relation, context), context, row -> result.add(java.util.Arrays.asList(row.clone())));
        return result;
    }

    public static List<List<Object>> run(Relation relation) {
        return run(relation, new TestContext());
    }
}
