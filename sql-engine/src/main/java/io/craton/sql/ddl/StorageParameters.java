package io.craton.sql.ddl;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.syntax.Option;
import io.craton.storage.projection.Retention;
import io.craton.storage.row.KeySecret;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The parameters in WITH (..) of tables, views and indexes: which there are, and what values they take. They are kept and shown as PostgreSQL does; what they tune (pages, vacuum)
 * is not there to be tuned. Stateless.
 */
final class StorageParameters {
    /** What a parameter is of: the letters of {@link Parameter#kinds}. Tables and materialized views are HEAP. */
    static final char HEAP = 'r';
    static final char VIEW = 'v';
    static final char COLUMN = 'a';
    private static final char TOAST = 't';
    private static final String TOAST_NAMESPACE = "toast";
    /** What PostgreSQL's tables do not have. */
    private static final String CRATON_NAMESPACE = "craton";

    private sealed interface Values {
        /** Throws when the text is none of them. */
        void check(String name, String text);
    }

    private record Parameter(String name, String kinds, Values values) {}

    private static final List<Parameter> ALL = List.of(
            new Parameter("autovacuum_enabled", "rt", new Flag()),
            new Parameter("user_catalog_table", "r", new Flag()),
            new Parameter("vacuum_truncate", "rt", new Flag()),
            new Parameter("security_barrier", "v", new Flag()),
            new Parameter("security_invoker", "v", new Flag()),
            new Parameter("deduplicate_items", "b", new Flag()),
            new Parameter("fastupdate", "n", new Flag()),
            new Parameter("autosummarize", "z", new Flag()),
            new Parameter("fillfactor", "rbh", new Whole(10, 100)),
            new Parameter("autovacuum_vacuum_threshold", "rt", new Whole(0, Integer.MAX_VALUE)),
            new Parameter("autovacuum_vacuum_insert_threshold", "rt", new Whole(-1, Integer.MAX_VALUE)),
            new Parameter("autovacuum_analyze_threshold", "r", new Whole(0, Integer.MAX_VALUE)),
            new Parameter("autovacuum_vacuum_cost_limit", "rt", new Whole(1, 10_000)),
            new Parameter("autovacuum_freeze_min_age", "rt", new Whole(0, 1_000_000_000)),
            new Parameter("autovacuum_multixact_freeze_min_age", "rt", new Whole(0, 1_000_000_000)),
            new Parameter("autovacuum_freeze_max_age", "rt", new Whole(100_000, 2_000_000_000)),
            new Parameter("autovacuum_multixact_freeze_max_age", "rt", new Whole(10_000, 2_000_000_000)),
            new Parameter("autovacuum_freeze_table_age", "rt", new Whole(0, 2_000_000_000)),
            new Parameter("autovacuum_multixact_freeze_table_age", "rt", new Whole(0, 2_000_000_000)),
            new Parameter("log_autovacuum_min_duration", "rt", new Whole(-1, Integer.MAX_VALUE)),
            new Parameter("toast_tuple_target", "r", new Whole(128, 8160)),
            new Parameter("parallel_workers", "r", new Whole(0, 1024)),
            new Parameter("pages_per_range", "z", new Whole(1, 131_072)),
            new Parameter("gin_pending_list_limit", "n", new Whole(64, Integer.MAX_VALUE)),
            new Parameter("autovacuum_vacuum_cost_delay", "rt", new Real(0, 100)),
            new Parameter("autovacuum_vacuum_scale_factor", "rt", new Real(0, 100)),
            new Parameter("autovacuum_vacuum_insert_scale_factor", "rt", new Real(0, 100)),
            new Parameter("autovacuum_analyze_scale_factor", "r", new Real(0, 100)),
            new Parameter("vacuum_cleanup_index_scale_factor", "b", new Real(0, 1e10)),
            new Parameter("vacuum_index_cleanup", "rt", new Words(List.of("auto", "on", "off", "true", "false", "yes", "no", "1", "0"),
                    "Valid values are \"on\", \"off\", and \"auto\".")),
            new Parameter("n_distinct", "a", new Real(-1, Double.MAX_VALUE)),
            new Parameter("n_distinct_inherited", "a", new Real(-1, Double.MAX_VALUE)),
            new Parameter(KeySecret.OPTION, "a", new Flag()),
            new Parameter(Retention.NAME, "r", new Duration()),
            new Parameter("check_option", "v", new Words(List.of("local", "cascaded"), "Valid values are \"local\" and \"cascaded\".")));

    private StorageParameters() {}

    private record Flag() implements Values {
        @Override
        public void check(String name, String text) {
            String word = text.toLowerCase(Locale.ROOT);
            boolean known = word.equals("1") || word.equals("0") || word.equals("on") || word.length() > 1 && "off".startsWith(word)
                    || !word.isEmpty() && List.of("true", "false", "yes", "no").stream().anyMatch(each -> each.startsWith(word));
            if (!known) throw invalid("invalid value for boolean option \"" + name + "\": " + text);
        }
    }

