package io.craton.sql.analyze;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgTypes;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Relation.Field;
import io.craton.sql.logical.Scalar;
import io.craton.sql.pgcatalog.VirtualTable;
import io.craton.sql.syntax.FromItem;
import io.craton.sql.syntax.FromItem.Alias;
import io.craton.sql.syntax.Mark;
import io.craton.sql.syntax.QualifiedName;
import io.craton.sql.syntax.SelectStatement;
import io.craton.sql.syntax.SqlParser;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The FROM clause: relations, subqueries and the comma list (parse_clause); joins and functions have analyzers of their own. One analysis. */
final class FromAnalyzer {
    /** An item: its relation, its stretch of the FROM row, what it makes visible, and its range items. */
    record Source(Relation relation, int first, int end, List<Visible> visible, List<RangeItem> items) {}

    private final Analysis analysis;
    private final CatalogView catalog;
    private final JoinAnalyzer joins;
    private final TableFunctionAnalyzer functions;

    FromAnalyzer(Analysis analysis) {
        this.analysis = analysis;
        this.catalog = analysis.catalog;
        this.joins = new JoinAnalyzer(analysis, this);
        this.functions = new TableFunctionAnalyzer(analysis, this);
    }

    /** The whole clause; a single empty row when there is none. Leaves the scope's namespace filled. */
    Relation analyze(List<FromItem> items, Scope scope) {
        return analyze(items, scope, null);
    }

    /** As above, with the target of UPDATE or DELETE already in the row. */
    Relation analyze(List<FromItem> items, Scope scope, @Nullable Relation target) {
        Relation relation = target;
        int rowFirst = 0;
        for (FromItem item : items) {
            if (relation == null) {
                Source source = item(item, scope);
                append(scope, source);
                relation = source.relation();
                continue;
            }
            RowFrame before = scope.lateralOuter;
            RowFrame left = Laterals.possible(item) ? new RowFrame(scope, rowFirst, scope.width, before) : null;
            if (left != null) scope.lateralOuter = left;
            Source source = item(item, scope);
            scope.lateralOuter = before;
            append(scope, source);
            boolean lateral = left != null && (left.used || left.crossed);
            relation = new Relation.Join(Relation.JoinKind.INNER, relation, source.relation(), null, lateral);
        }
        for (Visible visible : scope.namespace) setLateral(visible, false, true);
        return relation == null ? new Relation.Values(List.of(List.of()), List.of()) : relation;
    }

    private static void append(Scope scope, Source source) {
        checkConflicts(scope.namespace, source.visible());
        for (Visible visible : source.visible()) {
            setLateral(visible, true, true);
            scope.namespace.add(visible);
        }
    }

    static void setLateral(Visible visible, boolean only, boolean allowed) {
        visible.lateralOnly = only;
        visible.lateralAllowed = allowed;
    }

    static void checkConflicts(List<Visible> left, List<Visible> right) {
        for (Visible a : left) {
            if (!a.relation) continue;
            for (Visible b : right) {
                if (!b.relation || !a.item.name.equals(b.item.name)) continue;
                if (!a.item.aliased && !b.item.aliased && a.item.relationOid != 0 && b.item.relationOid != 0
                        && a.item.relationOid != b.item.relationOid) continue;
                throw PgError.error(SqlState.DUPLICATE_ALIAS, "table name \"" + a.item.name + "\" specified more than once")
                        .exception();
            }
        }
    }

    Source item(FromItem item, Scope scope) {
        Source source = analyzed(item, scope);
        if (analysis.findings != null && !(item instanceof FromItem.JoinItem)) analysis.findings.item(item, source.items().getFirst());
        return source;
    }

    private Source analyzed(FromItem item, Scope scope) {
        return switch (item) {
            case FromItem.RelationItem relation -> relation(relation, scope);
            case FromItem.SubqueryItem subquery -> subquery(subquery, scope);
            case FromItem.FunctionItem function -> functions.analyze(function, scope);
            case FromItem.JoinItem join -> joins.analyze(join, scope);
            case FromItem.XmlTableItem xml -> throw PgException.notSupported("XMLTABLE");
        };
    }

