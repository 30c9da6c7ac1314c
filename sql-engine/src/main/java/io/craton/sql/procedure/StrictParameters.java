package io.craton.sql.procedure;

import io.craton.core.type.TypeCodecs;
import java.util.ArrayList;
import java.util.List;

/** The values that a statement read, as {@code #print_strict_params} shows them: {@code a = '1', b = NULL}. Pure. */
final class StrictParameters {
    private StrictParameters() {}

    static String text(Frame frame, Assignments assignments, List<Integer> used) {
        List<String> parts = new ArrayList<>();
        for (int number : used) {
            Object value = frame.parameter(number);
            parts.add(frame.program.datum(number).name() + " = " + (value == null ? "NULL"
                    : "'" + TypeCodecs.toText(assignments.type(frame, number), value, frame.format()).replace("'", "''") + "'"));
        }
        return String.join(", ", parts);
    }
}
