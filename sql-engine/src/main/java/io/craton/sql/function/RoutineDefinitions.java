package io.craton.sql.function;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.core.type.TypeOid;
import io.craton.sql.analyze.CatalogView;
import io.craton.sql.deparse.Definitions;
import io.craton.sql.exec.ExecContext;
import io.craton.sql.pgcatalog.BuiltinDetails;
import io.craton.sql.procedure.ArgumentVariables;
import io.craton.sql.syntax.RoutineStatement;
import io.craton.sql.syntax.SqlParser;
import io.craton.sql.syntax.Statement;
import io.craton.storage.catalog.CatalogObject.RoutineDef;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Functions and procedures as SQL: the pg_get_function family. */
public final class RoutineDefinitions {
    private static final double ROWS_DEFAULT = 1000;

    private RoutineDefinitions() {}

    static void register(Kernels kernels) {
        kernels.scalar("pg_get_function_arguments", (context, call, a) -> arguments(context, (Long) a[0], true, true));
        kernels.scalar("pg_get_function_identity_arguments", (context, call, a) -> arguments(context, (Long) a[0], true, false));
        kernels.scalar("pg_get_function_result", (context, call, a) -> resultType(context, (Long) a[0]));
        kernels.scalar("pg_get_function_sqlbody", (context, call, a) -> sqlBody(context, (Long) a[0]));
        kernels.scalar("pg_get_function_arg_default", (context, call, a) -> argumentDefault(context, (Long) a[0], (Long) a[1]));
        kernels.scalar("pg_get_functiondef", (context, call, a) -> functionDefinition(context, (Long) a[0]));
    }

    /** One form for built-in and user-made functions. */
    private record Signature(String name, int namespace, char kind, List<Integer> types, String modes, List<String> names,
            List<String> defaults, int result, boolean set, int variadic) {}

    private static @Nullable Signature signature(ExecContext context, long oid) {
        FunctionDef builtin = BuiltinCatalog.function((int) oid);
        if (builtin != null) {
            List<Integer> types = builtin.allTypes().isEmpty() ? builtin.argumentTypes() : builtin.allTypes();
            String modes = builtin.modes().isEmpty() ? inputs(types.size(), builtin.variadicType() != 0) : builtin.modes();
            return new Signature(builtin.name(), builtin.namespace(), builtin.kind(), types, modes, builtin.names(), builtin.defaults(),
                    builtin.returnType(), builtin.returnsSet(), builtin.variadicType());
        }
        RoutineDef routine = context.catalog().find(RoutineDef.class, (int) oid);
        if (routine == null) return null;
        String modes = routine.argModes().isEmpty() ? inputs(routine.allArgTypes().size(), false) : routine.argModes();
        return new Signature(routine.name(), routine.schemaOid(), routine.kind(), routine.allArgTypes(), modes, routine.argNames(),
                routine.argDefaults(), routine.returnTypeOid(), routine.returnsSet(), routine.variadicTypeOid());
    }

    private static String inputs(int count, boolean variadic) {
        return variadic ? "i".repeat(count - 1) + "v" : "i".repeat(count);
    }

    private static String typeName(ExecContext context, int oid) {
        return context.format().names().print(TypeOid.REGTYPE, oid & 0xffffffffL);
    }

    private static @Nullable Object arguments(ExecContext context, long oid, boolean withOutputs, boolean withDefaults) {
        Signature signature = signature(context, oid);
        if (signature == null) return null;
        int inputs = (int) signature.modes.chars().filter(c -> "ibv".indexOf(c) >= 0).count();
        int firstDefault = inputs - signature.defaults.size();
        List<String> parts = new ArrayList<>();
        int input = 0;
        for (int i = 0; i < signature.types.size(); i++) {
            char mode = signature.modes.charAt(i);
            boolean isInput = "ibv".indexOf(mode) >= 0;
            int index = isInput ? input++ : -1;
            if (mode == 't' || mode == 'o' && !withOutputs) continue;
            StringBuilder part = new StringBuilder(mode == 'o' ? "OUT " : mode == 'b' ? "INOUT " : mode == 'v' ? "VARIADIC "
                    : signature.kind == 'p' ? "IN " : "");
            String name = i < signature.names.size() ? signature.names.get(i) : "";
            if (!name.isEmpty()) part.append(context.format().names().identifier(name)).append(' ');
            part.append(typeName(context, signature.types.get(i)));
            if (withDefaults && index >= firstDefault && isInput && !signature.defaults.isEmpty()) {
                part.append(" DEFAULT ").append(writtenDefault(context, signature.defaults.get(index - firstDefault)));
            }
            parts.add(part.toString());
        }
        return String.join(", ", parts);
    }

