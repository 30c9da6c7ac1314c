package io.craton.sql.analyze;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.core.type.TypeOid;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Relation.Field;
import io.craton.sql.logical.Scalar;
import io.craton.sql.syntax.Expr;
import io.craton.sql.syntax.FromItem;
import io.craton.sql.syntax.Mark;
import io.craton.sql.syntax.ModifyStatement.TargetColumn;
import io.craton.sql.syntax.SelectStatement.Target;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The table that INSERT, UPDATE or DELETE changes: its columns, assignment to them, RETURNING. One statement. */
final class ModifyTarget {
    final Analysis analysis;
    /** What is changed: a table, or a view whose triggers do it. */
    final TableDef table;
    /** What the statement names. */
    final TableDef named;
    /** How the one is changed through the other; null when they are the same. */
    final @Nullable UpdatableView through;
    private final int event;
    final String alias;
    final TableRules rules;
    final Access access;
    /** Live, visible columns in order: the new row. */
    final List<ColumnDef> columns = new ArrayList<>();

    /** @param event bit of the triggers that may do it instead of a view */
    ModifyTarget(FromItem.RelationItem item, int event, Analysis analysis) {
        this.analysis = analysis;
        this.event = event;
        this.named = table(item, analysis);
        this.alias = item.alias() == null ? named.name() : item.alias().name();
        this.access = analysis.access(named);
        access.changesRows();
        this.through = named.kind() != 'v' || UpdatableView.hasTrigger(named, event, analysis) ? null : UpdatableView.of(named, event, access, analysis);
        this.table = through == null ? named : through.base;
        this.rules = analysis.catalog.tableRules(table);
        for (ColumnDef column : table.columns()) if (!column.dropped() && !column.hidden()) columns.add(column);
    }

    private static TableDef table(FromItem.RelationItem item, Analysis analysis) {
        String name = item.relation().name();
        if (item.relation().schema() == null && analysis.variables != null && analysis.variables.transitionTable(name) != null) {
            throw PgError.error(SqlState.FEATURE_NOT_SUPPORTED, "relation \"" + name + "\" cannot be the target of a modifying statement").exception();
        }
        RelationRef found = analysis.from.lookup(item.relation(), null);
        return switch (found) {
            case RelationRef.Stored stored -> switch (stored.table().kind()) {
                case 'r', 'p', 'v' -> stored.table();
                case 'm' -> throw wrong("cannot change materialized view \"" + stored.table().name() + "\"");
                default -> throw wrong("cannot change relation \"" + stored.table().name() + "\"");
            };
            case RelationRef.Sequence sequence -> throw wrong("cannot change sequence \"" + sequence.sequence().name() + "\"");
            case RelationRef.Index index -> throw wrong("cannot change relation \"" + index.index().name() + "\"");
            case RelationRef.Builtin builtin -> throw PgError.error(SqlState.INSUFFICIENT_PRIVILEGE,
                    "permission denied for " + (builtin.table().kind() == 'v' ? "view " : "table ") + builtin.table().name()).exception();
        };
    }

    /** The rows that UPDATE and DELETE look among. */
    FromAnalyzer.Source rows(FromItem.RelationItem item, Scope scope) {
        return through != null ? rows(through, scope, item.alias()) : table.kind() == 'v' ? analysis.from.view(table, item, scope) : analysis.from.tableSource(table, item.alias(), alias, scope, true);
    }

    /** WHERE, over a row that begins with {@link #rows}'s. */
    Scalar condition(Expr where, Scope scope) {
        if (!(where instanceof Expr.CurrentOf current)) return analysis.expressions.condition(where, scope, ExpressionKind.WHERE, "WHERE");
        if (named.kind() == 'v') throw PgError.error(SqlState.FEATURE_NOT_SUPPORTED, "WHERE CURRENT OF on a view is not implemented").exception();
        Scalar variable = analysis.variables == null ? null : analysis.variables.find(List.of(current.cursor()), false, current.position());
        if (variable != null && variable.type().oid() != TypeOid.REFCURSOR) variable = null;
        int field = columns.size() + ColumnResolver.KEY;
        return new Scalar.Call(Ordering.equality(PgTypes.BYTEA, analysis, 0), List.of(new Scalar.Column(field, PgTypes.BYTEA, -1),
                new Scalar.CursorKey(current.cursor(), variable, table.oid(), table.name(), PgTypes.BYTEA)), PgTypes.BOOL, -1, 0, 0, false);
    }

