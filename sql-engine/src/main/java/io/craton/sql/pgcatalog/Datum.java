package io.craton.sql.pgcatalog;

import io.craton.core.type.FormatContext;
import io.craton.core.type.PgArray;
import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.core.type.TypeCodecs;
import io.craton.core.type.TypeOid;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.RoleDef;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Java values as datums of catalog columns. */
final class Datum {
    private static final PgType ACLITEM_ARRAY = PgTypes.get(TypeOid.ACLITEM_ARRAY);

    /** A role in a stored ACL. */
    private static final Pattern STORED_ROLE = Pattern.compile("#(\\d+)");

    private Datum() {}

    /** An oid, unsigned. */
    static Long oid(int oid) {
        return oid & 0xffffffffL;
    }

    /** A "char"; 0 is the empty string. */
    static Long character(char c) {
        return (long) (byte) c;
    }

    static PgArray smallints(Collection<Integer> numbers) {
        return PgArray.of(PgTypes.INT2, numbers.stream().map(Integer::longValue).toArray());
    }

    static PgArray oids(Collection<Integer> oids) {
        return PgArray.of(PgTypes.OID, oids.stream().map(Datum::oid).toArray());
    }

    static PgArray regtypes(Collection<Integer> oids) {
        return PgArray.of(PgTypes.get(TypeOid.REGTYPE), oids.stream().map(Datum::oid).toArray());
    }

    static PgArray texts(Collection<String> texts) {
        return PgArray.of(PgTypes.TEXT, texts.toArray());
    }

    static PgArray int2vector(Collection<Integer> numbers) {
        return vector(PgTypes.INT2, numbers.stream().map(Integer::longValue).toArray());
    }

    static PgArray oidvector(Collection<Integer> oids) {
        return vector(PgTypes.OID, oids.stream().map(Datum::oid).toArray());
    }

    private static PgArray vector(PgType type, Object[] elements) {
        return new PgArray(type, new int[] {elements.length}, new int[] {0}, elements);
    }

    /** An ACL from its text form with names. */
    static @Nullable Object acl(@Nullable String acl) {
        return acl == null ? null : TypeCodecs.fromText(ACLITEM_ARRAY, acl, -1, FormatContext.DEFAULT);
    }

    /** A stored ACL, its roles by their names. */
    static @Nullable Object acl(@Nullable String stored, Catalog catalog) {
        if (stored == null || stored.indexOf('#') < 0) return acl(stored);
        Matcher roles = STORED_ROLE.matcher(stored);
        StringBuilder text = new StringBuilder();
        while (roles.find()) {
            int oid = Integer.parseUnsignedInt(roles.group(1));
            RoleDef role = catalog.find(RoleDef.class, oid);
            roles.appendReplacement(text, Matcher.quoteReplacement(role == null ? Integer.toUnsignedString(oid) : element(role.name())));
        }
        return acl(roles.appendTail(text).toString());
    }

    /** A name as a part of an element of the array's text. */
    private static String element(String name) {
        boolean plain = name.chars().allMatch(c -> c < 128 && (Character.isLetterOrDigit(c) || c == '_'));
        return plain ? name : ("\"" + name.replace("\"", "\"\"") + "\"").replaceAll("[\\\\\",{} ]", "\\\\$0");
    }

    /** {@code name=value} for each, sorted; null when there are none. */
    static @Nullable Object options(Map<String, String> options) {
        if (options.isEmpty()) return null;
        List<String> texts = options.entrySet().stream().filter(e -> !e.getKey().startsWith("toast.")).map(e -> e.getKey() + "=" + e.getValue()).toList();
        return texts.isEmpty() ? null : texts(texts);
    }
}
