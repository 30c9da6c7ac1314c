package io.craton.sql.function;

/** A row of pg_opclass; {@code method} is the access method's name. */
public record OperatorClass(int oid, String method, String name, int family, int inputType, boolean isDefault, int keyType) {}
