package io.craton.sql.syntax;

import io.craton.core.error.SqlState;
import io.craton.sql.syntax.AlterTableCommand.*;
import io.craton.sql.syntax.Statement.DropBehavior;
import java.util.ArrayList;
import java.util.List;

/** The commands of ALTER TABLE and of ALTER TYPE's attributes. */
final class AlterTableParser {
    private final Grammar grammar;
    private final TokenCursor cursor;
    private final TableParser tables;

    AlterTableParser(Grammar grammar, TableParser tables) {
        this.grammar = grammar;
        this.cursor = grammar.cursor;
        this.tables = tables;
    }

    /** alter_table_cmds, or one partition command. */
    List<AlterTableCommand> commands() {
        if (cursor.at(Token.ATTACH) || cursor.at(Token.DETACH)) return List.of(partition());
        return cursor.commaList(this::command);
    }

    private AlterTableCommand partition() {
        boolean attach = cursor.accept(Token.ATTACH);
        if (!attach) cursor.expect(Token.DETACH);
        cursor.expect(Token.PARTITION);
        QualifiedName name = cursor.qualifiedName();
        if (attach) {
            boolean bound = cursor.at(Token.FOR) || cursor.at(Token.DEFAULT);
            return new AttachPartition(name, bound ? tables.partitionBound() : null);
        }
        if (cursor.accept(Token.CONCURRENTLY)) return new DetachPartition(name, true, false);
        return new DetachPartition(name, false, cursor.accept(Token.FINALIZE));
    }

    private AlterTableCommand command() {
        Token token = cursor.token();
        if (token != Token.OPTIONS) cursor.advance();
        return switch (token) {
            case ADD -> add();
            case ALTER -> cursor.accept(Token.CONSTRAINT) ? alterConstraint() : alterColumn();
            case DROP -> drop();
            case VALIDATE -> {
                cursor.expect(Token.CONSTRAINT);
                yield new ValidateConstraint(cursor.columnName());
            }
            case SET -> set();
            case RESET -> new SetOptions(grammar.options.relationOptions(), true);
            case CLUSTER -> {
                cursor.expect(Token.ON);
                yield new ClusterOn(cursor.columnName());
            }
            case ENABLE -> enable();
            case DISABLE -> disable();
            case INHERIT -> new Inherit(cursor.qualifiedName(), true);
            case NO -> {
                if (cursor.accept(Token.INHERIT)) yield new Inherit(cursor.qualifiedName(), false);
                cursor.expect(Token.FORCE);
                rowLevelSecurity();
                yield new RowSecurity(RowSecurityMode.NO_FORCE);
            }
            case FORCE -> {
                rowLevelSecurity();
                yield new RowSecurity(RowSecurityMode.FORCE);
            }
            case OF -> new OfType(cursor.anyName());
            case NOT -> {
                cursor.expect(Token.OF);
                yield new NotOfType();
            }
            case OWNER -> {
                cursor.expect(Token.TO);
                yield new OwnerTo(cursor.role());
            }
            case REPLICA -> replicaIdentity();
            case OPTIONS -> new SetForeignOptions(grammar.options.alterForeignOptions());
            default -> throw cursor.failBefore();
        };
    }

    private AlterTableCommand add() {
        if (tables.constraints.atTableConstraint()) return new AddConstraint(tables.constraints.tableConstraint());
        cursor.accept(Token.COLUMN);
        boolean ifNotExists = cursor.ifNotExists();
        return new AddColumn(ifNotExists, tables.column());
    }

    private AlterTableCommand alterConstraint() {
        String name = cursor.columnName();
        return new AlterConstraint(name, tables.constraints.attributes("ALTER CONSTRAINT statement", true, false, false));
    }

