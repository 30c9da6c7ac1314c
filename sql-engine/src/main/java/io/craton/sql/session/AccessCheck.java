package io.craton.sql.session;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.analyze.Access;
import io.craton.sql.analyze.AnalyzedStatement;
import io.craton.sql.exec.ExecContext;
import io.craton.sql.function.FunctionDef;
import io.craton.sql.function.Privileges;
import io.craton.sql.pgcatalog.BuiltinRights;
import io.craton.sql.pgcatalog.VirtualTable;
import io.craton.storage.catalog.CatalogObject.BuiltinRightsDef;
import io.craton.storage.catalog.CatalogObject.SchemaDef;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import io.craton.storage.catalog.CatalogObject.TableDef;

/** Refuses a query to users without the privileges that it needs (ExecCheckRTPerms). Plans are cached per user: checked once per plan. Pure. */
final class AccessCheck {
    private static final int POSTGRES = 10;

    private AccessCheck() {}

    static void check(AnalyzedStatement.Query query, ExecContext context) {
        for (Access access : query.accesses()) check(access, true, context);
    }

    /** As {@link #check}, of a query that is not going to be run. */
    static void checkRights(AnalyzedStatement.Query query, ExecContext context) {
        for (Access access : query.accesses()) check(access, false, context);
    }

    private static void check(Access access, boolean runs, ExecContext context) {
        int role = access.asRole() == 0 ? context.session().currentUserOid() : access.asRole();
        switch (access.relation()) {
            case TableDef table -> {
                if (access.asRole() == 0) schema(table.schemaOid(), table.persistence(), role, context);
                table(table, access, role, context);
                if (runs && table.kind() == 'm' && !table.populated()) {
                    throw io.craton.core.error.PgError.error(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE,
                                    "materialized view \"" + table.name() + "\" has not been populated")
                            .withHint("Use the REFRESH MATERIALIZED VIEW command.").exception();
                }
            }
            case SequenceDef sequence -> {
                if (access.asRole() == 0) schema(sequence.schemaOid(), sequence.persistence(), role, context);
                if (!Privileges.any(context, role, sequence.owner(), sequence.acl(), access.letters(), 'S')) {
                    throw denied("sequence", sequence.name());
                }
            }
            case BuiltinRightsDef rights -> {
                FunctionDef function = java.util.Objects.requireNonNull(BuiltinRights.function(rights));
                if (!Privileges.any(context, role, POSTGRES, rights.acl(), "X", 'f')) throw denied(BuiltinRights.word(function), function.name());
            }
            case null -> system(java.util.Objects.requireNonNull(access.system()), access, role, context);
            default -> { }
        }
    }

    private static void system(VirtualTable table, Access access, int role, ExecContext context) {
        if (Privileges.any(context, role, POSTGRES, table.acl(0), "r", 'r')) return;
        for (int column = 1; column <= table.columns().size(); column++) {
            boolean read = access.read().get(column) || access.read().get(0);
            if (read && !Privileges.any(context, role, POSTGRES, table.acl(column), "r", 'r')) throw denied(table.kind() == 'v' ? "view" : "table", table.name());
        }
    }

    private static void schema(int oid, char persistence, int role, ExecContext context) {
        SchemaDef schema = context.catalog().find(SchemaDef.class, oid);
        if (schema == null || persistence == 't') return;
        if (!Privileges.any(context, role, schema.owner(), schema.acl(), "U", 'n')) throw denied("schema", schema.name());
    }

    private static void table(TableDef table, Access access, int role, ExecContext context) {
        String letters = access.letters();
        for (int i = 0; i < letters.length(); i++) {
            char letter = letters.charAt(i);
            Privileges.requireOnTable(context, role, table, letter, access.columns(letter));
        }
    }

    private static PgException denied(String kind, String name) {
        return new PgException(SqlState.INSUFFICIENT_PRIVILEGE, "permission denied for " + kind + " " + name);
    }
}
