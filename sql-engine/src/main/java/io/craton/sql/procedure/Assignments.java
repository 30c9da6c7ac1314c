package io.craton.sql.procedure;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgRecord;
import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.core.type.TypeOid;
import io.craton.sql.analyze.CatalogView;
import io.craton.sql.logical.Relation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Values into variables: casts, NOT NULL, domains, rows spread over several places. A session's, its thread. */
final class Assignments {
    private final Host host;
    private final Casts casts;

    Assignments(Host host, Casts casts) {
        this.host = host;
        this.casts = casts;
    }

    void assign(Frame frame, int target, @Nullable Object value, PgType type, int typmod) {
        switch (frame.program.datum(target)) {
            case Datum.Single single -> frame.set(target, single(frame, single, value, type, typmod));
            case Datum.Composite composite -> frame.set(target, composite(frame, composite, value, type));
            case Datum.Field field -> field(frame, field, value, type, typmod);
            case Datum.Row row -> {
                if (value == null) {
                    nulls(frame, row);
                } else if (value instanceof PgRecord record) {
                    spread(frame, row, record.values(), record.types());
                } else {
                    throw new PgException(SqlState.DATATYPE_MISMATCH, "cannot assign non-composite value to a row variable");
                }
            }
        }
    }

    private @Nullable Object single(Frame frame, Datum.Single single, @Nullable Object value, PgType type, int typmod) {
        Object result = cast(frame, value, type, typmod, single.type(), single.typmod());
        if (result == null && single.notNull()) throw notNull(single.name());
        return result;
    }

    @Nullable Object cast(Frame frame, @Nullable Object value, PgType from, int fromTypmod, PgType to, int toTypmod) {
        if (value == null) {
            return to.kind() == 'd' ? casts.cast(null, host.names().baseType(to), -1, to, toTypmod, frame) : null;
        }
        return casts.cast(value, from, fromTypmod, to, toTypmod, frame);
    }

    private static PgException notNull(String variable) {
        return new PgException(SqlState.NULL_VALUE_NOT_ALLOWED,
                "null value cannot be assigned to variable \"" + variable + "\" declared NOT NULL");
    }

    // ---- composites ----------------------------------------------------------------------------------------------

    private @Nullable Object composite(Frame frame, Datum.Composite target, @Nullable Object value, PgType type) {
        if (value == null) {
            if (target.notNull()) throw notNull(target.name());
            return target.type().kind() == 'd' ? cast(frame, null, type, -1, target.type(), -1) : null;
        }
        if (!(value instanceof PgRecord record)) {
            if (target.type().oid() != TypeOid.RECORD && host.names().cast(type.oid(), host.names().baseType(target.type()).oid()) != null) {
                return cast(frame, value, type, -1, target.type(), -1);
            }
            throw new PgException(SqlState.DATATYPE_MISMATCH, "cannot assign non-composite value to a record variable");
        }
        return target.type().oid() == TypeOid.RECORD ? named(record) : conform(frame, record, target.type());
    }

    /** A record whose fields have names. */
    private PgRecord named(PgRecord record) {
        if (record.names().size() == record.types().size()) return record;
        List<String> names = new ArrayList<>();
        for (int i = 1; i <= record.types().size(); i++) names.add("f" + i);
        return new PgRecord(record.typeOid(), record.types(), names, record.values());
    }

    /** The record as a value of a composite type (or domain over one): field by field; missing ones are null, further ones are left out. */
    PgRecord conform(Frame frame, PgRecord record, PgType type) {
        CatalogView names = host.names();
        PgType base = names.baseType(type);
        PgRecord result = record;
        if (record.typeOid() != base.oid() || record.types().size() != base.fields().size()) {
            result = row(frame, base, record.values(), record.types());
        }
        return type.kind() == 'd' ? (PgRecord) java.util.Objects.requireNonNull(casts.cast(result, base, -1, type, -1, frame)) : result;
    }

    /** Values with their types as a row of a composite type. */
    private PgRecord row(Frame frame, PgType base, @Nullable Object[] values, List<PgType> types) {
        List<PgType> fieldTypes = new ArrayList<>();
        List<String> fieldNames = new ArrayList<>();
        Object[] cast = new Object[base.fields().size()];
        for (int i = 0; i < cast.length; i++) {
            PgType.Field field = base.fields().get(i);
            PgType fieldType = host.names().requireType(field.typeOid());
            fieldTypes.add(fieldType);
            fieldNames.add(field.name());
            cast[i] = i < values.length ? cast(frame, values[i], types.get(i), -1, fieldType, field.typmod())
                    : cast(frame, null, PgTypes.UNKNOWN, -1, fieldType, -1);
        }
        return new PgRecord(base.oid(), fieldTypes, fieldNames, cast);
    }

