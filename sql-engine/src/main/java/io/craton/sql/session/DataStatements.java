package io.craton.sql.session;

import io.craton.core.session.ResultSink;
import io.craton.sql.analyze.AnalyzedStatement;
import io.craton.sql.exec.ExecContext;
import io.craton.sql.exec.RowConsumer;
import io.craton.sql.exec.TransitionTable;
import io.craton.sql.syntax.ParsedStatement;
import io.craton.sql.syntax.SelectStatement.OnCommit;
import io.craton.sql.syntax.TableStatement;
import io.craton.storage.engine.TenantSession;
import io.craton.storage.catalog.CatalogObject;
import java.util.List;

/**
 * Statements that neither the session nor the executor runs itself: schema changes, roles and rights, COPY, maintenance. Each runs in the context's
 * transaction and returns its command tag.
 */
public interface DataStatements {
    String run(ParsedStatement parsed, AnalyzedStatement.Utility analyzed, Scope scope, ResultSink sink);

    /** Drops these objects and all that depends on them, without notices: the session's own business. */
    void drop(List<CatalogObject> objects, Scope scope);

    /** Whether a relation has the name already: a notice where IF NOT EXISTS was said, else 42P07. */
    boolean exists(TableStatement.CreateTableAs create, Scope scope);

    /** Makes the table of a query, for who puts the rows in himself. */
    CatalogObject.TableDef make(TableStatement.CreateTableAs create, AnalyzedStatement.Query query, Scope scope);

    /** What such a statement may use of its session. */
    interface Scope {
        ExecContext context();

        /** Names and types as of now; take it again after a change of the catalog. */
        io.craton.sql.analyze.CatalogView names();

        /** Schema for new objects; 0 for the temporary one, which is not made yet; 3F000 when the search path has none. */
        int creationSchema();

        /** Oid of this session's temporary schema, made when first needed. */
        int temporarySchema();

        /** As {@link #temporarySchema}, 0 when the session has none. */
        int temporarySchemaIfAny();

        /** What becomes of a temporary table when a transaction commits. */
        void onCommit(int tableOid, OnCommit action);

        /** Runs an analysed query with this scope's transaction and hands on its rows; returns the number of rows. */
        long query(AnalyzedStatement.Query query, RowConsumer consumer);

        /** Empties tables, with their triggers around it. */
        void truncate(List<CatalogObject.TableDef> tables, Runnable work);

        /** Parses and analyses one query against the catalog as it is now. */
        AnalyzedStatement.Query analyze(String sql);

        /** As {@link #analyze(String)}, where an unqualified name, a table's, means rows of such a table that {@link #query(AnalyzedStatement.Query, TransitionTable, RowConsumer)} brings. */
        AnalyzedStatement.Query analyze(String sql, CatalogObject.TableDef rows);

        /** As {@link #query(AnalyzedStatement.Query, RowConsumer)}, over these rows, in their order. */
        long query(AnalyzedStatement.Query query, TransitionTable rows, RowConsumer consumer);

        /** Runs one query of the engine's own (checks of rows that are there) and returns its rows as datums. */
        List<@org.jspecify.annotations.Nullable Object[]> rows(String sql);

        /** Does the work with a schema first in the search path. */
        void inSchema(String schema, Runnable work);

        /** Does the work with the rights of the owner of what it works on, who may have written code that it runs: nothing of that may outlive it. */
        <T> T asOwner(int role, java.util.function.Supplier<T> work);

        /** 42501 unless the current user may run the query. */
        void requireRights(AnalyzedStatement.Query query);

        /** 42501 inside of {@link #asOwner}. */
        void requireUnrestricted(String what);

        /** The number of a tenant to be made by a {@code Put} of its DatabaseDef. */
        int newTenantNumber();

        /** The raft group that a database which is about to be made belongs to. */
        int groupForNewDatabase();

        /** A session of the system's in a tenant. Close it. */
        TenantSession openTenant(int number);

        /** False where a tenant is known to be as it was made, without opening it. */
        boolean mayHaveContents(int number);

        /** Makes durable on this node what was applied so far, of all databases. */
        void checkpoint();

        /** Where databases are that are not here. */
        Regions regions();

        /** Commits now and goes on in a new transaction: for statements that refuse to run inside a block. */
        void commitAndRestart();

        /** 25001 inside a transaction block. */
        void preventInBlock(String command);
    }
}
