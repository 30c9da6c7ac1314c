package io.craton.sql.session;

import io.craton.core.type.FormatContext.RegNames;
import io.craton.sql.analyze.BuiltinRelations;
import io.craton.sql.ddl.DdlExecutor;
import io.craton.sql.exec.QueryExecutor;
import io.craton.sql.function.BuiltinFunctions;
import io.craton.sql.function.Kernels;
import io.craton.storage.engine.StorageEngine;

/** The engine's parts that hold no session state, put together once. */
record SqlParts(QueryExecutor executor, Planner.Optimizer optimizer, DataStatements dataStatements, BuiltinRelations builtinRelations,
        Formats.RegNamesFactory regNames) {

    static SqlParts assemble(StorageEngine storage) {
        Kernels kernels = BuiltinFunctions.kernels();
        QueryExecutor executor = new QueryExecutor(kernels, new AnalyzedTables(BuiltinRelations.NONE));
        return new SqlParts(executor, (relation, context) -> relation,
                new DdlExecutor(),
                BuiltinRelations.NONE, (catalog, path) -> RegNames.NONE);
    }
}
