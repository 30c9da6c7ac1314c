package io.craton.sql.exec;

import io.craton.core.session.ResultSink;
import io.craton.core.session.SqlSession.Mode;
import io.craton.core.type.ByteWriter;
import io.craton.core.type.FormatContext;
import io.craton.sql.expr.Evaluator;
import io.craton.sql.expr.RowView;
import io.craton.sql.expr.Scope;
import io.craton.sql.expr.StatementState;
import io.craton.sql.logical.Relation.ModifyKind;
import io.craton.sql.plan.PointSelect;
import io.craton.sql.plan.PointWrite;
import io.craton.storage.row.KeyCodec;
import io.craton.storage.row.RowCodec;
import io.craton.storage.txn.RowLockMode;
import io.craton.storage.txn.RowReads;
import io.craton.storage.txn.Transaction;
import io.craton.storage.txn.Transaction.LockOutcome;
import io.craton.storage.txn.Transaction.WriteOutcome;
import io.craton.storage.txn.WaitPolicy;
import io.craton.storage.txn.WouldBlockException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The short road of single rows: no batches, the stored image goes straight to the wire. Stateless. */
final class PointRunner {
    private PointRunner() {}

    static long select(PointSelect plan, ExecContext context, ResultSink sink, short[] formats, Mode mode) {
        byte[] key = key(plan.key(), plan.keyCodec(), context);
        if (key == null) return 0;
        RowReads reads = plan.asOf() < 0 ? context.transaction() : context.transaction().at(plan.asOf());
        byte[] row;
        if (mode == Mode.INLINE) {
            row = reads.getCached(plan.table(), key);
            if (row == Transaction.NOT_CACHED) return QueryExecutor.NEEDS_THREAD;
        } else {
            row = reads.get(plan.table(), key);
        }
        if (row == null) return 0;
        write(plan, row, context.format(), sink, formats);
        return 1;
    }

    private static void write(PointSelect plan, byte[] row, FormatContext format, ResultSink sink, short[] formats) {
        int[] columns = plan.columns();
        RowCodec codec = plan.rowCodec();
        ByteWriter out = sink.beginRow(columns.length);
        try {
            for (int i = 0; i < columns.length; i++) {
                int column = columns[i];
                if (codec.isNull(row, column)) {
                    out.putInt(-1);
                    continue;
                }
                int start = out.size();
                out.putInt(0);
                boolean binary = formats.length > 0 && (formats.length == 1 ? formats[0] : formats[i]) == 1;
                if (binary) codec.encodeBinary(row, column, format, out);
                else codec.encodeText(row, column, format, out);
                out.setInt(start, out.size() - start - 4);
            }
        } catch (RuntimeException e) {
            sink.abandonRow();
            throw e;
        }
        sink.endRow();
    }

    /** Null when no row can have this key. */
    private static byte @Nullable [] key(List<Evaluator> parts, KeyCodec codec, ExecContext context) {
        Scope scope = new Scope(context, null);
        if (parts.size() == 1) {
            Object value = parts.get(0).value(scope, RowView.EMPTY);
            if (value == null || !codec.fits(0, value)) return null;
            return value instanceof Long number ? codec.encodeLong(number) : codec.encode(value);
        }
        Object[] values = new Object[parts.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = parts.get(i).value(scope, RowView.EMPTY);
            if (values[i] == null || !codec.fits(i, values[i])) return null;
        }
        return codec.encode(values);
    }

    static long write(PointWrite plan, ExecContext context, Mode mode, CascadePlans.Source cascades) {
        TableWriter writer = plan.spec().writer();
        if (mode == Mode.BLOCKING) return write(plan, context, cascades);
        if (writer.checksOthers()) return QueryExecutor.NEEDS_THREAD;
        Transaction transaction = context.transaction();
        transaction.waiting(Transaction.Waiting.NEVER);
        try {
            return write(plan, context, cascades);
        } catch (WouldBlockException e) {
            return transaction.isQueued() ? QueryExecutor.NEEDS_LOCK : QueryExecutor.NEEDS_THREAD;
        } finally {
            transaction.waiting(Transaction.Waiting.ALLOWED);
        }
    }

    private static long write(PointWrite plan, ExecContext context, CascadePlans.Source cascades) {
        StatementState state = new StatementState();
        CascadePlans.install(state, cascades);
        Scope scope = new Scope(context, state);
        long rows = plan.spec().kind() == ModifyKind.INSERT ? insert(plan, scope) : change(plan, scope);
        state.finish();
        return rows;
    }

    private static long insert(PointWrite plan, Scope scope) {
        TableWriter writer = plan.spec().writer();
        Object[] given = new Object[writer.table().columns().size()];
        int[] targets = plan.spec().targetColumns();
        for (int i = 0; i < targets.length; i++) given[targets[i]] = plan.values()[i].value(scope, RowView.EMPTY);
        Object[] values = writer.prepare(scope, given);
        if (writer.insert(scope, values) instanceof WriteOutcome.Conflict conflict) throw writer.duplicate(scope, conflict.index(), values);
        return 1;
    }

    private static long change(PointWrite plan, Scope scope) {
        RowDecoder decoder = java.util.Objects.requireNonNull(plan.rowDecoder());
        TableWriter writer = plan.spec().writer();
        Transaction transaction = scope.context().transaction();
        byte[] key = key(plan.key(), java.util.Objects.requireNonNull(plan.keyCodec()), scope.context());
        if (key == null) return 0;
        byte[] row = transaction.get(writer.table(), key);
        if (row == null || !passes(plan.rest(), decoder, key, row, scope)) {
            // It may have waited for this row, which has changed meanwhile; as in PostgreSQL, a row that is still there stays locked.
            if (transaction.isQueued()) transaction.leaveQueue(row != null);
            return 0;
        }
        boolean delete = plan.spec().kind() == ModifyKind.DELETE;
        LockOutcome outcome = transaction.lock(writer.table(), key, delete ? RowLockMode.UPDATE : RowLockMode.NO_KEY_UPDATE, WaitPolicy.WAIT);
        switch (outcome) {
            case LockOutcome.Locked locked -> {}
            case LockOutcome.Changed changed -> {
                row = changed.newestRow();
                if (row == null || !passes(plan.condition(), decoder, key, row, scope)) return 0;
            }
            case LockOutcome.ChangedByCommand changed -> {
                if (changed.within()) throw TableWriter.changedByTrigger(delete ? "deleted" : "updated");
                return 0;
            }
            case LockOutcome.Skipped skipped -> {
                return 0;
            }
        }
        Object[] before = decoder.codec().datums(row);
        if (delete) {
            writer.delete(scope, key, before);
            return 1;
        }
        RowView view = view(decoder, key, row);
        Object[] changed = before.clone();
        for (TableWriter.Value value : plan.spec().assignments()) changed[value.column()] = value.evaluator().value(scope, view);
        if (plan.spec().callsRoutines()) writer.requireUntouched(scope, key, "updated");
        Object[] after = writer.prepare(scope, key, before, changed);
        if (plan.spec().lockMode() == RowLockMode.UPDATE) writer.lockChangedKey(scope, key, before, after);
        writer.update(scope, key, before, after);
        return 1;
    }

    private static RowView view(RowDecoder decoder, byte[] key, byte[] row) {
        return field -> decoder.datum(field, key, row);
    }

    private static boolean passes(ScanFilter condition, RowDecoder decoder, byte[] key, byte[] row, Scope scope) {
        return condition.isEmpty() || condition.passes(scope, view(decoder, key, row));
    }
}
