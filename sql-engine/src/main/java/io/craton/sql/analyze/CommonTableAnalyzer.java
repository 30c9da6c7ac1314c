package io.craton.sql.analyze;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Relation.Field;
import io.craton.sql.logical.Scalar;
import io.craton.sql.syntax.ModifyStatement;
import io.craton.sql.syntax.SelectStatement;
import io.craton.sql.syntax.SelectStatement.CommonTable;
import io.craton.sql.syntax.SelectStatement.WithClause;
import io.craton.sql.syntax.Statement;
import java.util.ArrayList;
import java.util.List;

/** WITH (transformWithClause): plain, recursive and data-modifying queries. One analysis. */
final class CommonTableAnalyzer {
    private final Analysis analysis;
    private final SelectAnalyzer selects;

    CommonTableAnalyzer(Analysis analysis, SelectAnalyzer selects) {
        this.analysis = analysis;
        this.selects = selects;
    }

    /** Analyses the queries of a WITH and brings them into scope. */
    List<CommonTables.Entry> enter(WithClause with, Scope scope) {
        List<CommonTables.Entry> entries = new ArrayList<>();
        for (int i = 0; i < with.tables().size(); i++) {
            CommonTable table = with.tables().get(i);
            for (CommonTable other : with.tables().subList(0, i)) {
                if (other.name().equals(table.name())) {
                    throw PgError.error(SqlState.DUPLICATE_ALIAS, "WITH query name \"" + table.name() + "\" specified more than once")
                            .withPosition(table.position()).exception();
                }
            }
            if (table.query() instanceof ModifyStatement && scope.parent != null) {
                throw PgError.error(SqlState.FEATURE_NOT_SUPPORTED,
                                "WITH clause containing a data-modifying statement must be at the top level")
                        .withPosition(table.position()).exception();
            }
        }
        CommonTables outer = scope.commonTables;
        for (int i = 0; i < with.tables().size(); i++) {
            CommonTable table = with.tables().get(i);
            CommonTables.Entry entry = new CommonTables.Entry(analysis.nextCte(), table.name());
            entry.materialization = switch (table.materialization()) {
                case DEFAULT -> Relation.Materialization.DEFAULT;
                case ALWAYS -> Relation.Materialization.MATERIALIZED;
                case NEVER -> Relation.Materialization.NOT_MATERIALIZED;
            };
            if (table.search() != null) throw PgException.notSupported("SEARCH");
            if (table.cycle() != null) throw PgException.notSupported("CYCLE");
            scope.commonTables = withFuture(outer, with, i, entries);
            if (with.recursive() && refersToItself(table)) {
                recursive(table, entry, scope);
            } else {
                plain(table, entry, scope);
            }
            entries.add(entry);
        }
        scope.commonTables = visible(outer, entries);
        return entries;
    }

    private static CommonTables visible(CommonTables outer, List<CommonTables.Entry> entries) {
        CommonTables tables = outer;
        for (CommonTables.Entry entry : entries) tables = new CommonTables(entry, tables);
        return tables;
    }

    /** Earlier queries, and the names of later ones for the sake of errors. */
    private static CommonTables withFuture(CommonTables outer, WithClause with, int from, List<CommonTables.Entry> entries) {
        CommonTables tables = outer;
        for (int i = from; i < with.tables().size(); i++) {
            CommonTables.Entry future = new CommonTables.Entry(-1, with.tables().get(i).name());
            future.future = true;
            tables = new CommonTables(future, tables);
        }
        for (CommonTables.Entry entry : entries) tables = new CommonTables(entry, tables);
        return tables;
    }

    Relation wrap(List<CommonTables.Entry> entries, Relation body) {
        List<Relation.Cte> ctes = new ArrayList<>();
        for (CommonTables.Entry entry : entries) {
            ctes.add(new Relation.Cte(entry.id, entry.name, entry.relation, entry.materialization, entry.modifies, entry.references));
        }
        return new Relation.With(ctes, body);
    }

    private void plain(CommonTable table, CommonTables.Entry entry, Scope scope) {
        Scope inner = new Scope(analysis, scope, scope.outer);
        switch (table.query()) {
            case SelectStatement select -> entry.relation = selects.analyze(select, inner).relation();
            case ModifyStatement modify -> {
                AnalyzedStatement.Query query = StatementAnalyzer.modify(modify, inner);
                entry.relation = query.relation();
                entry.modifies = true;
                entry.returnsRows = query.returnsRows();
            }
        }
        entry.fields = renamed(entry.relation.fields(), table);
    }

