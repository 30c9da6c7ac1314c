package io.craton.sql.function.format;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.Numeric;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A number template taken apart and checked. Immutable. */
public final class NumberTemplate {
    private static final String[] KEYWORDS = {",", ".", "0", "9", "B", "C", "D", "EEEE", "FM", "G", "L", "MI", "PL", "PR", "RN", "SG", "SP", "S",
        "TH", "V"};

    /** @param keyword in capitals; null for text */
    record Node(@Nullable String keyword, String written) {}

    enum Flag { DECIMAL, ZERO, FILL, SIGN, BRACKET, MINUS, PLUS, ROMAN, MULTIPLY, BLANK, EXPONENT }

    enum SignPlace { NONE, BEFORE, AFTER }

    final List<Node> nodes = new ArrayList<>();
    final Set<Flag> flags = EnumSet.noneOf(Flag.class);
    int before;
    int after;
    int multiplier;
    int zeroStart;
    int zeroEnd;
    private int beforeSign;
    SignPlace signPlace = SignPlace.NONE;

    private NumberTemplate() {}

    public static NumberTemplate parse(String template) {
        NumberTemplate result = new NumberTemplate();
        int at = 0;
        while (at < template.length()) {
            String keyword = keywordAt(template, at);
            if (keyword != null) {
                result.check(keyword);
                result.nodes.add(new Node(keyword, template.substring(at, at + keyword.length())));
                at += keyword.length();
            } else {
                at = result.text(template, at);
            }
        }
        if (result.signPlace == SignPlace.BEFORE && result.before == result.beforeSign) result.signPlace = SignPlace.AFTER;
        return result;
    }

    private static @Nullable String keywordAt(String template, int at) {
        for (String keyword : KEYWORDS) {
            if (template.startsWith(keyword, at) || template.startsWith(keyword.toLowerCase(Locale.ROOT), at)) return keyword;
        }
        return null;
    }

    private int text(String template, int from) {
        int at = from;
        char c = template.charAt(at);
        if (c == '"') {
            at++;
            while (at < template.length() && template.charAt(at) != '"') {
                if (template.charAt(at) == '\\' && at + 1 < template.length()) at++;
                at = character(template, at);
            }
            return at + 1;
        }
        if (c == '\\' && at + 1 < template.length() && template.charAt(at + 1) == '"') at++;
        return character(template, at);
    }

    private int character(String template, int at) {
        String text = Character.toString(template.codePointAt(at));
        nodes.add(new Node(null, text));
        return at + text.length();
    }

    boolean is(Flag flag) {
        return flags.contains(flag);
    }

    private static PgException syntax(String message) {
        return new PgException(SqlState.SYNTAX_ERROR, message);
    }

    private void check(String keyword) {
        if (is(Flag.EXPONENT)) throw syntax("\"EEEE\" must be the last pattern used");
        switch (keyword) {
            case "9" -> {
                if (is(Flag.BRACKET)) throw syntax("\"9\" must be ahead of \"PR\"");
                if (is(Flag.MULTIPLY)) multiplier++;
                else if (is(Flag.DECIMAL)) after++;
                else before++;
            }
            case "0" -> {
                if (is(Flag.BRACKET)) throw syntax("\"0\" must be ahead of \"PR\"");
                if (!is(Flag.ZERO) && !is(Flag.DECIMAL)) {
                    flags.add(Flag.ZERO);
                    zeroStart = before + 1;
                }
                if (is(Flag.DECIMAL)) after++;
                else before++;
                zeroEnd = before + after;
            }
            case ".", "D" -> {
                if (is(Flag.DECIMAL)) throw syntax("multiple decimal points");
                if (is(Flag.MULTIPLY)) throw syntax("cannot use \"V\" and decimal point together");
                flags.add(Flag.DECIMAL);
            }
            case "B" -> {
                if (before == 0 && after == 0 && !is(Flag.ZERO)) flags.add(Flag.BLANK);
            }
            case "FM" -> flags.add(Flag.FILL);
            case "RN" -> flags.add(Flag.ROMAN);
            case "V" -> {
                if (is(Flag.DECIMAL)) throw syntax("cannot use \"V\" and decimal point together");
                flags.add(Flag.MULTIPLY);
            }
            case "EEEE" -> checkExponent();
            case "S", "MI", "PL", "SG", "PR" -> checkSign(keyword);
            default -> { }
        }
    }

    private void checkExponent() {
        for (Flag flag : new Flag[] {Flag.BLANK, Flag.FILL, Flag.SIGN, Flag.BRACKET, Flag.MINUS, Flag.PLUS, Flag.ROMAN, Flag.MULTIPLY}) {
            if (is(flag)) {
                throw PgError.error(SqlState.SYNTAX_ERROR, "\"EEEE\" is incompatible with other formats")
                        .withDetail("\"EEEE\" may only be used together with digit and decimal point patterns.").exception();
            }
        }
        flags.add(Flag.EXPONENT);
    }

