package io.craton.sql.syntax;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.syntax.Expr.IntegerLiteral;
import io.craton.sql.syntax.Expr.StringLiteral;
import io.craton.sql.syntax.SessionStatement.*;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Settings, transactions, prepared statements, cursors, notifications, LOCK. */
final class SessionParser {
    private final Grammar grammar;
    private final TokenCursor cursor;

    SessionParser(Grammar grammar) {
        this.grammar = grammar;
        this.cursor = grammar.cursor;
    }

    Statement statement() {
        Token token = cursor.token();
        switch (token) {
            case ABORT, START, COMMIT, ROLLBACK, SAVEPOINT, RELEASE -> {
                return transaction();
            }
            case PREPARE -> {
                if (cursor.ahead(1) == Token.TRANSACTION) return transaction();
            }
            default -> {}
        }
        cursor.advance();
        return switch (token) {
            case SET -> set();
            case RESET -> new SetSetting(SettingScope.SESSION, resetRest());
            case SHOW -> show();
            case DISCARD -> discard();
            case PREPARE -> {
                String name = cursor.columnName();
                List<TypeName> types = cursor.at(Token.LPAREN) ? cursor.parenthesized(grammar.types::type) : List.of();
                cursor.expect(Token.AS);
                yield new Prepare(name, types, grammar.modify.preparable());
            }
            case EXECUTE -> execute();
            case DEALLOCATE -> {
                if (cursor.at(Token.PREPARE) && (cursor.ahead(1) == Token.ALL || cursor.ahead(1).columnName)) cursor.advance();
                yield new Deallocate(cursor.accept(Token.ALL) ? null : cursor.columnName());
            }
            case DECLARE -> declare();
            case FETCH, MOVE -> fetch(token == Token.MOVE);
            case CLOSE -> new ClosePortal(cursor.accept(Token.ALL) ? null : cursor.columnName());
            case LISTEN -> new Listen(cursor.columnName());
            case NOTIFY -> {
                String channel = cursor.columnName();
                yield new Notify(channel, cursor.accept(Token.COMMA) ? cursor.string() : null);
            }
            case UNLISTEN -> new Unlisten(cursor.accept(Token.STAR) ? null : cursor.columnName());
            case LOCK -> lock();
            default -> throw cursor.failBefore();
        };
    }

    /** EXECUTE, its first word read. */
    Execute execute() {
        String name = cursor.columnName();
        return new Execute(name, cursor.at(Token.LPAREN) ? cursor.parenthesized(grammar.expressions::expression) : List.of());
    }

    private Statement set() {
        if (cursor.at(Token.CONSTRAINTS) && (cursor.ahead(1) == Token.ALL || cursor.ahead(1).columnName) && cursor.ahead(1) != Token.TO) {
            cursor.advance();
            List<QualifiedName> names = cursor.accept(Token.ALL) ? List.of() : cursor.commaList(cursor::qualifiedName);
            boolean deferred = cursor.accept(Token.DEFERRED);
            if (!deferred) cursor.expect(Token.IMMEDIATE);
            return new SetConstraints(names, deferred);
        }
        SettingScope scope = SettingScope.SESSION;
        Token next = cursor.ahead(1);
        boolean assigned = next == Token.TO || next == Token.EQ || next == Token.DOT || next == Token.FROM;
        if (!assigned && cursor.accept(Token.LOCAL)) scope = SettingScope.LOCAL;
        else if (cursor.at(Token.SESSION) && !assigned && next != Token.AUTHORIZATION && next != Token.CHARACTERISTICS) cursor.advance();
        else if (cursor.at(Token.SESSION, Token.SESSION)) cursor.advance();
        next = cursor.ahead(1);
        if (cursor.at(Token.TRANSACTION) && next != Token.TO && next != Token.EQ && next != Token.DOT && next != Token.FROM) {
            cursor.advance();
            if (cursor.accept(Token.SNAPSHOT)) return new SetTransactionSnapshot(cursor.string());
            return new SetTransaction(TransactionScope.TRANSACTION, transactionModes(true));
        }
        if (cursor.at(Token.SESSION, Token.CHARACTERISTICS)) {
            cursor.advance();
            cursor.advance();
            cursor.expect(Token.AS, Token.TRANSACTION);
            return new SetTransaction(TransactionScope.SESSION_CHARACTERISTICS, transactionModes(true));
        }
        return new SetSetting(scope, setRestMore());
    }

