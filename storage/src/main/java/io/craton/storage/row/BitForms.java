package io.craton.storage.row;

import io.craton.core.type.BitString;
import io.craton.core.type.ByteWriter;
import io.craton.core.type.Inet;
import io.craton.core.type.Tid;

/** Key forms of values that are strings of bits: network addresses, bit strings, tuple identifiers. */
final class BitForms {
    private BitForms() {}

    /**
     * inet and cidr: the family, the network's bits as pairs (01 for 0, 10 for 1, 00 at the end), then the whole address. A network sorts in front of the
     * networks and addresses inside it.
     */
    record InetForm() implements KeyForm {
        @Override
        public void write(Object value, ByteWriter out) {
            Inet inet = (Inet) value;
            out.putByte(inet.isV6() ? 6 : 4);
            int pending = 0;
            int pairs = 0;
            for (int i = 0; i <= inet.prefix(); i++) {
                int pair = i == inet.prefix() ? 0 : (inet.address()[i >> 3] >> 7 - (i & 7) & 1) == 0 ? 1 : 2;
                pending = pending << 2 | pair;
                if (++pairs == 4) {
                    out.putByte(pending);
                    pending = 0;
                    pairs = 0;
                }
            }
            if (pairs > 0) out.putByte(pending << 2 * (4 - pairs));
            for (byte b : inet.address()) out.putByte(b);
        }

        @Override
        public Object read(KeyReader in) {
            byte[] address = new byte[in.next() == 6 ? 16 : 4];
            int prefix = 0;
            boolean ended = false;
            while (!ended) {
                int pairs = in.next();
                for (int shift = 6; shift >= 0 && !ended; shift -= 2) {
                    ended = (pairs >> shift & 3) == 0;
                    if (!ended) prefix++;
                }
            }
            for (int i = 0; i < address.length; i++) address[i] = (byte) in.next();
            return new Inet(address, prefix);
        }
    }

    /** bit and varbit: the bytes as bytea has them, then the number of bits. */
    record BitStringForm(BytesForm bytes) implements KeyForm {
        @Override
        public void write(Object value, ByteWriter out) {
            bytes.write(((BitString) value).bytes(), out);
            out.putInt(((BitString) value).length());
        }

        @Override
        public Object read(KeyReader in) {
            byte[] read = (byte[]) bytes.read(in);
            return new BitString((int) in.number(4), read);
        }
    }

    record TidForm() implements KeyForm {
        @Override
        public void write(Object value, ByteWriter out) {
            out.putInt(((Tid) value).block());
            out.putShort(((Tid) value).offset());
        }

        @Override
        public Object read(KeyReader in) {
            return new Tid((int) in.number(4), (int) in.number(2));
        }

        @Override
        public int width() {
            return 6;
        }
    }
}
