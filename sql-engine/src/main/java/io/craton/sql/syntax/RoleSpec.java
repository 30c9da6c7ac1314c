package io.craton.sql.syntax;

import org.jspecify.annotations.Nullable;

/** A role in a statement; {@code name} only when kind is NAME. {@code "public"} and {@code "none"} keep PostgreSQL's special meanings. */
public record RoleSpec(RoleKind kind, @Nullable String name, int position) {
    public enum RoleKind { NAME, CURRENT_ROLE, CURRENT_USER, SESSION_USER, PUBLIC }
}
