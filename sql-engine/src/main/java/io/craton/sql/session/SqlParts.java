package io.craton.sql.session;

import io.craton.sql.analyze.BuiltinRelations;
import io.craton.sql.ddl.DdlExecutor;
import io.craton.sql.exec.QueryExecutor;
import io.craton.sql.function.BuiltinFunctions;
import io.craton.sql.function.CatalogNames;
import io.craton.sql.function.Kernels;
import io.craton.sql.optimize.Optimizer;
import io.craton.sql.pgcatalog.SystemRelations;

/** The engine's parts that hold no session state, put together once. */
record SqlParts(QueryExecutor executor, Planner.Optimizer optimizer, DataStatements dataStatements, BuiltinRelations builtinRelations,
        Formats.RegNamesFactory regNames) {

    static SqlParts assemble() {
        Kernels kernels = BuiltinFunctions.kernels();
        SystemRelations relations = new SystemRelations();
        QueryExecutor executor = new QueryExecutor(kernels, new AnalyzedTables(relations));
        Optimizer optimizer = new Optimizer(executor::indexExpressions);
        return new SqlParts(executor, optimizer::optimize,
                new DdlExecutor(),
                relations, (catalog, path, quotesAll) -> new CatalogNames(catalog, path, relations, quotesAll));
    }
}
