package io.craton.sql.analyze;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.core.type.TypeOid;
import io.craton.sql.function.BuiltinCatalog;
import io.craton.sql.function.FunctionDef;
import io.craton.sql.logical.Relation.Field;
import io.craton.sql.expr.Scalars;
import io.craton.sql.logical.Scalar;
import io.craton.sql.syntax.Expr;
import io.craton.sql.syntax.Mark;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a column reference means (parse_relation, transformColumnRef): columns, qualified columns, whole rows, system columns. */
public final class ColumnResolver {
    /** System columns in the order in which a TableScan adds them after its own. */
    private static final List<String> SYSTEM_NAMES = List.of("tableoid", "xmin", "cmin", "xmax", "cmax", "ctid");
    private static final int[] SYSTEM_TYPES = {26, 28, 29, 28, 29, 27};
    private static final int[] SYSTEM_ATTRIBUTES = {-6, -2, -3, -4, -5, -1};
    private static final int TABLE_OID = -6;
    private static final int XMIN = 1;
    /** pg_current_snapshot, pg_snapshot_xmin, xid. */
    private static final int[] CURRENT_XMIN = {5061, 5062, 5071};

    private final Analysis analysis;

    ColumnResolver(Analysis analysis) {
        this.analysis = analysis;
    }

    /** Where the row's key stands among the system fields. */
    public static final int KEY = 6;

    public static List<Field> systemFields(int tableOid) {
        List<Field> fields = new ArrayList<>(7);
        for (int i = 0; i < SYSTEM_NAMES.size(); i++) {
            fields.add(new Field(SYSTEM_NAMES.get(i), PgTypes.get(SYSTEM_TYPES[i]), -1, tableOid, SYSTEM_ATTRIBUTES[i]));
        }
        fields.add(new Field("", PgTypes.BYTEA, -1, 0, 0));
        return fields;
    }

    Scalar resolve(Expr.ColumnRef ref, Scope scope) {
        if (ref.names().size() == 1 && Mark.is(ref.names().getFirst())) return marked(Mark.of(ref.names().getFirst()), scope);
        String complaint = scope.kind.columnError();
        if (complaint != null) {
            throw PgError.error(SqlState.FEATURE_NOT_SUPPORTED, complaint).withPosition(ref.position()).exception();
        }
        Variables variables = analysis.variables;
        if (variables == null) {
            Scalar column = column(ref, scope);
            if (column == null) throw missing(ref, scope);
            return column;
        }
        if (variables.precedence() == Variables.Precedence.VARIABLE) {
            Scalar variable = variables.find(ref.names(), false, ref.position());
            if (variable != null) return variable;
        }
        Scalar column = column(ref, scope);
        if (column != null && variables.precedence() != Variables.Precedence.NEITHER) return column;
        Scalar variable = variables.find(ref.names(), column == null, ref.position());
        if (variable == null) {
            if (column == null) throw missing(ref, scope);
            return column;
        }
        if (column == null) return variable;
        throw PgError.error(SqlState.AMBIGUOUS_COLUMN, "column reference \"" + String.join(".", ref.names()) + "\" is ambiguous")
                .withDetail("It could refer to either a PL/pgSQL variable or a table column.").withPosition(ref.position()).exception();
    }

    /** Whose row {@code name.*} is: a composite variable's, or null. */
    @Nullable Scalar variableRow(List<String> qualifier, Scope scope, int position) {
        Variables variables = analysis.variables;
        if (variables == null) return null;
        boolean table = qualifier.size() < 4
                && findItem(qualifier.size() > 1 ? qualifier.get(qualifier.size() - 2) : null, qualifier.getLast(), position, scope) != null;
        if (table && variables.precedence() != Variables.Precedence.VARIABLE) return null;
        Scalar row = variables.find(qualifier, false, position);
        return row != null && analysis.expressions.indirections().fields(row) != null ? row : null;
    }

    /** The error of a name that means nothing. */
    private PgException missing(Expr.ColumnRef ref, Scope scope) {
        List<String> names = ref.names();
        int n = names.size();
        if (n == 1) return MissingNames.column(null, names.getFirst(), ref.position(), scope);
        @Nullable String schema = n > 2 ? names.get(n - 3) : null;
        return findItem(schema, names.get(n - 2), ref.position(), scope) == null
                ? MissingNames.relation(schema, names.get(n - 2), ref.position(), scope)
                : MissingNames.column(names.get(n - 2), names.getLast(), ref.position(), scope);
    }

