package io.craton.core.type;

import org.jspecify.annotations.Nullable;

/** Finds types by oid: the built-in ones always, user-defined ones as one catalog version knows them. */
@FunctionalInterface
public interface TypeResolver {
    /** The type with this oid, or null. */
    @Nullable PgType type(int oid);
}