    private record Whole(int min, int max) implements Values {
        @Override
        public void check(String name, String text) {
            double value = number(text);
            if (Double.isNaN(value)) throw invalid("invalid value for integer option \"" + name + "\": " + text);
            double rounded = Math.rint(value);
            if (rounded < min || rounded > max) throw outside(name, text, Integer.toString(min), Integer.toString(max));
        }
    }

    private record Real(double min, double max) implements Values {
        @Override
        public void check(String name, String text) {
            double value = number(text);
            if (Double.isNaN(value)) throw invalid("invalid value for floating point option \"" + name + "\": " + text);
            if (value < min || value > max) {
                throw outside(name, text, fixed(min), fixed(max));
            }
        }
    }

    /** As C prints it: all digits of large ones. */
    private static String fixed(double value) {
        return new BigDecimal(value).setScale(6, RoundingMode.HALF_EVEN).toPlainString();
    }

    private record Duration() implements Values {
        @Override
        public void check(String name, String text) {
            if (Retention.parse(text) != null) return;
            throw PgError.error(SqlState.INVALID_PARAMETER_VALUE, "invalid value for option \"" + name + "\": " + text)
                    .withHint("It is a number and a unit, as in 7 days, or forever.").exception();
        }
    }

    private record Words(List<String> words, String detail) implements Values {
        @Override
        public void check(String name, String text) {
            if (words.contains(text.toLowerCase(Locale.ROOT))) return;
            throw PgError.error(SqlState.INVALID_PARAMETER_VALUE, "invalid value for enum option \"" + name + "\": " + text).withDetail(detail).exception();
        }
    }

    private static double number(String text) {
        try {
            return Double.parseDouble(text.strip());
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }

    private static PgException invalid(String message) {
        return new PgException(SqlState.INVALID_PARAMETER_VALUE, message);
    }

    private static PgException outside(String name, String text, String min, String max) {
        return PgError.error(SqlState.INVALID_PARAMETER_VALUE, "value " + text + " out of bounds for option \"" + name + "\"")
                .withDetail("Valid values are between \"" + min + "\" and \"" + max + "\".").exception();
    }

    /** Of a new table, view or index. */
    static Map<String, String> of(List<Option> options, char kind) {
        return changed(Map.of(), options, false, kind);
    }

    /** Kind of an index by its access method. */
    static char index(String method) {
        return switch (method) {
            case "hash" -> 'h';
            case "gin" -> 'n';
            case "brin" -> 'z';
            default -> 'b';
        };
    }

    /** Those of before after SET or RESET, what was set last at the end. */
    static Map<String, String> changed(Map<String, String> before, List<Option> options, boolean reset, char kind) {
        Map<String, String> after = new LinkedHashMap<>(before);
        Set<String> seen = new LinkedHashSet<>();
        for (Option option : options) {
            String name = name(option, kind);
            if (reset && option.value() != null) throw new PgException(SqlState.SYNTAX_ERROR, "RESET must not include values for parameters");
            after.remove(name);
            if (reset) continue;
            if (name.indexOf('=') >= 0) throw invalid("invalid option name \"" + name + "\": must not contain \"=\"");
            if (name.equals("oids") && kind == HEAP) {
                if (OptionTexts.flag(option)) throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, "tables declared WITH OIDS are not supported");
                continue;
            }
            if (!seen.add(name)) throw invalid("parameter \"" + option.name() + "\" specified more than once");
            String text = OptionTexts.text(option);
            Parameter parameter = find(option, kind);
            if (parameter == null) throw invalid("unrecognized parameter \"" + option.name() + "\"");
            parameter.values.check(option.name(), text);
            after.put(name, text);
        }
        return after;
    }

    private static String name(Option option, char kind) {
        if (option.namespace() == null) return option.name();
        if ((kind == HEAP || kind == COLUMN) && option.namespace().equals(CRATON_NAMESPACE)) return CRATON_NAMESPACE + "." + option.name();
        if (kind != HEAP || !option.namespace().equals(TOAST_NAMESPACE)) {
            throw invalid("unrecognized parameter namespace \"" + option.namespace() + "\"");
        }
        return TOAST_NAMESPACE + "." + option.name();
    }

    private static @Nullable Parameter find(Option option, char kind) {
        boolean own = CRATON_NAMESPACE.equals(option.namespace());
        char of = option.namespace() == null || own ? kind : TOAST;
        String name = own ? CRATON_NAMESPACE + "." + option.name() : option.name();
        for (Parameter parameter : ALL) {
            if (parameter.name.equals(name) && parameter.kinds.indexOf(of) >= 0) return parameter;
        }
        return null;
    }
}
