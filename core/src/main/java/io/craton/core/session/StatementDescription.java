package io.craton.core.session;

import org.jspecify.annotations.Nullable;

/** Answer to Describe of a statement; {@code rows} is null when it returns none. */
public record StatementDescription(int[] parameterTypes, @Nullable RowDescription rows) {}