    private static @Nullable Object argumentDefault(ExecContext context, long oid, long number) {
        Signature signature = signature(context, oid);
        if (signature == null) return null;
        int inputs = (int) signature.modes.chars().filter(c -> "ibv".indexOf(c) >= 0).count();
        long index = number - 1 - (inputs - signature.defaults.size());
        return index < 0 || index >= signature.defaults.size() ? null : writtenDefault(context, signature.defaults.get((int) index));
    }

    /** A default as it is shown, of how it is stored. */
    public static String writtenDefault(ExecContext context, String stored) {
        return new Definitions(context.session().names()).list(stored, null, Definitions.Style.PLAIN).getFirst();
    }

    private static @Nullable Object resultType(ExecContext context, long oid) {
        Signature signature = signature(context, oid);
        if (signature == null || signature.kind == 'p') return null;
        if (signature.modes.indexOf('t') >= 0) {
            List<String> columns = new ArrayList<>();
            for (int i = 0; i < signature.types.size(); i++) {
                if (signature.modes.charAt(i) != 't') continue;
                columns.add(context.format().names().identifier(signature.names.get(i)) + " " + typeName(context, signature.types.get(i)));
            }
            return "TABLE(" + String.join(", ", columns) + ")";
        }
        return (signature.set ? "SETOF " : "") + typeName(context, signature.result);
    }

    private static @Nullable Object sqlBody(ExecContext context, long oid) {
        String builtin = BuiltinDetails.sql((int) oid);
        if (builtin != null) return builtin;
        RoutineDef routine = context.catalog().find(RoutineDef.class, (int) oid);
        return routine == null || !routine.sqlBody() ? null : writtenBody(context, routine);
    }

    /** RETURN as it is, statements between BEGIN ATOMIC and END. */
    private static String writtenBody(ExecContext context, RoutineDef routine) {
        CatalogView names = context.session().names();
        List<PgType> types = new ArrayList<>();
        List<String> arguments = new ArrayList<>();
        for (int i = 0; i < routine.allArgTypes().size(); i++) {
            if ("ot".indexOf(routine.argModes().charAt(i)) >= 0) continue;
            types.add(names.requireType(routine.allArgTypes().get(i)));
            arguments.add(i < routine.argNames().size() ? routine.argNames().get(i) : "");
        }
        ArgumentVariables variables = new ArgumentVariables(routine.name(), arguments, types, names);
        Definitions definitions = new Definitions(names);
        boolean atomic = routine.body().isEmpty() || routine.body().endsWith(";");
        StringBuilder text = new StringBuilder(atomic ? "BEGIN ATOMIC\n" : "");
        for (Statement statement : SqlParser.parseRoutineBody(routine.body())) {
            switch (statement) {
                case RoutineStatement.Return returned -> text.append(atomic ? " " : "").append("RETURN ")
                        .append(definitions.routineReturn(returned.value(), variables, routine.name(), arguments));
                case Statement.Optimizable query -> text
                        .append(definitions.routineStatement(query, variables, routine.name(), arguments).replace("\n", "\n "));
                default -> throw new IllegalStateException("a body of " + statement.getClass());
            }
            if (atomic) text.append(";\n");
        }
        return text.append(atomic ? "END" : "").toString();
    }