    private void field(Frame frame, Datum.Field field, @Nullable Object value, PgType type, int typmod) {
        Datum.Composite parent = (Datum.Composite) frame.program.datum(field.parent());
        PgRecord record = frame.record(field);
        if (record == null) record = row(frame, host.names().baseType(parent.type()), new Object[0], List.of());
        int index = frame.index(record, field);
        Object[] values = record.values().clone();
        PgType to = record.types().get(index);
        values[index] = value instanceof PgRecord inner && to.kind() == 'c' ? conform(frame, inner, to) : cast(frame, value, type, typmod, to,
                typmod(host.names().baseType(parent.type()), index));
        PgRecord changed = new PgRecord(record.typeOid(), record.types(), record.names(), values);
        frame.set(parent.number(), parent.type().kind() == 'd' ? conform(frame, changed, parent.type()) : changed);
    }

    private static int typmod(PgType type, int index) {
        return index < type.fields().size() ? type.fields().get(index).typmod() : -1;
    }

    // ---- rows ----------------------------------------------------------------------------------------------------

    /** The fields of a query's rows, as records made of them have them. */
    record Columns(List<PgType> types, List<String> names) {
        static Columns of(List<Relation.Field> fields) {
            return new Columns(fields.stream().map(Relation.Field::type).toList(), fields.stream().map(Relation.Field::name).toList());
        }
    }

    /** A query's row into a target; null: there is none, the target becomes null. */
    void row(Frame frame, int target, @Nullable Object @Nullable [] row, Columns columns) {
        switch (frame.program.datum(target)) {
            case Datum.Row places -> {
                if (row == null) nulls(frame, places);
                else spread(frame, places, row, columns.types);
            }
            case Datum.Composite composite -> {
                // One composite column is the row itself.
                if (row != null && row.length == 1 && row[0] instanceof PgRecord record && composite.type().oid() != TypeOid.RECORD
                        && record.typeOid() == host.names().baseType(composite.type()).oid()) {
                    frame.set(target, conform(frame, record, composite.type()));
                    return;
                }
                Object[] values = row == null ? new Object[columns.types.size()] : row;
                PgRecord record = new PgRecord(TypeOid.RECORD, columns.types, columns.names, values);
                frame.set(target, composite.type().oid() == TypeOid.RECORD ? record : conform(frame, record, composite.type()));
            }
            default -> assign(frame, target, row == null ? null : row[0], columns.types.getFirst(), -1);
        }
    }

    private void spread(Frame frame, Datum.Row row, @Nullable Object[] values, List<PgType> types) {
        for (int i = 0; i < row.members().size(); i++) {
            boolean given = i < values.length;
            assign(frame, row.members().get(i), given ? values[i] : null, given ? types.get(i) : PgTypes.UNKNOWN, -1);
        }
    }

    private void nulls(Frame frame, Datum.Row row) {
        for (int member : row.members()) assign(frame, member, null, PgTypes.UNKNOWN, -1);
    }

    /** The places of a row as one record. */
    PgRecord record(Frame frame, Datum.Row row) {
        List<PgType> types = new ArrayList<>();
        Object[] values = new Object[row.members().size()];
        for (int i = 0; i < values.length; i++) {
            int member = row.members().get(i);
            values[i] = frame.parameter(member);
            types.add(type(frame, member));
        }
        return new PgRecord(TypeOid.RECORD, types, row.names(), values);
    }

    PgType type(Frame frame, int place) {
        return switch (frame.program.datum(place)) {
            case Datum.Variable variable -> variable.type();
            case Datum.Field field -> {
                PgRecord record = frame.record(field);
                if (record != null) yield record.types().get(frame.index(record, field));
                Datum.Composite parent = (Datum.Composite) frame.program.datum(field.parent());
                for (PgType.Field each : host.names().baseType(parent.type()).fields()) {
                    if (each.name().equals(field.name())) yield host.names().requireType(each.typeOid());
                }
                throw PgError.error(SqlState.UNDEFINED_COLUMN, "record \"" + parent.name() + "\" has no field \"" + field.name() + "\"").exception();
            }
            case Datum.Row row -> PgTypes.RECORD;
        };
    }
}