    private AlterTableCommand alterColumn() {
        cursor.accept(Token.COLUMN);
        if (cursor.at(Token.ICONST)) {
            int position = cursor.position();
            int number = cursor.integer();
            if (number < 1 || number > Short.MAX_VALUE) {
                throw TokenCursor.error(SqlState.INVALID_PARAMETER_VALUE, "column number must be in range from 1 to 32767", position);
            }
            cursor.expect(Token.SET, Token.STATISTICS);
            return new SetStatistics(null, number, cursor.signedInteger());
        }
        int position = cursor.position();
        String column = cursor.columnName();
        switch (cursor.token()) {
            case TYPE -> {
                return columnType(column, position);
            }
            case SET -> {
                return setColumn(column, position);
            }
            case RESTART -> {
                return new SetIdentity(column, identityOptions());
            }
            case RESET -> {
                cursor.advance();
                return new SetColumnOptions(column, grammar.options.relationOptions(), true);
            }
            case OPTIONS -> {
                return new SetColumnForeignOptions(column, grammar.options.alterForeignOptions());
            }
            case ADD -> {
                cursor.advance();
                int generatedPosition = cursor.position();
                cursor.expect(Token.GENERATED);
                boolean always = tables.constraints.generatedAlways();
                cursor.expect(Token.AS, Token.IDENTITY);
                return new AddIdentity(column,
                        new Constraint.Identity(null, always, grammar.options.parenthesizedSequenceOptions(), generatedPosition));
            }
            default -> {
                cursor.expect(Token.DROP);
                return dropFromColumn(column);
            }
        }
    }

    private AlterTableCommand dropFromColumn(String column) {
        if (cursor.accept(Token.DEFAULT)) return new SetColumnDefault(column, null);
        if (cursor.accept(Token.NOT)) {
            cursor.expect(Token.NULL);
            return new DropNotNull(column);
        }
        if (cursor.accept(Token.EXPRESSION)) return new DropExpression(column, cursor.ifExists());
        cursor.expect(Token.IDENTITY);
        return new DropIdentity(column, cursor.ifExists());
    }

    private AlterTableCommand columnType(String column, int position) {
        cursor.expect(Token.TYPE);
        TypeName type = grammar.types.type();
        List<String> collation = cursor.accept(Token.COLLATE) ? cursor.anyName().parts() : List.of();
        return new AlterColumnType(column, type, collation, grammar.expressions.optional(Token.USING), DropBehavior.RESTRICT, position);
    }

    private AlterTableCommand setColumn(String column, int position) {
        switch (cursor.ahead(1)) {
            case DATA -> {
                cursor.advance();
                cursor.advance();
                return columnType(column, position);
            }
            case DEFAULT -> {
                cursor.advance();
                cursor.advance();
                return new SetColumnDefault(column, grammar.expressions.expression());
            }
            case NOT -> {
                cursor.advance();
                cursor.advance();
                cursor.expect(Token.NULL);
                return new SetNotNull(column);
            }
            case STATISTICS -> {
                cursor.advance();
                cursor.advance();
                return new SetStatistics(column, 0, cursor.signedInteger());
            }
            case STORAGE -> {
                cursor.advance();
                cursor.advance();
                return new SetStorage(column, cursor.columnName());
            }
            case COMPRESSION -> {
                cursor.advance();
                cursor.advance();
                return new SetCompression(column, tables.compression());
            }
            case LPAREN -> {
                cursor.advance();
                return new SetColumnOptions(column, grammar.options.relationOptions(), false);
            }
            default -> {
                return new SetIdentity(column, identityOptions());
            }
        }
    }

    private List<Option> identityOptions() {
        List<Option> options = new ArrayList<>(2);
        while (cursor.at(Token.SET) || cursor.at(Token.RESTART)) {
            int position = cursor.position();
            if (cursor.at(Token.RESTART)) {
                options.add(grammar.options.sequenceOption());
                continue;
            }
            cursor.advance();
            if (cursor.accept(Token.GENERATED)) {
                String when = tables.constraints.generatedAlways() ? "always" : "by default";
                options.add(Option.of("generated", new Option.TextValue(when), position));
                continue;
            }
            int optionPosition = cursor.position();
            Option option = grammar.options.sequenceOption();
            switch (option.name()) {
                case "as", "restart", "owned_by" -> throw TokenCursor.error(SqlState.SYNTAX_ERROR,
                        "sequence option \"" + option.name() + "\" not supported here", optionPosition);
                default -> options.add(option);
            }
        }
        return List.copyOf(options);
    }

    private AlterTableCommand drop() {
        if (cursor.accept(Token.CONSTRAINT)) {
            boolean ifExists = cursor.ifExists();
            String name = cursor.columnName();
            return new DropConstraint(ifExists, name, cursor.dropBehavior());
        }
        cursor.accept(Token.COLUMN);
        boolean ifExists = cursor.ifExists();
        String name = cursor.columnName();
        return new DropColumn(ifExists, name, cursor.dropBehavior());
    }

