package io.craton.sql.analyze;

import io.craton.core.type.PgType;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Relation.Field;
import io.craton.sql.logical.Scalar;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An entry of the FROM clause: a name with columns (range table entry). Belongs to one analysis. */
public final class RangeItem {
    public enum Kind { TABLE, VIRTUAL, SUBQUERY, FUNCTION, VALUES, CTE, JOIN }

    final Kind kind;
    final String name;
    final boolean aliased;
    final Scope scope;
    /** Start in the scope's FROM row; joins have expressions in place. */
    final int offset;
    /** Visible columns, under their aliases. */
    final List<Field> fields;
    /** Joins: what each column is, over the scope's FROM row. */
    final @Nullable List<Scalar> expressions;
    /** Tables. */
    @Nullable TableDef table;
    static final int FUNCTION_STEP = 1 << 12;

    /** System relations and sequences: their columns before aliases. */
    @Nullable List<Field> own;
    /** A table of the system catalogs: its rows have an xmin. */
    boolean catalogTable;
    /** The view that a subquery is the text of. */
    @Nullable TableDef view;
    int relationOid;
    /**
     * Functions that return rows of tables or composite types: for each column its type's relation (0 where there is none), and what identifies it: the number of
     * the function times {@link #FUNCTION_STEP} and the attribute's number (or its place), which stay when attributes come and go.
     */
    int @Nullable [] rowRelations;
    int @Nullable [] rowNumbers;
    /** How many uses of relations the analysis had found when it had analysed the view. */
    int accessesEnd;
    @Nullable Access access;
    @Nullable String schema;
    @Nullable String relationName;
    /** Index of this entry in the whole analysis: says which tables need system columns. */
    int ordinal = -1;
    boolean systemColumns;
    /** The row that an INSERT proposes, which nobody has stored: it has no system columns. */
    boolean proposed;
    /** On the nullable side of an outer join. */
    boolean nullable;
    @Nullable PgType rowType;
    /** Subqueries: where the columns come from. */
    @Nullable Relation source;
    /** Joins: how many of the first columns USING merged. */
    int merged;
    /** How many of the last columns a star does not mean. */
    int unstarred;
    /** A function whose result is one scalar: its whole-row reference is the scalar. */
    boolean scalarFunction;

    RangeItem(Kind kind, String name, boolean aliased, Scope scope, int offset, List<Field> fields,
            @Nullable List<Scalar> expressions) {
        this.kind = kind;
        this.name = name;
        this.aliased = aliased;
        this.scope = scope;
        this.offset = offset;
        this.fields = fields;
        this.expressions = expressions;
    }

    public Kind kind() {
        return kind;
    }

    /** The name by which the text refers to it. */
    public String name() {
        return name;
    }

    /** The text gave it that name; else it is the relation's or function's own. */
    public boolean aliased() {
        return aliased;
    }

    /** Visible columns, under the names that the text knows. */
    public List<Field> fields() {
        return fields;
    }

    /** Oid of a table, view, sequence or system relation; 0 for what is none. */
    public int relationOid() {
        return relationOid;
    }

    /** The relation whose attribute a column is: that which is read, or that whose rows a function returns; 0 where there is none. */
    public int attributesOf(int index) {
        return relationOid != 0 ? relationOid : rowRelations != null && index >= 0 ? rowRelations[index] : 0;
    }

    /** A column's number in {@link #attributesOf}. */
    public int attribute(int index) {
        return rowNumbers != null ? rowNumbers[index] % FUNCTION_STEP : columnNumber(index);
    }

    /** A column's name before any alias, where it has one of its own: in system relations and sequences. */
    public String originalName(int index) {
        return (own == null ? fields : own).get(index).name();
    }

    /** Schema of a relation. */
    public @Nullable String schema() {
        return schema;
    }

    /** A relation's own name; "" for what is none. */
    public String relationName() {
        return relationName == null ? "" : relationName;
    }

    /** The stored relation that it is; null for others. */
    public @Nullable TableDef table() {
        return table != null ? table : view;
    }

    /** Joins: how many of the first columns USING merged. */
    public int merged() {
        return merged;
    }

    /** Number among the entries of its level. */
    public int number() {
        return scope.items.indexOf(this);
    }

    /** What identifies a column: its attribute number in a relation, else its place, 1-based. */
    public int columnNumber(int index) {
        if (rowNumbers != null) return rowNumbers[index];
        return relationOid == 0 ? index + 1 : fields.get(index).attributeNumber();
    }

    /** Where the column with this number stands; -1 when there is none. */
    int columnIndex(int number) {
        if (rowNumbers != null) {
            for (int i = 0; i < rowNumbers.length; i++) if (rowNumbers[i] == number) return i;
            // Texts that were written when functions after the first were counted by place.
            return number <= fields.size() && rowNumbers[fields.size() - 1] > FUNCTION_STEP ? number - 1 : -1;
        }
        if (relationOid == 0) return number <= fields.size() ? number - 1 : -1;
        for (int i = 0; i < fields.size(); i++) if (fields.get(i).attributeNumber() == number) return i;
        return -1;
    }

    /** Joins: whether the column is what a column of an entry below is; else it is merged of two. */
    public boolean plain(int index) {
        return expressions != null && expressions.get(index) instanceof Scalar.Column;
    }

    /** Joins: which column shows this column of an entry below. */
    int columnAbove(RangeItem below, int number) {
        int at = below.offset + below.columnIndex(number);
        for (int i = merged; i < fields.size(); i++) {
            if (java.util.Objects.requireNonNull(expressions).get(i) instanceof Scalar.Column column && column.index() == at) return i;
        }
        throw new IllegalStateException("column " + number + " of " + below.name + " is not in " + name);
    }

    /** Joins: the entry below that a plain column comes from. */
    public RangeItem below(int index) {
        return owner(((Scalar.Column) java.util.Objects.requireNonNull(expressions).get(index)).index());
    }

    /** The entry that a field of the level's FROM row belongs to. */
    RangeItem owner(int field) {
        for (RangeItem item : scope.items) {
            if (item.expressions == null && field >= item.offset && field < item.offset + item.fields.size()) return item;
        }
        throw new IllegalStateException("no entry has field " + field);
    }

    /** Joins: which column of {@link #below} it is. */
    public int columnBelow(int index) {
        return ((Scalar.Column) java.util.Objects.requireNonNull(expressions).get(index)).index() - below(index).offset;
    }

    /** Index of a column by name; -1 none, -2 more than one. */
    int find(String column) {
        int found = -1;
        for (int i = 0; i < fields.size(); i++) {
            if (!fields.get(i).name().equals(column)) continue;
            if (found >= 0) return -2;
            found = i;
        }
        return found;
    }
}
