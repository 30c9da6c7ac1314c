package io.craton.sql.procedure;

import io.craton.sql.analyze.AnalyzedStatement;
import io.craton.sql.analyze.CatalogView;
import io.craton.sql.exec.ExecContext;
import io.craton.sql.exec.RowConsumer;
import io.craton.sql.exec.RunningQuery;
import io.craton.sql.expr.Evaluator;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Scalar;
import io.craton.sql.plan.PhysicalPlan;
import io.craton.sql.syntax.LexerSettings;
import io.craton.sql.syntax.ParsedStatement;
import io.craton.storage.catalog.CatalogObject.RoutineDef;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What routines need of the session that they run in. The session's thread. */
public interface Host {
    /** Names, types and functions as they are now. */
    CatalogView names();

    /** Everything of the session that plans depend on beside the catalog; equal when nothing has changed. */
    Object planningKey();

    LexerSettings lexerSettings();

    /** Checks privileges, optimizes and plans. */
    PhysicalPlan plan(AnalyzedStatement.Query query, ExecContext context);

    Evaluator evaluator(Scalar scalar, ExecContext context);

    RunningQuery start(PhysicalPlan plan, ExecContext context);

    /** What a statement without a plan did: rows it processed, and, for EXPLAIN, SHOW and the like, the rows it gave. */
    record Outcome(long processed, List<Relation.Field> fields, List<@Nullable Object[]> rows) {}

    /** Runs a statement that has no plan (DDL, SET, COPY ..). */
    Outcome utility(ParsedStatement parsed, AnalyzedStatement.Utility analyzed, ExecContext context);

    // ---- transactions --------------------------------------------------------------------------------------------

    /** A savepoint of the transaction, settings and portals together. */
    interface Mark {}

    Mark savepoint();

    void rollbackTo(Mark mark);

    void release(Mark mark);

    /** 2D000 unless the call stands where a transaction may end; {@code chain}: the next one has the same modes. */
    void endTransaction(boolean commit, boolean chain);

    // ---- identity ------------------------------------------------------------------------------------------------

    /** Takes on what the routine's definition says: its owner's rights, its settings. Closing takes them off. */
    Entered enter(RoutineDef routine);

    /** What {@link #enter} took on; closing never fails. */
    interface Entered extends AutoCloseable {
        @Override
        void close();
    }

    /** 42501 without the rights that the query needs. */
    void check(AnalyzedStatement.Query query, ExecContext context);

    boolean mayExecute(RoutineDef routine);

    /** The rights needed to call it: 42501. */
    void requireExecute(RoutineDef routine);

    // ---- portals -------------------------------------------------------------------------------------------------

    /** Opens a cursor over a query that was written so; {@code name} null: the session finds one. {@code scroll} null: not said. Returns its name. */
    String open(@Nullable String name, String text, Plan.Work.Query query, ExecContext context, @Nullable Boolean scroll);

    boolean isOpen(String name);

    /** The fields of an open cursor's rows; 34000 when it is not open. */
    List<Relation.Field> portalFields(String name);

    /** Moves a cursor and hands on the rows it passes; their number. */
    long fetch(String name, Step.Direction direction, long count, RowConsumer rows);

    void closePortal(String name);
}
