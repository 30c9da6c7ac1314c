package io.craton.sql.function;

import io.craton.core.type.CivilTime;
import io.craton.core.type.Interval;
import io.craton.core.type.Numeric;
import io.craton.core.type.TimeZones;
import io.craton.core.type.Zone;
import io.craton.sql.exec.ExecContext;
import io.craton.sql.function.format.DateTimePrinter;
import io.craton.sql.function.format.DateTimeScanner;
import io.craton.sql.function.format.DateTimeTemplate;
import io.craton.sql.function.format.NumberTemplate;
import org.jspecify.annotations.Nullable;

/** to_char, to_date, to_timestamp and to_number. */
final class FormattingFunctions {
    private final CompiledCache<String, DateTimeTemplate> dateTimes = new CompiledCache<>();
    private final CompiledCache<String, NumberTemplate> numbers = new CompiledCache<>();

    static void register(Kernels kernels) {
        FormattingFunctions f = new FormattingFunctions();
        kernels.scalar("timestamp_to_char", (context, call, a) -> f.timestamp((Long) a[0], (String) a[1]));
        kernels.scalar("timestamptz_to_char", (context, call, a) -> f.zoned(context, (Long) a[0], (String) a[1]));
        kernels.scalar("interval_to_char", (context, call, a) -> ((String) a[1]).isEmpty() ? null
                : DateTimePrinter.interval(f.dateTime((String) a[1]), (Interval) a[0]));
        kernels.scalar("to_date", (context, call, a) ->
                DateTimeScanner.scan(f.dateTime((String) a[1]), (String) a[0]).date((String) a[0]));
        kernels.scalar("to_timestamp", (context, call, a) -> f.toTimestamp(context, (String) a[0], (String) a[1]));
        kernels.scalar("numeric_to_char", (context, call, a) -> f.number((String) a[1]).print((Numeric) a[0]));
        for (String source : new String[] {"int4_to_char", "int8_to_char"}) {
            kernels.scalar(source, (context, call, a) -> f.number((String) a[1]).print(Numeric.of((Long) a[0])));
        }
        kernels.scalar("float4_to_char", (context, call, a) -> f.number((String) a[1]).print((Double) a[0], 6));
        kernels.scalar("float8_to_char", (context, call, a) -> f.number((String) a[1]).print((Double) a[0], 15));
        kernels.scalar("numeric_to_number",
                (context, call, a) -> ((String) a[1]).isEmpty() ? null : f.number((String) a[1]).read((String) a[0]));
    }

    private DateTimeTemplate dateTime(String template) {
        return dateTimes.get(template, DateTimeTemplate::parse);
    }

    private NumberTemplate number(String template) {
        return numbers.get(template, NumberTemplate::parse);
    }

    private @Nullable Object timestamp(long micros, String template) {
        if (template.isEmpty() || CivilTime.isInfinite(micros)) return null;
        return DateTimePrinter.timestamp(dateTime(template), micros, "", 0);
    }

    private @Nullable Object zoned(ExecContext context, long micros, String template) {
        if (template.isEmpty() || CivilTime.isInfinite(micros)) return null;
        Zone zone = context.format().zone();
        return DateTimePrinter.timestamp(dateTime(template), TimeZones.toLocal(micros, zone), zone.abbreviationAt(micros),
                zone.offsetAt(micros));
    }

    private Object toTimestamp(ExecContext context, String text, String template) {
        DateTimeScanner.Result result = DateTimeScanner.scan(dateTime(template), text);
        return result.offset() != null ? CivilTime.checkTimestamp(result.local() - result.offset() * CivilTime.MICROS_PER_SECOND)
                : TimeZones.toInstant(result.local(), context.format().zone());
    }
}
