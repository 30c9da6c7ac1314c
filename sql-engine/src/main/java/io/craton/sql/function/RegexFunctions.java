package io.craton.sql.function;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgArray;
import io.craton.core.type.PgTypes;
import io.craton.sql.exec.ExecContext;
import io.craton.core.regex.Regex;
import io.craton.core.regex.RegexOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The ~ operators, substring(from pattern) and the regexp_* functions. */
final class RegexFunctions {
    private record Key(String pattern, RegexOptions options) {}

    private record Flags(RegexOptions options, boolean global) {}

    private final CompiledCache<Key, Regex> expressions = new CompiledCache<>();

    static void register(Kernels kernels) {
        RegexFunctions functions = new RegexFunctions();
        functions.operators(kernels);
        functions.matches(kernels);
        functions.replacements(kernels);
        functions.counts(kernels);
    }

    private void operators(Kernels kernels) {
        for (String type : new String[] {"text", "name"}) {
            kernels.scalar(type + "regexeq", (context, call, a) -> find(context, call, a, RegexOptions.DEFAULT));
            kernels.scalar(type + "regexne", (context, call, a) -> !find(context, call, a, RegexOptions.DEFAULT));
            kernels.scalar(type + "icregexeq", (context, call, a) -> find(context, call, a, RegexOptions.IGNORE_CASE));
            kernels.scalar(type + "icregexne", (context, call, a) -> !find(context, call, a, RegexOptions.IGNORE_CASE));
        }
        kernels.scalar("textregexsubstr", (context, call, a) -> substring(context, call, (String) a[0], (String) a[1]));
        kernels.scalar("sql:2074", (context, call, a) ->
                substring(context, call, (String) a[0], PatternFunctions.similarToRegex((String) a[1], (String) a[2])));
    }

    private void matches(Kernels kernels) {
        kernels.scalar("regexp_match_no_flags", (context, call, a) -> match(context, call, a, ""));
        kernels.scalar("regexp_match", (context, call, a) -> match(context, call, a, (String) a[2]));
        kernels.set("regexp_matches_no_flags", (context, call, a) -> SetFunctions.rows(allMatches(context, call, a, "")));
        kernels.set("regexp_matches", (context, call, a) -> SetFunctions.rows(allMatches(context, call, a, (String) a[2])));
        kernels.scalar("regexp_split_to_array_no_flags", (context, call, a) -> splitArray(context, call, a, ""));
        kernels.scalar("regexp_split_to_array", (context, call, a) -> splitArray(context, call, a, (String) a[2]));
        kernels.set("regexp_split_to_table_no_flags",
                (context, call, a) -> SetFunctions.rows(split(context, call, a, "", "regexp_split_to_table()")));
        kernels.set("regexp_split_to_table",
                (context, call, a) -> SetFunctions.rows(split(context, call, a, (String) a[2], "regexp_split_to_table()")));
    }

    private void replacements(Kernels kernels) {
        kernels.scalar("textregexreplace_noopt", (context, call, a) -> replace(context, call, a, new Flags(RegexOptions.DEFAULT, false), 1, 1));
        kernels.scalar("textregexreplace", (context, call, a) -> {
            Flags flags = replaceFlags((String) a[3]);
            return replace(context, call, a, flags, 1, flags.global ? 0 : 1);
        });
        kernels.scalar("textregexreplace_extended", (context, call, a) ->
                replace(context, call, a, flags((String) a[5]), positive("start", a[3]), notNegative("n", a[4])));
        kernels.scalar("textregexreplace_extended_no_flags", (context, call, a) ->
                replace(context, call, a, flags(""), positive("start", a[3]), notNegative("n", a[4])));
        kernels.scalar("textregexreplace_extended_no_n",
                (context, call, a) -> replace(context, call, a, flags(""), positive("start", a[3]), 1));
    }

