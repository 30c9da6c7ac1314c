package io.craton.sql.ddl;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.Encoding;
import io.craton.sql.syntax.Option;
import io.craton.sql.function.CollationTable;
import io.craton.storage.catalog.CatalogObject.DatabaseDef;
import io.craton.storage.catalog.DatabaseLocale;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The locale that CREATE DATABASE asks for: C, POSIX or C.UTF-8, all of which order text by its code points; others that the C library has are refused by name. */
final class LocaleOptions {
    /** As the C library compares them: the letters and digits of the code set, whatever their case. */
    private static final Pattern UTF8 = Pattern.compile("C\\.[^A-Za-z0-9]*u[^A-Za-z0-9]*t[^A-Za-z0-9]*f[^A-Za-z0-9]*8[^A-Za-z0-9]*", Pattern.CASE_INSENSITIVE);

    private @Nullable String locale;
    private @Nullable String collate;
    private @Nullable String ctype;
    private boolean icu;
    private boolean icuLocale;

    /** One of LOCALE, LC_COLLATE, LC_CTYPE, LOCALE_PROVIDER and ICU_LOCALE; DEFAULT says nothing. */
    void take(Option option) {
        if (option.value() == null) return;
        String value = OptionTexts.text(option);
        switch (option.name().toLowerCase(Locale.ROOT)) {
            case "locale" -> locale = value;
            case "lc_collate" -> collate = value;
            case "lc_ctype" -> ctype = value;
            case "icu_locale" -> icuLocale = true;
            default -> {
                icu = value.equalsIgnoreCase("icu");
                if (!icu && !value.equalsIgnoreCase("libc")) throw new PgException(SqlState.INVALID_OBJECT_DEFINITION, "unrecognized locale provider: " + value);
            }
        }
    }

    /** The locale of a database that is made from a template, with an encoding, where one was asked for, that must go with both. Only template0, which has nothing in it, may be of another one. */
    DatabaseLocale of(DatabaseDef template, @Nullable Encoding encoding, boolean superuser) {
        if (icu && !icuLocale) throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "ICU locale must be specified");
        if (icuLocale && !icu) throw new PgException(SqlState.INVALID_OBJECT_DEFINITION, "ICU locale cannot be specified unless locale provider is ICU");
        if (icu) throw PgException.notSupported("locale provider icu of a database");
        String order = named(collate, template.locale().collate());
        String letters = named(ctype, template.locale().ctype());
        if (encoding != null && encoding != Encoding.UTF8) {
            if (encoding != Encoding.SQL_ASCII || !superuser) {
                requireEncoding(encoding, letters, "LC_CTYPE");
                requireEncoding(encoding, order, "LC_COLLATE");
            }
            if (template.name().equals("template0")) throw PgException.notSupported("database encoding " + encoding);
            throw incompatible("encoding", encoding.name(), Encoding.UTF8.name());
        }
        if (!template.name().equals("template0")) {
            requireSame(order, template.locale().collate(), "collation");
            requireSame(letters, template.locale().ctype(), "LC_CTYPE");
        }
        return new DatabaseLocale(order, letters);
    }

    private String named(@Nullable String own, String inherited) {
        String name = own != null ? own : locale;
        if (name == null) return inherited;
        if (name.isEmpty()) return DatabaseLocale.DEFAULT.collate();
        if (name.equals("C") || name.equals("POSIX")) return "C";
        if (UTF8.matcher(name).matches() && name.startsWith("C")) return name;
        if (!CollationTable.sortsByBytes(name.toUpperCase(Locale.ROOT)) && CollationTable.isLocale(name)) throw PgException.notSupported("locale " + name + " of a database");
        throw new PgException(SqlState.WRONG_OBJECT_TYPE, "invalid locale name: \"" + name + "\"");
    }

    private static void requireSame(String asked, String templates, String what) {
        if (asked.equals(templates)) return;
        throw incompatible(what, asked, templates);
    }

    private static PgException incompatible(String what, String asked, String value) {
        return PgError.error(SqlState.INVALID_PARAMETER_VALUE, "new " + what + " (" + asked + ") is incompatible with the " + what + " of the template database (" + value + ")")
                .withHint("Use the same " + what + " as in the template database, or use template0 as template.").exception();
    }

    private static void requireEncoding(Encoding encoding, String locale, String setting) {
        if (locale.equals("C")) return;
        throw PgError.error(SqlState.INVALID_PARAMETER_VALUE, "encoding \"" + encoding + "\" does not match locale \"" + locale + "\"")
                .withDetail("The chosen " + setting + " setting requires encoding \"UTF8\".").exception();
    }
}
