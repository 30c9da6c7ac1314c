package io.craton.storage.row;

import io.craton.core.type.ByteWriter;

/** Bytes that are equal where the values are, and have no other order than that: another form's, encrypted. The length is in front, in unsigned LEB128. */
record KeyedForm(KeyForm inner, KeySecret secret) implements KeyForm {
    @Override
    public void write(Object value, ByteWriter out) {
        ByteWriter plain = new ByteWriter(32);
        inner.write(value, plain);
        byte[] sealed = secret.seal(plain.toByteArray());
        int left = sealed.length;
        for (; left > 0x7f; left >>>= 7) out.putByte(left | 0x80);
        out.putByte(left);
        out.putBytes(sealed);
    }

    @Override
    public Object read(KeyReader in) {
        byte[] sealed = new byte[length(in)];
        for (int i = 0; i < sealed.length; i++) sealed[i] = (byte) in.next();
        return inner.read(new KeyReader(secret.open(sealed), 0));
    }

    @Override
    public void skip(KeyReader in) {
        in.skip(length(in));
    }

    private static int length(KeyReader in) {
        int length = 0;
        for (int shift = 0; ; shift += 7) {
            int next = in.next();
            length |= (next & 0x7f) << shift;
            if (next < 0x80) return length;
        }
    }

    @Override
    public boolean fits(long value) {
        return inner.fits(value);
    }

    @Override
    public boolean above(long value) {
        return inner.above(value);
    }
}
