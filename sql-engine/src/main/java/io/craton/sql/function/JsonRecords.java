package io.craton.sql.function;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.Jsonb;
import io.craton.core.type.PgArray;
import io.craton.core.type.PgRecord;
import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.core.type.TypeCodecs;
import io.craton.core.type.TypeOid;
import io.craton.sql.exec.ExecContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows out of json: json_populate_record, json_to_record and their sets. The row's columns are those of the call's result type. */
final class JsonRecords {
    private JsonRecords() {}

    static void register(Kernels kernels) {
        for (String prefix : new String[] {"json", "jsonb"}) {
            kernels.scalar(prefix + "_populate_record", (context, call, a) ->
                    a[1] == null ? a[0] : record(context, rowType(context, call, a[0]), json(a[1]), (PgRecord) a[0], prefix + "_populate_record"));
            kernels.scalar(prefix + "_to_record", (context, call, a) ->
                    record(context, rowType(context, call, null), json(a[0]), null, prefix + "_to_record"));
            kernels.set(prefix + "_populate_recordset", (context, call, a) ->
                    set(context, rowType(context, call, a[0]), a[1], (PgRecord) a[0], prefix + "_populate_recordset"));
            kernels.set(prefix + "_to_recordset", (context, call, a) ->
                    set(context, rowType(context, call, null), a[0], null, prefix + "_to_recordset"));
        }
    }

    private static Jsonb json(@Nullable Object value) {
        return value instanceof String text ? Jsonb.parse(text) : (Jsonb) value;
    }

    private static PgType rowType(ExecContext context, CallInfo call, @Nullable Object base) {
        if (!call.resultType().fields().isEmpty()) {
            if (base instanceof PgRecord row) {
                RowShape.require(row, call.resultType().fields().stream().map(field -> resolve(context, field.typeOid())).toList(),
                        context.format().types());
            }
            return call.resultType();
        }
        if (base instanceof PgRecord row) {
            PgType type = context.format().types().type(row.typeOid());
            if (type != null && !type.fields().isEmpty()) return type;
        }
        throw PgError.error(SqlState.FEATURE_NOT_SUPPORTED,
                        "function returning record called in context that cannot accept type record")
                .withHint("Try calling the function in the FROM clause using a column definition list.").exception();
    }

    private static Iterator<@Nullable Object[]> set(ExecContext context, PgType type, @Nullable Object value, @Nullable PgRecord base,
            String function) {
        if (value == null) return SetFunctions.rows(List.of());
        if (!(json(value) instanceof Jsonb.ArrayValue array)) {
            throw new PgException(SqlState.INVALID_PARAMETER_VALUE, json(value).isScalar()
                    ? "cannot call " + function + " on a scalar" : "cannot call " + function + " on a non-array");
        }
        for (Jsonb element : array.elements()) {
            if (!(element instanceof Jsonb.ObjectValue)) {
                throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "argument of " + function + " must be an array of objects");
            }
        }
        return SetFunctions.rows(array.elements().size(),
                i -> record(context, type, array.elements().get(i), base, function).values());
    }

    private static PgRecord record(ExecContext context, PgType type, Jsonb json, @Nullable PgRecord base, String function) {
        if (!(json instanceof Jsonb.ObjectValue object)) {
            throw new PgException(SqlState.INVALID_PARAMETER_VALUE,
                    "cannot call " + function + " on " + (json instanceof Jsonb.ArrayValue ? "an array" : "a scalar"));
        }
        return record(context, type, object, base);
    }

    private static PgRecord record(ExecContext context, PgType type, Jsonb.ObjectValue object, @Nullable PgRecord base) {
        List<PgType> types = new ArrayList<>();
        List<String> names = new ArrayList<>();
        Object[] values = base != null ? base.values().clone() : new Object[type.fields().size()];
        for (int i = 0; i < values.length; i++) {
            PgType.Field field = type.fields().get(i);
            PgType fieldType = resolve(context, field.typeOid());
            types.add(fieldType);
            names.add(field.name());
            Jsonb value = object.get(field.name());
            if (value != null) values[i] = convert(context, fieldType, field.typmod(), value);
        }
        return new PgRecord(type.oid(), types, names, values);
    }

    private static PgType resolve(ExecContext context, int oid) {
        PgType builtin = PgTypes.find(oid);
        PgType type = builtin != null ? builtin : context.format().types().type(oid);
        if (type == null) throw new PgException(SqlState.UNDEFINED_OBJECT, "type with OID " + oid + " does not exist");
        return type;
    }

    private static @Nullable Object convert(ExecContext context, PgType type, int typmod, Jsonb value) {
        if (type.oid() == TypeOid.JSONB) return value;
        if (type.oid() == TypeOid.JSON) return value.toString();
        if (value instanceof Jsonb.NullValue) return null;
        if (type.kind() == 'c' && value instanceof Jsonb.ObjectValue object) return record(context, type, object, null);
        if (type.isArray() && value instanceof Jsonb.ArrayValue array) return array(context, resolve(context, type.elementOid()), typmod, array);
        if (type.isArray() && !(value instanceof Jsonb.TextValue)) {
            throw PgError.error(SqlState.INVALID_TEXT_REPRESENTATION, "expected JSON array").exception();
        }
        return TypeCodecs.fromText(type, String.valueOf(JsonbFunctions.text(value)), typmod, context.format());
    }

    private static Object array(ExecContext context, PgType elementType, int typmod, Jsonb.ArrayValue array) {
        List<Integer> sizes = new ArrayList<>();
        Jsonb first = array;
        while (first instanceof Jsonb.ArrayValue inner) {
            if (inner.elements().isEmpty()) return PgArray.of(elementType);
            sizes.add(inner.elements().size());
            first = inner.elements().getFirst();
        }
        if (elementType.oid() == TypeOid.JSON || elementType.oid() == TypeOid.JSONB) sizes = sizes.subList(0, 1);
        List<@Nullable Object> elements = new ArrayList<>();
        collect(context, elementType, typmod, array, sizes, 0, elements);
        int[] lowerBounds = new int[sizes.size()];
        Arrays.fill(lowerBounds, 1);
        return new PgArray(elementType, sizes.stream().mapToInt(Integer::intValue).toArray(), lowerBounds, elements.toArray());
    }

    private static void collect(ExecContext context, PgType elementType, int typmod, Jsonb value, List<Integer> sizes, int level,
            List<@Nullable Object> elements) {
        if (level == sizes.size()) {
            elements.add(convert(context, elementType, typmod, value));
            return;
        }
        if (!(value instanceof Jsonb.ArrayValue array) || array.elements().size() != sizes.get(level)) {
            throw PgError.error(SqlState.INVALID_TEXT_REPRESENTATION, "malformed JSON array")
                    .withDetail("Multidimensional arrays must have sub-arrays with matching dimensions.").exception();
        }
        for (Jsonb element : array.elements()) collect(context, elementType, typmod, element, sizes, level + 1, elements);
    }
}
