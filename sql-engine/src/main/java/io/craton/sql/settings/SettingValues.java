package io.craton.sql.settings;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Parses and prints values of settings as PostgreSQL's guc.c does. Pure functions. */
final class SettingValues {
    private static final Map<String, Long> MEMORY_BYTES = orderedMap("B", 1L, "kB", 1L << 10, "MB", 1L << 20, "GB", 1L << 30, "TB", 1L << 40);
    private static final Map<String, Long> TIME_MICROS = orderedMap("us", 1L, "ms", 1_000L, "s", 1_000_000L, "min", 60_000_000L,
            "h", 3_600_000_000L, "d", 86_400_000_000L);

    private static final String TABLESPACE = "pg_default";

    /** Settings that change what statements mean, and the values of them that do here. */
    private static final Map<String, Set<String>> SERVED = Map.of("session_replication_role", Set.of("origin", "local"));

    /** Locales whose words, signs and digits are those that are written. */
    private static final Set<String> LOCALES = Set.of("", "C", "POSIX", "C.UTF-8", "C.UTF8", "EN_US.UTF-8", "EN_US.UTF8", "EN_US");

    private SettingValues() {}

    /** The canonical form of a value given to SET; throws 22023 as PostgreSQL does. */
    static String canonical(SettingDef def, String value) {
        String canonical = read(def, value);
        Set<String> served = SERVED.get(def.name());
        if (served != null && !served.contains(canonical)) throw PgException.notSupported(def.name() + " = " + canonical);
        return canonical;
    }

    private static String read(SettingDef def, String value) {
        return switch (def.type()) {
            case "bool" -> bool(def, value);
            case "integer" -> integer(def, value);
            case "real" -> real(def, value);
            case "enum" -> enumeration(def, value);
            default -> text(def, value);
        };
    }

    /** Names of things of which there is one. */
    private static String text(SettingDef def, String value) {
        switch (def.name()) {
            case "default_tablespace" -> {
                if (value.isEmpty() || value.equals(TABLESPACE)) return value;
                throw PgError.error(SqlState.INVALID_PARAMETER_VALUE, "invalid value for parameter \"default_tablespace\": \"" + value + "\"")
                        .withDetail("Tablespace \"" + value + "\" does not exist.").exception();
            }
            case "temp_tablespaces" -> {
                for (String name : value.split(",", -1)) {
                    String plain = name.strip().replace("\"", "");
                    if (plain.isEmpty() || plain.equals(TABLESPACE)) continue;
                    throw new PgException(SqlState.UNDEFINED_OBJECT, "tablespace \"" + plain + "\" does not exist");
                }
            }
            case "default_table_access_method" -> {
                if (value.equals("heap")) return value;
                if (value.isEmpty()) {
                    throw PgError.error(SqlState.INVALID_PARAMETER_VALUE, "invalid value for parameter \"default_table_access_method\": \"\"")
                            .withDetail("default_table_access_method cannot be empty.").exception();
                }
                throw PgError.error(SqlState.INVALID_PARAMETER_VALUE, "invalid value for parameter \"default_table_access_method\": \"" + value + "\"")
                        .withDetail("Table access method \"" + value + "\" does not exist.").exception();
            }
            case "lc_messages", "lc_monetary", "lc_numeric", "lc_time" -> {
                if (LOCALES.contains(value.toUpperCase(Locale.ROOT))) return value;
                throw invalid("invalid value for parameter \"" + def.name() + "\": \"" + value + "\"", null);
            }
            default -> { }
        }
        return value;
    }

    /** As SHOW prints it: integers with the largest unit that divides them. */
    static String shown(SettingDef def, String canonical) {
        if (def.unit() == null || def.type().equals("string")) return canonical;
        BigDecimal number;
        try {
            number = new BigDecimal(canonical);
        } catch (NumberFormatException e) {
            return canonical;
        }
        if (number.signum() <= 0) return canonical;
        Map<String, Long> units = units(def.unit());
        BigDecimal base = number.multiply(BigDecimal.valueOf(baseSize(def.unit())));
        String shown = canonical + (units.containsKey(def.unit()) ? def.unit() : "");
        for (Map.Entry<String, Long> unit : units.entrySet()) {
            BigDecimal[] parts = base.divideAndRemainder(BigDecimal.valueOf(unit.getValue()));
            if (parts[1].signum() == 0) shown = parts[0].stripTrailingZeros().toPlainString() + unit.getKey();
        }
        return shown;
    }

    static @Nullable Boolean parseBool(String value) {
        String text = value.trim().toLowerCase(Locale.ROOT);
        if (text.isEmpty()) return null;
        if (text.equals("1") || text.equals("on") || "true".startsWith(text) || "yes".startsWith(text)) return true;
        if (text.equals("0") || text.equals("off") || text.equals("of") || "false".startsWith(text) || "no".startsWith(text)) return false;
        return null;
    }

