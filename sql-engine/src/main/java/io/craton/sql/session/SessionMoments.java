package io.craton.sql.session;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgTypes;
import io.craton.core.type.TypeCodecs;
import io.craton.core.type.TypeOid;
import io.craton.sql.analyze.CatalogView;
import io.craton.sql.analyze.Moments;
import io.craton.sql.expr.Evaluator;
import io.craton.sql.expr.RowView;
import io.craton.sql.expr.Scope;
import io.craton.sql.logical.Scalar;
import io.craton.sql.expr.Scalars;
import io.craton.sql.function.PastTimes;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.txn.Transaction;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Moments that the statements of one session name, and the one that it lives in (craton.as_of). The session's thread. */
final class SessionMoments implements Moments {
    private final Session session;
    /** Of the statement that is being planned; null while they are not known. */
    private @Nullable Object @Nullable [] parameters;
    /** The setting that {@link #position} is of. */
    private String text = "";
    private long position;

    SessionMoments(Session session) {
        this.session = session;
    }

    // ---- in statements -------------------------------------------------------------------------------------------

    /** What is planned meanwhile sees the values of its parameters. */
    <T> T with(@Nullable Object[] values, Supplier<T> planning) {
        parameters = values;
        try {
            return planning.get();
        } finally {
            parameters = null;
        }
    }

    @Override
    public Moment of(Scalar scalar) {
        Transaction transaction = session.transactions.forStatement();
        if (parameters == null && Scalars.any(scalar, Scalar.Parameter.class::isInstance)) return new Moment(transaction.newestPosition(), false);
        StatementContext context = new StatementContext(session, transaction, parameters == null ? new Object[0] : parameters);
        Evaluator evaluator = session.engine.executor().evaluator(scalar, context);
        Object value = evaluator.value(new Scope(context, null), RowView.EMPTY);
        if (value == null) throw new PgException(SqlState.NULL_VALUE_NOT_ALLOWED, "FOR SYSTEM_TIME AS OF must not be null");
        boolean constant = scalar instanceof Scalar.Constant;
        if (scalar.type().oid() == TypeOid.INT8) return new Moment((Long) value, constant);
        long found = positionAt((Long) value, transaction);
        return new Moment(found, constant && found < transaction.newestPosition());
    }

    @Override
    public long madeAt(TableDef table) {
        long[] made = {0};
        session.transactions.forStatement().schemaChanges(0, Long.MAX_VALUE - 1, (at, changes) -> {
            for (CatalogChange change : changes.changes()) {
                if (made[0] == 0 && change.object() instanceof TableDef other && other.oid() == table.oid()) made[0] = at;
            }
        });
        return made[0];
    }

    @Override
    public CatalogView names(long position) {
        Catalog then = session.transactions.forStatement().catalogAt(position);
        return new CatalogView(then, session.engine.builtinRelations(), session.searchPath(then), session.format(), session.identity.database())
                .withNullEquals(session.settings.bool("transform_null_equals"));
    }

    private long positionAt(long micros, Transaction transaction) {
        return PastTimes.position(micros, session.engine.nowMicros(), transaction, session.format());
    }

    // ---- craton.as_of --------------------------------------------------------------------------------------------

    /** The position that a value of the setting means; -1 for now. */
    long of(String value) {
        String setting = value.trim();
        if (setting.isEmpty()) return -1;
        Transaction transaction = session.transactions.forStatement();
        long found = digits(setting) ? number(setting) : positionAt(time(setting), transaction);
        transaction.at(found);
        return found;
    }

    private static boolean digits(String setting) {
        return setting.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static long number(String digits) {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            throw invalid(digits).exception();
        }
    }

    private long time(String setting) {
        try {
            return (Long) Objects.requireNonNull(TypeCodecs.fromText(PgTypes.TIMESTAMPTZ, setting, -1, session.format()));
        } catch (PgException e) {
            throw invalid(setting).withDetail(e.error().message() + ".").withHint("It is a position (digits alone) or a timestamp.").exception();
        }
    }

    private static PgError invalid(String setting) {
        return PgError.error(SqlState.INVALID_PARAMETER_VALUE, "invalid value for parameter \"craton.as_of\": \"" + setting + "\"");
    }

    /** Takes a new transaction to the moment of the setting; where that cannot be shown, its statements say why. */
    void enter(Transaction begun) {
        String setting = session.settings.get("craton.as_of");
        try {
            if (!setting.equals(text)) {
                String value = setting.trim();
                position = value.isEmpty() ? -1 : digits(value) ? number(value) : positionAt(time(value), begun);
                text = setting;
            }
            if (position >= 0) begun.becomePast(position);
        } catch (PgException e) {
            begun.refuse(e);
        }
    }
}