    /** Puts an item's fields into the scope's row. */
    Source place(Relation relation, RangeItem item, int width, Scope scope) {
        scope.items.add(item);
        int first = scope.width;
        scope.width += width;
        List<Visible> visible = new ArrayList<>(1);
        visible.add(new Visible(item, true, true));
        List<RangeItem> items = new ArrayList<>(1);
        items.add(item);
        return new Source(relation, first, scope.width, visible, items);
    }

    private Source relation(FromItem.RelationItem item, Scope scope) {
        if (item.sample() != null) throw PgException.notSupported("TABLESAMPLE");
        if (item.systemTime() != null) return past(item, item.systemTime(), scope);
        QualifiedName name = item.relation();
        if (name.parts().size() == 1) {
            CommonTables.Entry cte = CommonTables.find(scope.commonTables, name.name());
            if (cte != null && !cte.future) return cte(cte, item, scope);
            TableDef changed = analysis.variables == null ? null : analysis.variables.transitionTable(name.name());
            if (changed != null) return transition(changed, item, scope);
        }
        RelationRef found = lookup(name, scope);
        return switch (found) {
            case RelationRef.Stored stored -> stored.table().kind() == 'v'
                    ? view(stored.table(), item, scope) : table(stored.table(), item, scope);
            case RelationRef.Builtin builtin -> builtin(builtin.table(), item, scope);
            case RelationRef.Sequence sequence -> sequence(sequence.sequence(), item, scope);
            case RelationRef.Index index -> throw PgError.error(SqlState.WRONG_OBJECT_TYPE,
                    "cannot open relation \"" + index.index().name() + "\"")
                    .withDetail("This operation is not supported for indexes.").withPosition(item.position()).exception();
        };
    }

    /** As it was at a moment, with the definitions of that moment. */
    private Source past(FromItem.RelationItem item, FromItem.SystemTime time, Scope scope) {
        Moments moments = catalog.moments();
        if (moments == null) throw Findings.storedPast();
        if (analysis.findings != null) analysis.findings.past = true;
        QualifiedName name = item.relation();
        if (name.parts().size() == 1 && CommonTables.find(scope.commonTables, name.name()) != null) {
            throw PgError.error(SqlState.WRONG_OBJECT_TYPE, "WITH query \"" + name.name() + "\" has no history")
                    .withHint("Write FOR SYSTEM_TIME behind the tables in it.").withPosition(time.position()).exception();
        }
        Moments.Moment moment = moment(time, scope, moments);
        CatalogView names = located(Positions.of(time.value()), () -> moments.names(moment.position()));
        if (!moment.lasting()) {
            if (analysis.variables != null && analysis.findings == null) throw PgException.notSupported("FOR SYSTEM_TIME of a changing moment in a function");
            analysis.momentary = true;
        }
        Analysis then = analysis.at(moment.position(), names);
        return then.from.relation(new FromItem.RelationItem(name, item.only(), item.alias(), null, item.position()), scope);
    }

    private Moments.Moment moment(FromItem.SystemTime time, Scope scope, Moments moments) {
        Scope alone = new Scope(analysis, null, null);
        alone.commonTables = scope.commonTables;
        int position = Positions.of(time.value());
        Scalar value = analysis.expressions.analyze(time.value(), alone, ExpressionKind.SYSTEM_TIME);
        Scalar specific = analysis.coercions.toSpecific(value, time.isPosition() ? PgTypes.INT8 : PgTypes.TIMESTAMPTZ, ExpressionKind.SYSTEM_TIME.clause(), position);
        return located(position, () -> moments.of(specific));
    }

    private static <T> T located(int position, Supplier<T> work) {
        try {
            return work.get();
        } catch (PgException e) {
            throw e.error().position() == 0 ? e.at(position) : e;
        }
    }

    /** Finds a relation or throws 42P01 with the hint about WITH. */
    RelationRef lookup(QualifiedName name, @Nullable Scope scope) {
        if (name.catalog() != null && !name.catalog().equals(catalog.database())) {
            throw PgError.error(SqlState.FEATURE_NOT_SUPPORTED, "cross-database references are not implemented: \""
                    + String.join(".", name.parts()) + "\"").withPosition(name.position()).exception();
        }
        RelationRef found = catalog.relation(name.schema(), name.name());
        if (found != null) return found;
        PgError error = PgError.error(SqlState.UNDEFINED_TABLE, "relation \"" + name + "\" does not exist" + (analysis.asOf < 0 ? "" : " at position " + analysis.asOf))
                .withPosition(name.position());
        CommonTables.Entry future = scope == null || name.schema() != null ? null
                : CommonTables.find(scope.commonTables, name.name());
        if (future != null && future.future) {
            error = error.withDetail("There is a WITH item named \"" + name.name()
                            + "\", but it cannot be referenced from this part of the query.")
                    .withHint("Use WITH RECURSIVE, or re-order the WITH items to remove forward references.");
        }
        throw withBirth(error, name).exception();
    }

