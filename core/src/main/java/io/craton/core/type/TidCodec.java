package io.craton.core.type;

/** tid: (block,offset). */
final class TidCodec implements TypeCodec {
    @Override
    public void encodeText(Object value, FormatContext context, ByteWriter out) {
        out.putAscii(value.toString());
    }

    @Override
    public void encodeBinary(Object value, FormatContext context, ByteWriter out) {
        Tid tid = (Tid) value;
        out.putInt(tid.block());
        out.putShort(tid.offset());
    }

    @Override
    public Object decodeText(String text, int typmod, FormatContext context) {
        int comma = text.indexOf(',');
        if (!text.startsWith("(") || comma < 0 || !text.endsWith(")")) throw TypeErrors.invalidText("tid", text);
        try {
            long block = Long.parseLong(Ascii.strip(text.substring(1, comma)));
            int offset = Integer.parseInt(Ascii.strip(text.substring(comma + 1, text.length() - 1)));
            if (block < Integer.MIN_VALUE || block > 0xffffffffL || offset < 0 || offset > 0xffff) throw TypeErrors.invalidText("tid", text);
            return new Tid((int) block, offset);
        } catch (NumberFormatException e) {
            throw TypeErrors.invalidText("tid", text);
        }
    }

    @Override
    public Object decodeBinary(ByteReader in, int length, int typmod, FormatContext context) {
        int block = in.getInt();
        return new Tid(block, in.getShort() & 0xffff);
    }
}
