package io.craton.sql.session;

import io.craton.core.error.PgException;
import io.craton.core.type.FormatContext.RegNames;
import io.craton.sql.analyze.BuiltinRelations;
import io.craton.sql.exec.QueryExecutor;
import io.craton.sql.function.BuiltinFunctions;
import io.craton.sql.function.Kernels;
import io.craton.storage.engine.StorageEngine;

/** The engine's parts that hold no session state, put together once. */
record SqlParts(QueryExecutor executor, Planner.Optimizer optimizer, DataStatements dataStatements, BuiltinRelations builtinRelations,
        Formats.RegNamesFactory regNames) {

    static SqlParts assemble(StorageEngine storage) {
        Kernels kernels = BuiltinFunctions.kernels();
        QueryExecutor executor = new QueryExecutor(kernels, null);
        return new SqlParts(executor, (relation, context) -> relation,
                (parsed, analyzed, scope, sink) -> {
                    throw PgException.notSupported(CommandTags.of(parsed.statement()));
                },
                BuiltinRelations.NONE, (catalog, path) -> RegNames.NONE);
    }
}
