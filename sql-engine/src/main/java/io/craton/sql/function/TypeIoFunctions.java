package io.craton.sql.function;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.ByteWriter;
import io.craton.core.type.PgType;
import io.craton.core.type.TypeCodecs;
import io.craton.core.type.TypeOid;
import io.craton.sql.exec.ExecContext;

/**
 * The functions behind types' text and binary forms, callable by name: int4in, float8out, textsend, ... All are told by their signatures; the codecs do the
 * work. (Those that read binary forms take an internal buffer, which SQL cannot make.)
 */
final class TypeIoFunctions {
    private TypeIoFunctions() {}

    /** Adds those that no family has a kernel of its own for. */
    static void register(Kernels kernels) {
        for (FunctionDef function : BuiltinCatalog.functions()) {
            if (!function.source().equals(function.name()) || function.argumentTypes().isEmpty() || kernels.scalar(function) != null) continue;
            int first = function.argumentTypes().getFirst();
            boolean single = function.argumentTypes().size() == 1;
            if (function.returnType() == TypeOid.BYTEA && single && function.name().endsWith("send")) {
                kernels.scalar(function.source(), (context, call, a) -> {
                    ByteWriter out = new ByteWriter(16);
                    PgType type = call.argumentTypes().getFirst();
                    TypeCodecs.of(type, context.format().types()).encodeBinary(a[0], context.format(), out);
                    return out.toByteArray();
                });
            } else if (function.returnType() == TypeOid.CSTRING && single && function.name().endsWith("out") && first != TypeOid.INTERNAL) {
                kernels.scalar(function.source(), (context, call, a) ->
                        TypeCodecs.toText(call.argumentTypes().getFirst(), a[0], context.format()));
            } else if (first == TypeOid.CSTRING && function.name().endsWith("in") && !function.name().contains("typmod")) {
                kernels.scalar(function.source(), TypeIoFunctions::input);
            }
        }
    }

    /** @param a the text, then perhaps the type (of the element, for arrays) and its modifier */
    private static Object input(ExecContext context, CallInfo call, Object[] a) {
        PgType type = call.resultType();
        if (type.isPseudo() && a.length > 1) {
            PgType named = context.format().types().type((int) (long) (Long) a[1]);
            if (named == null) throw new PgException(SqlState.UNDEFINED_OBJECT, "type with OID " + a[1] + " does not exist");
            type = named;
            if (call.function().name().equals("array_in") && named.arrayOid() != 0) {
                type = java.util.Objects.requireNonNull(context.format().types().type(named.arrayOid()));
            }
        }
        int typmod = a.length > 2 ? (int) (long) (Long) a[2] : -1;
        return TypeCodecs.fromText(type, (String) a[0], typmod, context.format());
    }
}
