package io.craton.sql.session;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.TypeOid;
import io.craton.sql.analyze.CatalogView;
import io.craton.sql.analyze.Moments;
import io.craton.sql.expr.Scope;
import io.craton.sql.expr.Evaluator;
import io.craton.sql.expr.RowView;
import io.craton.sql.logical.Scalar;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.txn.Transaction;

/** Moments that the statements of one session name. The session's thread. */
record SessionMoments(Session session) implements Moments {
    @Override
    public Moment of(Scalar scalar) {
        Transaction transaction = session.transactions.forStatement();
        StatementContext context = new StatementContext(session, transaction, new Object[0]);
        Evaluator evaluator = session.engine.executor().evaluator(scalar, context);
        Object value = evaluator.value(new Scope(context, null), RowView.EMPTY);
        if (value == null) throw new PgException(SqlState.NULL_VALUE_NOT_ALLOWED, "FOR SYSTEM_TIME AS OF must not be null");
        boolean constant = evaluator.constant() != null;
        if (scalar.type().oid() == TypeOid.INT8) return new Moment((Long) value, constant);
        throw PgException.notSupported("FOR SYSTEM_TIME AS OF a timestamp");
    }

    @Override
    public CatalogView names(long position) {
        Catalog then = session.transactions.forStatement().catalogAt(position);
        return new CatalogView(then, session.engine.builtinRelations(), session.searchPath(then), session.format(), session.identity.database());
    }
}
