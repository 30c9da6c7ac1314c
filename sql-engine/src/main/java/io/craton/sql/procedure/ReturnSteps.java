package io.craton.sql.procedure;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgRecord;
import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.core.type.TypeOid;
import io.craton.sql.analyze.CatalogView;
import io.craton.sql.analyze.TypeNames;
import io.craton.sql.exec.TriggerCall;
import io.craton.sql.logical.Relation;
import io.craton.sql.procedure.Plan.Work;
import io.craton.storage.catalog.CatalogObject.TriggerDef;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** RETURN in its forms, and a call's result in the type that it was promised in. A session's, its thread. */
final class ReturnSteps {
    private static final String NOT_COMPOSITE = "cannot return non-composite value from function returning composite type";

    private final Interpreter interpreter;

    ReturnSteps(Interpreter interpreter) {
        this.interpreter = interpreter;
    }

    private boolean composite(PgType type) {
        PgType base = interpreter.host.names().baseType(type);
        return base.kind() == 'c' || base.oid() == TypeOid.RECORD;
    }

    // ---- RETURN --------------------------------------------------------------------------------------------------

    void value(Frame frame, Step.Return step) {
        if (step.variable() >= 0) {
            frame.result = place(frame, step.variable());
        } else if (step.value() != null) {
            boolean direct = !frame.program.signature.trigger() && !composite(frame.program.signature.result());
            PgType wanted = frame.program.signature.result();
            frame.result = interpreter.sql.typed(frame, step.value(), direct && wanted.oid() != TypeOid.VOID
                    ? SqlRunner.Wanted.type(wanted) : SqlRunner.Wanted.ANYTHING);
        }
        boolean rows = frame.program.signature.trigger() || composite(frame.program.signature.result());
        if (rows && frame.result != null && frame.result.value() != null && !(frame.result.value() instanceof PgRecord)) {
            throw new PgException(SqlState.DATATYPE_MISMATCH, NOT_COMPOSITE);
        }
    }

    private SqlRunner.Typed place(Frame frame, int place) {
        if (frame.program.datum(place) instanceof Datum.Row row) return new SqlRunner.Typed(interpreter.assignments.record(frame, row), PgTypes.RECORD, -1);
        int typmod = frame.program.datum(place) instanceof Datum.Single single ? single.typmod() : -1;
        return new SqlRunner.Typed(frame.parameter(place), interpreter.assignments.type(frame, place), typmod);
    }

    /** The call's result in its promised type. */
    @Nullable Object result(Frame frame, PgType promised) {
        if (promised.oid() == TypeOid.VOID) return ""; // void's only value
        SqlRunner.Typed result = frame.result;
        if (result == null) return null;
        if (composite(promised)) {
            if (!(result.value() instanceof PgRecord record)) return result.value();
            frame.activity = null;
            return rowOf(record, promised, frame);
        }
        frame.activity = "while casting return value to function's return type";
        return interpreter.assignments.cast(frame, result.value(), result.type(), result.typmod(), promised, -1);
    }

    /** The row that a trigger gives back; null where nobody wants one. */
    @Nullable PgRecord triggered(Frame frame, TriggerCall call) {
        boolean wanted = call.trigger().is(TriggerDef.ROW) && !call.trigger().after();
        if (!wanted || frame.result == null || !(frame.result.value() instanceof PgRecord record)) return null;
        frame.step = null;
        frame.activity = "during function exit";
        PgRecord row = call.blank();
        if (record.typeOid() == row.typeOid() && row.typeOid() != TypeOid.RECORD) return record;
        requireSame(record.types(), row.types(), "returned row structure does not match the structure of the triggering table", interpreter.host.names());
        return new PgRecord(row.typeOid(), row.types(), row.names(), record.values());
    }

    /** The record as a row of the type; 42804 when it has other columns. */
    PgRecord rowOf(PgRecord record, PgType promised, Frame frame) {
        CatalogView names = interpreter.host.names();
        PgType base = names.baseType(promised);
        if (base.oid() == TypeOid.RECORD && base.fields().isEmpty() || record.typeOid() == base.oid() && base.oid() != TypeOid.RECORD) {
            return promised.kind() == 'd' ? interpreter.assignments.conform(frame, record, promised) : record;
        }
        List<PgType> expected = new ArrayList<>();
        for (PgType.Field field : base.fields()) expected.add(names.requireType(field.typeOid()));
        requireSame(record.types(), expected, "returned record type does not match expected record type", names);
        List<String> fieldNames = base.fields().stream().map(PgType.Field::name).toList();
        PgRecord row = new PgRecord(base.oid(), expected, fieldNames, record.values());
        return promised.kind() == 'd' ? interpreter.assignments.conform(frame, row, promised) : row;
    }

