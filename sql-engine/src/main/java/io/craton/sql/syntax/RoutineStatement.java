package io.craton.sql.syntax;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Functions, procedures, triggers, rules, languages, casts, operator classes. */
public sealed interface RoutineStatement extends Statement {
    enum ParameterMode { DEFAULT, IN, OUT, INOUT, VARIADIC, TABLE }

    record Parameter(ParameterMode mode, @Nullable String name, TypeName type, @Nullable Expr defaultValue, int position) {}

    /**
     * CREATE FUNCTION or PROCEDURE. Columns of RETURNS TABLE are parameters of mode TABLE. Options by PostgreSQL's names: as (BodyValue), language, volatility, strict, security, leakproof, cost, rows, support, set, parallel, transform, window. {@code body} only for SQL bodies.
     */
    record CreateRoutine(
            boolean procedure,
            boolean orReplace,
            QualifiedName name,
            List<Parameter> parameters,
            @Nullable TypeName returns,
            List<Option> options,
            @Nullable RoutineBody body)
            implements RoutineStatement {}

    /** RETURN expr, or BEGIN ATOMIC .. END ({@code atomic}). */
    record RoutineBody(boolean atomic, List<Statement> statements) {}

    /** RETURN inside an SQL body. */
    record Return(Expr value) implements RoutineStatement {}

    record AlterRoutine(ObjectKind kind, ObjectReference.OfRoutine routine, List<Option> options) implements RoutineStatement {}

    /** Options: as, language. */
    record Do(List<Option> options) implements RoutineStatement {}

    record Call(Expr.FunctionCall call) implements RoutineStatement {}

    enum Timing { BEFORE, AFTER, INSTEAD_OF }

    enum TriggerEvent { INSERT, UPDATE, DELETE, TRUNCATE }

    record TransitionTable(boolean isNew, boolean isTable, String name) {}

    record CreateTrigger(
            boolean orReplace,
            boolean constraint,
            String name,
            Timing timing,
            List<TriggerEvent> events,
            List<String> updateColumns,
            QualifiedName table,
            @Nullable QualifiedName constraintFrom,
            Constraint.Attributes attributes,
            List<TransitionTable> transitions,
            boolean forEachRow,
            @Nullable Expr when,
            QualifiedName function,
            List<String> arguments)
            implements RoutineStatement {}

    /** Filters: option name and ListValue. */
    record CreateEventTrigger(String name, String event, List<Option> filters, QualifiedName function) implements RoutineStatement {}

    record AlterEventTrigger(String name, AlterTableCommand.Firing firing) implements RoutineStatement {}

    enum RuleEvent { SELECT, UPDATE, DELETE, INSERT }

    /** {@code actions} empty: NOTHING. */
    record CreateRule(
            boolean orReplace, String name, RuleEvent event, QualifiedName relation, @Nullable Expr where, boolean instead, List<Statement> actions)
            implements RoutineStatement {}

    /** Without {@code handler}, PostgreSQL treats it as CREATE EXTENSION. */
    record CreateLanguage(
            boolean orReplace,
            boolean trusted,
            String name,
            @Nullable QualifiedName handler,
            @Nullable QualifiedName inline,
            @Nullable QualifiedName validator)
            implements RoutineStatement {}

    enum CastContext { EXPLICIT, ASSIGNMENT, IMPLICIT }

    /** {@code function} null: WITHOUT FUNCTION, or WITH INOUT when {@code inout}. */
    record CreateCast(
            TypeName source, TypeName target, ObjectReference.@Nullable OfRoutine function, boolean inout, CastContext context)
            implements RoutineStatement {}

    record CreateTransform(
            boolean orReplace,
            TypeName type,
            String language,
            ObjectReference.@Nullable OfRoutine fromSql,
            ObjectReference.@Nullable OfRoutine toSql)
            implements RoutineStatement {}

    enum OperatorItemKind { OPERATOR, FUNCTION, STORAGE }

    /** An item of an operator class or family; {@code types} are the input types in parentheses. */
    record OperatorItem(
            OperatorItemKind kind, int number, @Nullable ObjectReference object, @Nullable QualifiedName orderFamily, List<TypeName> types) {}

    record CreateOperatorClass(
            QualifiedName name,
            boolean isDefault,
            TypeName type,
            String accessMethod,
            @Nullable QualifiedName family,
            List<OperatorItem> items)
            implements RoutineStatement {}

    record CreateOperatorFamily(QualifiedName name, String accessMethod) implements RoutineStatement {}

    record AlterOperatorFamily(QualifiedName name, String accessMethod, boolean drop, List<OperatorItem> items) implements RoutineStatement {}
}