    private static SettingChange value(String name, Expr value) {
        return new SettingChange(SettingKind.VALUE, name, List.of(value));
    }

    private StringLiteral text(boolean booleanWords) {
        int position = cursor.position();
        return new StringLiteral(booleanWords ? grammar.options.booleanOrString() : cursor.nonReservedWordOrString(), position);
    }

    /** set_rest_more. */
    SettingChange setRestMore() {
        Token next = cursor.ahead(1);
        boolean assigned = next == Token.TO || next == Token.EQ || next == Token.DOT || next == Token.FROM;
        if (!assigned) {
            switch (cursor.token()) {
                case TIME -> {
                    cursor.advance();
                    cursor.expect(Token.ZONE);
                    return zone();
                }
                case CATALOG -> {
                    cursor.advance();
                    int position = cursor.position();
                    cursor.string();
                    throw TokenCursor.error(SqlState.FEATURE_NOT_SUPPORTED, "current database cannot be changed", position);
                }
                case SCHEMA -> {
                    cursor.advance();
                    int position = cursor.position();
                    return value("search_path", new StringLiteral(cursor.string(), position));
                }
                case NAMES -> {
                    cursor.advance();
                    int position = cursor.position();
                    if (cursor.at(Token.SCONST)) return value("client_encoding", new StringLiteral(cursor.string(), position));
                    cursor.accept(Token.DEFAULT);
                    return new SettingChange(SettingKind.DEFAULT, "client_encoding", List.of());
                }
                case ROLE -> {
                    cursor.advance();
                    return value("role", text(false));
                }
                case SESSION -> {
                    cursor.advance();
                    cursor.expect(Token.AUTHORIZATION);
                    if (cursor.accept(Token.DEFAULT)) return new SettingChange(SettingKind.DEFAULT, "session_authorization", List.of());
                    return value("session_authorization", text(false));
                }
                case XML -> {
                    cursor.advance();
                    cursor.expect(Token.OPTION);
                    int position = cursor.position();
                    return value("xmloption", new StringLiteral(grammar.calls.xmlDocumentOrContent() ? "DOCUMENT" : "CONTENT", position));
                }
                case TRANSACTION -> {
                    cursor.advance();
                    cursor.expect(Token.SNAPSHOT);
                    int position = cursor.position();
                    return value("transaction snapshot", new StringLiteral(cursor.string(), position));
                }
                default -> {}
            }
        }
        return genericSet(true);
    }

    /** generic_set, and {@code name FROM CURRENT} where allowed. */
    SettingChange genericSet(boolean fromCurrent) {
        String name = settingName();
        if (fromCurrent && cursor.accept(Token.FROM)) {
            cursor.expect(Token.CURRENT);
            return new SettingChange(SettingKind.FROM_CURRENT, name, List.of());
        }
        if (!cursor.accept(Token.TO)) cursor.expect(Token.EQ);
        if (cursor.accept(Token.DEFAULT)) return new SettingChange(SettingKind.DEFAULT, name, List.of());
        return new SettingChange(SettingKind.VALUE, name, cursor.commaList(this::settingValue));
    }

    private Expr settingValue() {
        return grammar.options.atNumber() ? numberLiteral() : text(true);
    }

    private Expr numberLiteral() {
        int position = cursor.position();
        return switch (grammar.options.number()) {
            case Option.IntegerValue(long value) -> new IntegerLiteral((int) value, position);
            case Option.NumericValue(String text) -> new Expr.NumericLiteral(text, position);
            default -> throw cursor.fail();
        };
    }

    private String settingName() {
        StringBuilder name = new StringBuilder(cursor.columnName());
        while (cursor.accept(Token.DOT)) name.append('.').append(cursor.columnName());
        return name.toString();
    }