    /** Of what is there now and was not at a moment: since when it is. */
    private PgError withBirth(PgError error, QualifiedName name) {
        CatalogView present = analysis.present();
        Moments moments = present == null ? null : present.moments();
        if (moments == null || !(present.relation(name.schema(), name.name()) instanceof RelationRef.Stored stored)) return error;
        long made = moments.madeAt(stored.table());
        return made == 0 ? error : made <= analysis.asOf ? error.withHint("It had another name then; it was made at position " + made + ".")
                : error.withHint("It was made at position " + made + ".");
    }

    private Source table(TableDef table, FromItem.RelationItem item, Scope scope) {
        if (table.kind() == 'c') {
            throw PgError.error(SqlState.WRONG_OBJECT_TYPE, "cannot open relation \"" + table.name() + "\"")
                    .withDetail("This operation is not supported for composite types.").withPosition(item.position()).exception();
        }
        String alias = item.alias() == null ? table.name() : item.alias().name();
        boolean system = scope.lockAll || LockAnalyzer.names(scope, alias);
        if (system && analysis.asOf >= 0) {
            throw PgError.error(SqlState.FEATURE_NOT_SUPPORTED, "rows of the past cannot be locked").withPosition(item.position()).exception();
        }
        if (system && table.kind() == 'm') {
            throw PgError.error(SqlState.WRONG_OBJECT_TYPE, "cannot lock rows in materialized view \"" + table.name() + "\"").exception();
        }
        Source source = tableSource(table, item.alias(), alias, scope, system);
        Access access = java.util.Objects.requireNonNull(source.items().getFirst().access);
        access.need('r');
        if (system) access.need('w');
        return source;
    }

    /** A table's scan; with system columns when asked for or found to be needed. */
    Source tableSource(TableDef table, @Nullable Alias alias, String name, Scope scope, boolean system) {
        int ordinal = analysis.nextItem();
        boolean withSystem = system || analysis.systemItems.get(ordinal);
        List<Field> fields = tableFields(table);
        List<Field> scanFields = fields;
        if (withSystem) {
            scanFields = new ArrayList<>(fields);
            scanFields.addAll(ColumnResolver.systemFields(table.oid()));
        }
        Relation scan = new Relation.TableScan(table, name, scanFields, withSystem, analysis.asOf);
        RangeItem entry = new RangeItem(RangeItem.Kind.TABLE, name, alias != null, scope, scope.width,
                aliased(fields, alias, name), null);
        entry.table = table;
        entry.access = analysis.access(table);
        entry.relationOid = table.oid();
        entry.schema = catalog.schemaName(table.schemaOid());
        entry.relationName = table.name();
        entry.ordinal = ordinal;
        entry.systemColumns = withSystem;
        entry.rowType = table.rowTypeOid() == 0 ? null : catalog.type(table.rowTypeOid());
        return place(scan, entry, scanFields.size(), scope);
    }

    /** Fields of a table's live, visible columns. */
    List<Field> tableFields(TableDef table) {
        List<Field> fields = new ArrayList<>(table.columns().size());
        for (ColumnDef column : table.columns()) {
            if (column.dropped() || column.hidden()) continue;
            fields.add(new Field(column.name(), catalog.requireType(column.typeOid()), column.typmod(), table.oid(), column.number()));
        }
        return fields;
    }

    private Source builtin(VirtualTable table, FromItem.RelationItem item, Scope scope) {
        requirePresent(table.name());
        List<Field> fields = new ArrayList<>(table.columns().size());
        int number = 1;
        for (VirtualTable.Column column : table.columns()) {
            fields.add(new Field(column.name(), column.type(), -1, table.oid(), number++));
        }
        String name = item.alias() == null ? table.name() : item.alias().name();
        RangeItem entry = new RangeItem(RangeItem.Kind.VIRTUAL, name, item.alias() != null, scope, scope.width,
                aliased(fields, item.alias(), name), null);
        entry.own = fields;
        if (table.acl(0) != null) entry.access = analysis.access(table);
        entry.relationOid = table.oid();
        entry.catalogTable = table.kind() == 'r';
        entry.schema = table.schema();
        entry.relationName = table.name();
        return place(new Relation.VirtualScan(table, name, fields), entry, fields.size(), scope);
    }

