package io.craton.storage.row;

import io.craton.core.type.ByteWriter;
import io.craton.core.type.Numeric;
import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * numeric as a key: a class byte in the order -infinity, negative, zero, positive, infinity, NaN; then for numbers the power of ten of the
 * first digit (4 bytes) and the digits in pairs, each 1..100, ended by 0. Negative numbers have these inverted. Trailing zeros do not count.
 */
record NumericForm() implements KeyForm {
    private static final int MINUS_INFINITY = 0x10;
    private static final int NEGATIVE = 0x20;
    private static final int ZERO = 0x30;
    private static final int POSITIVE = 0x40;
    private static final int INFINITY = 0x50;
    private static final int NAN = 0x60;

    @Override
    public void write(Object value, ByteWriter out) {
        Numeric number = (Numeric) value;
        if (!number.isFinite()) {
            out.putByte(number.isNaN() ? NAN : number.signum() > 0 ? INFINITY : MINUS_INFINITY);
        } else if (number.signum() == 0) {
            out.putByte(ZERO);
        } else {
            boolean negative = number.signum() < 0;
            out.putByte(negative ? NEGATIVE : POSITIVE);
            int from = out.size();
            String digits;
            int scale = number.scale();
            if (number.isCompact() && number.unscaled() != Long.MIN_VALUE) {
                digits = Long.toString(Math.abs(number.unscaled()));
            } else {
                BigDecimal decimal = number.toBigDecimal();
                digits = decimal.unscaledValue().abs().toString();
                scale = decimal.scale();
            }
            int end = digits.length();
            while (digits.charAt(end - 1) == '0') end--;
            out.putInt(digits.length() - 1 - scale ^ Integer.MIN_VALUE);
            for (int i = 0; i < end; i += 2) {
                out.putByte((digits.charAt(i) - '0') * 10 + (i + 1 < end ? digits.charAt(i + 1) - '0' : 0) + 1);
            }
            out.putByte(0);
            if (negative) {
                byte[] bytes = out.array();
                for (int i = from; i < out.size(); i++) bytes[i] = (byte) ~bytes[i];
            }
        }
    }

    @Override
    public Object read(KeyReader in) {
        int kind = in.next();
        return switch (kind) {
            case MINUS_INFINITY -> Numeric.NEGATIVE_INFINITY;
            case ZERO -> Numeric.ZERO;
            case INFINITY -> Numeric.POSITIVE_INFINITY;
            case NAN -> Numeric.NAN;
            default -> {
                int flip = kind == NEGATIVE ? 0xff : 0;
                int exponent = (int) in.number(4) ^ (kind == NEGATIVE ? -1 : 0) ^ Integer.MIN_VALUE;
                StringBuilder digits = new StringBuilder();
                for (int pair = in.next() ^ flip; pair != 0; pair = in.next() ^ flip) {
                    digits.append((char) ('0' + (pair - 1) / 10)).append((char) ('0' + (pair - 1) % 10));
                }
                BigInteger unscaled = new BigInteger(digits.toString());
                BigDecimal decimal = new BigDecimal(kind == NEGATIVE ? unscaled.negate() : unscaled, digits.length() - 1 - exponent);
                decimal = decimal.stripTrailingZeros();
                yield Numeric.of(decimal.scale() < 0 ? decimal.setScale(0) : decimal);
            }
        };
    }
}