    private SettingChange zone() {
        int position = cursor.position();
        switch (cursor.token()) {
            case DEFAULT, LOCAL -> {
                cursor.advance();
                return new SettingChange(SettingKind.DEFAULT, "timezone", List.of());
            }
            case SCONST -> {
                return value("timezone", new StringLiteral(cursor.string(), position));
            }
            case IDENT -> {
                return value("timezone", new StringLiteral(cursor.columnName(), position));
            }
            case INTERVAL -> {
                cursor.advance();
                return value("timezone", zoneInterval(position));
            }
            default -> {
                return value("timezone", numberLiteral());
            }
        }
    }

    private Expr zoneInterval(int position) {
        if (cursor.at(Token.LPAREN)) {
            TypeName type = grammar.types.intervalWithPrecision(position);
            int stringPosition = cursor.position();
            return new Expr.TypeCast(new StringLiteral(cursor.string(), stringPosition), type, position);
        }
        int stringPosition = cursor.position();
        String text = cursor.string();
        int fieldsPosition = cursor.position();
        List<Expr> fields = grammar.types.intervalFields();
        if (!fields.isEmpty()) {
            int mask = ((IntegerLiteral) fields.getFirst()).value();
            if ((mask & ~(1 << 10 | 1 << 11)) != 0) {
                throw TokenCursor.error(SqlState.SYNTAX_ERROR, "time zone interval must be HOUR or HOUR TO MINUTE", fieldsPosition);
            }
        }
        return new Expr.TypeCast(new StringLiteral(text, stringPosition), grammar.types.intervalOf(fields, position), position);
    }

    /** reset_rest. */
    SettingChange resetRest() {
        if (cursor.accept(Token.ALL)) return new SettingChange(SettingKind.RESET_ALL, "all", List.of());
        return new SettingChange(SettingKind.RESET, specialName(), List.of());
    }

    private String specialName() {
        if (cursor.accept(Token.TIME, Token.ZONE)) return "timezone";
        if (cursor.at(Token.TRANSACTION, Token.ISOLATION)) {
            cursor.advance();
            cursor.advance();
            cursor.expect(Token.LEVEL);
            return "transaction_isolation";
        }
        return cursor.accept(Token.SESSION, Token.AUTHORIZATION) ? "session_authorization" : settingName();
    }

    /** SetResetClause of ALTER ROLE and ALTER DATABASE; {@code transactions}: SET TRANSACTION is allowed too. */
    SettingChange setOrReset() {
        if (cursor.accept(Token.RESET)) return resetRest();
        cursor.expect(Token.SET);
        return setRestMore();
    }

    SettingChange resetGeneric() {
        return cursor.accept(Token.ALL) ? new SettingChange(SettingKind.RESET_ALL, "all", List.of())
                : new SettingChange(SettingKind.RESET, settingName(), List.of());
    }

    private Statement show() {
        return new Show(cursor.accept(Token.ALL) ? "all" : specialName());
    }

    private Statement discard() {
        if (cursor.accept(Token.ALL)) return new Discard(DiscardTarget.ALL);
        if (cursor.accept(Token.PLANS)) return new Discard(DiscardTarget.PLANS);
        if (cursor.accept(Token.SEQUENCES)) return new Discard(DiscardTarget.SEQUENCES);
        if (!cursor.accept(Token.TEMP)) cursor.expect(Token.TEMPORARY);
        return new Discard(DiscardTarget.TEMPORARY);
    }

    // transactions

