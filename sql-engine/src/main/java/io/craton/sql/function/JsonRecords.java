package io.craton.sql.function;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.Jsonb;
import io.craton.core.type.PgRecord;
import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.core.type.TypeCodecs;
import io.craton.core.type.TypeOid;
import io.craton.sql.exec.ExecContext;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows out of json: json_populate_record, json_to_record and their sets. The row's columns are those of the call's result type. */
final class JsonRecords {
    private JsonRecords() {}

    static void register(Kernels kernels) {
        for (String prefix : new String[] {"json", "jsonb"}) {
            kernels.scalar(prefix + "_populate_record", (context, call, a) ->
                    a[1] == null ? a[0] : checked(context, call.resultType(),
                            record(context, rowType(context, call, a[0], prefix + "_populate_record"), JsonPiece.of(a[1]), (PgRecord) a[0])));
            kernels.scalar(prefix + "_to_record", (context, call, a) ->
                    record(context, rowType(context, call, null, prefix + "_to_record"), JsonPiece.of(a[0]), null));
            kernels.set(prefix + "_populate_recordset", (context, call, a) ->
                    a[1] == null ? SetFunctions.rows(List.of())
                            : set(context, rowType(context, call, a[0], prefix + "_populate_recordset"), JsonPiece.of(a[1]), (PgRecord) a[0],
                                    call.resultType(), prefix + "_populate_recordset"));
            kernels.set(prefix + "_to_recordset", (context, call, a) ->
                    a[0] == null ? SetFunctions.rows(List.of())
                            : set(context, rowType(context, call, null, prefix + "_to_recordset"), JsonPiece.of(a[0]), null, PgTypes.RECORD, prefix + "_to_recordset"));
        }
    }

    private static PgType rowType(ExecContext context, CallInfo call, @Nullable Object base, String function) {
        PgType result = call.resultType();
        while (result.kind() == 'd') result = resolve(context, result.baseTypeOid());
        if (!result.fields().isEmpty()) {
            if (base instanceof PgRecord row) {
                RowShape.require(row, result.fields().stream().map(field -> resolve(context, field.typeOid())).toList(),
                        context.format().types());
            }
            return result;
        }
        if (base instanceof PgRecord row) {
            PgType type = context.format().types().type(row.typeOid());
            return type != null && !type.fields().isEmpty() ? type : PgTypes.get(TypeOid.RECORD).withFields(fields(row));
        }
        throw PgError.error(SqlState.FEATURE_NOT_SUPPORTED, "could not determine row type for result of " + function)
                .withHint("Provide a non-null record argument, or call the function in the FROM clause using a column definition list.").exception();
    }

    /** The columns of a row without a named type. */
    private static List<PgType.Field> fields(PgRecord row) {
        List<PgType.Field> fields = new ArrayList<>();
        for (int i = 0; i < row.types().size(); i++) fields.add(new PgType.Field(row.names().get(i), row.types().get(i).oid(), -1));
        return fields;
    }

    private static Iterator<@Nullable Object[]> set(ExecContext context, PgType type, JsonPiece value, @Nullable PgRecord base, PgType declared,
            String function) {
        if (!value.isArray()) {
            throw new PgException(SqlState.INVALID_PARAMETER_VALUE, value.isObject()
                    ? "cannot call " + function + (value instanceof JsonPiece.Tree ? " on a non-array" : " on an object")
                    : "cannot call " + function + " on a scalar");
        }
        List<JsonPiece> elements = value.elements();
        for (JsonPiece element : elements) {
            if (!element.isObject()) {
                throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "argument of " + function + " must be an array of objects");
            }
        }
        return SetFunctions.rows(elements.size(), i -> new Object[] {checked(context, declared, record(context, type, elements.get(i), base))});
    }

    private static PgRecord record(ExecContext context, PgType type, JsonPiece object, @Nullable PgRecord base) {
        if (!object.isObject()) {
            throw new PgException(SqlState.INVALID_PARAMETER_VALUE,
                    "cannot call populate_composite on " + (object.isArray() ? "an array" : "a scalar"));
        }
        if (base != null && object.isEmptyObject()) return base;
        List<PgType> types = new ArrayList<>();
        List<String> names = new ArrayList<>();
        Object[] values = base != null ? base.values().clone() : new Object[type.fields().size()];
        for (int i = 0; i < values.length; i++) {
            PgType.Field field = type.fields().get(i);
            PgType fieldType = resolve(context, field.typeOid());
            types.add(fieldType);
            names.add(field.name());
            JsonPiece value = object.member(field.name());
            if (value != null) values[i] = convert(context, fieldType, field.typmod(), field.name(), values[i], value);
            else if (base == null) values[i] = checked(context, fieldType, null);
        }
        return new PgRecord(type.oid(), types, names, values);
    }

    private static PgType resolve(ExecContext context, int oid) {
        PgType builtin = PgTypes.find(oid);
        PgType type = builtin != null ? builtin : context.format().types().type(oid);
        if (type == null) throw new PgException(SqlState.UNDEFINED_OBJECT, "type with OID " + oid + " does not exist");
        return type;
    }

    /** @param column the key whose value this is; null in arrays */
    private static @Nullable Object convert(ExecContext context, PgType declared, int declaredTypmod, @Nullable String column, @Nullable Object base,
            JsonPiece value) {
        return checked(context, declared, plain(context, declared, declaredTypmod, column, base, value));
    }

    /** What the checks of a domain have to say. */
    private static @Nullable Object checked(ExecContext context, PgType type, @Nullable Object value) {
        if (type.kind() != 'd') return value;
        PgType below = type;
        int typmod = -1;
        while (below.kind() == 'd') {
            typmod = below.baseTypmod();
            below = resolve(context, below.baseTypeOid());
        }
        return context.routines().cast(context, value, below, typmod, type);
    }

    private static @Nullable Object plain(ExecContext context, PgType declared, int declaredTypmod, @Nullable String column, @Nullable Object base,
            JsonPiece value) {
        if (value.isNull()) return null;
        PgType type = declared;
        int typmod = declaredTypmod;
        while (type.kind() == 'd') {
            typmod = type.baseTypmod();
            type = resolve(context, type.baseTypeOid());
        }
        if (!value.isText() && (type.kind() == 'c' || type.oid() == TypeOid.RECORD)) return record(context, type, value, (PgRecord) base);
        if (!value.isText() && type.isArray()) {
            PgType element = resolve(context, type.elementOid());
            int elementTypmod = typmod;
            return new JsonArrays(element, column, part -> convert(context, element, elementTypmod, null, null, part)).read(value);
        }
        if (type.oid() == TypeOid.JSON) return value.document();
        if (type.oid() == TypeOid.JSONB) return value instanceof JsonPiece.Tree tree ? tree.json() : Jsonb.parse(value.document());
        return TypeCodecs.fromText(type, value.text(), typmod, context.format());
    }
}
