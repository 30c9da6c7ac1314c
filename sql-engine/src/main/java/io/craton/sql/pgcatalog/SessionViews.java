package io.craton.sql.pgcatalog;

import io.craton.core.audit.AuditRecord;
import io.craton.core.type.Interval;
import io.craton.core.type.PgTypes;
import io.craton.core.type.TimeZones;
import io.craton.core.type.TypeCodecs;
import io.craton.core.type.TypeOid;
import io.craton.core.type.Zone;
import io.craton.sql.exec.ExecContext;
import io.craton.sql.settings.AccessRule;
import io.craton.sql.settings.NodeSettings;
import io.craton.sql.settings.SettingDef;
import io.craton.storage.catalog.CatalogObject.ExtensionDef;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Views of the session and the server: pg_settings, pg_cursors, pg_prepared_statements, pg_timezone_names. */
final class SessionViews {
    private static final Set<String> HIDDEN = Set.of("is_superuser", "role", "session_authorization");

    private SessionViews() {}

    static void settings(ExecContext context, Consumer<Object[]> out) {
        for (SettingDef def : context.session().settings()) {
            if (HIDDEN.contains(def.name())) continue;
            String value = context.session().settingValue(def.name());
            String reset = context.session().resetValue(def.name());
            NodeSettings.Given origin = context.session().settingOrigin(def);
            out.accept(new Object[] {
                def.name(), value, def.unit(), def.category(), def.description(), null, def.context(), def.type(), origin.source(), def.minimum(),
                def.maximum(), def.enumValues().isEmpty() ? null : Datum.texts(def.enumValues()), def.bootValue(), reset, origin.file(),
                origin.line() == 0 ? null : (Object) (long) origin.line(), origin.pendingRestart()});
        }
    }

    /** The rules in force; without a file, those that hold then. */
    static void accessRules(ExecContext context, Consumer<Object[]> out) {
        for (AccessRule rule : context.session().accessRules()) {
            out.accept(new Object[] {(long) rule.line(), rule.type(), Datum.texts(rule.databases()), Datum.texts(rule.users()), rule.address(), rule.mask(), rule.method(),
                rule.options().isEmpty() ? null : Datum.texts(rule.options()), null});
        }
    }

    static void identMappings(ExecContext context, Consumer<Object[]> out) {
        for (AccessRule.Mapping mapping : context.session().identMappings()) {
            out.accept(new Object[] {(long) mapping.line(), mapping.map(), mapping.systemName(), mapping.role(), null});
        }
    }

    /** craton_audit. */
    static void audits(ExecContext context, Consumer<Object[]> out) {
        context.session().audits((position, record) -> {
            AuditRecord.Actor actor = record.actor();
            out.accept(new Object[] {position, record.micros(), record.kind().text(), record.action(), text(actor.role()), actor.actingAs(), text(actor.database()),
                actor.address() == null ? null : TypeCodecs.fromText(PgTypes.get(TypeOid.INET), actor.address(), -1, context.format()), actor.processId() == 0 ? null : (Object) (long) actor.processId(), text(actor.application()), actor.node() == 0 ? null : (Object) (long) actor.node(),
                record.sqlState(), (long) record.count(), record.detail()});
        });
    }

    private static @Nullable String text(String text) {
        return text.isEmpty() ? null : text;
    }

    static void cursors(ExecContext context, Consumer<Object[]> out) {
        context.session().cursors().forEach(out);
    }

    static void preparedStatements(ExecContext context, Consumer<Object[]> out) {
        context.session().preparedStatements().forEach(out);
    }

    static void zones(ExecContext context, Consumer<Object[]> out) {
        long now = context.statementMicros();
        for (String name : TimeZones.allNames()) {
            Zone zone = TimeZones.find(name);
            if (zone == null) continue;
            out.accept(new Object[] {name, zone.abbreviationAt(now), new Interval(0, 0, zone.offsetAt(now) * 1_000_000L), zone.daylightAt(now)});
        }
    }

    static void abbreviations(ExecContext context, Consumer<Object[]> out) {
        long now = context.statementMicros();
        for (TimeZones.Abbreviation a : TimeZones.allAbbreviations()) {
            out.accept(new Object[] {a.name(), new Interval(0, 0, a.zone().offsetAt(now) * 1_000_000L), a.daylightAt(now)});
        }
    }

    /** pg_available_extensions: what is there from the start, and what CREATE EXTENSION can make. */
    static void extensions(ExecContext context, Consumer<Object[]> out) {
        out.accept(new Object[] {"plpgsql", "1.0", "1.0", "PL/pgSQL procedural language"});
        for (Extension each : Extension.all()) {
            out.accept(new Object[] {each.name(), each.version(), installed(context, each) ? each.version() : null, each.comment()});
        }
    }

    private static boolean installed(ExecContext context, Extension extension) {
        return context.catalog().all(ExtensionDef.class).stream().anyMatch(def -> def.name().equals(extension.name()));
    }

    static void extensionVersions(ExecContext context, Consumer<Object[]> out) {
        out.accept(new Object[] {"plpgsql", "1.0", true, true, true, false, "pg_catalog", null, "PL/pgSQL procedural language"});
        for (Extension each : Extension.all()) {
            out.accept(new Object[] {each.name(), each.version(), installed(context, each), true, false, true, null, null, each.comment()});
        }
    }

    /** pg_config: how the server was built. */
    static void build(ExecContext context, Consumer<Object[]> out) {
        out.accept(new Object[] {"VERSION", "PostgreSQL " + context.session().setting("server_version")});
    }
}