    Statement transaction() {
        Token token = cursor.token();
        cursor.advance();
        return switch (token) {
            case BEGIN -> {
                work();
                yield new Begin(false, transactionModes(false));
            }
            case START -> {
                cursor.expect(Token.TRANSACTION);
                yield new Begin(true, transactionModes(false));
            }
            case COMMIT -> {
                if (cursor.accept(Token.PREPARED)) yield new CommitPrepared(cursor.string());
                work();
                yield new Commit(chain());
            }
            case END -> {
                work();
                yield new Commit(chain());
            }
            case ABORT -> {
                work();
                yield new Rollback(chain());
            }
            case ROLLBACK -> {
                if (cursor.accept(Token.PREPARED)) yield new RollbackPrepared(cursor.string());
                work();
                if (cursor.accept(Token.TO)) yield new RollbackToSavepoint(savepointName());
                yield new Rollback(chain());
            }
            case SAVEPOINT -> new Savepoint(cursor.columnName());
            case RELEASE -> new ReleaseSavepoint(savepointName());
            case PREPARE -> {
                cursor.expect(Token.TRANSACTION);
                yield new PrepareTransaction(cursor.string());
            }
            default -> throw cursor.failBefore();
        };
    }

    private String savepointName() {
        if (cursor.at(Token.SAVEPOINT) && cursor.ahead(1).columnName) cursor.advance();
        return cursor.columnName();
    }

    private void work() {
        if (!cursor.accept(Token.WORK)) cursor.accept(Token.TRANSACTION);
    }

    private boolean chain() {
        if (!cursor.accept(Token.AND)) return false;
        boolean no = cursor.accept(Token.NO);
        cursor.expect(Token.CHAIN);
        return !no;
    }

    private List<TransactionMode> transactionModes(boolean required) {
        List<TransactionMode> modes = new ArrayList<>(2);
        while (true) {
            boolean comma = !modes.isEmpty() && cursor.accept(Token.COMMA);
            TransactionMode mode = transactionMode(comma || required && modes.isEmpty());
            if (mode == null) return List.copyOf(modes);
            modes.add(mode);
        }
    }

    private @Nullable TransactionMode transactionMode(boolean required) {
        if (cursor.accept(Token.ISOLATION)) {
            cursor.expect(Token.LEVEL);
            if (cursor.accept(Token.SERIALIZABLE)) return TransactionMode.SERIALIZABLE;
            if (cursor.accept(Token.REPEATABLE)) {
                cursor.expect(Token.READ);
                return TransactionMode.REPEATABLE_READ;
            }
            cursor.expect(Token.READ);
            if (cursor.accept(Token.COMMITTED)) return TransactionMode.READ_COMMITTED;
            cursor.expect(Token.UNCOMMITTED);
            return TransactionMode.READ_UNCOMMITTED;
        }
        if (cursor.accept(Token.READ)) {
            if (cursor.accept(Token.ONLY)) return TransactionMode.READ_ONLY;
            cursor.expect(Token.WRITE);
            return TransactionMode.READ_WRITE;
        }
        if (cursor.accept(Token.DEFERRABLE)) return TransactionMode.DEFERRABLE;
        if (cursor.accept(Token.NOT)) {
            cursor.expect(Token.DEFERRABLE);
            return TransactionMode.NOT_DEFERRABLE;
        }
        if (required) throw cursor.fail();
        return null;
    }

    // cursors

    /** DECLARE, its first word read. */
    DeclareCursor declare() {
        String name = cursor.columnName();
        boolean binary = false;
        Scroll scroll = Scroll.DEFAULT;
        Sensitivity sensitivity = Sensitivity.DEFAULT;
        String both = null;
        while (!cursor.at(Token.CURSOR)) {
            if (cursor.accept(Token.BINARY)) {
                binary = true;
            } else if (cursor.accept(Token.SCROLL)) {
                if (scroll == Scroll.NO_SCROLL) both = "SCROLL and NO SCROLL";
                scroll = Scroll.SCROLL;
            } else if (cursor.accept(Token.INSENSITIVE)) {
                if (sensitivity == Sensitivity.ASENSITIVE && both == null) both = "ASENSITIVE and INSENSITIVE";
                sensitivity = Sensitivity.INSENSITIVE;
            } else if (cursor.accept(Token.ASENSITIVE)) {
                if (sensitivity == Sensitivity.INSENSITIVE && both == null) both = "ASENSITIVE and INSENSITIVE";
                sensitivity = Sensitivity.ASENSITIVE;
            } else {
                cursor.expect(Token.NO, Token.SCROLL);
                if (scroll == Scroll.SCROLL) both = "SCROLL and NO SCROLL";
                scroll = Scroll.NO_SCROLL;
            }
        }
        cursor.advance();
        boolean hold = false;
        if (cursor.at(Token.WITH) || cursor.at(Token.WITHOUT)) {
            hold = cursor.at(Token.WITH);
            cursor.advance();
            cursor.expect(Token.HOLD);
        }
        cursor.expect(Token.FOR);
        SelectStatement query = grammar.selects.select();
        if (both != null) throw new PgException(SqlState.INVALID_CURSOR_DEFINITION, "cannot specify both " + both);
        return new DeclareCursor(name, binary, sensitivity, scroll, hold, query);
    }

