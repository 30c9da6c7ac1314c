package io.craton.sql.function;

import io.craton.sql.exec.ExecContext;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.CollationDef;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The collations: those that are there from the start, as pg_collation has them, and users'. Immutable. */
public final class CollationTable {
    public static final int DEFAULT = 100;
    public static final int C = 950;

    /** @param locale null for what sorts by bytes */
    private record Entry(int oid, String name, char provider, String written, @Nullable String locale) {}

    private static final Map<Integer, Entry> BY_OID = read();
    private static final Map<String, Entry> BY_NAME = names();

    private static final int PG_CATALOG = 11;

    private CollationTable() {}

    private static Map<Integer, Entry> read() {
        Map<Integer, Entry> entries = new HashMap<>();
        try (BufferedReader in = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(CollationTable.class.getResourceAsStream("/io/craton/sql/pgcatalog/pg_collation.tsv")), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String[] fields = line.split("\t", -1);
                boolean language = fields[4].equals("i") || fields[7].contains("_");
                String locale = fields[4].equals("i") ? fields[9] : fields[7];
                entries.put(Integer.valueOf(fields[0]), new Entry(Integer.parseInt(fields[0]), fields[1], fields[4].charAt(0), locale, language ? locale : null));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Map.copyOf(entries);
    }

    private static Map<String, Entry> names() {
        Map<String, Entry> entries = new HashMap<>();
        for (Entry entry : BY_OID.values()) entries.put(entry.name, entry);
        return Map.copyOf(entries);
    }

    /** Null for users'. */
    public static @Nullable String builtinName(int oid) {
        Entry entry = BY_OID.get(oid);
        return entry == null ? null : entry.name;
    }

    /** 0 when there is none. */
    public static int find(String name, Catalog catalog) {
        Entry entry = BY_NAME.get(name);
        if (entry != null) return entry.oid;
        for (CollationDef own : catalog.all(CollationDef.class)) if (own.name().equals(name)) return own.oid();
        return 0;
    }

    public static @Nullable String name(int oid, Catalog catalog) {
        Entry entry = BY_OID.get(oid);
        if (entry != null) return entry.name;
        CollationDef own = catalog.find(CollationDef.class, oid);
        return own == null ? null : own.name();
    }

    static int schema(int oid, Catalog catalog) {
        CollationDef own = catalog.find(CollationDef.class, oid);
        return own == null ? PG_CATALOG : own.schemaOid();
    }

    /** Its locale, as ICU or the C library writes it; null for what sorts by bytes. */
    static @Nullable String locale(int oid, Catalog catalog) {
        Entry entry = BY_OID.get(oid);
        if (entry != null) return entry.locale;
        CollationDef own = catalog.find(CollationDef.class, oid);
        return own == null || sortsByBytes(own.locale()) ? null : own.locale();
    }

    /** i for ICU's, c for the C library's. */
    public static char provider(int oid, Catalog catalog) {
        CollationDef own = catalog.find(CollationDef.class, oid);
        return own != null ? own.provider() : java.util.Objects.requireNonNull(BY_OID.get(oid)).provider;
    }

    /** Its locale as it was written. */
    public static String written(int oid, Catalog catalog) {
        CollationDef own = catalog.find(CollationDef.class, oid);
        return own != null ? own.locale() : java.util.Objects.requireNonNull(BY_OID.get(oid)).written;
    }

    /** Whether the C library's names have such a locale. */
    public static boolean isLocale(String name) {
        return sortsByBytes(name) || BY_OID.values().stream().anyMatch(entry -> entry.provider == 'c' && (name.equals(entry.name) || name.equalsIgnoreCase(entry.written)
                || name.equalsIgnoreCase(entry.written.replace("utf8", "UTF-8"))));
    }

    /** Whether text under this collation, or under none (0), is in the order of its bytes: known without a catalog, so that users' are taken for others. */
    public static boolean byBytes(int oid) {
        Entry entry = BY_OID.get(oid);
        return oid == 0 || entry != null && entry.locale == null;
    }

    /** Whether letters beyond ASCII have no case and are in no class (lc_ctype_is_c): under "C" and "POSIX", and under none of its own in a database of such a LC_CTYPE. */
    static boolean lettersAreAscii(int oid, ExecContext context) {
        if (oid == 0 || oid == DEFAULT) return context.asciiLetters();
        Entry entry = BY_OID.get(oid);
        if (entry != null) return entry.provider == 'c' && isC(entry.written);
        CollationDef own = context.catalog().find(CollationDef.class, oid);
        return own != null && own.provider() == 'c' && isC(own.locale());
    }

    /** "C" or "POSIX". */
    public static boolean isC(@Nullable String locale) {
        return "C".equals(locale) || "POSIX".equals(locale);
    }

    public static boolean sortsByBytes(String locale) {
        return locale.equals("C") || locale.equals("POSIX") || locale.startsWith("C.");
    }
}