    private void counts(Kernels kernels) {
        for (String name : new String[] {"regexp_count_no_start", "regexp_count_no_flags", "regexp_count"}) {
            kernels.scalar(name, this::count);
        }
        for (String name : new String[] {"regexp_instr_no_start", "regexp_instr_no_n", "regexp_instr_no_endoption",
            "regexp_instr_no_flags", "regexp_instr_no_subexpr", "regexp_instr"}) {
            kernels.scalar(name, this::position);
        }
        for (String name : new String[] {"regexp_substr_no_start", "regexp_substr_no_n", "regexp_substr_no_flags",
            "regexp_substr_no_subexpr", "regexp_substr"}) {
            kernels.scalar(name, this::part);
        }
        kernels.scalar("regexp_like_no_flags", (context, call, a) -> find(context, call, a, RegexOptions.DEFAULT));
        kernels.scalar("regexp_like", (context, call, a) -> find(context, call, a, single((String) a[2], "regexp_like()").options));
    }

    private Regex compile(ExecContext context, CallInfo call, String pattern, RegexOptions options) {
        RegexOptions under = CollationTable.lettersAreAscii(call.collation(), context) ? options.withAsciiOnly() : options;
        return expressions.get(new Key(pattern, under), key -> Regex.compile(key.pattern, key.options));
    }

    private boolean find(ExecContext context, CallInfo call, @Nullable Object[] a, RegexOptions options) {
        return compile(context, call, (String) a[1], options).find((String) a[0], context::checkInterrupts);
    }

    // ---- flags -----------------------------------------------------------------------------------------------------

