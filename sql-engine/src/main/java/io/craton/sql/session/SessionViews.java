package io.craton.sql.session;

import io.craton.core.type.FormatContext;
import io.craton.sql.analyze.CatalogView;
import io.craton.sql.function.Memberships;
import io.craton.sql.function.Privileges;
import io.craton.sql.settings.SessionSettings;
import io.craton.sql.syntax.LexerSettings;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.SchemaDef;
import io.craton.storage.engine.TenantSession;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How a session reads and plans statements, as its settings, user and catalog say: names, forms of values, tokens. Each is kept until what it was made of has changed;
 * who changes the user or the temporary schema says so ({@link #forget}). For the session's thread.
 */
final class SessionViews {
    private final Session session;
    private final SessionSettings settings;
    private final SessionIdentity identity;
    private final TenantSession store;

    private @Nullable FormatContext format;
    private long formatRevision = -1;
    private long formatCatalog = -1;
    private @Nullable CatalogView names;
    private long namesRevision = -1;
    private long namesCatalog = -1;
    private LexerSettings lexerSettings = LexerSettings.DEFAULT;
    private long lexerSettingsRevision = -1;
    private Planner.@Nullable PlanningSettings planningSettings;
    private long planningSettingsRevision = -1;
    /** The user under whom plans are looked for: what one was allowed, another may not be. */
    private int planningUser;

    SessionViews(Session session) {
        this.session = session;
        this.settings = session.settings;
        this.identity = session.identity;
        this.store = session.store;
    }

    /** The user or the temporary schema is another. */
    void forget() {
        planningSettingsRevision = -1;
        namesRevision = -1;
    }

    CatalogView names(Catalog catalog) {
        CatalogView current = names;
        if (current == null || namesCatalog != catalog.version() || namesRevision != settings.revision()) {
            names = current = new CatalogView(catalog, session.engine.builtinRelations(), searchPath(catalog), session.format(), identity.database()).withPast(session.moments)
                    .withNullEquals(settings.bool("transform_null_equals"));
            namesCatalog = catalog.version();
            namesRevision = settings.revision();
        }
        return current;
    }

    List<Integer> searchPath(Catalog catalog) {
        return SearchPath.resolve(settings.get("search_path"), catalog, identity.currentUser(), store.temporarySchema(), schemas(catalog));
    }

    /** Schemas that the user may look into. */
    Predicate<SchemaDef> schemas(Catalog catalog) {
        if (identity.superuser()) return schema -> true;
        return Privileges.usable(catalog, new Memberships(catalog, identity.databaseOid()).privilegesOf(identity.currentUserOid()));
    }

    /** @param now microseconds since 2000, of the transaction or, outside of one, of the message */
    FormatContext format(Catalog catalog, long now) {
        FormatContext current = format;
        if (current == null || formatCatalog != catalog.version() || formatRevision != settings.revision()) {
            format = current = session.engine.formats().make(settings, catalog, session::searchPath, now);
            formatCatalog = catalog.version();
            formatRevision = settings.revision();
        } else if (current.nowMicros() != now) {
            format = current = new FormatContext(current.dateStyle(), current.dateOrder(), current.intervalStyle(), current.zone(),
                    current.byteaHex(), current.extraFloatDigits(), current.arrayNulls(), current.types(), current.names(), now);
        }
        return current;
    }

    /** Everything of the session that may change a plan. */
    Planner.PlanningSettings planningSettings() {
        Planner.PlanningSettings current = planningSettings;
        if (current == null || planningSettingsRevision != settings.revision() || planningUser != identity.currentUserOid()) {
            planningSettings = current = new Planner.PlanningSettings(List.of(settings.get("search_path"), identity.currentUserOid(), store.temporarySchema(),
                    settings.get("DateStyle"), settings.get("IntervalStyle"), settings.get("TimeZone"), settings.get("craton.enable_optimizer"),
                    settings.get("min_parallel_table_scan_size"), settings.bool("array_nulls"), settings.bool("transform_null_equals"),
                    lexerSettings()));
            planningSettingsRevision = settings.revision();
            planningUser = identity.currentUserOid();
        }
        return current;
    }

    /** How texts become tokens now. */
    LexerSettings lexerSettings() {
        if (lexerSettingsRevision != settings.revision()) {
            lexerSettings = new LexerSettings(settings.bool("standard_conforming_strings"), settings.bool("escape_string_warning"),
                    !settings.get("backslash_quote").equals("off"));
            lexerSettingsRevision = settings.revision();
        }
        return lexerSettings;
    }
}
