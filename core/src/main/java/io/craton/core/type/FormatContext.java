package io.craton.core.type;

/**
 * The settings of a session on which text forms depend. Immutable; a new one is made when one of them changes.
 *
 * @param dateStyle output style: ISO, POSTGRES, SQL or GERMAN
 * @param dateOrder order of input fields: YMD, DMY, MDY
 * @param intervalStyle POSTGRES, POSTGRES_VERBOSE, SQL_STANDARD or ISO_8601
 * @param byteaHex true for hex, false for escape
 * @param extraFloatDigits 1 or more: shortest round trip
 * @param arrayNulls false where an array's bare NULL is a text like any other
 * @param types resolves user-defined types (enum labels, composite fields)
 * @param names prints the reg types' names and finds them by name; visibility follows the search_path
 * @param nowMicros start of the current transaction, micros since 2000-01-01 UTC, for 'now', 'today', ...
 */
public record FormatContext(
        String dateStyle,
        String dateOrder,
        String intervalStyle,
        Zone zone,
        boolean byteaHex,
        int extraFloatDigits,
        boolean arrayNulls,
        TypeResolver types,
        RegNames names,
        long nowMicros) {

    /** With nulls in arrays, as nearly always. */
    public FormatContext(String dateStyle, String dateOrder, String intervalStyle, Zone zone, boolean byteaHex, int extraFloatDigits, TypeResolver types,
            RegNames names, long nowMicros) {
        this(dateStyle, dateOrder, intervalStyle, zone, byteaHex, extraFloatDigits, true, types, names, nowMicros);
    }

    /** PostgreSQL's defaults in UTC, built-in types only. */
    public static final FormatContext DEFAULT = new FormatContext("ISO", "MDY", "postgres", Zone.UTC, true, 1,
            PgTypes::find, RegNames.NONE, 0L);

    /** Names behind regclass, regtype, regproc, ...: what their text forms need from the catalog. */
    public interface RegNames {
        /** Prints oid as the reg type {@code regTypeOid} does; digits when unknown, "-" for 0. */
        String print(int regTypeOid, long oid);

        /** Parses a name as the reg type's input function does; throws PostgreSQL's error when there is none such. */
        long parse(int regTypeOid, String text);

        /** A name as SQL writes it: in quotes where it needs them, or always (quote_all_identifiers). */
        String identifier(String name);

        RegNames NONE = new RegNames() {
            @Override
            public String print(int regTypeOid, long oid) {
                return oid == 0 ? "-" : Long.toString(oid & 0xffffffffL);
            }

            @Override
            public long parse(int regTypeOid, String text) {
                return text.equals("-") ? 0 : Long.parseLong(text);
            }

            @Override
            public String identifier(String name) {
                return '"' + name.replace("\"", "\"\"") + '"';
            }
        };
    }
}
