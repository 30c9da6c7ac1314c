package io.craton.core.type;

import java.nio.charset.Charset;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** PostgreSQL's character encodings; their ids are their ordinals. Those behind KOI8U are for clients only. Immutable. */
public enum Encoding {
    SQL_ASCII("US-ASCII"), EUC_JP("EUC-JP"), EUC_CN("GB2312"), EUC_KR("EUC-KR"), EUC_TW("x-EUC-TW"), EUC_JIS_2004(null), UTF8("UTF-8"), MULE_INTERNAL(null),
    LATIN1("ISO-8859-1"), LATIN2("ISO-8859-2"), LATIN3("ISO-8859-3"), LATIN4("ISO-8859-4"), LATIN5("ISO-8859-9"), LATIN6(null), LATIN7("ISO-8859-13"), LATIN8(null),
    LATIN9("ISO-8859-15"), LATIN10("ISO-8859-16"), WIN1256("windows-1256"), WIN1258("windows-1258"), WIN866("IBM866"), WIN874("x-windows-874"), KOI8R("KOI8-R"),
    WIN1251("windows-1251"), WIN1252("windows-1252"), ISO_8859_5("ISO-8859-5"), ISO_8859_6("ISO-8859-6"), ISO_8859_7("ISO-8859-7"), ISO_8859_8("ISO-8859-8"),
    WIN1250("windows-1250"), WIN1253("windows-1253"), WIN1254("windows-1254"), WIN1255("windows-1255"), WIN1257("windows-1257"), KOI8U("KOI8-U"),
    SJIS("windows-31j"), BIG5("Big5"), GBK("GBK"), UHC("x-windows-949"), GB18030("GB18030"), JOHAB("x-Johab"), SHIFT_JIS_2004(null);

    private static final Map<String, Encoding> ALIASES = Map.ofEntries(Map.entry("unicode", UTF8), Map.entry("iso88591", LATIN1), Map.entry("iso88592", LATIN2),
            Map.entry("iso88593", LATIN3), Map.entry("iso88594", LATIN4), Map.entry("iso88599", LATIN5), Map.entry("iso885910", LATIN6), Map.entry("iso885913", LATIN7),
            Map.entry("iso885914", LATIN8), Map.entry("iso885915", LATIN9), Map.entry("iso885916", LATIN10), Map.entry("shiftjis", SJIS), Map.entry("mskanji", SJIS),
            Map.entry("win932", SJIS), Map.entry("windows932", SJIS), Map.entry("win936", GBK), Map.entry("windows936", GBK), Map.entry("win949", UHC),
            Map.entry("windows949", UHC), Map.entry("win950", BIG5), Map.entry("windows950", BIG5), Map.entry("koi8", KOI8R), Map.entry("alt", WIN866),
            Map.entry("win", WIN1251), Map.entry("abc", WIN1258), Map.entry("tcvn", WIN1258), Map.entry("vscii", WIN1258), Map.entry("tcvn5712", WIN1258),
            Map.entry("windows866", WIN866), Map.entry("windows874", WIN874), Map.entry("windows1250", WIN1250), Map.entry("windows1251", WIN1251),
            Map.entry("windows1252", WIN1252), Map.entry("windows1253", WIN1253), Map.entry("windows1254", WIN1254), Map.entry("windows1255", WIN1255),
            Map.entry("windows1256", WIN1256), Map.entry("windows1257", WIN1257), Map.entry("windows1258", WIN1258));

    private final @Nullable String characterSet;

    Encoding(@Nullable String characterSet) {
        this.characterSet = characterSet;
    }

    /** By a name or alias, of which only letters and digits count; null when there is none. */
    public static @Nullable Encoding find(String name) {
        String plain = plain(name);
        for (Encoding encoding : values()) if (plain(encoding.name()).equals(plain)) return encoding;
        return ALIASES.get(plain);
    }

    private static String plain(String name) {
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c < 0x80 && Character.isLetterOrDigit(c)) plain.append(Character.toLowerCase(c));
        }
        return plain.toString();
    }

    /** By its id; null when there is none. */
    public static @Nullable Encoding of(long id) {
        return id < 0 || id >= values().length ? null : values()[(int) id];
    }

    /** Whether a database can be in it. */
    public boolean ofDatabases() {
        return ordinal() <= KOI8U.ordinal();
    }

    /** Null where the JDK has no such character set. */
    public @Nullable Charset charset() {
        return characterSet == null || !Charset.isSupported(characterSet) ? null : Charset.forName(characterSet);
    }

    /** The most bytes that a character takes. */
    public int bytesMax() {
        return switch (this) {
            case EUC_JP, EUC_CN, EUC_KR, EUC_JIS_2004, JOHAB -> 3;
            case EUC_TW, UTF8, MULE_INTERNAL, GB18030 -> 4;
            case SJIS, BIG5, GBK, UHC, SHIFT_JIS_2004 -> 2;
            default -> 1;
        };
    }
}
