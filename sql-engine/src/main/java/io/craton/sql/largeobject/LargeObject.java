package io.craton.sql.largeobject;

import org.jspecify.annotations.Nullable;

/**
 * What is known of a large object besides its bytes.
 *
 * @param acl as catalog objects have it; null: the owner's alone
 */
public record LargeObject(int oid, int owner, @Nullable String acl) {
    /** The catalog by which descriptions and dependencies name large objects. */
    public static final int CLASS = 2613;
    /** Bytes of a page. */
    public static final int PAGE = 2048;
    /** What an object can be as long as: its pages are numbered from 0 to the greatest integer. */
    public static final long LENGTH_MAX = (long) Integer.MAX_VALUE * PAGE;

    public LargeObject owned(int role, @Nullable String list) {
        return new LargeObject(oid, role, list);
    }

    /** As errors name it. */
    public String number() {
        return Integer.toUnsignedString(oid);
    }
}