    /** The base's row, then what the view shows of it, as which alone it is visible. */
    private FromAnalyzer.Source rows(UpdatableView view, Scope scope, FromItem.@Nullable Alias given) {
        Relation input = view.rows;
        for (Scalar condition : view.conditions) input = new Relation.Filter(input, condition);
        List<Field> fields = new ArrayList<>(view.rows.fields());
        List<Scalar> values = new ArrayList<>();
        for (Field field : fields) values.add(new Scalar.Column(values.size(), field.type(), field.typmod()));
        List<Field> shown = analysis.from.tableFields(named);
        RangeItem entry = viewItem(FromAnalyzer.aliased(shown, given, alias), alias, given != null, scope, scope.width + fields.size());
        fields.addAll(shown);
        values.addAll(view.values());
        return analysis.from.place(new Relation.Project(input, values, fields), entry, fields.size(), scope);
    }

    /** The view as an entry whose columns stand at an offset of the scope's row. */
    private RangeItem viewItem(List<Field> fields, String name, boolean aliased, Scope scope, int offset) {
        RangeItem entry = new RangeItem(RangeItem.Kind.SUBQUERY, name, aliased, scope, offset, fields, null);
        entry.access = access;
        entry.view = named;
        entry.relationOid = named.oid();
        entry.schema = analysis.catalog.schemaName(named.schemaOid());
        entry.relationName = named.name();
        entry.rowType = named.rowTypeOid() == 0 ? null : analysis.catalog.type(named.rowTypeOid());
        return entry;
    }

    /** The new row as an entry of a scope in which nothing else stands at {@code offset}; a view's columns stand there in place of the row's. */
    RangeItem rowItem(String name, Scope scope, int offset) {
        RangeItem item = viewItem(analysis.from.tableFields(named), name, !name.equals(named.name()), scope, offset);
        scope.items.add(item);
        return item;
    }

    /** Where {@link #rows} lets the view's columns begin. */
    int viewOffset() {
        return through == null ? 0 : through.rows.fields().size();
    }

    /** Expressions in which the view's columns stand from {@code first} on: over the base's row, which begins at 0. */
    List<Scalar> throughView(List<Scalar> expressions, int first) {
        if (through == null) return expressions;
        return expressions.stream().map(each -> UpdatableView.over(through.values(), first, each)).toList();
    }

    /** What the table that changes is called, in EXPLAIN. */
    String tableAlias() {
        return through == null ? alias : through.baseAlias;
    }

    private static PgException wrong(String message) {
        return PgError.error(SqlState.WRONG_OBJECT_TYPE, message).exception();
    }

    /**
     * The column that a target names; 42703 when there is none.
     *
     * @param letter the privilege that is needed on it: a insert, w update, r select
     */
    ColumnDef column(TargetColumn target, char letter) {
        ColumnDef column = columnNamed(target);
        if (column != null) {
            access.uses(letter, column.number());
            return through == null ? column : through.changed(column, letter);
        }
        throw PgError.error(SqlState.UNDEFINED_COLUMN, "column \"" + target.name() + "\" of relation \"" + named.name()
                + "\" does not exist").withPosition(target.position()).exception();
    }

    /** Whether the relation that the statement names has such a column. */
    boolean has(String column) {
        return named.column(column) != null;
    }

    private @Nullable ColumnDef columnNamed(TargetColumn target) {
        return Mark.of(target.name()) instanceof Mark.Attribute(int _, int number) ? named.column(number) : named.column(target.name());
    }

