package io.craton.sql.syntax;

/**
 * Any SQL statement. Families are sealed interfaces of their own, so that an exhaustive switch can first choose the family:
 * queries and modifications ({@link Optimizable}), tables and what hangs on them ({@link TableStatement}), other objects ({@link ObjectStatement}), routines,
 * triggers and rules ({@link RoutineStatement}), roles and rights ({@link RoleStatement}), foreign data and replication ({@link ForeignStatement}), session
 * and transaction ({@link SessionStatement}), everything administrative ({@link UtilityStatement}).
 */
public sealed interface Statement
        permits Statement.Optimizable, TableStatement, ObjectStatement, RoutineStatement, RoleStatement, ForeignStatement, SessionStatement, UtilityStatement {

    /** What may be prepared, explained, stand in WITH, and goes through the optimizer. */
    sealed interface Optimizable extends Statement permits SelectStatement, ModifyStatement {}

    enum DropBehavior { RESTRICT, CASCADE }
}
