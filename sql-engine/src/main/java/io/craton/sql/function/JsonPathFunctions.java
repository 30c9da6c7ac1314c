package io.craton.sql.function;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.JsonPath;
import io.craton.core.type.Jsonb;
import io.craton.sql.exec.ExecContext;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** jsonb_path_exists, jsonb_path_match, jsonb_path_query and their kin, and the operators {@code @?} and {@code @@}. */
final class JsonPathFunctions {
    private JsonPathFunctions() {}

    static void register(Kernels kernels) {
        kernels.scalar("jsonb_path_exists_opr", (context, call, a) -> exists(context, a, false));
        kernels.scalar("jsonb_path_match_opr", (context, call, a) -> match(context, a, false));
        for (String suffix : new String[] {"", "_tz"}) {
            boolean zones = !suffix.isEmpty();
            kernels.scalar("jsonb_path_exists" + suffix, (context, call, a) -> exists(context, a, zones));
            kernels.scalar("jsonb_path_match" + suffix, (context, call, a) -> match(context, a, zones));
            kernels.set("jsonb_path_query" + suffix, (context, call, a) -> SetFunctions.rows(new ArrayList<>(all(context, a, zones))));
            kernels.scalar("jsonb_path_query_array" + suffix, (context, call, a) -> new Jsonb.ArrayValue(all(context, a, zones)));
            kernels.scalar("jsonb_path_query_first" + suffix, (context, call, a) -> {
                List<Jsonb> found = all(context, a, zones);
                return found.isEmpty() ? null : found.getFirst();
            });
        }
    }

    /** The operators have two arguments and no errors. */
    private static boolean silent(@Nullable Object[] a) {
        return a.length < 4 || (Boolean) a[3];
    }

    private static JsonPathEvaluation evaluation(ExecContext context, @Nullable Object[] a, boolean zones) {
        Jsonb variables = a.length < 4 ? null : (Jsonb) a[2];
        return new JsonPathEvaluation(context, (JsonPath) a[1], (Jsonb) a[0], variables, !silent(a), zones);
    }

    private static List<Jsonb> all(ExecContext context, @Nullable Object[] a, boolean zones) {
        return evaluation(context, a, zones).all();
    }

    private static @Nullable Boolean exists(ExecContext context, @Nullable Object[] a, boolean zones) {
        return evaluation(context, a, zones).exists();
    }

    private static @Nullable Boolean match(ExecContext context, @Nullable Object[] a, boolean zones) {
        List<Jsonb> found = all(context, a, zones);
        if (found.size() == 1) {
            if (found.getFirst() instanceof Jsonb.BoolValue bool) return bool.value();
            if (found.getFirst() instanceof Jsonb.NullValue) return null;
        }
        if (!silent(a)) throw new PgException(SqlState.SINGLETON_SQL_JSON_ITEM_REQUIRED, "single boolean result is expected");
        return null;
    }
}