    private void checkSign(String keyword) {
        switch (keyword) {
            case "S" -> {
                if (is(Flag.SIGN)) throw syntax("cannot use \"S\" twice");
                if (is(Flag.PLUS) || is(Flag.MINUS) || is(Flag.BRACKET)) {
                    throw syntax("cannot use \"S\" and \"PL\"/\"MI\"/\"SG\"/\"PR\" together");
                }
                flags.add(Flag.SIGN);
                signPlace = is(Flag.DECIMAL) ? SignPlace.AFTER : SignPlace.BEFORE;
                beforeSign = is(Flag.DECIMAL) ? -1 : before;
            }
            case "MI", "PL", "SG" -> {
                if (is(Flag.SIGN)) throw syntax("cannot use \"S\" and \"" + keyword + "\" together");
                if (!keyword.equals("PL")) flags.add(Flag.MINUS);
                if (!keyword.equals("MI")) flags.add(Flag.PLUS);
            }
            default -> {
                if (is(Flag.SIGN) || is(Flag.PLUS) || is(Flag.MINUS)) {
                    throw syntax("cannot use \"PR\" and \"S\"/\"PL\"/\"MI\"/\"SG\" together");
                }
                flags.add(Flag.BRACKET);
            }
        }
    }

    // ---- printing --------------------------------------------------------------------------------------------------

    public String print(Numeric value) {
        if (is(Flag.ROMAN)) return roman(value);
        if (is(Flag.EXPONENT)) return exponent(value);
        if (!value.isFinite()) {
            boolean negative = value.signum() < 0;
            return new NumberPrinter(this, value.isNaN() ? "NaN" : "Infinity", negative, before + multiplier, after).print();
        }
        BigDecimal scaled = value.toBigDecimal().movePointRight(multiplier).setScale(after, RoundingMode.HALF_UP);
        return print(scaled, value.signum() < 0 && scaled.signum() != 0);
    }

    /** NaN and the infinities take places by the length of their names. */
    private String special(double value, int sureDigits) {
        if (is(Flag.ROMAN) || is(Flag.EXPONENT)) {
            return print(Double.isNaN(value) ? Numeric.NAN : value > 0 ? Numeric.POSITIVE_INFINITY : Numeric.NEGATIVE_INFINITY);
        }
        String name = Double.isNaN(value) ? "NaN" : "Infinity";
        int places = name.length() >= sureDigits ? 0 : Math.min(after, sureDigits - name.length());
        return new NumberPrinter(this, name, value < 0, before + multiplier, places).print();
    }

    /** Floating-point numbers show as many digits as are sure. */
    public String print(double value, int sureDigits) {
        if (!Double.isFinite(value)) return special(value, sureDigits);
        BigDecimal exact = new BigDecimal(value);
        if (is(Flag.ROMAN) && Math.abs(value) >= 4000) return print(Numeric.of(4000));
        if (is(Flag.ROMAN) || is(Flag.EXPONENT)) return print(Numeric.of(exact.setScale(Math.min(exact.scale(), 400), RoundingMode.HALF_EVEN)));
        BigDecimal scaled = multiplier == 0 ? exact : new BigDecimal(value * Math.pow(10, multiplier));
        int whole = scaled.abs().setScale(0, RoundingMode.HALF_EVEN).toPlainString().length();
        int places = whole >= sureDigits ? 0 : Math.min(after, sureDigits - whole);
        BigDecimal rounded = scaled.setScale(places, RoundingMode.HALF_EVEN);
        return print(rounded, value < 0 && (rounded.signum() != 0 || value < 0));
    }

    private String print(BigDecimal value, boolean negative) {
        String digits = value.abs().toPlainString();
        return new NumberPrinter(this, digits, negative, before + multiplier, Math.max(0, value.scale())).print();
    }

    private String exponent(Numeric value) {
        if (!value.isFinite()) return " " + "#".repeat(Math.max(0, before)) + "." + "#".repeat(Math.max(0, after + 4));
        BigDecimal decimal = value.toBigDecimal();
        String sign = decimal.signum() < 0 ? "-" : " ";
        if (decimal.signum() == 0) return sign + BigDecimal.ZERO.setScale(after).toPlainString() + "e+00";
        int power = decimal.precision() - decimal.scale() - 1;
        BigDecimal mantissa = decimal.abs().movePointLeft(power).setScale(after, RoundingMode.HALF_UP);
        return sign + mantissa.toPlainString() + "e" + (power < 0 ? "-" : "+") + String.format("%02d", Math.abs(power));
    }

    private String roman(Numeric value) {
        long number = value.toLong("integer", Integer.MIN_VALUE, Integer.MAX_VALUE);
        String text = number < 1 || number > 3999 ? "#".repeat(15) : romanDigits((int) number);
        StringBuilder out = new StringBuilder();
        for (Node node : nodes) {
            if (node.keyword == null) out.append(node.written);
            if (!"RN".equals(node.keyword)) continue;
            String cased = node.written.equals("rn") ? text.toLowerCase(Locale.ROOT) : text;
            out.append(is(Flag.FILL) ? cased : " ".repeat(15 - cased.length()) + cased);
        }
        return out.toString();
    }

    private static String romanDigits(int number) {
        int[] values = {1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1};
        String[] letters = {"M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"};
        StringBuilder out = new StringBuilder();
        int rest = number;
        for (int i = 0; i < values.length; i++) {
            while (rest >= values[i]) {
                out.append(letters[i]);
                rest -= values[i];
            }
        }
        return out.toString();
    }

    // ---- reading ---------------------------------------------------------------------------------------------------

    /** to_number(): the number that the text has in this form. */
    public Numeric read(String text) {
        if (is(Flag.ROMAN)) throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, "\"RN\" not supported for input");
        if (is(Flag.EXPONENT)) throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, "\"EEEE\" not supported for input");
        return new NumberScanner(this, text).read();
    }
}
