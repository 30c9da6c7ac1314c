package io.craton.sql.syntax;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a statement names an existing object. */
public sealed interface ObjectReference {
    /** Anything with a plain or qualified name: tables, schemas, roles, columns (table.column) .. */
    record Named(QualifiedName name) implements ObjectReference {}

    /** A type or domain. */
    record OfType(TypeName type) implements ObjectReference {}

    /** A function, procedure, routine: {@code arguments} null when none were given (name only). */
    record OfRoutine(QualifiedName name, @Nullable List<RoutineStatement.Parameter> arguments) implements ObjectReference {}

    /** An aggregate: {@code star} for (*), {@code directCount} arguments before ORDER BY, -1 without ORDER BY. */
    record OfAggregate(QualifiedName name, boolean star, List<RoutineStatement.Parameter> arguments, int directCount)
            implements ObjectReference {}

    /** An operator; a side is null for NONE. */
    record OfOperator(QualifiedName name, @Nullable TypeName left, @Nullable TypeName right) implements ObjectReference {}

    record OfCast(TypeName source, TypeName target) implements ObjectReference {}

    /** A trigger, rule, policy or constraint on a relation (or domain). */
    record OnRelation(String name, QualifiedName relation) implements ObjectReference {}

    record OnDomain(String name, TypeName domain) implements ObjectReference {}

    /** Operator class or family USING method. */
    record UsingMethod(QualifiedName name, String method) implements ObjectReference {}

    record OfTransform(TypeName type, String language) implements ObjectReference {}

    /** A large object; the oid as written. */
    record OfLargeObject(String oid) implements ObjectReference {}
}