    private static @Nullable Object functionDefinition(ExecContext context, long oid) {
        Signature signature = signature(context, oid);
        if (signature == null) return null;
        if (signature.kind == 'a') {
            throw new PgException(SqlState.WRONG_OBJECT_TYPE, "\"" + signature.name + "\" is an aggregate function");
        }
        FunctionDef builtin = BuiltinCatalog.function((int) oid);
        RoutineDef routine = builtin == null ? context.catalog().find(RoutineDef.class, (int) oid) : null;
        StringBuilder sql = new StringBuilder("CREATE OR REPLACE ").append(signature.kind == 'p' ? "PROCEDURE " : "FUNCTION ")
                .append(context.format().names().identifier(SessionFunctions.schemaName(context, signature.namespace))).append('.')
                .append(context.format().names().identifier(signature.name)).append('(').append(arguments(context, oid, true, true)).append(")\n");
        if (signature.kind != 'p') sql.append(" RETURNS ").append(resultType(context, oid)).append('\n');
        String language = builtin != null ? builtin.language() : routine.language();
        sql.append(" LANGUAGE ").append(context.format().names().identifier(language)).append('\n');
        String flags = builtin != null
                ? flags(signature, builtin.volatility(), builtin.parallel(), builtin.strict(), builtin.securityDefiner(), builtin.leakproof(),
                        builtin.cost(), builtin.rows(), language)
                : flags(signature, routine.volatility(), routine.parallel(), routine.strict(), routine.securityDefiner(), routine.leakproof(),
                        routine.cost(), routine.rows(), language);
        FunctionDef support = BuiltinCatalog.function(BuiltinDetails.support((int) oid));
        if (support != null) flags += " SUPPORT " + context.format().names().identifier(support.name());
        if (!flags.isEmpty()) sql.append(flags).append('\n');
        if (routine != null) for (Map.Entry<String, String> setting : routine.settings().entrySet()) setting(context, setting, sql);
        if (routine != null && routine.sqlBody()) return sql.append(writtenBody(context, routine)).append('\n').toString();
        String written = BuiltinDetails.sql((int) oid);
        if (written != null) return sql.append(written).append('\n').toString();
        String body = BuiltinDetails.source((int) oid);
        if (body == null) body = builtin != null ? builtin.source() : routine.body();
        String tag = signature.kind == 'p' ? "$procedure" : "$function";
        while (body.contains(tag)) tag += "x";
        return sql.append("AS ").append(tag).append('$').append(body).append(tag).append("$\n").toString();
    }

    private static String flags(Signature signature, char volatility, char parallel, boolean strict, boolean definer, boolean leakproof, double cost,
            double rows, String language) {
        double costDefault = language.equals("internal") || language.equals("c") ? 1 : 100;
        return (signature.kind == 'w' ? " WINDOW" : "")
                + (volatility == 'i' ? " IMMUTABLE" : volatility == 's' ? " STABLE" : "")
                + (parallel == 's' ? " PARALLEL SAFE" : parallel == 'r' ? " PARALLEL RESTRICTED" : "") + (strict ? " STRICT" : "")
                + (definer ? " SECURITY DEFINER" : "") + (leakproof ? " LEAKPROOF" : "") + (cost == costDefault ? "" : " COST " + number(cost))
                + (rows > 0 && rows != ROWS_DEFAULT ? " ROWS " + number(rows) : "");
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15 ? Long.toString((long) value) : Double.toString(value);
    }

    /** Lists of names are quoted name by name, other values as one string. */
    private static void setting(ExecContext context, Map.Entry<String, String> setting, StringBuilder sql) {
        sql.append(" SET ").append(context.format().names().identifier(setting.getKey())).append(" TO ");
        boolean list = switch (setting.getKey()) {
            case "search_path", "temp_tablespaces", "local_preload_libraries", "session_preload_libraries", "shared_preload_libraries" -> true;
            default -> false;
        };
        if (list) {
            List<String> names = new ArrayList<>();
            for (String name : setting.getValue().split(",")) {
                String plain = name.trim();
                boolean quoted = plain.length() > 1 && plain.startsWith("\"") && plain.endsWith("\"");
                names.add(Quoting.literal(quoted ? plain.substring(1, plain.length() - 1).replace("\"\"", "\"") : plain));
            }
            sql.append(String.join(", ", names));
        } else {
            sql.append(Quoting.literal(setting.getValue()));
        }
        sql.append('\n');
    }
}
