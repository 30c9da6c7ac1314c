package io.craton.sql.function;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.exec.ExecContext;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import io.craton.storage.txn.Transaction.SequenceState;
import org.jspecify.annotations.Nullable;

/** nextval, currval, setval, lastval. */
final class SequenceFunctions {
    private SequenceFunctions() {}

    static void register(Kernels kernels) {
        kernels.scalar("nextval_oid", (context, call, a) -> next(context, (Long) a[0]));
        // An identity column takes from its sequence whatever rights there are on it.
        kernels.scalar("identity_nextval", (context, call, a) -> next(context, sequence(context, (Long) a[0])));
        kernels.scalar("currval_oid", (context, call, a) -> current(context, (Long) a[0]));
        kernels.scalar("lastval", (context, call, a) -> last(context));
        kernels.scalar("setval_oid", (context, call, a) -> set(context, (Long) a[0], (Long) a[1], true));
        kernels.scalar("setval3_oid", (context, call, a) -> set(context, (Long) a[0], (Long) a[1], (Boolean) a[2]));
        kernels.scalar("pg_sequence_last_value", (context, call, a) -> {
            SequenceState state = context.transaction().sequenceState(sequence(context, (Long) a[0]));
            return state.called() ? (Object) state.lastValue() : null;
        });
        kernels.scalar("pg_sequence_parameters", SequenceFunctions::parameters);
    }

    private static SequenceDef sequence(ExecContext context, long oid) {
        SequenceDef sequence = context.catalog().find(SequenceDef.class, (int) oid);
        if (sequence != null) return sequence;
        CatalogNames.Relations.Named other = CatalogNames.Relations.find(context.catalog(), (int) oid);
        if (other == null) throw new PgException(SqlState.INTERNAL_ERROR, "could not open relation with OID " + oid);
        throw new PgException(SqlState.WRONG_OBJECT_TYPE, "\"" + other.name() + "\" is not a sequence");
    }

    private static SequenceDef permitted(ExecContext context, long oid, String privileges) {
        SequenceDef sequence = sequence(context, oid);
        if (!Privileges.any(context, context.session().currentUserOid(), sequence.owner(), sequence.acl(), privileges, 'S')) {
            throw new PgException(SqlState.INSUFFICIENT_PRIVILEGE, "permission denied for sequence " + sequence.name());
        }
        return sequence;
    }

    private static void requireWritable(ExecContext context, SequenceDef sequence, String function) {
        if (context.transaction().readOnly() && sequence.persistence() != 't') {
            throw new PgException(SqlState.READ_ONLY_SQL_TRANSACTION, "cannot execute " + function + " in a read-only transaction");
        }
    }

    static Object next(ExecContext context, long oid) {
        return next(context, permitted(context, oid, "Uw"));
    }

    private static Object next(ExecContext context, SequenceDef sequence) {
        requireWritable(context, sequence, "nextval()");
        long value = context.transaction().nextValue(sequence);
        context.session().rememberSequenceValue(sequence.oid(), value);
        return value;
    }

    private static Object current(ExecContext context, long oid) {
        SequenceDef sequence = permitted(context, oid, "rU");
        Long value = context.session().lastSequenceValue(sequence.oid());
        if (value == null) {
            throw new PgException(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE,
                    "currval of sequence \"" + sequence.name() + "\" is not yet defined in this session");
        }
        return value;
    }

    private static Object last(ExecContext context) {
        int oid = context.session().lastSequence();
        Long value = oid == 0 ? null : context.session().lastSequenceValue(oid);
        if (value == null || context.catalog().find(SequenceDef.class, oid) == null) {
            throw new PgException(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE, "lastval is not yet defined in this session");
        }
        permitted(context, oid, "rU");
        return value;
    }

    private static Object set(ExecContext context, long oid, long value, boolean called) {
        SequenceDef sequence = permitted(context, oid, "w");
        requireWritable(context, sequence, "setval()");
        if (value < sequence.minimum() || value > sequence.maximum()) {
            throw new PgException(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, "setval: value " + value + " is out of bounds for sequence \""
                    + sequence.name() + "\" (" + sequence.minimum() + ".." + sequence.maximum() + ")");
        }
        context.transaction().setValue(sequence, value, called);
        if (called) context.session().rememberSequenceValue(sequence.oid(), value);
        return value;
    }

    private static Object parameters(ExecContext context, CallInfo call, @Nullable Object[] a) {
        SequenceDef s = sequence(context, (Long) a[0]);
        return new io.craton.core.type.PgRecord(io.craton.core.type.TypeOid.RECORD,
                java.util.stream.IntStream.of(20, 20, 20, 20, 16, 20, 26).mapToObj(io.craton.core.type.PgTypes::get).toList(),
                java.util.List.of("start_value", "minimum_value", "maximum_value", "increment", "cycle_option", "cache_size", "data_type"),
                new Object[] {s.start(), s.minimum(), s.maximum(), s.increment(), s.cycle(), s.cache(), (long) s.typeOid()});
    }
}
