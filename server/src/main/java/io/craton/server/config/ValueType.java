package io.craton.server.config;

import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the value of a configuration key may be. {@link #parse} turns a text into its canonical one, or says what is allowed. */
sealed interface ValueType {
    /** A value that is not allowed; the message goes behind the key's name. */
    final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }

    /** Any text that is not empty. */
    record Text(String example) implements ValueType {}

    /** HOST:PORT, [IPv6]:PORT or :PORT; {@code port} is used where none is given, null when one must be. */
    record Address(@Nullable Integer port, Port zero) implements ValueType {}

    /** Is port 0, which takes a free one, allowed? */
    enum Port { ANY, FIXED }

    /** Addresses, separated by commas. */
    record Addresses(int port) implements ValueType {}

    /** Bytes; the canonical form has no unit. */
    record Bytes(long least, long most, Zero zero) implements ValueType {}

    /** Does 0 mean no limit? */
    enum Zero { NO_LIMIT, REFUSED }

    /** Milliseconds; the canonical form has no unit. */
    record Millis(long least, long most) implements ValueType {}

    record Whole(long least, long most, Zero zero) implements ValueType {}

    record Flag() implements ValueType {}

    record OneOf(List<String> names) implements ValueType {}

    /** Some of these, separated by commas; or none, alone. */
    record SomeOf(List<String> names) implements ValueType {
        static final String NONE = "none";
    }

    /** @param absolute must the configuration file name it from the root? */
    record File(Absolute absolute) implements ValueType {}

    enum Absolute { REQUIRED, NOT_REQUIRED }

    Pattern NUMBER = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*([A-Za-z]*)");

    /** How pg_settings calls it. */
    default String settingType() {
        return switch (this) {
            case Flag _ -> "bool";
            case Bytes _, Millis _, Whole _ -> "integer";
            case OneOf _ -> "enum";
            case Text _, Address _, Addresses _, SomeOf _, File _ -> "string";
        };
    }

    default String parse(String text) throws Refused {
        if (text.isBlank()) throw new Refused("is empty; allowed: " + allowed());
        return switch (this) {
            case Text _ -> text;
            case Address type -> address(text, type);
            case Addresses type -> addresses(text, type);
            case Bytes type -> Long.toString(bytes(text, type));
            case Millis type -> Long.toString(millis(text, type));
            case Whole type -> Long.toString(whole(text, type));
            case Flag _ -> switch (text.toLowerCase(Locale.ROOT)) {
                case "true", "on", "yes", "1" -> "on";
                case "false", "off", "no", "0" -> "off";
                default -> throw refused(text);
            };
            case OneOf type -> {
                String name = text.toLowerCase(Locale.ROOT);
                if (!type.names().contains(name)) throw refused(text);
                yield name;
            }
            case SomeOf type -> {
                List<String> chosen = Arrays.stream(text.toLowerCase(Locale.ROOT).split(",", -1)).map(String::strip).distinct().toList();
                if (chosen.equals(List.of(SomeOf.NONE))) yield SomeOf.NONE;
                if (!type.names().containsAll(chosen)) throw refused(text);
                yield String.join(",", chosen);
            }
            case File _ -> {
                if (text.indexOf('\0') >= 0) throw refused(text);
                yield Path.of(text).toString();
            }
        };
    }

    /** For people: what {@link #parse} takes. */
    default String allowed() {
        return switch (this) {
            case Text type -> "text like \"" + type.example() + "\"";
            case Address type -> "HOST:PORT like \"127.0.0.1:" + (type.port() == null ? 5432 : type.port()) + "\", or :PORT for all addresses";
            case Addresses type -> "addresses like \"node2:" + type.port() + ",node3:" + type.port() + "\"";
            case Bytes type -> "a size of " + size(type.least()) + " to " + size(type.most()) + " like \"64MB\" (units B, kB, MB, GB, TB)" + orZero(type.zero());
            case Millis type -> "a time of " + type.least() + "ms to " + type.most() + "ms like \"100ms\" (units ms, s, min, h)";
            case Whole type -> "a whole number from " + type.least() + " to " + type.most() + orZero(type.zero());
            case Flag _ -> "true or false";
            case OneOf type -> String.join(", ", type.names());
            case SomeOf type -> "some of " + String.join(", ", type.names()) + ", separated by commas, or " + SomeOf.NONE;
            case File type -> type.absolute() == Absolute.REQUIRED ? "an absolute path" : "a path";
        };
    }

    /** A canonical text as people write it: with its unit. */
    default String told(String canonical) {
        return switch (this) {
            case Bytes _ -> canonical.equals("0") ? canonical : size(Long.parseLong(canonical));
            case Millis _ -> time(Long.parseLong(canonical));
            case Text _, Address _, Addresses _, Whole _, Flag _, OneOf _, SomeOf _, File _ -> canonical;
        };
    }

    private static String time(long millis) {
        if (millis == 0 || millis % 1_000 != 0) return millis + "ms";
        if (millis % 60_000 != 0) return millis / 1_000 + "s";
        return millis % 3_600_000 == 0 ? millis / 3_600_000 + "h" : millis / 60_000 + "min";
    }

    private static String orZero(Zero zero) {
        return zero == Zero.NO_LIMIT ? ", or 0 for no limit" : "";
    }

    private Refused refused(String text) {
        return new Refused("\"" + text + "\" is not valid; allowed: " + allowed());
    }

    private static String size(long bytes) {
        String[] units = {"B", "kB", "MB", "GB", "TB"};
        int unit = 0;
        while (unit < units.length - 1 && bytes != 0 && bytes % 1024 == 0) {
            bytes /= 1024;
            unit++;
        }
        return bytes + units[unit];
    }

    private static long bytes(String text, Bytes type) throws Refused {
        Matcher matcher = NUMBER.matcher(text.strip());
        if (!matcher.matches()) throw ((ValueType) type).refused(text);
        int shift = switch (matcher.group(2)) {
            case "", "B" -> 0;
            case "kB", "KB" -> 10;
            case "MB" -> 20;
            case "GB" -> 30;
            case "TB" -> 40;
            default -> throw ((ValueType) type).refused(text);
        };
        return within(text, new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(1L << shift)), type.least(), type.most(), type.zero(), type);
    }

    private static long millis(String text, Millis type) throws Refused {
        Matcher matcher = NUMBER.matcher(text.strip());
        if (!matcher.matches()) throw ((ValueType) type).refused(text);
        long unit = switch (matcher.group(2)) {
            case "ms" -> 1;
            case "s" -> 1_000;
            case "min" -> 60_000;
            case "h" -> 3_600_000;
            default -> throw ((ValueType) type).refused(text);
        };
        return within(text, new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unit)), type.least(), type.most(), Zero.REFUSED, type);
    }

    private static long whole(String text, Whole type) throws Refused {
        if (!text.strip().matches("\\d{1,18}")) throw ((ValueType) type).refused(text);
        long number = Long.parseLong(text.strip());
        boolean free = type.zero() == Zero.NO_LIMIT && number == 0;
        if (!free && (number < type.least() || number > type.most())) throw ((ValueType) type).refused(text);
        return number;
    }

    private static long within(String text, BigDecimal number, long least, long most, Zero zero, ValueType type) throws Refused {
        boolean free = zero == Zero.NO_LIMIT && number.signum() == 0;
        boolean fits = number.remainder(BigDecimal.ONE).signum() == 0 && number.compareTo(BigDecimal.valueOf(least)) >= 0 && number.compareTo(BigDecimal.valueOf(most)) <= 0;
        if (!free && !fits) throw type.refused(text);
        return number.longValueExact();
    }

    private static String addresses(String text, Addresses type) throws Refused {
        StringBuilder all = new StringBuilder();
        for (String one : text.split(",", -1)) all.append(all.isEmpty() ? "" : ",").append(address(one.strip(), new Address(type.port(), Port.FIXED)));
        return all.toString();
    }

    private static String address(String text, Address type) throws Refused {
        int colon = text.endsWith("]") ? -1 : text.lastIndexOf(':');
        String whole = text;
        if (colon < 0) {
            if (type.port() == null) throw new Refused("\"" + text + "\" has no port; allowed: " + type.allowed());
            colon = text.length();
            whole = text + ":" + type.port();
        }
        String host = whole.substring(0, colon);
        if (host.indexOf(':') >= 0 && !(host.startsWith("[") && host.endsWith("]"))) {
            throw new Refused("\"" + text + "\": an IPv6 address stands in brackets, like [::1]:5432");
        }
        String digits = whole.substring(colon + 1);
        if (!digits.matches("\\d{1,9}")) throw new Refused("\"" + text + "\": the port is not a number; allowed: " + type.allowed());
        int port = Integer.parseInt(digits);
        int first = type.zero() == Port.ANY ? 0 : 1;
        if (port < first || port > 65535) throw new Refused("\"" + text + "\": the port must be between " + first + " and 65535");
        return whole;
    }

    /** Resolves the host of an address in canonical form; null names no host: all addresses. */
    static @Nullable InetAddress host(String address) throws Refused {
        String host = address.substring(0, address.lastIndexOf(':'));
        if (host.startsWith("[")) host = host.substring(1, host.length() - 1);
        try {
            return host.isEmpty() ? null : InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new Refused("\"" + address + "\": unknown host " + host);
        }
    }
}