    private Statement fetch(boolean move) {
        FetchDirection direction = FetchDirection.FORWARD;
        long count = 1;
        Token next = cursor.ahead(1);
        // the direction words are names too: a lone one is the cursor's name
        boolean alone = next == Token.EOF || next == Token.SEMICOLON;
        if (!alone) {
            switch (cursor.token()) {
                case NEXT -> cursor.advance();
                case PRIOR -> {
                    cursor.advance();
                    direction = FetchDirection.BACKWARD;
                }
                case FIRST, LAST -> {
                    count = cursor.at(Token.FIRST) ? 1 : -1;
                    cursor.advance();
                    direction = FetchDirection.ABSOLUTE;
                }
                case ABSOLUTE, RELATIVE -> {
                    direction = cursor.at(Token.ABSOLUTE) ? FetchDirection.ABSOLUTE : FetchDirection.RELATIVE;
                    cursor.advance();
                    count = cursor.signedInteger();
                }
                case FORWARD, BACKWARD -> {
                    direction = cursor.at(Token.FORWARD) ? FetchDirection.FORWARD : FetchDirection.BACKWARD;
                    cursor.advance();
                    if (cursor.accept(Token.ALL)) count = Long.MAX_VALUE;
                    else if (grammar.options.atNumber()) count = cursor.signedInteger();
                }
                case ALL -> {
                    cursor.advance();
                    count = Long.MAX_VALUE;
                }
                case ICONST, PLUS, MINUS -> count = cursor.signedInteger();
                default -> {}
            }
        }
        if (!cursor.accept(Token.FROM)) cursor.accept(Token.IN);
        return new Fetch(move, direction, count, cursor.columnName());
    }

    private Statement lock() {
        cursor.accept(Token.TABLE);
        List<FromItem.RelationItem> relations = cursor.commaList(grammar.from::relation);
        TableLockMode mode = TableLockMode.ACCESS_EXCLUSIVE;
        if (cursor.accept(Token.IN)) {
            mode = lockMode();
            cursor.expect(Token.MODE);
        }
        return new LockTable(relations, mode, cursor.accept(Token.NOWAIT));
    }

    private TableLockMode lockMode() {
        if (cursor.accept(Token.ACCESS)) {
            if (cursor.accept(Token.SHARE)) return TableLockMode.ACCESS_SHARE;
            cursor.expect(Token.EXCLUSIVE);
            return TableLockMode.ACCESS_EXCLUSIVE;
        }
        if (cursor.accept(Token.ROW)) {
            if (cursor.accept(Token.SHARE)) return TableLockMode.ROW_SHARE;
            cursor.expect(Token.EXCLUSIVE);
            return TableLockMode.ROW_EXCLUSIVE;
        }
        if (cursor.accept(Token.EXCLUSIVE)) return TableLockMode.EXCLUSIVE;
        cursor.expect(Token.SHARE);
        if (cursor.accept(Token.UPDATE)) {
            cursor.expect(Token.EXCLUSIVE);
            return TableLockMode.SHARE_UPDATE_EXCLUSIVE;
        }
        if (cursor.accept(Token.ROW)) {
            cursor.expect(Token.EXCLUSIVE);
            return TableLockMode.SHARE_ROW_EXCLUSIVE;
        }
        return TableLockMode.SHARE;
    }
}
