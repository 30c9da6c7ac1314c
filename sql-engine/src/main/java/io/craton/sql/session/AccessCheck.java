package io.craton.sql.session;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.analyze.Access;
import io.craton.sql.analyze.AnalyzedStatement;
import io.craton.sql.exec.ExecContext;
import io.craton.sql.function.Privileges;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.SchemaDef;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.BitSet;

/** Refuses a query to users without the privileges that it needs (ExecCheckRTPerms). Plans are cached per user: checked once per plan. Pure. */
final class AccessCheck {
    private AccessCheck() {}

    static void check(AnalyzedStatement.Query query, ExecContext context) {
        for (Access access : query.accesses()) check(access, context);
    }

    private static void check(Access access, ExecContext context) {
        int role = access.asRole() == 0 ? context.session().currentUserOid() : access.asRole();
        switch (access.relation()) {
            case TableDef table -> {
                if (access.asRole() == 0) schema(table.schemaOid(), table.persistence(), role, context);
                table(table, access, role, context);
                if (table.kind() == 'm' && !table.populated()) {
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
            default -> { }
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
            if (Privileges.any(context, role, table.owner(), table.acl(), String.valueOf(letter), 'r')) continue;
            BitSet columns = letter == 'r' ? access.read() : letter == 'd' ? new BitSet() : access.changed();
            if (letter == 'd' || !onColumns(table, letter, columns, role, context)) {
                throw denied(switch (table.kind()) {
                    case 'v' -> "view";
                    case 'm' -> "materialized view";
                    default -> "table";
                }, table.name());
            }
        }
    }

    /** All the columns are granted; without columns one of the table's is enough; the whole row needs all. */
    private static boolean onColumns(TableDef table, char letter, BitSet columns, int role, ExecContext context) {
        boolean any = false;
        for (ColumnDef column : table.columns()) {
            if (column.dropped() || column.hidden()) continue;
            boolean granted = column.acl() != null
                    && Privileges.any(context, role, table.owner(), column.acl(), String.valueOf(letter), 'c');
            any |= granted;
            if (!granted && (columns.get(column.number()) || columns.get(0))) return false;
        }
        return any;
    }

    private static PgException denied(String kind, String name) {
        return new PgException(SqlState.INSUFFICIENT_PRIVILEGE, "permission denied for " + kind + " " + name);
    }
}
