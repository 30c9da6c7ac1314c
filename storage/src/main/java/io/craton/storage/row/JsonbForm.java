package io.craton.storage.row;

import io.craton.core.type.ByteWriter;
import io.craton.core.type.Jsonb;
import io.craton.core.type.Numeric;
import java.util.ArrayList;
import java.util.List;

/**
 * jsonb as a key, in the order of {@link Jsonb#compareTo}: a byte for the kind, then the scalar, or the number of members and they themselves. An
 * empty array stands below everything else when it is the whole document, and only then.
 */
record JsonbForm() implements KeyForm {
    private static final int EMPTY_ARRAY_ALONE = 1;
    private static final int NULL = 2;
    private static final int TEXT = 3;
    private static final int NUMBER = 4;
    private static final int BOOLEAN = 5;
    private static final int ARRAY = 6;
    private static final int OBJECT = 7;

    private static final TextForm TEXTS = new TextForm();
    private static final NumericForm NUMBERS = new NumericForm();

    @Override
    public void write(Object value, ByteWriter out) {
        if (value instanceof Jsonb.ArrayValue array && array.elements().isEmpty()) out.putByte(EMPTY_ARRAY_ALONE);
        else put((Jsonb) value, out);
    }

    private static void put(Jsonb value, ByteWriter out) {
        switch (value) {
            case Jsonb.NullValue ignored -> out.putByte(NULL);
            case Jsonb.TextValue text -> {
                out.putByte(TEXT);
                TEXTS.write(text.value(), out);
            }
            case Jsonb.NumberValue number -> {
                out.putByte(NUMBER);
                NUMBERS.write(number.value(), out);
            }
            case Jsonb.BoolValue truth -> {
                out.putByte(BOOLEAN);
                out.putByte(truth.value() ? 1 : 0);
            }
            case Jsonb.ArrayValue array -> {
                out.putByte(ARRAY);
                out.putInt(array.elements().size());
                for (Jsonb element : array.elements()) put(element, out);
            }
            case Jsonb.ObjectValue object -> {
                out.putByte(OBJECT);
                out.putInt(object.names().size());
                for (int i = 0; i < object.names().size(); i++) {
                    TEXTS.write(object.names().get(i), out);
                    put(object.values().get(i), out);
                }
            }
        }
    }

    @Override
    public Object read(KeyReader in) {
        return get(in);
    }

    private static Jsonb get(KeyReader in) {
        int kind = in.next();
        return switch (kind) {
            case EMPTY_ARRAY_ALONE -> Jsonb.EMPTY_ARRAY;
            case NULL -> Jsonb.NULL;
            case TEXT -> Jsonb.of((String) TEXTS.read(in));
            case NUMBER -> Jsonb.of((Numeric) NUMBERS.read(in));
            case BOOLEAN -> Jsonb.of(in.next() != 0);
            case ARRAY -> {
                int size = (int) in.number(4);
                List<Jsonb> elements = new ArrayList<>();
                for (int i = 0; i < size; i++) elements.add(get(in));
                yield new Jsonb.ArrayValue(elements);
            }
            case OBJECT -> {
                int size = (int) in.number(4);
                List<String> names = new ArrayList<>();
                List<Jsonb> values = new ArrayList<>();
                for (int i = 0; i < size; i++) {
                    names.add((String) TEXTS.read(in));
                    values.add(get(in));
                }
                yield new Jsonb.ObjectValue(names, values);
            }
            default -> throw new IllegalStateException("no kind of jsonb " + kind);
        };
    }
}
