package io.craton.sql.function;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.Numeric;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.function.LongBinaryOperator;

/** money, held in cents; whatever leaves 64 bits is an error. */
final class MoneyFunctions {
    private static final String[] SMALL = {"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
        "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"};
    private static final String[] TENS = {"", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"};
    private static final String[] GROUPS = {"", " thousand ", " million ", " billion ", " trillion ", " quadrillion "};

    private MoneyFunctions() {}

    static void register(Kernels kernels) {
        exact(kernels, "cash_pl", Math::addExact);
        exact(kernels, "cash_mi", Math::subtractExact);
        kernels.scalar("cash_div_cash", (context, call, a) -> {
            if ((Long) a[1] == 0) throw IntegerFunctions.divisionByZero();
            return (double) (Long) a[0] / (double) (Long) a[1];
        });
        for (String size : new String[] {"int2", "int4", "int8"}) {
            exact(kernels, "cash_mul_" + size, Math::multiplyExact);
            exact(kernels, size + "_mul_cash", Math::multiplyExact);
            exact(kernels, "cash_div_" + size, (cents, divisor) -> {
                if (divisor == 0) throw IntegerFunctions.divisionByZero();
                return Math.divideExact(cents, divisor);
            });
        }
        for (String size : new String[] {"flt4", "flt8"}) {
            kernels.scalar("cash_mul_" + size, (context, call, a) -> rounded((Long) a[0] * (Double) a[1]));
            kernels.scalar(size + "_mul_cash", (context, call, a) -> rounded((Double) a[0] * (Long) a[1]));
            kernels.scalar("cash_div_" + size, (context, call, a) -> {
                if ((Double) a[1] == 0) throw IntegerFunctions.divisionByZero();
                return rounded((Long) a[0] / (Double) a[1]);
            });
        }
        kernels.scalar("cash_numeric", (context, call, a) -> Numeric.of((Long) a[0], 2));
        kernels.scalar("numeric_cash", (context, call, a) -> ofNumeric((Numeric) a[0]));
        kernels.scalar("int4_cash", (context, call, a) -> IntegerFunctions.multiply((Long) a[0], 100));
        kernels.scalar("int8_cash", (context, call, a) -> IntegerFunctions.multiply((Long) a[0], 100));
        kernels.scalar("cash_words", (context, call, a) -> words((Long) a[0]));
    }

    private static PgException outOfRange() {
        return new PgException(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, "money out of range");
    }

    private static void exact(Kernels kernels, String name, LongBinaryOperator operator) {
        kernels.scalar(name, (context, call, a) -> {
            try {
                return operator.applyAsLong((Long) a[0], (Long) a[1]);
            } catch (ArithmeticException e) {
                throw outOfRange();
            }
        });
    }

    private static Long rounded(double cents) {
        double whole = Math.rint(cents);
        if (!(whole >= Long.MIN_VALUE && whole < -(double) Long.MIN_VALUE)) throw outOfRange();
        return (long) whole;
    }

    /** One hundred twenty three dollars and four cents. */
    private static String words(long cents) {
        StringBuilder words = new StringBuilder();
        long rest = Long.divideUnsigned(Math.abs(cents), 100);
        for (int group = GROUPS.length - 1; group >= 0; group--) {
            int number = (int) (rest / (long) Math.pow(1000, group) % 1000);
            if (number != 0) words.append(number(number)).append(GROUPS[group]);
        }
        if (words.isEmpty()) words.append("zero");
        int fraction = (int) Long.remainderUnsigned(Math.abs(cents), 100);
        words.append(rest == 1 ? " dollar and " : " dollars and ").append(number(fraction)).append(fraction == 1 ? " cent" : " cents");
        if (cents < 0) words.insert(0, "minus ");
        words.setCharAt(0, Character.toUpperCase(words.charAt(0)));
        return words.toString();
    }

    private static String number(int value) {
        if (value <= 20) return SMALL[value];
        int below = value % 100;
        String hundreds = value > 99 ? SMALL[value / 100] + " hundred" : "";
        if (below == 0) return hundreds;
        String low = below <= 20 ? below == 20 ? TENS[2] : SMALL[below] : TENS[below / 10] + (below % 10 == 0 ? "" : " " + SMALL[below % 10]);
        return hundreds.isEmpty() ? low : hundreds + (below < 20 ? " and " : " ") + low;
    }

    private static Long ofNumeric(Numeric value) {
        if (!value.isFinite()) return value.toLong("money", Long.MIN_VALUE, Long.MAX_VALUE);
        BigDecimal cents = value.toBigDecimal().movePointRight(2).setScale(0, RoundingMode.HALF_UP);
        return Numeric.of(cents).toLong("bigint", Long.MIN_VALUE, Long.MAX_VALUE);
    }
}