    private AlterTableCommand set() {
        if (cursor.accept(Token.WITHOUT)) {
            if (cursor.accept(Token.CLUSTER)) return new SetWithoutCluster();
            cursor.expect(Token.OIDS);
            return new SetWithoutOids();
        }
        if (cursor.accept(Token.LOGGED)) return new SetLogged(true);
        if (cursor.accept(Token.UNLOGGED)) return new SetLogged(false);
        if (cursor.accept(Token.TABLESPACE)) return new SetTablespace(cursor.columnName());
        if (cursor.accept(Token.ACCESS)) {
            cursor.expect(Token.METHOD);
            return new SetAccessMethod(cursor.columnName());
        }
        return new SetOptions(grammar.options.relationOptions(), false);
    }

    private void rowLevelSecurity() {
        cursor.expect(Token.ROW, Token.LEVEL);
        cursor.expect(Token.SECURITY);
    }

    private AlterTableCommand enable() {
        if (cursor.at(Token.ROW)) {
            rowLevelSecurity();
            return new RowSecurity(RowSecurityMode.ENABLE);
        }
        Firing firing = cursor.accept(Token.ALWAYS) ? Firing.ALWAYS : cursor.accept(Token.REPLICA) ? Firing.REPLICA : Firing.ORIGIN;
        if (cursor.accept(Token.RULE)) return new SetRule(firing, cursor.columnName());
        cursor.expect(Token.TRIGGER);
        return trigger(firing);
    }

    private AlterTableCommand disable() {
        if (cursor.at(Token.ROW)) {
            rowLevelSecurity();
            return new RowSecurity(RowSecurityMode.DISABLE);
        }
        if (cursor.accept(Token.RULE)) return new SetRule(Firing.DISABLED, cursor.columnName());
        cursor.expect(Token.TRIGGER);
        return trigger(Firing.DISABLED);
    }

    private AlterTableCommand trigger(Firing firing) {
        boolean lone = firing == Firing.ORIGIN || firing == Firing.DISABLED;
        if (lone && cursor.accept(Token.ALL)) return new SetTrigger(firing, TriggerScope.ALL, null);
        if (lone && cursor.accept(Token.USER)) return new SetTrigger(firing, TriggerScope.USER, null);
        return new SetTrigger(firing, TriggerScope.NAMED, cursor.columnName());
    }

    private AlterTableCommand replicaIdentity() {
        cursor.expect(Token.IDENTITY);
        if (cursor.accept(Token.NOTHING)) return new ReplicaIdentity(ReplicaIdentityKind.NOTHING, null);
        if (cursor.accept(Token.FULL)) return new ReplicaIdentity(ReplicaIdentityKind.FULL, null);
        if (cursor.accept(Token.DEFAULT)) return new ReplicaIdentity(ReplicaIdentityKind.DEFAULT, null);
        cursor.expect(Token.USING, Token.INDEX);
        return new ReplicaIdentity(ReplicaIdentityKind.INDEX, cursor.columnName());
    }

    /** alter_type_cmds. */
    List<AlterTableCommand> attributeCommands() {
        return cursor.commaList(() -> {
            Token token = cursor.token();
            if (token != Token.ADD && token != Token.DROP && token != Token.ALTER) throw cursor.fail();
            cursor.advance();
            cursor.expect(Token.ATTRIBUTE);
            if (token == Token.ADD) {
                FromItem.ColumnDefinitionItem attribute = grammar.from.columnDefinition();
                return new AddAttribute(attribute, cursor.dropBehavior());
            }
            if (token == Token.DROP) {
                boolean ifExists = cursor.ifExists();
                String name = cursor.columnName();
                return new DropAttribute(ifExists, name, cursor.dropBehavior());
            }
            int position = cursor.position();
            String name = cursor.columnName();
            if (cursor.accept(Token.SET)) cursor.expect(Token.DATA);
            cursor.expect(Token.TYPE);
            TypeName type = grammar.types.type();
            List<String> collation = cursor.accept(Token.COLLATE) ? cursor.anyName().parts() : List.of();
            return new AlterColumnType(name, type, collation, null, cursor.dropBehavior(), position);
        });
    }
}
