package io.craton.server;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.craton.server.config.StartException;
import java.util.Locale;
import java.util.Set;
import org.slf4j.LoggerFactory;

/** Sets the level of Craton's own log; libraries stay at warn. */
final class LogLevels {
    private static final Set<String> LEVELS = Set.of("trace", "debug", "info", "warn", "error");

    private LogLevels() {}

    static void set(String level) {
        String name = level.toLowerCase(Locale.ROOT);
        if (!LEVELS.contains(name)) {
            throw new StartException(StartException.USAGE,
                    "invalid log level \"" + level + "\": expected trace, debug, info, warn or error");
        }
        if (LoggerFactory.getLogger("io.craton") instanceof Logger logger) logger.setLevel(Level.toLevel(name));
    }
}
