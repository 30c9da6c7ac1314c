package io.craton.core.type;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** macaddr (6 bytes) and macaddr8 (8 bytes), held as the bits of a long. Six bytes given for macaddr8 get ff:fe in the middle. */
final class MacCodec implements TypeCodec {
    private static final List<Pattern> SIX_BYTES = forms();

    private final int size;

    MacCodec(int size) {
        this.size = size;
    }

    private static List<Pattern> forms() {
        String any = "([0-9a-fA-F]+)";
        String two = "([0-9a-fA-F]{1,2})";
        List<Pattern> forms = new ArrayList<>();
        for (String separator : new String[] {":", "-"}) forms.add(Pattern.compile(String.join(separator, Collections.nCopies(6, any))));
        for (String separator : new String[] {":", "-"}) forms.add(Pattern.compile(two + two + two + separator + two + two + two));
        for (String separator : new String[] {"\\.", "-"}) forms.add(Pattern.compile(two + two + separator + two + two + separator + two + two));
        forms.add(Pattern.compile(two.repeat(6)));
        return List.copyOf(forms);
    }

    @Override
    public void encodeText(Object value, FormatContext context, ByteWriter out) {
        long bits = (Long) value;
        for (int i = size - 1; i >= 0; i--) {
            int b = (int) (bits >> i * 8 & 0xff);
            out.putByte(Character.forDigit(b >> 4, 16));
            out.putByte(Character.forDigit(b & 15, 16));
            if (i > 0) out.putByte(':');
        }
    }

    @Override
    public void encodeBinary(Object value, FormatContext context, ByteWriter out) {
        long bits = (Long) value;
        for (int i = size - 1; i >= 0; i--) out.putByte((int) (bits >> i * 8));
    }

    @Override
    public Object decodeText(String text, int typmod, FormatContext context) {
        return size == 6 ? sixBytes(text) : eightBytes(text);
    }

    /** Six numbers between colons or hyphens, two of six digits, three of four digits between points or hyphens, or twelve digits. */
    private static long sixBytes(String text) {
        String word = Ascii.strip(text);
        for (Pattern form : SIX_BYTES) {
            Matcher matcher = form.matcher(word);
            if (!matcher.matches()) continue;
            long bits = 0;
            for (int i = 1; i <= 6; i++) {
                if (matcher.group(i).length() > 8 || Long.parseLong(matcher.group(i), 16) > 255) throw overflow(text);
                bits = bits << 8 | Integer.parseInt(matcher.group(i), 16);
            }
            return bits;
        }
        throw TypeErrors.invalidText("macaddr", text);
    }

    /** Pairs of digits, behind any of them the same separator; six of them get ff:fe in the middle. */
    private static long eightBytes(String text) {
        String word = Ascii.strip(text);
        char separator = '\0';
        StringBuilder digits = new StringBuilder();
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            boolean pair = digits.length() % 2 == 0;
            if (Ascii.hex(c) >= 0) {
                digits.append(c);
            } else if ((c == ':' || c == '-' || c == '.') && (separator == '\0' || separator == c) && pair && !digits.isEmpty() && i < word.length() - 1) {
                separator = c;
            } else {
                throw TypeErrors.invalidText("macaddr8", text);
            }
        }
        if (digits.length() == 12) digits.insert(6, "fffe");
        if (digits.length() != 16) throw TypeErrors.invalidText("macaddr8", text);
        return Long.parseUnsignedLong(digits.toString(), 16);
    }

    private static PgException overflow(String text) {
        return new PgException(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, "invalid octet value in \"macaddr\" value: \"" + text + "\"");
    }

    @Override
    public Object decodeBinary(ByteReader in, int length, int typmod, FormatContext context) {
        long bits = 0;
        int count = size == 8 && length == 6 ? 6 : size;
        for (int i = 0; i < count; i++) {
            if (count < size && i == 3) bits = bits << 16 | 0xfffe;
            bits = bits << 8 | in.getByte() & 0xff;
        }
        return bits;
    }
}
