package io.craton.sql.syntax;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A named option (PostgreSQL's DefElem): WITH (fillfactor = 70), COPY's and EXPLAIN's options, sequence and role options. Options written with keywords
 * get PostgreSQL's internal names ("increment", "connectionlimit", "isreplication" ..).
 *
 * @param namespace {@code toast} in toast.autovacuum_enabled
 * @param value null when the option stands alone
 */
public record Option(@Nullable String namespace, String name, @Nullable OptionValue value, OptionAction action, int position) {
    public enum OptionAction { UNSPECIFIED, SET, ADD, DROP }

    public static Option of(String name, @Nullable OptionValue value, int position) {
        return new Option(null, name, value, OptionAction.UNSPECIFIED, position);
    }

    public sealed interface OptionValue {}

    /** A string, an identifier or a keyword: PostgreSQL does not tell them apart here. */
    public record TextValue(String value) implements OptionValue {}

    public record IntegerValue(long value) implements OptionValue {}

    /** A number that is no int4, in its text, sign included. */
    public record NumericValue(String text) implements OptionValue {}

    public record BooleanValue(boolean value) implements OptionValue {}

    /** A bare word or type name in a definition: {@code basetype = int4}. */
    public record TypeValue(TypeName type) implements OptionValue {}

    /** A qualified name (OWNED BY t.c, SUPPORT f) or a qualified operator. */
    public record NameValue(QualifiedName name) implements OptionValue {}

    /** A list of names: column lists, role names. */
    public record ListValue(List<String> values) implements OptionValue {}

    /**
     * The body of a routine. {@code written} is the text's literal as it stands in the statement, from the {@code position} on: errors inside the body are shown
     * there. {@code symbol} is the second string, if there is one.
     */
    public record BodyValue(String body, @Nullable String symbol, String written, int position) implements OptionValue {}

    public record RolesValue(List<RoleSpec> roles) implements OptionValue {}

    /** {@code *}. */
    public record StarValue() implements OptionValue {}

    /** SET or RESET inside CREATE FUNCTION and ALTER FUNCTION. */
    public record SettingValue(SessionStatement.SettingChange change) implements OptionValue {}

    /** TRANSFORM FOR TYPE .. list. */
    public record TypesValue(List<TypeName> types) implements OptionValue {}
}
