package io.craton.sql.procedure;

import org.jspecify.annotations.Nullable;

/**
 * Names as one place of a body sees them: a chain from the newest declaration outwards, cut into levels by labels. Immutable, so that each piece of SQL keeps
 * the names of its own place.
 *
 * @param datum number of the variable; for a level -1
 */
public record Namespace(Kind kind, String name, int datum, @Nullable Namespace before) {
    public enum Kind { BLOCK, LOOP, CURSOR, VARIABLE, RECORD }

    /** @param datum number of the variable that was found; {@code used} of the names lead to it, the next is a field */
    record Found(int datum, Kind kind, int used) {}

    private boolean level() {
        return kind == Kind.BLOCK || kind == Kind.LOOP || kind == Kind.CURSOR;
    }

    /** Looks up {@code first[.second[.third]]}, innermost level first. */
    static @Nullable Found find(@Nullable Namespace from, boolean thisLevelOnly, String first, @Nullable String second, @Nullable String third) {
        Namespace at = from;
        while (at != null) {
            Namespace item = at;
            for (; item != null && !item.level(); item = item.before) {
                if (item.name.equals(first) && (second == null || item.kind == Kind.RECORD)) return new Found(item.datum, item.kind, 1);
            }
            if (item == null) return null;
            if (second != null && item.name.equals(first)) {
                for (Namespace inner = at; !inner.level(); inner = java.util.Objects.requireNonNull(inner.before)) {
                    if (inner.name.equals(second) && (third == null || inner.kind == Kind.RECORD)) return new Found(inner.datum, inner.kind, 2);
                }
            }
            if (thisLevelOnly) return null;
            at = item.before;
        }
        return null;
    }

    /** The level with this label, from inside outwards. */
    static @Nullable Namespace label(@Nullable Namespace from, String label) {
        for (Namespace item = from; item != null; item = item.before) {
            if (item.level() && item.kind != Kind.CURSOR && item.name.equals(label)) return item;
        }
        return null;
    }

    static boolean insideLoop(@Nullable Namespace from) {
        for (Namespace item = from; item != null; item = item.before) if (item.kind == Kind.LOOP) return true;
        return false;
    }
}