    private void requirePresent(String name) {
        if (analysis.asOf < 0) return;
        throw PgError.error(SqlState.FEATURE_NOT_SUPPORTED, "FOR SYSTEM_TIME is not supported for \"" + name + "\"")
                .withHint("SET craton.as_of shows the system catalogs as they were.").exception();
    }

    private Source sequence(SequenceDef sequence, FromItem.RelationItem item, Scope scope) {
        requirePresent(sequence.name());
        List<Field> fields = List.of(new Field("last_value", PgTypes.INT8, -1, sequence.oid(), 1),
                new Field("log_cnt", PgTypes.INT8, -1, sequence.oid(), 2),
                new Field("is_called", PgTypes.BOOL, -1, sequence.oid(), 3));
        String name = item.alias() == null ? sequence.name() : item.alias().name();
        RangeItem entry = new RangeItem(RangeItem.Kind.VIRTUAL, name, item.alias() != null, scope, scope.width,
                aliased(fields, item.alias(), name), null);
        analysis.access(sequence).need('r');
        entry.own = fields;
        entry.relationOid = sequence.oid();
        entry.schema = catalog.schemaName(sequence.schemaOid());
        entry.relationName = sequence.name();
        return place(new Relation.SequenceScan(sequence, name, fields), entry, 3, scope);
    }

    /** Whose rights count for what the view reads; 0 for those of whoever uses it. */
    static int reader(TableDef view) {
        return "true".equals(view.options().get("security_invoker")) ? 0 : view.owner();
    }

    Source view(TableDef view, FromItem.RelationItem item, Scope scope) {
        String name = item.alias() == null ? view.name() : item.alias().name();
        Scope inner = new Scope(analysis, null, null);
        inner.lockAll = scope.lockAll || LockAnalyzer.names(scope, name);
        SelectStatement statement = SqlParser.parseStoredQuery(java.util.Objects.requireNonNull(view.viewQuery()));
        Relation relation;
        Access access = analysis.access(view);
        access.need('r');
        if (inner.lockAll) access.need('w');
        Findings findings = analysis.findings;
        int viewOwner = analysis.viewOwner;
        analysis.findings = null;
        analysis.viewOwner = reader(view);
        try {
            relation = analysis.selects.analyze(statement, inner).relation();
        } catch (PgException e) {
            throw new PgException(e.error().withPosition(0));
        } finally {
            analysis.findings = findings;
            analysis.viewOwner = viewOwner;
        }
        List<Field> fields = tableFields(view);
        requireShape(relation.fields(), fields);
        RangeItem entry = new RangeItem(RangeItem.Kind.SUBQUERY, name, item.alias() != null, scope, scope.width,
                aliased(fields, item.alias(), name), null);
        entry.access = access;
        entry.view = view;
        entry.source = relation;
        entry.accessesEnd = analysis.accesses.size();
        entry.relationOid = view.oid();
        entry.schema = catalog.schemaName(view.schemaOid());
        entry.relationName = view.name();
        entry.rowType = view.rowTypeOid() == 0 ? null : catalog.type(view.rowTypeOid());
        return place(relation, entry, relation.fields().size(), scope);
    }

    /** What functions in a view's query return may have changed behind its back. */
    private void requireShape(List<Field> found, List<Field> promised) {
        for (int i = 0; i < promised.size(); i++) {
            if (i >= found.size()) throw PgError.error(SqlState.UNDEFINED_COLUMN, "attribute " + (i + 1) + " of type record has been dropped").exception();
            if (found.get(i).type().oid() == promised.get(i).type().oid()) continue;
            throw PgError.error(SqlState.DATATYPE_MISMATCH, "attribute " + (i + 1) + " of type record has wrong type")
                    .withDetail("Table has type " + TypeNames.of(found.get(i).type(), catalog) + ", but query expects " + TypeNames.of(promised.get(i).type(), catalog) + ".")
                    .exception();
        }
    }

