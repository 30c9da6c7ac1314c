package io.craton.sql.syntax;

/** A piece of the statement text: 1-based characters, {@code start} included, {@code end} excluded. */
public record SourceSpan(int start, int end) {}
