package io.craton.sql.syntax;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Statements that treat many kinds of objects alike, and the definitions of types, schemas, databases, extensions. */
public sealed interface ObjectStatement extends Statement {
    record Drop(ObjectKind kind, boolean ifExists, boolean concurrently, List<ObjectReference> objects, DropBehavior behavior)
            implements ObjectStatement {}

    /** {@code text} null removes it. */
    record Comment(ObjectKind kind, ObjectReference object, @Nullable String text) implements ObjectStatement {}

    record SecurityLabel(ObjectKind kind, ObjectReference object, @Nullable String provider, @Nullable String label) implements ObjectStatement {}

    /**
     * RENAME. {@code kind} COLUMN, ATTRIBUTE, TABLE_CONSTRAINT and DOMAIN_CONSTRAINT rename {@code subname} of the object, whose own kind is
     * {@code relationKind}.
     */
    record Rename(
            ObjectKind kind,
            ObjectKind relationKind,
            boolean ifExists,
            ObjectReference object,
            boolean only,
            @Nullable String subname,
            String newName,
            DropBehavior behavior)
            implements ObjectStatement {}

    record AlterOwner(ObjectKind kind, ObjectReference object, RoleSpec owner) implements ObjectStatement {}

    record AlterObjectSchema(ObjectKind kind, boolean ifExists, ObjectReference object, String schema) implements ObjectStatement {}

    record AlterDepends(ObjectKind kind, ObjectReference object, String extension, boolean remove) implements ObjectStatement {}

    /** {@code name} null: the owner's. Elements are statements to run inside the new schema. */
    record CreateSchema(boolean ifNotExists, @Nullable String name, @Nullable RoleSpec owner, List<Statement> elements)
            implements ObjectStatement {}

    record CreateEnum(QualifiedName name, List<String> values) implements ObjectStatement {}

    record CreateComposite(QualifiedName name, List<FromItem.ColumnDefinitionItem> attributes) implements ObjectStatement {}

    record CreateRange(QualifiedName name, List<Option> options) implements ObjectStatement {}

    /**
     * CREATE {AGGREGATE | OPERATOR | TYPE | TEXT SEARCH .. | COLLATION} with a definition list. A TYPE without {@code defined} is a shell type.
     *
     * @param aggregateArguments only for AGGREGATE in the new style, else null
     * @param from COLLATION .. FROM name
     */
    record Define(
            ObjectKind kind,
            boolean orReplace,
            boolean ifNotExists,
            QualifiedName name,
            @Nullable List<RoutineStatement.Parameter> aggregateArguments,
            int directArguments,
            boolean star,
            List<Option> definition,
            boolean defined,
            @Nullable QualifiedName from)
            implements ObjectStatement {}

    /** ADD VALUE ({@code neighbour} with BEFORE or AFTER) . */
    record AddEnumValue(QualifiedName type, boolean ifNotExists, String value, @Nullable String neighbour, boolean after)
            implements ObjectStatement {}

    record RenameEnumValue(QualifiedName type, String value, String newValue) implements ObjectStatement {}

    /** ALTER TYPE .. ADD/DROP/ALTER ATTRIBUTE. */
    record AlterCompositeType(QualifiedName type, List<AlterTableCommand> commands) implements ObjectStatement {}

    /** ALTER TYPE .. SET (..). */
    record AlterType(QualifiedName type, List<Option> options) implements ObjectStatement {}

    record AlterOperator(ObjectReference.OfOperator operator, List<Option> options) implements ObjectStatement {}

    record CreateDomain(QualifiedName name, TypeName type, List<String> collation, List<Constraint> constraints) implements ObjectStatement {}

    /** SetColumnDefault, SetNotNull, DropNotNull (with an empty column), AddConstraint, DropConstraint or ValidateConstraint. */
    record AlterDomain(QualifiedName domain, AlterTableCommand command) implements ObjectStatement {}

    record RefreshCollation(QualifiedName collation) implements ObjectStatement {}

    record CreateDatabase(String name, List<Option> options) implements ObjectStatement {}

    record AlterDatabase(String name, List<Option> options) implements ObjectStatement {}

    record AlterDatabaseSetting(String name, SessionStatement.SettingChange change) implements ObjectStatement {}

    record RefreshDatabaseCollation(String name) implements ObjectStatement {}

    record DropDatabase(boolean ifExists, String name, List<Option> options) implements ObjectStatement {}

    record CreateTablespace(String name, @Nullable RoleSpec owner, String location, List<Option> options) implements ObjectStatement {}

    record AlterTablespace(String name, List<Option> options, boolean reset) implements ObjectStatement {}

    record DropTablespace(boolean ifExists, String name) implements ObjectStatement {}

    record CreateExtension(boolean ifNotExists, String name, List<Option> options) implements ObjectStatement {}

    record AlterExtension(String name, List<Option> options) implements ObjectStatement {}

    record AlterExtensionContents(String name, boolean add, ObjectKind kind, ObjectReference object) implements ObjectStatement {}

    record CreateConversion(boolean isDefault, QualifiedName name, String from, String to, QualifiedName function) implements ObjectStatement {}

    record AlterTextSearchDictionary(QualifiedName name, List<Option> options) implements ObjectStatement {}

    enum MappingChange { ADD, ALTER, REPLACE, DROP }

    /** {@code dictionaries}: the new ones; with REPLACE the old and the new. */
    record AlterTextSearchConfiguration(
            QualifiedName name, MappingChange change, boolean ifExists, List<String> tokenTypes, List<QualifiedName> dictionaries)
            implements ObjectStatement {}

    record CreateAccessMethod(String name, boolean table, QualifiedName handler) implements ObjectStatement {}
}
