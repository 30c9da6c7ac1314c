package io.craton.sql.expr;

import io.craton.core.error.PgException;
import io.craton.core.type.TimeTz;
import io.craton.core.type.Zone;
import io.craton.sql.exec.ExecContext;
import io.craton.sql.function.SessionFunctions;
import io.craton.sql.logical.Scalar;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** current_date, current_user and the other values that SQL writes without parentheses. */
final class SessionValues {
    private static final long MICROS_PER_DAY = 86_400_000_000L;

    private SessionValues() {}

    static @Nullable Object value(Scalar.SessionValue value, ExecContext context) {
        return switch (value.name().toLowerCase(Locale.ROOT)) {
            case "current_user", "user", "current_role" -> context.session().currentUser();
            case "session_user" -> context.session().sessionUser();
            case "current_catalog" -> context.session().database();
            case "current_schema" -> SessionFunctions.currentSchema(context);
            case "current_date" -> Math.floorDiv(localMicros(context), MICROS_PER_DAY);
            case "current_time" -> new TimeTz(rounded(Math.floorMod(localMicros(context), MICROS_PER_DAY), value.typmod()), -offset(context));
            case "current_timestamp" -> rounded(context.transaction().startMicros(), value.typmod());
            case "localtime" -> rounded(Math.floorMod(localMicros(context), MICROS_PER_DAY), value.typmod());
            case "localtimestamp" -> rounded(localMicros(context), value.typmod());
            default -> throw PgException.notSupported(value.name());
        };
    }

    private static int offset(ExecContext context) {
        return context.format().zone().offsetAt(context.transaction().startMicros());
    }

    private static long localMicros(ExecContext context) {
        return context.transaction().startMicros() + offset(context) * 1_000_000L;
    }

    private static long rounded(long micros, int precision) {
        if (precision < 0 || precision >= 6) return micros;
        long unit = (long) Math.pow(10, 6 - precision);
        return Math.floorDiv(micros + unit / 2, unit) * unit;
    }
}
