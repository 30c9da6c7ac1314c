package io.craton.sql.function;

import io.craton.core.type.Utf8;
import io.craton.storage.catalog.Catalog;
import java.text.Collator;
import java.text.ParseException;
import java.text.RuleBasedCollator;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How languages order text: the platform's rules, with spaces and signs as ICU has them (Java's own rules do not look at them before letters). What they call equal is
 * ordered by its bytes. Safe for all threads.
 */
public final class Collators {
    private static final Comparator<String> BYTES = Utf8::compare;
    private static final String FIRST_ACCENT = ";\u0301";
    private static final String FIRST_DASH = ",'-'";
    private static final String FIRST_DIGIT = "<0<1";
    /** Spaces and signs, each of its own, in ICU's order; what differs in width or weight only behind what it differs from. */
    private static final String SIGNS = "<'\t'<'\n'<'\u000b'<'\f'<'\r'<' ';'\u00a0';'\u2000';'\u2001';'\u2002';'\u2003';'\u2004';'\u2005';'\u2006';'\u2007';'\u2008'"
            + ";'\u2009';'\u200a';'\u3000'<'_'<'-';\u00ad;\u2010;\u2011;\u2012;\u2013;\u2014;\u2015;\u2212<','<';'<':'<'!'<\u00a1<'?'<\u00bf<'.'<\u00b7<'''<'\"'<\u00ab"
            + "<\u00bb<'('<')'<'['<']'<'{'<'}'<\u00a7<\u00b6<'@'<'*'<'/'<'\\'<'&'<'#'<'%'<'`'<\u00b4<'^'<\u00af<\u00a8<\u00b8<\u00b0<\u00a9<\u00ae<'+'<\u00b1<\u00f7<\u00d7"
            + "<'<'<'='<'>'<'|'<\u00a6<'~'<\u00ac<\u00b5<\u00a4<\u0e3f<\u00a2<\u20a1<\u20a2<'$'<\u20ab<\u20ac<\u20a3<\u20a4<\u20a5<\u20a6<\u20a7<\u00a3<\u20a8<\u20aa<\u20a9"
            + "<\u00a5";

    private final Map<String, Comparator<String>> byLocale = new ConcurrentHashMap<>();

    /** Of a collation that the catalog knows; by bytes for those that do so, and for none (0). */
    public Comparator<String> of(int collation, Catalog catalog) {
        String locale = collation == 0 ? null : CollationTable.locale(collation, catalog);
        return locale == null ? BYTES : byLocale.computeIfAbsent(locale, Collators::comparator);
    }

    private static Comparator<String> comparator(String locale) {
        Collator collator = collator(locale(locale));
        collator.setStrength(Collator.TERTIARY);
        collator.setDecomposition(Collator.CANONICAL_DECOMPOSITION);
        return (left, right) -> {
            int order = collator.compare(left, right);
            return order != 0 ? order : Utf8.compare(left, right);
        };
    }

    private static Collator collator(Locale locale) {
        String base = rules(Locale.ROOT);
        String own = rules(locale);
        int dash = base.indexOf(FIRST_DASH);
        int accent = base.indexOf(FIRST_ACCENT);
        int space = base.indexOf(";' '");
        int digit = base.indexOf(FIRST_DIGIT);
        if (space < 0 || accent < space || dash < accent || digit < dash || !own.startsWith(base)) return Collator.getInstance(locale);
        String spaced = base.substring(0, space) + base.substring(accent, dash) + SIGNS + base.substring(digit) + own.substring(base.length());
        try {
            return new RuleBasedCollator(spaced);
        } catch (ParseException e) {
            return Collator.getInstance(locale);
        }
    }

    private static String rules(Locale locale) {
        return Collator.getInstance(locale) instanceof RuleBasedCollator rules ? rules.getRules() : "";
    }

    /** {@code de-AT} and {@code de_AT.utf8} are the same language; {@code und} is none. */
    public static Locale locale(String name) {
        int modifier = name.indexOf('.') >= 0 ? name.indexOf('.') : name.indexOf('@');
        String plain = modifier < 0 ? name : name.substring(0, modifier);
        return plain.equals("und") || plain.isEmpty() || plain.equals("root") ? Locale.ROOT : Locale.forLanguageTag(plain.replace('_', '-'));
    }
}
