package io.craton.sql.session;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.session.BoundParameters;
import io.craton.core.session.ResultSink;
import io.craton.core.session.SqlSession.Mode;
import io.craton.core.session.TransactionStatus;
import io.craton.sql.function.FunctionDef;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The protocol's calls of functions by oid: each is a SELECT of the function, prepared under a name that no client can send. The session's thread. */
final class FunctionCalls {
    private static final String NAME = "\0function call";

    private FunctionCalls() {}

    /** Errors as PostgreSQL's: 42883 for an unknown oid, 0A000 for what is no plain function, 08P01 for another number of arguments. */
    static void run(Session session, int oid, BoundParameters arguments, short resultFormat, ResultSink out) {
        if (session.transactionStatus() == TransactionStatus.FAILED) throw TransactionControl.inFailedBlock();
        FunctionDef function = session.names().function(oid);
        if (function == null) throw new PgException(SqlState.UNDEFINED_FUNCTION, "function with OID " + Integer.toUnsignedString(oid) + " does not exist");
        if (function.kind() != 'f' || function.returnsSet()) {
            throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, "cannot call function \"" + function.name() + "\" via fastpath interface");
        }
        int[] types = function.argumentTypes().stream().mapToInt(Integer::intValue).toArray();
        if (arguments.count() != types.length) {
            throw new PgException(SqlState.PROTOCOL_VIOLATION,
                    "function call message contains " + arguments.count() + " arguments but function requires " + types.length);
        }
        try {
            session.parse(NAME, text(session, function), types, Mode.BLOCKING);
            session.bind(NAME, NAME, arguments, new short[] {resultFormat}, Mode.BLOCKING);
            session.execute(NAME, 0, out, Mode.BLOCKING);
        } finally {
            session.closePortal(NAME);
            session.closeStatement(NAME);
        }
    }

    private static String text(Session session, FunctionDef function) {
        int last = function.argumentTypes().size();
        String arguments = IntStream.rangeClosed(1, last).mapToObj(i -> (i == last && function.variadicType() != 0 ? "VARIADIC $" : "$") + i)
                .collect(Collectors.joining(", "));
        return "SELECT " + quoted(session.names().schemaName(function.namespace())) + "." + quoted(function.name()) + "(" + arguments + ")";
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }
}
