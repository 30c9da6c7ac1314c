/**
 * PostgreSQL's types: what they are ({@link io.craton.core.type.PgType}), the Java values that stand for them, and their
 * text and binary forms ({@link io.craton.core.type.TypeCodec}).
 *
 * <p>The Java value ("datum") of a type is fixed by its {@link io.craton.core.type.Repr}; SQL null is Java null.
 * Text is UTF-8 at rest and in vectors and {@code String} only as a datum.
 */
@org.jspecify.annotations.NullMarked
package io.craton.core.type;
