package io.craton.sql.syntax;

import java.util.List;

/** Chooses the family of a statement by its first words. */
final class StatementParser {
    private final Grammar grammar;
    private final TokenCursor cursor;
    private final SessionParser session;
    private final UtilityParser utility;
    private final CreateParser creates;
    private final AlterParser alters;
    private final DropParser drops;
    private final RoleParser roles;
    private final RoutineParser routines;

    StatementParser(Grammar grammar) {
        this.grammar = grammar;
        this.cursor = grammar.cursor;
        ReferenceParser references = new ReferenceParser(grammar);
        this.session = new SessionParser(grammar);
        this.routines = new RoutineParser(grammar, references, session);
        this.roles = new RoleParser(grammar, references, session);
        TableParser tables = new TableParser(grammar);
        ForeignParser foreign = new ForeignParser(grammar, tables);
        this.utility = new UtilityParser(grammar, tables);
        this.creates = new CreateParser(grammar, tables, routines, roles, foreign, references);
        this.alters = new AlterParser(grammar, tables, routines, roles, foreign, references, session);
        this.drops = new DropParser(grammar, references, roles);
    }

    SessionParser session() {
        return session;
    }

    List<Option> databaseOptions() {
        return creates.databaseOptions();
    }

    /** toplevel_stmt: BEGIN and END are transaction statements only here. */
    Statement topLevel() {
        return switch (cursor.token()) {
            case BEGIN, END -> session.transaction();
            default -> statement();
        };
    }

    /** A statement of a routine's SQL body. */
    Statement routineStatement() {
        return cursor.at(Token.RETURN) ? routines.returnStatement() : statement();
    }

    /** stmt. */
    Statement statement() {
        return switch (cursor.token()) {
            case SELECT, VALUES, TABLE, WITH, LPAREN, INSERT, UPDATE, DELETE, MERGE -> grammar.modify.preparable();
            case SET, RESET, SHOW, DISCARD, ABORT, START, COMMIT, ROLLBACK, SAVEPOINT, RELEASE, PREPARE, EXECUTE, DEALLOCATE, DECLARE, FETCH, MOVE, CLOSE,
                    LISTEN, NOTIFY, UNLISTEN, LOCK -> session.statement();
            case CREATE -> creates.create();
            case ALTER -> alters.alter();
            case DROP -> drops.drop();
            case COMMENT -> drops.comment();
            case SECURITY -> drops.securityLabel();
            case REASSIGN -> roles.reassignOwned();
            case GRANT, REVOKE -> roles.grantOrRevoke();
            case CALL -> routines.call();
            case DO -> routines.doBlock();
            case IMPORT -> creates.foreign().importSchema();
            case TRUNCATE, REFRESH -> creates.tables().statement();
            default -> utility.statement();
        };
    }
}