    private static List<Field> renamed(List<Field> fields, CommonTable table) {
        if (table.columns().size() > fields.size()) {
            throw PgError.error(SqlState.INVALID_COLUMN_REFERENCE, "WITH query \"" + table.name() + "\" has " + fields.size()
                    + " columns available but " + table.columns().size() + " columns specified").withPosition(table.position()).exception();
        }
        List<Field> renamed = new ArrayList<>(fields);
        for (int i = 0; i < table.columns().size(); i++) {
            Field field = fields.get(i);
            renamed.set(i, new Field(table.columns().get(i), field.type(), field.typmod(), field.tableOid(), field.attributeNumber()));
        }
        return renamed;
    }

    private static boolean refersToItself(CommonTable table) {
        return table.query() instanceof SelectStatement select && References.to(table.name(), select);
    }

    private void recursive(CommonTable table, CommonTables.Entry entry, Scope scope) {
        Statement.Optimizable query = table.query();
        if (!(query instanceof SelectStatement select && select.body() instanceof SelectStatement.SetOperationBody body
                && body.operator() == SelectStatement.SetOperator.UNION)) {
            throw PgError.error(SqlState.INVALID_RECURSION, "recursive query \"" + table.name()
                            + "\" does not have the form non-recursive-term UNION [ALL] recursive-term")
                    .withPosition(table.position()).exception();
        }
        if (!select.orderBy().isEmpty()) throw unsupportedInRecursion("ORDER BY", Positions.of(select.orderBy().getFirst().value()));
        if (select.limit() != null && select.limit().offset() != null) {
            throw unsupportedInRecursion("OFFSET", Positions.of(select.limit().offset()));
        }
        if (select.limit() != null && select.limit().count() != null) {
            throw unsupportedInRecursion("LIMIT", Positions.of(select.limit().count()));
        }
        if (References.to(table.name(), body.left())) {
            throw PgError.error(SqlState.INVALID_RECURSION, "recursive reference to query \"" + table.name()
                    + "\" must not appear within its non-recursive term").withPosition(References.position(table.name(), body.left())).exception();
        }
        Scope own = new Scope(analysis, scope, scope.outer);
        List<CommonTables.Entry> inner = select.with() == null ? List.of() : enter(select.with(), own);
        Relation base = selects.analyze(body.left(), new Scope(analysis, own, own.outer)).relation();
        entry.fields = renamed(base.fields(), table);
        entry.recursing = true;
        own.commonTables = new CommonTables(entry, own.commonTables);
        Relation recursive = selects.analyze(body.right(), new Scope(analysis, own, own.outer), SelectAnalyzer.Unknowns.KEEP);
        entry.recursing = false;
        if (entry.selfReferences > 1) {
            throw PgError.error(SqlState.INVALID_RECURSION, "recursive reference to query \"" + table.name()
                    + "\" must not appear more than once").withPosition(References.position(table.name(), body.right())).exception();
        }
        List<PgType> types = checkTypes(table, body, base, recursive);
        Relation typed = OutputTypes.coerce(recursive, types, "UNION", body.right(), analysis);
        Relation union = new Relation.RecursiveUnion(entry.id, body.all(), base, typed,
                body.all() ? List.of() : selects.equalities(base.fields()), entry.fields);
        entry.relation = inner.isEmpty() ? union : wrap(inner, union);
    }

    private List<PgType> checkTypes(CommonTable table, SelectStatement.SetOperationBody body, Relation base, Relation recursive) {
        List<Field> left = base.fields();
        List<Field> right = recursive.fields();
        if (left.size() != right.size()) {
            throw PgError.error(SqlState.SYNTAX_ERROR, "each UNION query must have the same number of columns")
                    .withPosition(SetOperationAnalyzer.targetPosition(body.right(), 0)).exception();
        }
        List<PgType> types = new ArrayList<>();
        for (int i = 0; i < left.size(); i++) {
            PgType type = left.get(i).type();
            Scalar l = new Scalar.Column(i, type, left.get(i).typmod());
            Scalar r = new Scalar.Column(i, right.get(i).type(), right.get(i).typmod());
            PgType overall = CommonTypes.select(List.of(l, r),
                    new int[] {SetOperationAnalyzer.targetPosition(body.left(), i), SetOperationAnalyzer.targetPosition(body.right(), i)},
                    "UNION", analysis.rules, analysis.catalog);
            if (overall.oid() != type.oid()) {
                throw PgError.error(SqlState.DATATYPE_MISMATCH, "recursive query \"" + table.name() + "\" column " + (i + 1)
                                + " has type " + TypeNames.of(type, analysis.catalog) + " in non-recursive term but type "
                                + TypeNames.of(overall, analysis.catalog) + " overall")
                        .withHint("Cast the output of the non-recursive term to the correct type.")
                        .withPosition(SetOperationAnalyzer.targetPosition(body.left(), i)).exception();
            }
            types.add(type);
        }
        return types;
    }

    private static PgException unsupportedInRecursion(String clause, int position) {
        return PgError.error(SqlState.FEATURE_NOT_SUPPORTED, clause + " in a recursive query is not implemented")
                .withPosition(position).exception();
    }
}
