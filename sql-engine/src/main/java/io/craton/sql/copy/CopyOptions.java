package io.craton.sql.copy;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.Encoding;
import io.craton.sql.syntax.Option;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Options of one COPY, checked as PostgreSQL checks them.
 *
 * @param forceQuote columns, null for all ({@code *}), empty for none
 */
record CopyOptions(
        Format format,
        char delimiter,
        String nullText,
        Header header,
        char quote,
        char escape,
        @Nullable List<String> forceQuote,
        List<String> forceNotNull,
        List<String> forceNull,
        boolean freeze) {

    enum Format { TEXT, CSV, BINARY }

    enum Header { NONE, SKIP, MATCH }

    static CopyOptions of(List<Option> options, boolean from) {
        Format format = Format.TEXT;
        String delimiter = null;
        String nullText = null;
        Header header = Header.NONE;
        String quote = null;
        String escape = null;
        List<String> forceQuote = List.of();
        boolean forceQuoteAll = false;
        List<String> forceNotNull = List.of();
        List<String> forceNull = List.of();
        boolean freeze = false;
        Set<String> seen = new HashSet<>();
        for (Option option : options) {
            if (!seen.add(option.name())) {
                throw new PgException(SqlState.SYNTAX_ERROR, "conflicting or redundant options").at(option.position());
            }
            switch (option.name()) {
                case "format" -> format = format(option);
                case "freeze" -> freeze = flag(option);
                case "delimiter" -> delimiter = text(option);
                case "null" -> nullText = text(option);
                case "header" -> header = header(option, from);
                case "quote" -> quote = text(option);
                case "escape" -> escape = text(option);
                case "encoding" -> encoding(option);
                case "force_quote" -> {
                    forceQuoteAll = option.value() instanceof Option.StarValue;
                    if (!forceQuoteAll) forceQuote = list(option);
                }
                case "force_not_null" -> forceNotNull = list(option);
                case "force_null" -> forceNull = list(option);
                default -> throw new PgException(SqlState.SYNTAX_ERROR, "option \"" + option.name() + "\" not recognized").at(option.position());
            }
        }
        boolean csv = format == Format.CSV;
        if (format == Format.BINARY && delimiter != null) throw binary("DELIMITER");
        if (format == Format.BINARY && nullText != null) throw binary("NULL");
        if (format == Format.BINARY && header != Header.NONE) {
            throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, "cannot specify HEADER in BINARY mode");
        }
        String delimiterText = delimiter == null ? (csv ? "," : "\t") : delimiter;
        if (delimiterText.length() != 1 || delimiterText.charAt(0) > 127) {
            throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, "COPY delimiter must be a single one-byte character");
        }
        char delimiterChar = delimiterText.charAt(0);
        if (delimiterChar == '\r' || delimiterChar == '\n') {
            throw invalid("COPY delimiter cannot be newline or carriage return");
        }
        String nullValue = nullText == null ? (csv ? "" : "\\N") : nullText;
        if (nullValue.indexOf('\r') >= 0 || nullValue.indexOf('\n') >= 0) {
            throw invalid("COPY null representation cannot use newline or carriage return");
        }
        if (!csv && "\\.abcdefghijklmnopqrstuvwxyz0123456789".indexOf(delimiterChar) >= 0) {
            throw invalid("COPY delimiter cannot be \"" + delimiterChar + "\"");
        }
        if (!csv && quote != null) throw csvOnly("quote");
        if (!csv && escape != null) throw csvOnly("escape");
        if (!csv && (forceQuoteAll || !forceQuote.isEmpty())) throw csvOnly("force quote");
        if ((forceQuoteAll || !forceQuote.isEmpty()) && from) throw csvOnly("force quote", "TO");
        if (!csv && !forceNotNull.isEmpty()) throw csvOnly("force not null");
        if (!forceNotNull.isEmpty() && !from) throw csvOnly("force not null", "FROM");
        if (!csv && !forceNull.isEmpty()) throw csvOnly("force null");
        if (!forceNull.isEmpty() && !from) throw csvOnly("force null", "FROM");
        char quoteChar = quote == null ? '"' : single(quote, "quote");
        char escapeChar = escape == null ? quoteChar : single(escape, "escape");
        if (csv && delimiterChar == quoteChar) throw invalid("COPY delimiter and quote must be different");
        if (nullValue.indexOf(delimiterChar) >= 0) {
            throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, "COPY delimiter must not appear in the NULL specification");
        }
        if (csv && nullValue.indexOf(quoteChar) >= 0) {
            throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, "CSV quote character must not appear in the NULL specification");
        }
        return new CopyOptions(format, delimiterChar, nullValue, header, quoteChar, escapeChar, forceQuoteAll ? null : forceQuote, forceNotNull,
                forceNull, freeze);
    }

    private static PgException binary(String what) {
        return new PgException(SqlState.SYNTAX_ERROR, "cannot specify " + what + " in BINARY mode");
    }

    private static PgException csvOnly(String what) {
        return new PgException(SqlState.FEATURE_NOT_SUPPORTED, "COPY " + what + " available only in CSV mode");
    }

    private static PgException csvOnly(String what, String direction) {
        return new PgException(SqlState.FEATURE_NOT_SUPPORTED, "COPY " + what + " only available using COPY " + direction);
    }

    private static char single(String text, String what) {
        if (text.length() != 1 || text.charAt(0) > 127) {
            throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, "COPY " + what + " must be a single one-byte character");
        }
        return text.charAt(0);
    }

    private static PgException invalid(String message) {
        return new PgException(SqlState.INVALID_PARAMETER_VALUE, message);
    }

    private static Format format(Option option) {
        return switch (text(option)) {
            case "text" -> Format.TEXT;
            case "csv" -> Format.CSV;
            case "binary" -> Format.BINARY;
            default -> throw invalid("COPY format \"" + text(option) + "\" not recognized").at(option.position());
        };
    }

    private static Header header(Option option, boolean from) {
        if (option.value() != null && text(option).equalsIgnoreCase("match")) {
            if (!from) throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, "cannot use \"match\" with HEADER in COPY TO");
            return Header.MATCH;
        }
        if (option.value() == null) return Header.SKIP;
        return switch (text(option).toLowerCase(Locale.ROOT)) {
            case "true", "on", "1" -> Header.SKIP;
            case "false", "off", "0" -> Header.NONE;
            default -> throw new PgException(SqlState.SYNTAX_ERROR, "header requires a Boolean value or \"match\"");
        };
    }

    private static void encoding(Option option) {
        Encoding encoding = Encoding.find(text(option));
        if (encoding == null) throw invalid("argument to option \"encoding\" must be a valid encoding name").at(option.position());
        if (encoding != Encoding.UTF8 && encoding != Encoding.SQL_ASCII) throw PgException.notSupported("COPY in encoding " + text(option));
    }

    private static boolean flag(Option option) {
        if (option.value() == null) return true;
        return switch (text(option).toLowerCase(Locale.ROOT)) {
            case "true", "on", "1" -> true;
            case "false", "off", "0" -> false;
            default -> throw new PgException(SqlState.SYNTAX_ERROR, option.name() + " requires a Boolean value");
        };
    }

    private static String text(Option option) {
        return switch (option.value()) {
            case Option.TextValue v -> v.value();
            case Option.IntegerValue v -> Long.toString(v.value());
            case Option.NumericValue v -> v.text();
            case Option.BooleanValue v -> Boolean.toString(v.value());
            case null, default -> throw new PgException(SqlState.SYNTAX_ERROR, option.name() + " requires a parameter");
        };
    }

    private static List<String> list(Option option) {
        if (option.value() instanceof Option.ListValue list) return list.values();
        throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "argument to option \"" + option.name() + "\" must be a list of column names")
                .at(option.position());
    }
}
