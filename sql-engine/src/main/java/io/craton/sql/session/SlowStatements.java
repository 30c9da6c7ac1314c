package io.craton.sql.session;

import io.craton.sql.settings.SessionSettings;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs statements that took as long as log_min_duration_statement, in PostgreSQL's words. */
final class SlowStatements {
    private static final Logger LOG = LoggerFactory.getLogger(SlowStatements.class);

    private SlowStatements() {}

    /** @param nanos of a whole request, whose last text this is */
    static void log(SessionIdentity identity, SessionSettings settings, String text, long nanos) {
        double millis = nanos / 1e6;
        LOG.atInfo().addKeyValue("pid", identity.processId()).addKeyValue("user", identity.sessionUser()).addKeyValue("database", identity.database())
                .addKeyValue("application_name", settings.get("application_name")).addKeyValue("duration_ms", millis)
                .log("duration: {} ms  statement: {}", String.format(Locale.ROOT, "%.3f", millis), HiddenPasswords.in(text));
    }
}
