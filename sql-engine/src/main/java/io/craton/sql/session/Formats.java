package io.craton.sql.session;

import io.craton.core.type.FormatContext;
import io.craton.core.type.Zone;
import io.craton.sql.settings.SessionSettings;
import io.craton.storage.catalog.Catalog;
import java.util.List;
import java.util.function.Supplier;

/** Makes the {@link FormatContext} of a session from its settings. */
final class Formats {
    /** Names behind the reg types for a catalog and a search path. */
    @FunctionalInterface
    interface RegNamesFactory {
        FormatContext.RegNames make(Catalog catalog, Supplier<List<Integer>> searchPath, boolean quotesAll);
    }

    private final RegNamesFactory regNames;

    Formats(RegNamesFactory regNames) {
        this.regNames = regNames;
    }

    FormatContext make(SessionSettings settings, Catalog catalog, Supplier<List<Integer>> searchPath, long nowMicros) {
        String[] style = settings.get("DateStyle").split(", ");
        Zone zone = SessionSettings.zone(settings.get("TimeZone"));
        return new FormatContext(style[0].toUpperCase(java.util.Locale.ROOT), style[1], settings.get("IntervalStyle"),
                zone == null ? Zone.UTC : zone, settings.get("bytea_output").equals("hex"),
                (int) settings.integer("extra_float_digits"), settings.bool("array_nulls"), catalog, regNames.make(catalog, searchPath, settings.bool("quote_all_identifiers")), nowMicros);
    }
}
