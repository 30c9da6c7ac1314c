package io.craton.sql.pgcatalog;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What pg_describe_object, pg_identify_object and pg_identify_object_as_address say of an object.
 *
 * @param description as messages and users see it
 * @param schema null for objects without one
 * @param name null where the name alone does not tell it from others of its schema
 * @param names what pg_get_object_address finds it by, with {@code arguments}
 */
public record ObjectIdentity(String description, String type, @Nullable String schema, @Nullable String name, String identity, List<String> names,
        List<String> arguments) {}