    private Source transition(TableDef table, FromItem.RelationItem item, Scope scope) {
        String name = item.alias() == null ? item.relation().name() : item.alias().name();
        List<Field> fields = new ArrayList<>();
        for (Field field : tableFields(table)) fields.add(new Field(field.name(), field.type(), field.typmod(), 0, 0));
        RangeItem entry = new RangeItem(RangeItem.Kind.CTE, name, item.alias() != null, scope, scope.width, aliased(fields, item.alias(), name), null);
        return place(new Relation.TransitionScan(item.relation().name(), name, fields), entry, fields.size(), scope);
    }

    private Source cte(CommonTables.Entry cte, FromItem.RelationItem item, Scope scope) {
        if (!cte.returnsRows) {
            throw PgError.error(SqlState.FEATURE_NOT_SUPPORTED,
                    "WITH query \"" + cte.name + "\" does not have a RETURNING clause").withPosition(item.position()).exception();
        }
        String name = item.alias() == null ? cte.name : item.alias().name();
        List<Field> all = joined(cte.fields, cte.added);
        Relation relation;
        if (cte.recursing) {
            relation = new Relation.WorkTableScan(cte.id, all);
        } else {
            cte.references++;
            relation = new Relation.CteScan(cte.id, name, all);
        }
        List<Field> fields = joined(aliased(cte.fields, item.alias(), name), cte.added);
        RangeItem entry = new RangeItem(RangeItem.Kind.CTE, name, item.alias() != null, scope, scope.width, fields, null);
        if (cte.recursing) cte.self = entry;
        if (scope != cte.level) entry.unstarred = cte.added.size();
        return place(relation, entry, all.size(), scope);
    }

    private static List<Field> joined(List<Field> own, List<Field> added) {
        if (added.isEmpty()) return own;
        List<Field> fields = new ArrayList<>(own);
        fields.addAll(added);
        return fields;
    }

    private Source subquery(FromItem.SubqueryItem item, Scope scope) {
        Scope inner = new Scope(analysis, scope, scope.lateralOuter);
        inner.lockAll = scope.lockAll || item.alias() != null && LockAnalyzer.names(scope, item.alias().name());
        if (item.alias() == null) {
            boolean values = item.query().body() instanceof SelectStatement.ValuesBody;
            throw PgError.error(SqlState.SYNTAX_ERROR, (values ? "VALUES" : "subquery") + " in FROM must have an alias")
                    .withHint("For example, FROM (" + (values ? "VALUES ..." : "SELECT ...") + ") [AS] foo.")
                    .withPosition(item.position()).exception();
        }
        boolean outerLateral = scope.lateralActive;
        ExpressionKind outerKind = scope.kind;
        scope.lateralActive = item.lateral();
        scope.kind = ExpressionKind.FROM_SUBSELECT;
        Relation relation = analysis.selects.analyze(item.query(), inner).relation();
        scope.lateralActive = outerLateral;
        scope.kind = outerKind;
        List<Field> fields = relation.fields();
        RangeItem entry = new RangeItem(RangeItem.Kind.SUBQUERY, item.alias().name(), true, scope, scope.width,
                aliased(fields, item.alias(), item.alias().name()), null);
        entry.source = relation;
        return place(relation, entry, fields.size(), scope);
    }

    /** Fields under the column aliases of an alias. */
    static List<Field> aliased(List<Field> fields, @Nullable Alias alias, String name) {
        if (alias == null || alias.columns().isEmpty()) return fields;
        if (alias.columns().size() > fields.size() && !Mark.is(alias.columns().getFirst())) {
            throw PgError.error(SqlState.INVALID_COLUMN_REFERENCE, "table \"" + name + "\" has " + fields.size()
                    + " columns available but " + alias.columns().size() + " columns specified").exception();
        }
        List<Field> result = new ArrayList<>(fields);
        for (int i = 0; i < alias.columns().size(); i++) {
            String column = alias.columns().get(i);
            int at = i;
            if (Mark.of(column) instanceof Mark.Alias(int _, int number, String given)) {
                at = 0;
                while (at < fields.size() && fields.get(at).attributeNumber() != number) at++;
                if (at == fields.size()) continue; // the column was dropped
                column = given;
            }
            Field field = fields.get(at);
            result.set(at, new Field(column, field.type(), field.typmod(), field.tableOid(), field.attributeNumber()));
        }
        return result;
    }
}
