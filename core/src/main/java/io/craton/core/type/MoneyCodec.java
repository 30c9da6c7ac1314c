package io.craton.core.type;

/** money, in cents, with the dollar sign and separators of the locale en_US (PostgreSQL's C locale prints the same). */
final class MoneyCodec implements TypeCodec {
    @Override
    public void encodeText(Object value, FormatContext context, ByteWriter out) {
        long cents = (Long) value;
        if (cents < 0) out.putByte('-');
        String digits = Long.toUnsignedString(Math.abs(cents));
        while (digits.length() < 3) digits = "0" + digits;
        out.putByte('$');
        int whole = digits.length() - 2;
        for (int i = 0; i < whole; i++) {
            if (i > 0 && (whole - i) % 3 == 0) out.putByte(',');
            out.putByte(digits.charAt(i));
        }
        out.putByte('.');
        out.putAscii(digits.substring(whole));
    }

    @Override
    public void encodeBinary(Object value, FormatContext context, ByteWriter out) {
        out.putLong((Long) value);
    }

    @Override
    public Object decodeText(String text, int typmod, FormatContext context) {
        String word = Ascii.strip(text);
        boolean negative = false;
        if (word.startsWith("$")) word = Ascii.strip(word.substring(1));
        if (word.startsWith("-")) {
            negative = true;
            word = word.substring(1);
        } else if (word.startsWith("(")) {
            negative = true;
            word = word.endsWith(")") ? word.substring(1, word.length() - 1) : word.substring(1);
        } else if (word.startsWith("+")) {
            word = word.substring(1);
        }
        word = Ascii.strip(word);
        if (word.startsWith("$")) word = Ascii.strip(word.substring(1));
        long cents = 0;
        int fraction = -1;
        int digits = 0;
        int next = -1;
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            if (Ascii.isDigit(c)) {
                digits++;
                if (fraction < 2) {
                    cents = append(cents, c - '0', text);
                    if (fraction >= 0) fraction++;
                } else if (next < 0) {
                    next = c - '0';
                }
            } else if (c == '.' && fraction < 0) {
                fraction = 0;
            } else if (c != ',' || fraction >= 0) {
                throw TypeErrors.invalidText("money", text);
            }
        }
        if (digits == 0) throw TypeErrors.invalidText("money", text);
        for (int i = Math.max(fraction, 0); i < 2; i++) cents = append(cents, 0, text);
        if (next >= 5) {
            if (cents == Long.MIN_VALUE) throw TypeErrors.outOfRange("money", text);
            cents--;
        }
        if (!negative && cents == Long.MIN_VALUE) throw TypeErrors.outOfRange("money", text);
        return negative ? cents : -cents;
    }

    /** Collects the negative, whose range is larger. */
    private static long append(long cents, int digit, String text) {
        if (cents < (Long.MIN_VALUE + digit) / 10) throw TypeErrors.outOfRange("money", text);
        return cents * 10 - digit;
    }

    @Override
    public Object decodeBinary(ByteReader in, int length, int typmod, FormatContext context) {
        return in.getLong();
    }
}
