package io.craton.sql.analyze;

import io.craton.core.error.PgError;
import io.craton.core.error.SqlState;
import io.craton.core.type.TypeOid;
import io.craton.sql.logical.Relation.Field;
import io.craton.sql.logical.Scalar;
import io.craton.sql.syntax.Expr;
import io.craton.sql.syntax.SelectStatement.Target;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A select list while its query is analysed: the visible entries, then those that only ORDER BY, DISTINCT ON and GROUP BY need. One query level. */
final class TargetList {
    /** An entry; {@code value} changes as types are settled and rows change. */
    static final class Entry {
        Scalar value;
        final String name;
        final @Nullable Field origin;
        final int position;
        final boolean junk;
        /** Before anything moved to other rows. */
        int collation;

        Entry(Scalar value, String name, @Nullable Field origin, int position, boolean junk) {
            this.value = value;
            this.name = name;
            this.origin = origin;
            this.position = position;
            this.junk = junk;
        }
    }

    final List<Entry> entries = new ArrayList<>();
    private final Analysis analysis;
    private final Scope scope;

    TargetList(Analysis analysis, Scope scope) {
        this.analysis = analysis;
        this.scope = scope;
    }

    void addAll(List<Target> targets, ExpressionKind kind) {
        ExpressionKind before = scope.kind;
        scope.kind = kind;
        for (Target target : targets) add(target);
        scope.kind = before;
    }

    private void add(Target target) {
        if (target.value() instanceof Expr.Star star) {
            for (StarExpansion.Item item : StarExpansion.expand(star, scope)) {
                entries.add(new Entry(item.value(), item.field().name(), item.field(), star.position(), false));
            }
            return;
        }
        if (target.value() instanceof Expr.Indirection indirection
                && indirection.steps().getLast() instanceof Expr.StarStep) {
            expandComposite(indirection);
            return;
        }
        Scalar value = analysis.expressions.analyze(target.value(), scope);
        String name = target.name() != null ? target.name() : ResultNames.of(target.value());
        entries.add(new Entry(value, name, origin(value), Positions.of(target.value()), false));
    }

    /** {@code (composite).*}: one entry for each field. */
    private void expandComposite(Expr.Indirection indirection) {
        List<Expr.Step> steps = indirection.steps().subList(0, indirection.steps().size() - 1);
        Expr inner = steps.isEmpty() ? indirection.argument()
                : new Expr.Indirection(indirection.argument(), steps, indirection.position());
        Scalar value = analysis.expressions.analyze(inner, scope);
        int position = Positions.of(indirection);
        List<Field> fields = analysis.expressions.indirections().fields(value, scope);
        if (fields == null) {
            throw value.type().oid() == TypeOid.RECORD
                    ? PgError.error(SqlState.FEATURE_NOT_SUPPORTED, "record type has not been registered").exception()
                    : PgError.error(SqlState.WRONG_OBJECT_TYPE, "type " + TypeNames.of(value.type(), analysis.catalog) + " is not composite")
                            .withPosition(position).exception();
        }
        for (int i = 0; i < fields.size(); i++) {
            Field field = fields.get(i);
            Scalar part = value instanceof Scalar.RowValue row ? row.fields().get(i)
                    : new Scalar.Field(value, i, field.type(), field.typmod());
            entries.add(new Entry(part, field.name(), null, position, false));
        }
    }

    /** The level as it is before anything moves to other rows. */
    Findings.Query found(Scope level) {
        List<Findings.Target> visible = new ArrayList<>();
        for (Entry entry : entries) if (!entry.junk) visible.add(new Findings.Target(entry.value, entry.name));
        return new Findings.Query(List.copyOf(level.items), visible);
    }

    /** The table column that an entry plainly shows. */
    private @Nullable Field origin(Scalar value) {
        Scalar plain = value instanceof Scalar.Collate collate && !collate.explicit() ? collate.argument() : value;
        if (!(plain instanceof Scalar.Column column) || column.index() < 0) return null;
        for (RangeItem item : scope.items) {
            if (item.expressions == null && column.index() >= item.offset && column.index() < item.offset + item.fields.size()) {
                return item.fields.get(column.index() - item.offset);
            }
        }
        return null;
    }

    /** SQL99: the entry with this expression, added when there is none. */
    int indexOf(Scalar value, int position) {
        for (int i = 0; i < entries.size(); i++) {
            if (SameScalar.same(stripped(entries.get(i).value), stripped(value)) && entries.get(i).value.type().oid() == value.type().oid()) {
                return i;
            }
        }
        entries.add(new Entry(value, "", null, position, true));
        return entries.size() - 1;
    }

    private static Scalar stripped(Scalar value) {
        return value;
    }

    /** SQL92: what an ORDER BY, GROUP BY or DISTINCT ON item means: an output name, a position, or an expression. */
    int find(Expr expr, ExpressionKind kind) {
        if (expr instanceof Expr.ColumnRef ref && ref.names().size() == 1) {
            String name = ref.names().getFirst();
            boolean column = kind == ExpressionKind.GROUP_BY && analysis.columns.find(name, ref.position(), scope, true) != null;
            if (!column) {
                int found = -1;
                for (int i = 0; i < entries.size(); i++) {
                    Entry entry = entries.get(i);
                    if (entry.junk || !entry.name.equals(name)) continue;
                    if (found >= 0 && !SameScalar.same(entries.get(found).value, entry.value)) {
                        throw PgError.error(SqlState.AMBIGUOUS_COLUMN, kind.clause() + " \"" + name + "\" is ambiguous")
                                .withPosition(ref.position()).exception();
                    }
                    if (found < 0) found = i;
                }
                if (found >= 0) return found;
            }
        }
        if (expr instanceof Expr.Literal literal && !(literal instanceof Expr.BooleanLiteral)) {
            if (!(literal instanceof Expr.IntegerLiteral integer)) {
                throw PgError.error(SqlState.SYNTAX_ERROR, "non-integer constant in " + kind.clause())
                        .withPosition(literal.position()).exception();
            }
            int visible = 0;
            for (int i = 0; i < entries.size(); i++) if (!entries.get(i).junk && ++visible == integer.value()) return i;
            throw PgError.error(SqlState.INVALID_COLUMN_REFERENCE, kind.clause() + " position " + integer.value()
                    + " is not in select list").withPosition(literal.position()).exception();
        }
        Scalar value = analysis.expressions.analyze(expr, scope, kind);
        return indexOf(value, Positions.of(expr));
    }

    /** Settles entries of unknown type as text. */
    void resolveUnknowns() {
        for (Entry entry : entries) entry.value = analysis.coercions.resolveUnknown(entry.value, entry.position);
    }

    List<Scalar> values() {
        List<Scalar> values = new ArrayList<>(entries.size());
        for (Entry entry : entries) values.add(entry.value);
        return values;
    }

    List<Field> fields() {
        List<Field> fields = new ArrayList<>(entries.size());
        for (Entry entry : entries) fields.add(field(entry));
        return fields;
    }

    static Field field(Entry entry) {
        Scalar value = entry.value;
        return entry.origin == null ? new Field(entry.name, value.type(), value.typmod())
                : new Field(entry.name, value.type(), value.typmod(), entry.origin.tableOid(), entry.origin.attributeNumber());
    }

    int visible() {
        int count = 0;
        for (Entry entry : entries) if (!entry.junk) count++;
        return count;
    }
}