    private static Flags flags(String text) {
        RegexOptions.Flavor flavor = RegexOptions.Flavor.ADVANCED;
        boolean global = false;
        boolean ignoreCase = false;
        boolean expanded = false;
        boolean newlineStops = false;
        boolean newlineAnchors = false;
        for (int i = 0; i < text.length(); i++) {
            switch (text.charAt(i)) {
                case 'g' -> global = true;
                case 'b' -> throw PgException.notSupported("basic regular expression");
                case 'c' -> ignoreCase = false;
                case 'e' -> flavor = RegexOptions.Flavor.EXTENDED;
                case 'i' -> ignoreCase = true;
                case 'm', 'n' -> newlineStops = newlineAnchors = true;
                case 'p' -> {
                    newlineStops = true;
                    newlineAnchors = false;
                }
                case 'q' -> flavor = RegexOptions.Flavor.LITERAL;
                case 's' -> newlineStops = newlineAnchors = false;
                case 't' -> expanded = false;
                case 'w' -> {
                    newlineStops = false;
                    newlineAnchors = true;
                }
                case 'x' -> expanded = true;
                default -> throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "invalid regular expression option: \""
                        + Character.toString(text.codePointAt(i)) + "\"");
            }
        }
        return new Flags(new RegexOptions(flavor, ignoreCase, expanded, newlineStops, newlineAnchors, false), global);
    }

    private static Flags replaceFlags(String text) {
        if (!text.isEmpty() && text.charAt(0) >= '0' && text.charAt(0) <= '9') {
            throw PgError.error(SqlState.INVALID_PARAMETER_VALUE, "invalid regular expression option: \"" + text.charAt(0) + "\"")
                    .withHint("If you meant to use regexp_replace() with a start parameter, cast the fourth argument to integer explicitly.")
                    .exception();
        }
        return flags(text);
    }

    private static Flags single(String text, String function) {
        Flags flags = flags(text);
        if (flags.global) {
            throw new PgException(SqlState.INVALID_PARAMETER_VALUE, function + " does not support the \"global\" option");
        }
        return flags;
    }

    private static long positive(String name, @Nullable Object value) {
        return atLeast(name, (Long) value, 1);
    }

    private static long notNegative(String name, @Nullable Object value) {
        return atLeast(name, (Long) value, 0);
    }

    private static long atLeast(String name, long value, long min) {
        if (value < min) {
            throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "invalid value for parameter \"" + name + "\": " + value);
        }
        return value;
    }

    // ---- matching --------------------------------------------------------------------------------------------------

    private @Nullable Object substring(ExecContext context, CallInfo call, String text, String pattern) {
        Regex regex = compile(context, call, pattern, RegexOptions.DEFAULT);
        int[] found = regex.match(text, 0, context::checkInterrupts);
        return found == null ? null : group(text, found, regex.groupCount() > 0 ? 1 : 0);
    }

    private static @Nullable String group(String text, int[] match, int group) {
        return match[2 * group] < 0 ? null : text.substring(match[2 * group], match[2 * group + 1]);
    }

    /** All matches from a char index on; the next search starts behind the last match, one character further after an empty one. */
    private static void matches(ExecContext context, Regex regex, String text, int from, boolean global, boolean skipDegenerate, Consumer<int[]> each) {
        int previousEnd = 0;
        int start = from;
        while (start <= text.length()) {
            int[] found = regex.match(text, start, context::checkInterrupts);
            if (found == null) break;
            if (!skipDegenerate || found[0] < text.length() && found[1] > previousEnd) each.accept(found);
            previousEnd = found[1];
            start = found[1] > found[0] ? found[1] : found[1] + Regex.width(text, found[1]);
            if (!global) break;
        }
    }

    private static Object groups(Regex regex, String text, int[] match) {
        int count = regex.groupCount();
        Object[] values = new Object[Math.max(count, 1)];
        for (int i = 0; i < values.length; i++) values[i] = group(text, match, count == 0 ? 0 : i + 1);
        return PgArray.of(PgTypes.TEXT, values);
    }

    private @Nullable Object match(ExecContext context, CallInfo call, @Nullable Object[] a, String flagText) {
        Flags flags = flags(flagText);
        if (flags.global) {
            throw PgError.error(SqlState.INVALID_PARAMETER_VALUE, "regexp_match() does not support the \"global\" option")
                    .withHint("Use the regexp_matches function instead.").exception();
        }
        Regex regex = compile(context, call, (String) a[1], flags.options);
        int[] found = regex.match((String) a[0], 0, context::checkInterrupts);
        return found == null ? null : groups(regex, (String) a[0], found);
    }

    private List<@Nullable Object> allMatches(ExecContext context, CallInfo call, @Nullable Object[] a, String flagText) {
        Flags flags = flags(flagText);
        Regex regex = compile(context, call, (String) a[1], flags.options);
        String text = (String) a[0];
        try (Parts rows = new Parts(context)) {
            matches(context, regex, text, 0, flags.global, false,
                    found -> rows.add(groups(regex, text, found), (regex.groupCount() + 1L) * Parts.PART_BYTES + found[1] - found[0]));
            return rows.list();
        }
    }

    private Object splitArray(ExecContext context, CallInfo call, @Nullable Object[] a, String flagText) {
        return PgArray.of(PgTypes.TEXT, split(context, call, a, flagText, "regexp_split_to_array()").toArray());
    }

    private List<@Nullable Object> split(ExecContext context, CallInfo call, @Nullable Object[] a, String flagText, String function) {
        String text = (String) a[0];
        Regex regex = compile(context, call, (String) a[1], single(flagText, function).options);
        try (Parts parts = new Parts(context)) {
            int[] from = {0};
            matches(context, regex, text, 0, true, true, found -> {
                parts.add(text.substring(from[0], found[0]));
                from[0] = found[1];
            });
            parts.add(text.substring(from[0]));
            return parts.list();
        }
    }

    // ---- replacing -------------------------------------------------------------------------------------------------

    /** Replaces the {@code nth} match, all when it is 0, searching from the 1-based character {@code start}. */
    private Object replace(ExecContext context, CallInfo call, @Nullable Object[] a, Flags flags, long start, long nth) {
        String text = (String) a[0];
        String replacement = (String) a[2];
        Regex regex = compile(context, call, (String) a[1], flags.options);
        StringBuilder result = new StringBuilder(text.length() + 16);
        int copied = 0;
        long count = 0;
        int search = start - 1 > CodePoints.length(text) ? text.length() + 1 : CodePoints.offset(text, start - 1);
        while (search <= text.length()) {
            int[] found = regex.match(text, search, context::checkInterrupts);
            if (found == null) break;
            search = found[1] > found[0] ? found[1] : found[1] + Regex.width(text, found[1]);
            if (nth > 0 && ++count != nth) continue;
            result.append(text, copied, found[0]);
            appendReplacement(result, text, replacement, found);
            copied = found[1];
            if (nth > 0) break;
        }
        return copied == 0 && result.isEmpty() ? text : result.append(text, copied, text.length()).toString();
    }

    private static void appendReplacement(StringBuilder result, String text, String replacement, int[] match) {
        int from = 0;
        for (int at = replacement.indexOf('\\'); at >= 0 && at + 1 < replacement.length(); at = replacement.indexOf('\\', from)) {
            char c = replacement.charAt(at + 1);
            int group = c == '&' ? 0 : c >= '1' && c <= '9' ? c - '0' : -1;
            result.append(replacement, from, at);
            if (group >= 0) {
                if (2 * group < match.length && match[2 * group] >= 0) result.append(text, match[2 * group], match[2 * group + 1]);
                from = at + 2;
            } else {
                result.append('\\');
                from = c == '\\' ? at + 2 : at + 1;
                if (c != '\\' && replacement.indexOf('\\', from) < 0) break;
            }
        }
        result.append(replacement, from, replacement.length());
    }

    // ---- regexp_count, regexp_instr, regexp_substr -----------------------------------------------------------------

    private Object count(ExecContext context, CallInfo call, @Nullable Object[] a) {
        String text = (String) a[0];
        long start = a.length > 2 ? positive("start", a[2]) : 1;
        Flags flags = single(a.length > 3 ? (String) a[3] : "", "regexp_count()");
        return (long) from(context, compile(context, call, (String) a[1], flags.options), text, start).size();
    }

    private static List<int[]> from(ExecContext context, Regex regex, String text, long start) {
        if (start - 1 > CodePoints.length(text)) return List.of();
        List<int[]> all = new ArrayList<>();
        matches(context, regex, text, CodePoints.offset(text, start - 1), true, false, all::add);
        return all;
    }

    private Object position(ExecContext context, CallInfo call, @Nullable Object[] a) {
        String text = (String) a[0];
        long start = a.length > 2 ? positive("start", a[2]) : 1;
        long nth = a.length > 3 ? positive("n", a[3]) : 1;
        long end = a.length > 4 ? notNegative("endoption", a[4]) : 0;
        if (end > 1) atLeast("endoption", end, end + 1);
        Flags flags = single(a.length > 5 ? (String) a[5] : "", "regexp_instr()");
        long group = a.length > 6 ? notNegative("subexpr", a[6]) : 0;
        Regex regex = compile(context, call, (String) a[1], flags.options);
        List<int[]> all = from(context, regex, text, start);
        if (nth > all.size() || group > Math.max(1, regex.groupCount())) return 0L;
        if (regex.groupCount() == 0) group = 0;
        int at = all.get((int) nth - 1)[(int) (2 * group + end)];
        return at < 0 ? 0L : CodePoints.position(text, at);
    }

    private @Nullable Object part(ExecContext context, CallInfo call, @Nullable Object[] a) {
        String text = (String) a[0];
        long start = a.length > 2 ? positive("start", a[2]) : 1;
        long nth = a.length > 3 ? positive("n", a[3]) : 1;
        Flags flags = single(a.length > 4 ? (String) a[4] : "", "regexp_substr()");
        long group = a.length > 5 ? notNegative("subexpr", a[5]) : 0;
        Regex regex = compile(context, call, (String) a[1], flags.options);
        List<int[]> all = from(context, regex, text, start);
        if (nth > all.size() || group > Math.max(1, regex.groupCount())) return null;
        if (regex.groupCount() == 0) group = 0;
        return group(text, all.get((int) nth - 1), (int) group);
    }
}
