package io.craton.sql.analyze;

import io.craton.core.error.PgError;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Relation.Field;
import io.craton.sql.logical.Scalar;
import io.craton.sql.syntax.ModifyStatement;
import io.craton.sql.syntax.SelectStatement;
import io.craton.sql.syntax.SelectStatement.CommonTable;
import io.craton.sql.syntax.SelectStatement.WithClause;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

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
            if (table.query() instanceof ModifyStatement.Merge) {
                throw PgError.error(SqlState.FEATURE_NOT_SUPPORTED, "MERGE not supported in WITH query").withPosition(table.position()).exception();
            }
            if (table.query() instanceof ModifyStatement && scope.parent != null) {
                throw PgError.error(SqlState.FEATURE_NOT_SUPPORTED,
                                "WITH clause containing a data-modifying statement must be at the top level")
                        .withPosition(table.position()).exception();
            }
        }
        List<CommonTable> tables = with.tables();
        Set<CommonTable> recursive = new HashSet<>();
        if (with.recursive()) {
            tables = Recursion.order(with);
            for (CommonTable table : tables) if (Recursion.refersToItself(table)) recursive.add(table);
            for (CommonTable table : recursive) Recursion.check(table);
        }
        CommonTables outer = scope.commonTables;
        for (int i = 0; i < tables.size(); i++) {
            CommonTable table = tables.get(i);
            CommonTables.Entry entry = new CommonTables.Entry(analysis.nextCte(), table.name());
            entry.materialization = switch (table.materialization()) {
                case DEFAULT -> Relation.Materialization.DEFAULT;
                case ALWAYS -> Relation.Materialization.MATERIALIZED;
                case NEVER -> Relation.Materialization.NOT_MATERIALIZED;
            };
            entry.level = scope;
            scope.commonTables = with.recursive() ? visible(outer, entries) : withFuture(outer, tables, i, entries);
            if (recursive.contains(table)) {
                recursive(table, entry, scope);
            } else {
                plain(table, entry, scope);
                if (table.search() != null || table.cycle() != null) {
                    throw PgError.error(SqlState.SYNTAX_ERROR, "WITH query is not recursive").withPosition(table.position()).exception();
                }
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
    private static CommonTables withFuture(CommonTables outer, List<CommonTable> all, int from, List<CommonTables.Entry> entries) {
        CommonTables tables = outer;
        for (int i = from; i < all.size(); i++) {
            CommonTables.Entry future = new CommonTables.Entry(-1, all.get(i).name());
            future.future = true;
            tables = new CommonTables(future, tables);
        }
        return visible(tables, entries);
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

    private void recursive(CommonTable table, CommonTables.Entry entry, Scope scope) {
        SelectStatement select = (SelectStatement) table.query();
        SelectStatement.SetOperationBody body = (SelectStatement.SetOperationBody) select.body();
        SearchAndCycle more = SearchAndCycle.of(table, scope, analysis);
        Scope own = new Scope(analysis, scope, scope.outer);
        List<CommonTables.Entry> inner = select.with() == null ? List.of() : enter(select.with(), own);
        Relation base = selects.analyze(body.left(), new Scope(analysis, own, own.outer)).relation();
        entry.fields = renamed(base.fields(), table);
        if (more != null) entry.added = more.added();
        entry.recursing = true;
        own.commonTables = new CommonTables(entry, own.commonTables);
        Scope right = new Scope(analysis, own, own.outer);
        if (more != null && body.right().body() instanceof SelectStatement.SelectBody) right.carried = entry;
        Relation recursive = selects.analyze(body.right(), right, SelectAnalyzer.Unknowns.KEEP);
        entry.recursing = false;
        int carried = recursive.fields().size() - entry.added.size();
        boolean carries = right.carried != null && entry.self != null && entry.self.scope == right;
        List<PgType> types = checkTypes(table, body, base, carries ? recursive.fields().subList(0, carried) : recursive.fields());
        List<Field> fields = entry.fields;
        if (more != null) {
            more.check(fields, body);
            if (!carries) throw more.notAtTopLevel();
            fields = new ArrayList<>(entry.fields);
            fields.addAll(entry.added);
            for (Field field : entry.added) types.add(field.type());
            base = more.start(base, fields);
        }
        Relation typed = OutputTypes.coerce(recursive, types, "UNION", body.right(), analysis);
        if (more != null) typed = more.further(typed, fields);
        Relation union = new Relation.RecursiveUnion(entry.id, body.all(), base, typed,
                body.all() ? List.of() : selects.equalities(base.fields()), fields);
        entry.relation = inner.isEmpty() ? union : wrap(inner, union);
    }

    /** A query that reads the work table has no aggregates of its own. */
    void checkAggregates(Scope scope) {
        for (CommonTables at = scope.commonTables; at != null; at = at.outer) {
            if (at.entry.recursing && at.entry.self != null && at.entry.self.scope == scope) {
                throw PgError.error(SqlState.INVALID_RECURSION, "aggregate functions are not allowed in a recursive query's recursive term")
                        .withPosition(scope.aggregates.getFirst().position()).exception();
            }
        }
    }

    private List<PgType> checkTypes(CommonTable table, SelectStatement.SetOperationBody body, Relation base, List<Field> right) {
        List<Field> left = base.fields();
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
            int typmod = right.get(i).type().oid() == type.oid() && right.get(i).typmod() == l.typmod() ? l.typmod() : -1;
            if (overall.oid() != type.oid() || typmod != l.typmod()) {
                throw PgError.error(SqlState.DATATYPE_MISMATCH, "recursive query \"" + table.name() + "\" column " + (i + 1)
                                + " has type " + TypeNames.of(type, l.typmod(), analysis.catalog) + " in non-recursive term but type "
                                + TypeNames.of(overall, typmod, analysis.catalog) + " overall")
                        .withHint("Cast the output of the non-recursive term to the correct type.")
                        .withPosition(SetOperationAnalyzer.targetPosition(body.left(), i)).exception();
            }
            types.add(type);
        }
        return types;
    }
}
