package io.craton.sql.session;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.exec.DeferredCheck;
import io.craton.sql.syntax.QualifiedName;
import io.craton.sql.syntax.SessionStatement.SetConstraints;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.ConstraintDef;
import io.craton.storage.catalog.CatalogObject.SchemaDef;
import java.util.ArrayList;
import java.util.List;

/** SET CONSTRAINTS, and the checks that it or a commit makes due. The session's thread. */
final class ConstraintStatement {
    private final Session session;
    private final StatementRunner runner;

    ConstraintStatement(Session session, StatementRunner runner) {
        this.session = session;
        this.runner = runner;
    }

    UtilityResult run(SetConstraints set) {
        if (!session.transactions.inBlock()) {
            session.notice(PgError.warning(SqlState.NO_ACTIVE_SQL_TRANSACTION, "SET CONSTRAINTS can only be used in transaction blocks"));
        }
        if (set.constraints().isEmpty()) {
            session.constraints.setAll(set.deferred());
        } else {
            List<Integer> oids = new ArrayList<>();
            for (QualifiedName name : set.constraints()) oids.addAll(find(name, set.deferred()));
            session.constraints.set(oids, set.deferred());
        }
        if (!set.deferred()) runChecks(true);
        return UtilityResult.tag("SET CONSTRAINTS");
    }

    /** Those of this name in the first schema of the path that has any. */
    private List<Integer> find(QualifiedName name, boolean deferred) {
        Catalog catalog = session.catalog();
        List<Integer> schemas = session.searchPath();
        if (name.schema() != null) {
            SchemaDef schema = catalog.schema(name.schema());
            if (schema == null) throw new PgException(SqlState.UNDEFINED_SCHEMA, "schema \"" + name.schema() + "\" does not exist");
            schemas = List.of(schema.oid());
        }
        for (int schema : schemas) {
            boolean found = false;
            List<Integer> oids = new ArrayList<>();
            for (ConstraintDef constraint : catalog.all(ConstraintDef.class)) {
                if (constraint.schemaOid() != schema || !constraint.name().equals(name.name())) continue;
                found = true;
                if (constraint.deferrable()) {
                    oids.add(constraint.oid());
                } else if (deferred) {
                    throw new PgException(SqlState.WRONG_OBJECT_TYPE, "constraint \"" + name.name() + "\" is not deferrable");
                }
            }
            if (found) return oids;
        }
        throw new PgException(SqlState.UNDEFINED_OBJECT, "constraint \"" + name.name() + "\" does not exist");
    }

    /** Runs waiting checks and those that they leave behind; {@code dueOnly}: but for those that are still deferred. */
    void runChecks(boolean dueOnly) {
        for (List<DeferredCheck> checks = session.constraints.take(dueOnly); !checks.isEmpty(); checks = session.constraints.take(dueOnly)) {
            session.engine.executor().check(checks, runner.newStatement(new Object[0]));
        }
    }
}
