package io.craton.sql.analyze;

import io.craton.core.error.PgError;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.sql.function.BuiltinCatalog;
import io.craton.sql.logical.Relation.Assignment;
import io.craton.sql.logical.Scalar;
import io.craton.sql.syntax.SqlParser;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.ConstraintDef;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a table's definition says about its new rows: defaults, generated columns, checks, compiled. Immutable; kept by the {@link CatalogView}. In expressions
 * over the new row, Column n is the n-th live, visible column.
 */
final class TableRules {
    private static final int NEXTVAL = 1574;

    private final Map<Integer, Scalar> defaults = new HashMap<>();
    private final List<Assignment> computed = new ArrayList<>();
    private final List<Scalar.NamedCheck> checks = new ArrayList<>();

    TableRules(TableDef table, CatalogView catalog) {
        for (ColumnDef column : table.columns()) {
            if (column.dropped()) continue;
            if (column.generated() == 's' || column.hidden() && column.defaultExpression() != null) {
                computed.add(new Assignment(column.number(), TableExpressions.compile(
                        SqlParser.parseStoredExpression(column.defaultExpression()), table, ExpressionKind.GENERATED_COLUMN,
                        catalog.requireType(column.typeOid()), column.typmod(), column.name(), catalog)));
            } else {
                Scalar value = defaultOf(table, column, catalog);
                if (value != null) defaults.put(column.number(), value);
            }
        }
        List<ConstraintDef> own = new ArrayList<>();
        for (ConstraintDef constraint : catalog.catalog().constraints(table.oid())) if (constraint.type() == 'c') own.add(constraint);
        own.sort(Comparator.comparing(ConstraintDef::name));
        for (ConstraintDef constraint : own) {
            checks.add(new Scalar.NamedCheck(constraint.name(), TableExpressions.compile(
                    SqlParser.parseStoredExpression(constraint.expression()), table, ExpressionKind.CHECK_CONSTRAINT, PgTypes.BOOL, -1, null,
                    catalog)));
        }
    }

    private static @Nullable Scalar defaultOf(TableDef table, ColumnDef column, CatalogView catalog) {
        PgType type = catalog.requireType(column.typeOid());
        if (column.identity() != 0) return identity(table, column, type, catalog);
        String sql = column.defaultExpression();
        if (sql == null && type.kind() == 'd') sql = type.defaultExpression();
        if (sql == null) {
            if (type.kind() != 'd') return null;
            // a null must still pass the domain's own constraints
            Analysis analysis = new Analysis(catalog, List.of(), new java.util.BitSet());
            return analysis.coercions.coerce(new Scalar.Constant(null, PgTypes.UNKNOWN, -1), type, -1, CoercionContext.IMPLICIT, 0);
        }
        return TableExpressions.compile(SqlParser.parseStoredExpression(sql), null, ExpressionKind.COLUMN_DEFAULT, type, column.typmod(),
                column.name(), catalog);
    }

    private static Scalar identity(TableDef table, ColumnDef column, PgType type, CatalogView catalog) {
        for (SequenceDef sequence : catalog.catalog().all(SequenceDef.class)) {
            if (sequence.ownerTable() != table.oid() || sequence.ownerColumn() != column.number() || !sequence.internal()) continue;
            Scalar argument = new Scalar.Constant(Integer.toUnsignedLong(sequence.oid()), PgTypes.get(io.craton.core.type.TypeOid.REGCLASS), -1);
            Scalar next = new Scalar.Call(BuiltinCatalog.function(NEXTVAL).withSource("identity_nextval"), List.of(argument), PgTypes.INT8, -1, 0, 0);
            Analysis analysis = new Analysis(catalog, List.of(), new java.util.BitSet());
            return analysis.coercions.toTarget(next, type, -1, CoercionContext.ASSIGNMENT, 0);
        }
        throw PgError.error(SqlState.INTERNAL_ERROR, "no owned sequence found").exception();
    }

    /** The column's default, over no columns; null when it is null. */
    @Nullable Scalar defaultOf(int attributeNumber) {
        return defaults.get(attributeNumber);
    }

    /** Generated columns and those of indexes, over the new row. */
    List<Assignment> computed() {
        return computed;
    }

    List<Scalar.NamedCheck> checks() {
        return checks;
    }
}
