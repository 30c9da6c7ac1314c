package io.craton.storage.row;

import io.craton.core.type.ByteWriter;
import io.craton.core.type.PgArray;
import io.craton.core.type.PgRecord;
import io.craton.core.type.PgType;
import io.craton.core.type.TypeResolver;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keys of arrays and composite values: their elements in order, nulls above all values, as PostgreSQL compares them. */
final class CompoundForms {
    private static final int END = 1;
    private static final int ELEMENT = 2;
    private static final int NULL = 3;

    private CompoundForms() {}

    private static void writeElement(KeyForm form, @Nullable Object element, ByteWriter out) {
        if (element == null) {
            out.putByte(NULL);
        } else {
            out.putByte(ELEMENT);
            form.write(element, out);
        }
    }

    /** Elements, then the number of dimensions, sizes and lower bounds break ties. */
    record ArrayForm(PgType elementType, KeyForm element) implements KeyForm {
        @Override
        public void write(Object value, ByteWriter out) {
            PgArray array = (PgArray) value;
            for (Object each : array.elements()) writeElement(element, each, out);
            out.putByte(END);
            out.putByte(array.dimensions());
            for (int size : array.sizes()) out.putInt(size);
            for (int bound : array.lowerBounds()) out.putInt(bound ^ Integer.MIN_VALUE);
        }

        @Override
        public Object read(KeyReader in) {
            List<@Nullable Object> elements = new ArrayList<>();
            for (int mark = in.next(); mark != END; mark = in.next()) elements.add(mark == NULL ? null : element.read(in));
            int dimensions = in.next();
            int[] sizes = new int[dimensions];
            int[] bounds = new int[dimensions];
            for (int i = 0; i < dimensions; i++) sizes[i] = (int) in.number(4);
            for (int i = 0; i < dimensions; i++) bounds[i] = (int) in.number(4) ^ Integer.MIN_VALUE;
            return new PgArray(elementType, sizes, bounds, elements.toArray());
        }
    }

    /** Fields in order. */
    record RecordForm(int typeOid, List<PgType> types, List<String> names, List<KeyForm> fields) implements KeyForm {
        static RecordForm of(PgType type, TypeResolver resolver) {
            List<PgType> types = new ArrayList<>();
            List<String> names = new ArrayList<>();
            List<KeyForm> forms = new ArrayList<>();
            for (PgType.Field field : type.fields()) {
                PgType fieldType = resolver.type(field.typeOid());
                if (fieldType == null) throw new IllegalStateException("no type of field " + field.name());
                types.add(fieldType);
                names.add(field.name());
                forms.add(KeyForm.of(fieldType, resolver));
            }
            return new RecordForm(type.oid(), types, names, forms);
        }

        @Override
        public void write(Object value, ByteWriter out) {
            PgRecord record = (PgRecord) value;
            for (int i = 0; i < fields.size(); i++) {
                writeElement(fields.get(i), i < record.values().length ? record.values()[i] : null, out);
            }
        }

        @Override
        public Object read(KeyReader in) {
            @Nullable Object[] values = new Object[fields.size()];
            for (int i = 0; i < values.length; i++) values[i] = in.next() == NULL ? null : fields.get(i).read(in);
            return new PgRecord(typeOid, types, names, values);
        }
    }
}