    private static String bool(SettingDef def, String value) {
        Boolean parsed = parseBool(value);
        if (parsed == null) throw invalid("parameter \"" + def.name() + "\" requires a Boolean value", null);
        return parsed ? "on" : "off";
    }

    private static String enumeration(SettingDef def, String value) {
        for (String allowed : def.enumValues()) {
            if (allowed.equalsIgnoreCase(value)) return allowed;
        }
        Boolean asBool = parseBool(value);
        if (asBool != null && def.enumValues().contains("on")) return asBool ? "on" : "off";
        throw invalid("invalid value for parameter \"" + def.name() + "\": \"" + value + "\"",
                "Available values: " + String.join(", ", def.enumValues()) + ".");
    }

    private static String integer(SettingDef def, String value) {
        BigDecimal number = number(def, value).setScale(0, RoundingMode.HALF_EVEN);
        checkRange(def, number);
        return number.toPlainString();
    }

    private static String real(SettingDef def, String value) {
        BigDecimal number = number(def, value);
        checkRange(def, number);
        return number.stripTrailingZeros().toPlainString();
    }

    private static void checkRange(SettingDef def, BigDecimal number) {
        if (def.minimum() == null || def.maximum() == null) return;
        if (number.compareTo(new BigDecimal(def.minimum())) < 0 || number.compareTo(new BigDecimal(def.maximum())) > 0) {
            String unit = def.unit() == null || !units(def.unit()).containsKey(def.unit()) ? "" : " " + def.unit();
            throw invalid(number.toPlainString() + unit + " is outside the valid range for parameter \"" + def.name() + "\" ("
                    + def.minimum() + " .. " + def.maximum() + ")", null);
        }
    }

    private static BigDecimal number(SettingDef def, String value) {
        String text = value.trim();
        int end = 0;
        while (end < text.length() && "+-.0123456789eExXabcdefABCDEF".indexOf(text.charAt(end)) >= 0 && isNumberPart(text, end)) end++;
        String digits = text.substring(0, end);
        String unit = text.substring(end).trim();
        BigDecimal number;
        try {
            number = digits.startsWith("0x") || digits.startsWith("0X")
                    ? new BigDecimal(Long.parseLong(digits.substring(2), 16))
                    : new BigDecimal(digits);
        } catch (NumberFormatException e) {
            throw invalid("invalid value for parameter \"" + def.name() + "\": \"" + value + "\"", null);
        }
        if (unit.isEmpty()) return number;
        Map<String, Long> units = def.unit() == null ? Map.of() : units(def.unit());
        Long size = units.get(unit);
        if (size == null) {
            String hint = units.isEmpty() ? null : "Valid units for this parameter are " + quotedList(units) + ".";
            throw invalid("invalid value for parameter \"" + def.name() + "\": \"" + value + "\"", hint);
        }
        return number.multiply(BigDecimal.valueOf(size)).divide(BigDecimal.valueOf(baseSize(def.unit())), 6, RoundingMode.HALF_EVEN);
    }

    private static boolean isNumberPart(String text, int at) {
        char c = text.charAt(at);
        if (c >= '0' && c <= '9' || c == '.' || c == '+' || c == '-') return true;
        boolean hex = text.startsWith("0x") || text.startsWith("0X");
        if (hex) return true;
        return (c == 'e' || c == 'E') && at + 1 < text.length() && "+-0123456789".indexOf(text.charAt(at + 1)) >= 0;
    }

    private static Map<String, Long> units(String unit) {
        return switch (unit) {
            case "ms", "s", "min" -> TIME_MICROS;
            default -> MEMORY_BYTES;
        };
    }

    private static long baseSize(String unit) {
        return switch (unit) {
            case "8kB" -> 8192L;
            case "ms", "s", "min" -> TIME_MICROS.get(unit);
            default -> MEMORY_BYTES.getOrDefault(unit, 1L);
        };
    }

    private static String quotedList(Map<String, Long> units) {
        List<String> names = List.copyOf(units.keySet());
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < names.size(); i++) {
            if (i > 0) text.append(i == names.size() - 1 ? ", and " : ", ");
            text.append('"').append(names.get(i)).append('"');
        }
        return text.toString();
    }

    private static PgException invalid(String message, @Nullable String hint) {
        return PgError.error(SqlState.INVALID_PARAMETER_VALUE, message).withHint(hint).exception();
    }

    private static Map<String, Long> orderedMap(Object... pairs) {
        Map<String, Long> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) map.put((String) pairs[i], (Long) pairs[i + 1]);
        return java.util.Collections.unmodifiableMap(map);
    }
}
