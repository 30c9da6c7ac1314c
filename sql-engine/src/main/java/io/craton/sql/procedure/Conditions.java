package io.craton.sql.procedure;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import java.util.ArrayList;
import java.util.List;

/** Names of conditions, SQLSTATEs, and which errors a handler takes. */
final class Conditions {
    private Conditions() {}

    static boolean isCode(String text) {
        if (text.length() != 5) return false;
        for (int i = 0; i < 5; i++) if ("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".indexOf(text.charAt(i)) < 0) return false;
        return true;
    }

    /** The codes that a condition's name stands for; "others" stands for itself. 42704 for an unknown name. */
    static List<String> codes(String name) {
        if (name.equals("others")) return List.of("others");
        List<String> codes = new ArrayList<>(1);
        for (SqlState state : SqlState.values()) if (state.condition.equals(name) && !codes.contains(state.code)) codes.add(state.code);
        if (codes.isEmpty()) throw new PgException(SqlState.UNDEFINED_OBJECT, "unrecognized exception condition \"" + name + "\"");
        return codes;
    }

    /** A code, or the first code of a condition's name. */
    static String code(String nameOrCode) {
        return isCode(nameOrCode) ? nameOrCode : codes(nameOrCode).getFirst();
    }

    /** A class stands for all its codes; "others" leaves out a cancel and a failed assertion. */
    static boolean matches(List<String> conditions, PgError error) {
        String code = error.code();
        for (String condition : conditions) {
            if (condition.equals("others")) {
                if (error.state() != SqlState.QUERY_CANCELED && error.state() != SqlState.ASSERT_FAILURE) return true;
            } else if (condition.equals(code) || condition.endsWith("000") && condition.regionMatches(0, code, 0, 2)) {
                return true;
            }
        }
        return false;
    }
}
