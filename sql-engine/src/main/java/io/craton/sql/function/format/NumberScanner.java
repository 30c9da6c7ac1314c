package io.craton.sql.function.format;

import io.craton.core.type.Numeric;
import io.craton.sql.function.format.NumberTemplate.Flag;
import io.craton.sql.function.format.NumberTemplate.Node;
import io.craton.sql.function.format.NumberTemplate.SignPlace;

/**
 * Reads a number out of a text by a template: to_number. Each node of the template takes at most one character; what does not fit is left to the next
 * node, so that texts that only resemble the template can be read too. Used once.
 */
final class NumberScanner {
    private static final String DATA = "0123456789.,+-";

    private final NumberTemplate template;
    private final String text;
    private final StringBuilder digits = new StringBuilder();
    private char sign = ' ';
    private boolean pointRead;
    private int whole;
    private int places;
    private int at;

    NumberScanner(NumberTemplate template, String text) {
        this.template = template;
        this.text = text;
    }

    Numeric read() {
        for (Node node : template.nodes) {
            if (ended()) break;
            if (node.keyword() == null) at += Character.charCount(text.codePointAt(at));
            else keyword(node.keyword());
        }
        if (!digits.isEmpty() && digits.charAt(digits.length() - 1) == '.') digits.setLength(digits.length() - 1);
        int precision = template.before + template.multiplier + places;
        Numeric value = Numeric.parse(sign + digits.toString()).applyTypmod((precision << 16 | places) + 4);
        return template.multiplier > 0 ? value.multiply(Numeric.of(10).power(Numeric.of(-template.multiplier))) : value;
    }

    private boolean ended() {
        return at >= text.length();
    }

    private void keyword(String keyword) {
        switch (keyword) {
            case "9", "0", ".", "D" -> {
                digit(keyword);
                at++;
            }
            case ",", "G" -> {
                if (!template.is(Flag.FILL) && text.charAt(at) == ',') at++;
            }
            case "MI" -> sign('-', '-');
            case "PL" -> sign('+', '+');
            case "SG" -> sign('-', '+');
            case "TH" -> {
                if (sign != '-' && !template.is(Flag.DECIMAL)) skip(2);
            }
            case "L" -> skip(1);
            default -> {}
        }
    }

    private void sign(char one, char other) {
        char c = text.charAt(at);
        if (c == one || c == other) {
            sign = c;
            at++;
        } else {
            skip(1);
        }
    }

    /** Passes characters that no number has. */
    private void skip(int most) {
        for (int i = 0; i < most && !ended() && DATA.indexOf(text.charAt(at)) < 0; i++) at += Character.charCount(text.codePointAt(at));
    }

    /** Reads at most one digit or the point; stays on it. */
    private void digit(String keyword) {
        if (text.charAt(at) == ' ') at++;
        if (ended()) return;
        boolean place = keyword.equals("9") || keyword.equals("0");
        if (sign == ' ' && place && whole + places == 0) signBefore();
        if (ended()) return;
        char c = text.charAt(at);
        boolean read = false;
        if (c >= '0' && c <= '9') {
            if (pointRead && places == template.after) return;
            digits.append(c);
            if (pointRead) places++;
            else whole++;
            read = true;
        } else if (c == '.' && template.is(Flag.DECIMAL) && !pointRead) {
            digits.append(c);
            pointRead = true;
            read = true;
        }
        if (sign == ' ' && whole + places > 0) signBehind(read);
    }

    private boolean leading() {
        return template.is(Flag.SIGN) && template.signPlace == SignPlace.BEFORE;
    }

    private void signBefore() {
        char c = text.charAt(at);
        if (c == '-' || c == '<' && template.is(Flag.BRACKET) && !leading()) {
            sign = '-';
            at++;
        } else if (c == '+') {
            sign = '+';
            at++;
        }
    }

    private void signBehind(boolean read) {
        if (template.is(Flag.SIGN)) {
            if (!read || at + 1 >= text.length()) return;
            char next = text.charAt(at + 1);
            if (next == '-' || next == '+') {
                sign = next;
                at++;
            }
        } else if (!read && (template.is(Flag.PLUS) || template.is(Flag.MINUS))) {
            char c = text.charAt(at);
            if (c == '-' || c == '+') sign = c;
        }
    }
}
