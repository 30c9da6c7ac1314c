package io.craton.core.type;

import java.util.ArrayList;
import java.util.List;

/** int2vector and oidvector: numbers with blanks between; an array whose lower bound is 0. */
final class VectorCodec implements TypeCodec {
    private final PgType elementType;
    private final TypeCodec element;
    private final TypeCodec array;

    VectorCodec(PgType elementType, TypeCodec element) {
        this.elementType = elementType;
        this.element = element;
        this.array = new ArrayCodec(elementType, element);
    }

    @Override
    public void encodeText(Object value, FormatContext context, ByteWriter out) {
        Object[] elements = ((PgArray) value).elements();
        for (int i = 0; i < elements.length; i++) {
            if (i > 0) out.putByte(' ');
            element.encodeText(elements[i], context, out);
        }
    }

    @Override
    public void encodeBinary(Object value, FormatContext context, ByteWriter out) {
        PgArray vector = (PgArray) value;
        array.encodeBinary(vector.elements().length == 0 ? make(new Object[0]) : vector, context, out);
    }

    @Override
    public Object decodeText(String text, int typmod, FormatContext context) {
        List<Object> elements = new ArrayList<>();
        for (String part : text.split(" +")) {
            if (!part.isEmpty()) elements.add(element.decodeText(part, -1, context));
        }
        return make(elements.toArray());
    }

    private PgArray make(Object[] elements) {
        return new PgArray(elementType, new int[] {elements.length}, new int[] {0}, elements);
    }

    @Override
    public Object decodeBinary(ByteReader in, int length, int typmod, FormatContext context) {
        PgArray read = (PgArray) array.decodeBinary(in, length, typmod, context);
        if (read.dimensions() > 1) throw TypeErrors.invalidBinary("invalid int2vector data");
        return make(read.elements());
    }
}
