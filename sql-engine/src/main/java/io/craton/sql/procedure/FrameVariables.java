package io.craton.sql.procedure;

import io.craton.core.error.PgError;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgRecord;
import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.core.type.TypeOid;
import io.craton.sql.analyze.CatalogView;
import io.craton.sql.analyze.Variables;
import io.craton.sql.exec.TriggerCall;
import io.craton.sql.logical.Scalar;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The variables that a piece of SQL sees, with the types they have in a frame; notes the shapes of records it relied on. One analysis. */
final class FrameVariables implements Variables {
    private final Frame frame;
    private final @Nullable Namespace names;
    private final CatalogView catalog;
    final List<Plan.Shape> shapes = new ArrayList<>();
    final TreeSet<Integer> used = new TreeSet<>();

    FrameVariables(Frame frame, @Nullable Namespace names, CatalogView catalog) {
        this.frame = frame;
        this.names = names;
        this.catalog = catalog;
    }

    @Override
    public Precedence precedence() {
        return switch (frame.program.precedence) {
            case ERROR -> Precedence.NEITHER;
            case VARIABLE -> Precedence.VARIABLE;
            case COLUMN -> Precedence.COLUMN;
        };
    }

    @Override
    public @Nullable Scalar find(List<String> path, boolean required, int position) {
        if (path.size() > 3) return null;
        Namespace.Found found = Namespace.find(names, false, path.get(0), path.size() > 1 ? path.get(1) : null, path.size() > 2 ? path.get(2) : null);
        if (found == null) return null;
        int left = path.size() - found.used();
        if (left == 0) return variable(found.datum());
        return left == 1 && found.kind() == Namespace.Kind.RECORD ? field(found.datum(), path.getLast(), required, position) : null;
    }

    @Override
    public @Nullable TableDef transitionTable(String name) {
        return transitionTable(frame, name);
    }

    static @Nullable TableDef transitionTable(Frame frame, String name) {
        TriggerCall trigger = frame.trigger;
        boolean known = trigger != null && (name.equals(trigger.trigger().oldTable()) || name.equals(trigger.trigger().newTable()));
        return known ? trigger.table() : null;
    }

    @Override
    public @Nullable Scalar parameter(int number) {
        Namespace.Found found = Namespace.find(names, false, "$" + number, null, null);
        return found == null ? null : variable(found.datum());
    }

    Scalar variable(int number) {
        used.add(number);
        return switch (frame.program.datum(number)) {
            case Datum.Single single -> new Scalar.Parameter(number, single.type(), single.typmod());
            case Datum.Composite composite when composite.type().oid() != TypeOid.RECORD -> new Scalar.Parameter(number, composite.type(), -1);
            case Datum.Composite composite -> {
                PgRecord record = frame.known(number);
                PgType type = record == null ? PgTypes.RECORD : shape(record, catalog);
                shapes.add(new Plan.Shape(number, type));
                yield new Scalar.Parameter(number, type, -1);
            }
            case Datum.Field field -> java.util.Objects.requireNonNull(field(field.parent(), field.name(), true, 0));
            case Datum.Row row -> throw new IllegalStateException("a row is no parameter");
        };
    }

    private @Nullable Scalar field(int parent, String name, boolean required, int position) {
        Datum.Composite composite = (Datum.Composite) frame.program.datum(parent);
        int number = frame.program.field(parent, name);
        used.add(number);
        Datum.Field field = (Datum.Field) frame.program.datum(number);
        if (composite.type().oid() != TypeOid.RECORD) {
            for (PgType.Field each : catalog.baseType(composite.type()).fields()) {
                if (each.name().equals(name)) return new Scalar.Parameter(number, catalog.requireType(each.typeOid()), each.typmod());
            }
            if (!required) return null;
            throw PgError.error(SqlState.UNDEFINED_COLUMN, "record \"" + composite.name() + "\" has no field \"" + name + "\"")
                    .withPosition(position).exception();
        }
        // What the field is nobody knows before the record has a value; then the error says so.
        PgRecord record = java.util.Objects.requireNonNull(frame.record(field));
        if (!required && !record.names().contains(name)) return null;
        PgType type = record.types().get(frame.index(record, field));
        shapes.add(new Plan.Shape(number, type));
        return new Scalar.Parameter(number, type, -1);
    }

    /** A record's type: named, or {@code record} with these fields. */
    static PgType shape(PgRecord record, CatalogView catalog) {
        PgType named = record.typeOid() == TypeOid.RECORD ? null : catalog.type(record.typeOid());
        if (named != null && named.kind() != 'd') return named;
        List<PgType.Field> fields = new ArrayList<>();
        for (int i = 0; i < record.types().size(); i++) {
            fields.add(new PgType.Field(i < record.names().size() ? record.names().get(i) : "f" + (i + 1), record.types().get(i).oid(), -1));
        }
        return PgTypes.RECORD.withFields(fields);
    }

    /** Whether the datum still is what the plan took it for; a field of another type is an error. */
    static boolean fits(Plan.Shape shape, Frame frame, CatalogView catalog) {
        if (frame.program.datum(shape.datum()) instanceof Datum.Field field) {
            PgRecord record = frame.record(field);
            if (record == null) return true;
            PgType now = record.types().get(frame.index(record, field));
            if (now.oid() == shape.type().oid()) return true;
            throw PgError.error(SqlState.DATATYPE_MISMATCH, "type of parameter " + (shape.datum() + 1) + " ("
                    + io.craton.sql.analyze.TypeNames.of(now, catalog) + ") does not match that when preparing the plan ("
                    + io.craton.sql.analyze.TypeNames.of(shape.type(), catalog) + ")").exception();
        }
        PgRecord record = frame.known(shape.datum());
        PgType now = record == null ? PgTypes.RECORD : shape(record, catalog);
        return now.oid() == shape.type().oid() && now.fields().equals(shape.type().fields());
    }
}
