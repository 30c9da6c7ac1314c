package io.craton.sql.function.format;

import io.craton.sql.function.format.NumberTemplate.Flag;
import io.craton.sql.function.format.NumberTemplate.Node;
import io.craton.sql.function.format.NumberTemplate.SignPlace;
import java.util.Locale;

/** Puts one number's digits into the places of a template, sign, blanks and all. Used once. */
final class NumberPrinter {
    private static final int NO_POSITION = -1;

    private final NumberTemplate template;
    private final String number;
    private final boolean negative;
    private final int blanksBefore;
    private final int zeroStart;
    private final int count;
    private final int lastRelevant;
    private final boolean bracket;
    private final StringBuilder out = new StringBuilder();
    private int digit;
    private int place;
    private boolean signWritten;
    private boolean inNumber;

    /** @param digits absolute value with as many places as the template wants; @param before digits in front of the point that have a place; @param after digits behind it */
    NumberPrinter(NumberTemplate template, String digits, boolean negative, int before, int after) {
        this.template = template;
        this.negative = negative;
        int point = digits.indexOf('.');
        int whole = point < 0 ? digits.length() : point;
        if (whole > before) {
            number = "#".repeat(before) + (template.is(Flag.DECIMAL) || after > 0 ? "." + "#".repeat(after) : "");
            blanksBefore = 0;
        } else {
            number = digits;
            blanksBefore = before - whole;
        }
        zeroStart = template.zeroStart - 1;
        lastRelevant = template.is(Flag.FILL) && template.is(Flag.DECIMAL) ? lastRelevant() : NO_POSITION;
        bracket = template.is(Flag.BRACKET) && (negative || !template.is(Flag.FILL));
        signWritten = template.is(Flag.PLUS) || template.is(Flag.MINUS)
                ? !(template.is(Flag.PLUS) && !template.is(Flag.MINUS))
                : !negative && template.is(Flag.FILL) && !template.is(Flag.SIGN);
        count = template.after + before - 1 + (!signWritten && blanksBefore == 0 ? 1 : 0);
    }

    private int lastRelevant() {
        int point = number.indexOf('.');
        if (point < 0) return NO_POSITION;
        int last = point;
        for (int i = point + 1; i < number.length(); i++) {
            if (number.charAt(i) != '0') last = i;
        }
        if (template.zeroEnd > blanksBefore) {
            last = Math.max(last, Math.min(number.length() - 1, template.zeroEnd - blanksBefore));
        }
        return last;
    }

    String print() {
        for (Node node : template.nodes) {
            if (node.keyword() == null) {
                out.append(node.written());
                continue;
            }
            switch (node.keyword()) {
                case "9", "0", ".", "D" -> place(node.keyword());
                case ",", "G" -> {
                    if (inNumber) out.append(',');
                    else if (!template.is(Flag.FILL)) out.append(' ');
                }
                case "L" -> out.append(' ');
                case "TH" -> {
                    if (!number.startsWith("#") && !negative && !template.is(Flag.DECIMAL)) {
                        out.append(DateTimePrinter.ordinal(number, node.written().equals(node.written().toUpperCase(Locale.ROOT))));
                    }
                }
                case "MI" -> sign(negative ? "-" : "");
                case "PL" -> sign(negative ? "" : "+");
                case "SG" -> out.append(negative ? '-' : '+');
                default -> { }
            }
        }
        return out.toString();
    }

    private void sign(String sign) {
        out.append(sign.isEmpty() && !template.is(Flag.FILL) ? " " : sign);
    }

    private boolean leadingZeroHidden() {
        return !template.is(Flag.ZERO) && digit == 0 && number.startsWith("0") && template.after != 0;
    }

    private boolean endsAtPoint() {
        return lastRelevant != NO_POSITION && number.charAt(lastRelevant) == '.';
    }

    private void place(String keyword) {
        inNumber = false;
        boolean zero = template.is(Flag.ZERO);
        boolean fill = template.is(Flag.FILL);
        if (!signWritten && (place >= blanksBefore || zero && zeroStart == place) && (!leadingZeroHidden() || endsAtPoint())) {
            leadingSign(fill);
        }
        if (place < blanksBefore && (zeroStart > place || !zero)) {
            if (!fill) out.append(' ');
        } else if (zero && place < blanksBefore && zeroStart <= place) {
            out.append('0');
            inNumber = true;
        } else {
            digit(keyword, fill);
        }
        int end = count + (blanksBefore > 0 ? 1 : 0) + (template.is(Flag.DECIMAL) ? 1 : 0);
        if (lastRelevant != NO_POSITION && lastRelevant == digit) end = place;
        if (place + 1 == end) trailingSign();
        place++;
    }

    private void leadingSign(boolean fill) {
        if (template.is(Flag.SIGN)) {
            if (template.signPlace != SignPlace.BEFORE) return;
            out.append(negative ? '-' : '+');
        } else if (bracket) {
            out.append(negative ? '<' : ' ');
        } else if (negative) {
            out.append('-');
        } else if (!fill) {
            out.append(' ');
        }
        signWritten = true;
    }

    private void digit(String keyword, boolean fill) {
        char c = digit < number.length() ? number.charAt(digit) : 0;
        if (c == '.') {
            if (!endsAtPoint() || fill) out.append('.');
        } else if (lastRelevant != NO_POSITION && digit > lastRelevant && !keyword.equals("0")) {
            // a zero that nobody needs
        } else if (leadingZeroHidden()) {
            if (!fill) out.append(' ');
            else if (endsAtPoint()) out.append('0');
        } else if (c != 0) {
            out.append(c);
            inNumber = true;
        }
        if (c != 0) digit++;
    }

    private void trailingSign() {
        if (signWritten && bracket) out.append(negative ? '>' : ' ');
        else if (template.is(Flag.SIGN) && template.signPlace == SignPlace.AFTER) out.append(negative ? '-' : '+');
    }
}
