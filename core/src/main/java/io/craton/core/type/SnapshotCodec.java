package io.craton.core.type;

import java.util.Arrays;

/** pg_snapshot and txid_snapshot: xmin:xmax:running,... */
final class SnapshotCodec implements TypeCodec {
    private static final int RUNNING_MAX = 1 << 26;

    @Override
    public void encodeText(Object value, FormatContext context, ByteWriter out) {
        out.putAscii(value.toString());
    }

    @Override
    public void encodeBinary(Object value, FormatContext context, ByteWriter out) {
        Snapshot snapshot = (Snapshot) value;
        out.putInt(snapshot.running().length);
        out.putLong(snapshot.xmin());
        out.putLong(snapshot.xmax());
        for (long id : snapshot.running()) out.putLong(id);
    }

    @Override
    public Object decodeText(String text, int typmod, FormatContext context) {
        String[] parts = text.split(":", -1);
        if (parts.length != 3) throw bad(text);
        String[] names = parts[2].isEmpty() ? new String[0] : parts[2].split(",", -1);
        long[] running = new long[names.length];
        int count = 0;
        long xmin = number(parts[0], text);
        long xmax = number(parts[1], text);
        if (xmin <= 0 || xmax <= 0 || xmax < xmin) throw bad(text);
        long last = 0;
        for (String name : names) {
            long id = number(name, text);
            if (id < xmin || id >= xmax || id < last) throw bad(text);
            if (id != last) running[count++] = id;
            last = id;
        }
        return new Snapshot(xmin, xmax, Arrays.copyOf(running, count));
    }

    private static long number(String digits, String text) {
        try {
            return Long.parseLong(digits.strip());
        } catch (NumberFormatException e) {
            throw bad(text);
        }
    }

    private static RuntimeException bad(String text) {
        return TypeErrors.invalidText("pg_snapshot", text);
    }

    @Override
    public Object decodeBinary(ByteReader in, int length, int typmod, FormatContext context) {
        int count = in.getInt();
        if (count < 0 || count > RUNNING_MAX || length != 20 + 8L * count) throw TypeErrors.invalidBinary("invalid external pg_snapshot data");
        long xmin = in.getLong();
        long xmax = in.getLong();
        long[] running = new long[count];
        for (int i = 0; i < count; i++) running[i] = in.getLong();
        return new Snapshot(xmin, xmax, running);
    }
}