    private static void requireSame(List<PgType> actual, List<PgType> expected, String message, CatalogView names) {
        if (actual.size() != expected.size()) {
            throw PgError.error(SqlState.DATATYPE_MISMATCH, message).withDetail("Number of returned columns (" + actual.size()
                    + ") does not match expected column count (" + expected.size() + ").").exception();
        }
        for (int i = 0; i < actual.size(); i++) {
            if (actual.get(i).oid() == expected.get(i).oid()) continue;
            throw PgError.error(SqlState.DATATYPE_MISMATCH, message).withDetail("Returned type " + TypeNames.of(actual.get(i), names)
                    + " does not match expected type " + TypeNames.of(expected.get(i), names) + " in column " + (i + 1) + ".").exception();
        }
    }

    // ---- RETURN NEXT, RETURN QUERY ---------------------------------------------------------------------------------

    void next(Frame frame, Step.ReturnNext step) {
        PgType type = frame.program.signature.result();
        if (step.variable() < 0 && step.value() == null) throw new PgException(SqlState.SYNTAX_ERROR, "RETURN NEXT must have a parameter");
        SqlRunner.Typed value = step.variable() >= 0 ? place(frame, step.variable())
                : interpreter.sql.typed(frame, step.value(), SqlRunner.Wanted.ANYTHING);
        if (!composite(type)) {
            frame.rows.add(frame, interpreter.assignments.cast(frame, value.value(), value.type(), value.typmod(), type, -1));
            return;
        }
        if (value.value() == null) {
            frame.rows.add(frame, null);
            return;
        }
        if (!(value.value() instanceof PgRecord record)) throw new PgException(SqlState.DATATYPE_MISMATCH, NOT_COMPOSITE);
        PgType expected = frame.rowType;
        if (expected.fields().isEmpty()) {
            frame.rows.add(frame, record);
            return;
        }
        frame.rows.add(frame, conformed(frame, record, expected, step.variable() >= 0 && frame.program.datum(step.variable()) instanceof Datum.Row));
    }

    /** Rows of OUT arguments are cast; other records must have the columns already. */
    private PgRecord conformed(Frame frame, PgRecord record, PgType expected, boolean outputs) {
        return outputs ? new PgRecord(record.typeOid(), record.types(), record.names(), record.values())
                : rowOf(record, expected, frame);
    }

    void query(Frame frame, Step.ReturnQuery step) {
        SqlSteps.Ready ready = interpreter.statements().ready(frame, step.query());
        if (ready != null && ready.work() instanceof Work.Utility utility) {
            Host.Outcome outcome = interpreter.sql.utility(frame, ready.fragment(), utility, ready.context());
            if (outcome.fields().isEmpty()) {
                throw new PgException(SqlState.SYNTAX_ERROR, (utility.parsed().statement() instanceof io.craton.sql.syntax.SelectStatement ? "SELECT INTO"
                        : CommandName.of(utility.parsed().statement())) + " query does not return tuples");
            }
            RowsOf rowsOf = rowsOf(frame, outcome.fields());
            for (Object[] row : outcome.rows()) rowsOf.add(row);
            frame.rowCount = outcome.rows().size();
            interpreter.found(frame, frame.rowCount != 0);
            return;
        }
        if (ready == null || !(ready.work() instanceof Work.Query query) || !query.analyzed().returnsRows()) {
            if (ready != null && ready.work() instanceof Work.Query change) {
                throw new PgException(SqlState.SYNTAX_ERROR, change.analyzed().tag() + " query does not return tuples");
            }
            throw new PgException(SqlState.SYNTAX_ERROR, "query does not return tuples");
        }
        RowsOf rowsOf = rowsOf(frame, query.columns());
        long count = interpreter.sql.run(frame, ready.fragment(), query, 0, rowsOf::add, ready.context());
        frame.rowCount = count;
        interpreter.found(frame, count != 0);
    }

    /** Puts a query's rows among the results. */
    @FunctionalInterface
    private interface RowsOf {
        void add(@Nullable Object[] row);
    }

    /** 42804 when a query with these columns does not fit the result. */
    private RowsOf rowsOf(Frame frame, List<Relation.Field> columns) {
        PgType type = frame.program.signature.result();
        CatalogView names = interpreter.host.names();
        List<PgType> actual = columns.stream().map(Relation.Field::type).toList();
        boolean rows = composite(type);
        PgType shape = rows ? frame.rowType : type;
        List<PgType> expected = !rows ? List.of(type) : shape.fields().isEmpty() ? actual
                : shape.fields().stream().map(field -> names.requireType(field.typeOid())).toList();
        requireSame(actual, expected, "structure of query does not match function result type", names);
        List<String> fieldNames = shape.fields().isEmpty() ? columns.stream().map(Relation.Field::name).toList()
                : shape.fields().stream().map(PgType.Field::name).toList();
        int oid = shape.kind() == 'c' ? shape.oid() : TypeOid.RECORD;
        return row -> frame.rows.add(frame, rows ? new PgRecord(oid, expected, fieldNames, row) : row[0]);
    }
}