    /** The column, whole row or functional notation that dotted names mean, or null. */
    private @Nullable Scalar column(Expr.ColumnRef ref, Scope scope) {
        List<String> names = ref.names();
        return switch (names.size()) {
            case 1 -> unqualified(names.getFirst(), ref.position(), scope);
            case 2 -> qualified(null, names.get(0), names.get(1), ref.position(), scope);
            case 3 -> qualified(names.get(0), names.get(1), names.get(2), ref.position(), scope);
            case 4 -> {
                if (!names.getFirst().equals(analysis.catalog.database())) {
                    throw PgError.error(SqlState.FEATURE_NOT_SUPPORTED, "cross-database references are not implemented: "
                            + String.join(".", names)).withPosition(ref.position()).exception();
                }
                yield qualified(names.get(1), names.get(2), names.get(3), ref.position(), scope);
            }
            default -> throw PgError.error(SqlState.SYNTAX_ERROR, "improper qualified name (too many dotted names): "
                    + String.join(".", names)).withPosition(ref.position()).exception();
        };
    }

    /** What a mark in a text of the catalog means; such a text was analysed before, so that nothing is to complain about. */
    private Scalar marked(Mark mark, Scope scope) {
        return switch (mark) {
            case Mark.Column(int level, int number, int column) -> {
                List<RangeItem> items = at(scope, level).items;
                if (number >= items.size()) throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "expression contains variables of more than one relation");
                RangeItem item = items.get(number);
                if (column == 0) yield wholeRow(item, scope, 0);
                for (int i = 0; i < SYSTEM_ATTRIBUTES.length && column < 0; i++) {
                    if (SYSTEM_ATTRIBUTES[i] == column) yield system(item, i, scope, 0);
                }
                yield column(item, item.columnIndex(column), scope, 0);
            }
            case Mark.JoinColumn(int level, int join, int number, int column) -> {
                Scope target = at(scope, level);
                yield column(target.items.get(join), target.items.get(join).columnAbove(target.items.get(number), column), scope, 0);
            }
            case Mark.EnumLabel(int type, int label) -> new Scalar.Constant((long) label, analysis.catalog.requireType(type), -1);
            default -> throw new IllegalStateException(mark + " is no value");
        };
    }

    private static Scope at(Scope scope, int level) {
        Scope found = scope;
        for (int i = 0; i < level; i++) found = java.util.Objects.requireNonNull(found.parent);
        return found;
    }

    private @Nullable Scalar unqualified(String name, int position, Scope scope) {
        Scalar column = find(name, position, scope, false);
        if (column != null) return column;
        for (Scope level = scope; level != null; level = level.parent) {
            if (level.domainValue != null && name.equals("value")) return level.domainValue;
        }
        RangeItem item = findItem(null, name, position, scope);
        return item == null ? null : wholeRow(item, scope, position);
    }

    /** An unqualified column, from the nearest level outwards; null when there is none. */
    @Nullable Scalar find(String name, int position, Scope scope, boolean localOnly) {
        for (Scope level = scope; level != null; level = level.parent) {
            RangeItem found = null;
            Visible through = null;
            int column = -1;
            boolean system = false;
            List<Visible> namespace = level.namespace;
            for (int i = 0; i < namespace.size(); i++) {
                Visible visible = namespace.get(i);
                if (!visible.columns || visible.lateralOnly && !level.lateralActive) continue;
                int index = visible.item.find(name);
                if (index == -1) {
                    int systemIndex = systemColumn(visible.item, name);
                    if (systemIndex < 0) continue;
                    if (found != null) throw ambiguousColumn(name, position);
                    found = visible.item;
                    through = visible;
                    column = systemIndex;
                    system = true;
                    continue;
                }
                if (index == -2 || found != null) throw ambiguousColumn(name, position);
                found = visible.item;
                through = visible;
                column = index;
            }
            if (found != null) {
                checkLateral(through, position);
                return system ? system(found, column, scope, position) : column(found, column, scope, position);
            }
            if (localOnly) return null;
        }
        return null;
    }

    private static PgException ambiguousColumn(String name, int position) {
        return PgError.error(SqlState.AMBIGUOUS_COLUMN, "column reference \"" + name + "\" is ambiguous").withPosition(position)
                .exception();
    }

    private static int systemColumn(RangeItem item, String name) {
        if (item.kind == RangeItem.Kind.VIRTUAL) {
            int index = SYSTEM_NAMES.indexOf(name);
            return index == 0 && item.relationOid != 0 || index == XMIN && item.catalogTable ? index : -1;
        }
        return item.table == null || item.table.kind() == 'v' || item.proposed ? -1 : SYSTEM_NAMES.indexOf(name);
    }

    private static void checkLateral(Visible visible, int position) {
        if (!visible.lateralOnly || visible.lateralAllowed) return;
        throw PgError.error(SqlState.INVALID_COLUMN_REFERENCE, "invalid reference to FROM-clause entry for table \""
                        + visible.item.name + "\"")
                .withDetail("The combining JOIN type must be INNER or LEFT for a LATERAL reference.")
                .withPosition(position).exception();
    }

    private @Nullable Scalar qualified(@Nullable String schema, String relation, String name, int position, Scope scope) {
        RangeItem item = findItem(schema, relation, position, scope);
        if (item == null) return null;
        int index = item.find(name);
        if (index == -2) throw ambiguousColumn(name, position);
        if (index >= 0) {
            return column(item, index, scope, position);
        }
        int system = systemColumn(item, name);
        if (system >= 0) return system(item, system, scope, position);
        return analysis.expressions.calls().functionalNotation(name, wholeRow(item, scope, position), scope, position);
    }

    /** The range item that a (qualified) relation name means, from the nearest level outwards; null when there is none. */
    @Nullable RangeItem findItem(@Nullable String schema, String name, int position, Scope scope) {
        for (Scope level = scope; level != null; level = level.parent) {
            RangeItem found = null;
            for (Visible visible : level.namespace) {
                if (!visible.relation || visible.lateralOnly && !level.lateralActive) continue;
                RangeItem item = visible.item;
                boolean matches = schema == null ? item.name.equals(name)
                        : !item.aliased && name.equals(item.relationName) && schema.equals(item.schema);
                if (!matches) continue;
                if (found != null) {
                    throw PgError.error(SqlState.AMBIGUOUS_ALIAS, "table reference \"" + name + "\" is ambiguous")
                            .withPosition(position).exception();
                }
                checkLateral(visible, position);
                found = item;
            }
            if (found != null) return found;
        }
        return null;
    }

    /** A visible column of an item, as the current frame sees it. */
    Scalar column(RangeItem item, int index, Scope scope, int position) {
        Scalar column = seen(item, index, scope, position);
        if (analysis.findings != null) {
            analysis.findings.variable(column, item, index, scope, position);
            if (column instanceof Scalar.Collate collate) analysis.findings.variable(collate.argument(), item, index, scope, position);
        }
        return column;
    }

    private Scalar seen(RangeItem item, int index, Scope scope, int position) {
        Field field = item.fields.get(index);
        if (item.access != null) item.access.reads(field.attributeNumber());
        Scalar reference;
        if (item.expressions == null) {
            reference = at(item, item.offset + index, field.type(), field.typmod(), scope);
            int collation = field.type().collationOid() == 0 ? 0 : collation(item, index, field);
            remember(item, reference, scope, position);
            return collation == 0 || collation == 100 || collation == field.type().collationOid() ? reference
                    : new Scalar.Collate(reference, collation, false);
        }
        Scalar merged = item.expressions.get(index);
        reads(merged, item.scope);
        if (merged instanceof Scalar.Column column) {
            reference = at(item, column.index(), column.type(), column.typmod(), scope);
            remember(item, reference, scope, position);
            return reference;
        }
        return new TreeRewriter((node, depth) -> {
            if (!(node instanceof Scalar.Column column) || depth > 0) return null;
            Scalar part = at(item, column.index(), column.type(), column.typmod(), scope);
            remember(item, part, scope, position);
            return part;
        }).rewrite(merged);
    }

    private static int collation(RangeItem item, int index, Field field) {
        TableDef relation = item.table();
        if (relation == null) return Collations.ofColumn(item.source, index);
        return field.attributeNumber() <= 0 ? 0 : relation.column(field.attributeNumber()).collationOid();
    }

    /** Notes for the check of privileges what a join's column is made of: an expression over the scope's FROM row. */
    static void reads(Scalar value, Scope scope) {
        Scalars.any(value, part -> {
            if (part instanceof Scalar.Column column) {
                for (RangeItem item : scope.items) {
                    int index = column.index() - item.offset;
                    if (item.access == null || item.expressions != null || index < 0 || index >= item.fields.size()) continue;
                    item.access.reads(item.fields.get(index).attributeNumber());
                }
            }
            return false;
        });
    }

    private static void remember(RangeItem item, Scalar reference, Scope scope, int position) {
        item.scope.remember(reference, position);
        if (scope != item.scope) scope.remember(reference, position);
    }

    /** Only the table's own oid is known where a row is not a stored one. */
    private static void checkSystem(int index, Scope scope, int position) {
        if (scope.kind == ExpressionKind.INDEX_EXPRESSION || scope.kind == ExpressionKind.INDEX_PREDICATE) {
            throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, "index creation on system columns is not supported");
        }
        String name = "\"" + SYSTEM_NAMES.get(index) + "\"";
        String message = switch (scope.kind) {
            case CHECK_CONSTRAINT -> "system column " + name + " reference in check constraint is invalid";
            case GENERATED_COLUMN -> "cannot use system column " + name + " in column generation expression";
            case MERGE_WHEN -> "cannot use system column " + name + " in MERGE WHEN condition";
            default -> null;
        };
        if (message != null && SYSTEM_ATTRIBUTES[index] != TABLE_OID) {
            throw PgError.error(SqlState.INVALID_COLUMN_REFERENCE, message).withPosition(position).exception();
        }
    }

    private Scalar system(RangeItem item, int index, Scope scope, int position) {
        checkSystem(index, scope, position);
        boolean ownRow = scope.kind == ExpressionKind.CHECK_CONSTRAINT || scope.kind == ExpressionKind.GENERATED_COLUMN;
        if (index == XMIN && item.catalogTable) return catalogXmin();
        if (item.kind == RangeItem.Kind.VIRTUAL || ownRow) {
            Scalar oid = new Scalar.Constant(item.relationOid & 0xffffffffL, PgTypes.OID, -1);
            if (analysis.findings != null) analysis.findings.variable(oid, item, SYSTEM_ATTRIBUTES[index] - 1, scope, position);
            return oid;
        }
        if (!item.systemColumns && item.ordinal < 0) {
            throw PgException.notSupported("system column \"" + SYSTEM_NAMES.get(index) + "\" here");
        }
        if (!item.systemColumns) throw new Analysis.SystemColumnsNeeded(item.ordinal);
        Scalar reference = at(item, item.offset + item.fields.size() + index, PgTypes.get(SYSTEM_TYPES[index]), -1, scope);
        remember(item, reference, scope, position);
        if (analysis.findings != null) analysis.findings.variable(reference, item, SYSTEM_ATTRIBUTES[index] - 1, scope, position);
        return reference;
    }

    /** Nobody knows when a row of a catalog changed last: not after what this transaction sees. Tools that read what is younger than their last look miss nothing. */
    private static Scalar catalogXmin() {
        Scalar xmin = null;
        for (int oid : CURRENT_XMIN) {
            FunctionDef function = Objects.requireNonNull(BuiltinCatalog.function(oid));
            xmin = new Scalar.Call(function, xmin == null ? List.of() : List.of(xmin), PgTypes.get(function.returnType()), -1, 0, 0);
        }
        return Objects.requireNonNull(xmin);
    }

    /** A reference to a field of the item's scope's FROM row, as the current frame of {@code scope} sees it. */
    Scalar at(RangeItem item, int rowIndex, PgType type, int typmod, Scope scope) {
        int level = 0;
        for (RowFrame frame = scope.frame; frame != null; frame = frame.outer) {
            if (frame.covers(item.scope, rowIndex)) {
                frame.used = true;
                return TreeRewriter.reference(level, rowIndex - frame.first, type, typmod);
            }
            frame.crossed = true;
            level++;
        }
        throw new IllegalStateException("column of " + item.name + " is out of sight");
    }

    /** All columns of an item as one row value. */
    Scalar wholeRow(RangeItem item, Scope scope, int position) {
        if (item.access != null) item.access.reads(0);
        if (item.scalarFunction) return column(item, 0, scope, position);
        List<Scalar> fields = new ArrayList<>(item.fields.size());
        List<String> names = new ArrayList<>(item.fields.size());
        for (int i = 0; i < item.fields.size(); i++) {
            fields.add(column(item, i, scope, position));
            names.add(item.fields.get(i).name());
        }
        Scalar row = new Scalar.RowValue(fields, names, item.rowType == null ? PgTypes.RECORD : item.rowType);
        if (item.nullable) {
            Scalar none = new Scalar.Constant(null, row.type(), -1);
            row = new Scalar.Case(null, List.of(new Scalar.When(new Scalar.IsNull(row, false), none)), row, row.type(), -1);
        }
        if (analysis.findings != null) analysis.findings.variable(row, item, -1, scope, position);
        return row;
    }
}