    PgType type(ColumnDef column) {
        return analysis.catalog.requireType(column.typeOid());
    }

    /** A value made fit for a column by assignment (transformAssignedExpr). */
    Scalar assigned(Scalar value, int position, ColumnDef column) {
        PgType type = type(column);
        Scalar typed = analysis.coercions.toTarget(value, type, column.typmod(), CoercionContext.ASSIGNMENT, position);
        if (typed == null) {
            throw PgError.error(SqlState.DATATYPE_MISMATCH, "column \"" + column.name() + "\" is of type "
                            + TypeNames.of(type, analysis.catalog) + " but expression is of type " + TypeNames.of(value.type(), analysis.catalog))
                    .withHint("You will need to rewrite or cast the expression.").withPosition(position).exception();
        }
        return typed;
    }

    /** The columns that values without a column list are for; of a view only the first {@code width} need be ones that can be changed. */
    List<ColumnDef> inOrder(int width) {
        int given = 0;
        for (ColumnDef column : named.columns()) if (!column.dropped() && !column.hidden() && given++ < width) access.uses('a', column.number());
        if (through == null) return columns;
        List<ColumnDef> order = new ArrayList<>();
        for (UpdatableView.Column column : through.columns) {
            order.add(order.size() < width ? through.changed(column.shown(), 'a') : column.shown());
        }
        return order;
    }

    /** A view's default comes before the table's. */
    @Nullable Scalar ownDefault(int attributeNumber) {
        Scalar shown = through == null ? null : through.defaults.get(attributeNumber);
        return shown != null ? shown : rules.defaultOf(attributeNumber);
    }

    /** 0A000 when the statement sets columns of a view that cannot be changed. */
    void requireChangeable() {
        if (through != null) through.requireChangeable(event);
    }

    /** The table's checks and the view's. */
    List<Scalar.NamedCheck> checks() {
        if (through == null || through.checks.isEmpty()) return rules.checks();
        List<Scalar.NamedCheck> checks = new ArrayList<>(rules.checks());
        checks.addAll(through.checks);
        return checks;
    }

    /** What SET .. = DEFAULT means: of a view's column its own default alone. */
    Scalar updateDefault(TargetColumn name, ColumnDef column) {
        if (through == null) return defaultOf(column);
        Scalar value = analysis.catalog.tableRules(named).defaultOf(java.util.Objects.requireNonNull(columnNamed(name)).number());
        return value == null ? nullOf(type(column)) : value;
    }

    /** The default of a column as a value; null when it has none. */
    Scalar defaultOf(ColumnDef column) {
        Scalar value = ownDefault(column.number());
        return value == null ? new Scalar.Constant(null, type(column), -1) : value;
    }

    /** The RETURNING list over the input's row, in which the target's visible columns come first. */
    TargetList returning(List<Target> targets, Scope scope) {
        TargetList list = new TargetList(analysis, scope);
        list.addAll(targets, ExpressionKind.RETURNING);
        list.resolveUnknowns();
        return list;
    }

    static List<Field> fields(TargetList list) {
        return list.fields();
    }

    static boolean isDefault(Expr expr) {
        return expr instanceof Expr.SetToDefault;
    }

    /** Moves expressions from the input's row to the new row followed by the input's row. */
    List<Scalar> overNewRow(List<Scalar> expressions) {
        int width = columns.size();
        TreeRewriter rewriter = new TreeRewriter((node, depth) -> {
            if (depth == 0 && node instanceof Scalar.Column column && column.index() >= width) {
                return new Scalar.Column(column.index() + width, column.type(), column.typmod());
            }
            if (depth > 0 && node instanceof Scalar.OuterColumn outer && outer.level() == depth && outer.index() >= width) {
                return new Scalar.OuterColumn(depth, outer.index() + width, outer.type(), outer.typmod());
            }
            return null;
        });
        return rewriter.rewrite(expressions, 0);
    }

    static Scalar nullOf(PgType type) {
        return new Scalar.Constant(null, type, -1);
    }

}
