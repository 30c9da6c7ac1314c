package io.craton.sql.procedure;

import io.craton.core.type.PgType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A body that was read: its variables and steps. Belongs to one session; grows fields of records as its SQL is analysed, else it does not change.
 *
 * @see ProgramParser
 */
final class Program {
    enum Precedence {
        ERROR, VARIABLE, COLUMN;

        /** Of a value of plpgsql.variable_conflict. */
        static Precedence of(@Nullable String setting) {
            return "use_variable".equals(setting) ? VARIABLE : "use_column".equals(setting) ? COLUMN : ERROR;
        }
    }

    /** What the body is the body of. */
    record Signature(String name, PgType result, boolean returnsSet, boolean procedure, boolean trigger, boolean readOnly) {}

    final Signature signature;
    final List<Datum> datums;
    Step.Block body;
    /** Variables of the input arguments, in order. */
    final int[] arguments;
    /** What OUT arguments give, -1 when there are none. */
    final int output;
    final int found;
    final int newRow;
    final int oldRow;
    /** First of the variables tg_name .. tg_argv. */
    final int triggerFacts;
    Precedence precedence = Precedence.ERROR;
    boolean printStrict;

    Program(ProgramBuilder builder, Step.Block body) {
        this.signature = builder.signature;
        this.datums = new ArrayList<>(builder.datums);
        this.body = body;
        this.arguments = builder.arguments.stream().mapToInt(Integer::intValue).toArray();
        this.output = builder.output;
        this.found = builder.found;
        this.newRow = builder.newRow;
        this.oldRow = builder.oldRow;
        this.triggerFacts = builder.triggerFacts;
        this.precedence = builder.precedence;
        this.printStrict = builder.printStrict;
    }

    Datum datum(int number) {
        return datums.get(number);
    }

    /** The place that stands for a field of a composite variable. */
    int field(int parent, String name) {
        return field(datums, parent, name);
    }

    static int field(List<Datum> datums, int parent, String name) {
        for (Datum datum : datums) if (datum instanceof Datum.Field field && field.parent() == parent && field.name().equals(name)) return field.number();
        Datum.Field field = new Datum.Field(datums.size(), name, parent);
        datums.add(field);
        return field.number();
    }

    /** The variable that a place belongs to. */
    static Datum.@Nullable Variable owner(List<Datum> datums, int number) {
        return switch (datums.get(number)) {
            case Datum.Variable variable -> variable;
            case Datum.Field field -> owner(datums, field.parent());
            case Datum.Row row -> null;
        };
    }
}
