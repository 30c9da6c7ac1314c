package io.craton.sql.syntax;

import io.craton.sql.syntax.AlterTableCommand.*;
import io.craton.sql.syntax.ObjectStatement.*;
import io.craton.sql.syntax.Statement.DropBehavior;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** ALTER: reads the kind and name of the object, then what is common to all kinds, then what is special to one. */
final class AlterParser {
    private final Grammar grammar;
    private final TokenCursor cursor;
    private final TableParser tables;
    private final AlterTableParser tableCommands;
    private final RoutineParser routines;
    private final RoleParser roles;
    private final ForeignParser foreign;
    private final ReferenceParser references;
    private final SessionParser session;
    private final DefinitionParser definitions;

    AlterParser(Grammar grammar, TableParser tables, RoutineParser routines, RoleParser roles, ForeignParser foreign, ReferenceParser references,
            SessionParser session) {
        this.grammar = grammar;
        this.cursor = grammar.cursor;
        this.tables = tables;
        this.tableCommands = new AlterTableParser(grammar, tables);
        this.routines = routines;
        this.roles = roles;
        this.foreign = foreign;
        this.references = references;
        this.session = session;
        this.definitions = new DefinitionParser(grammar, references);
    }

    Statement alter() {
        cursor.expect(Token.ALTER);
        switch (cursor.token()) {
            case ROLE, USER, GROUP -> {
                return role();
            }
            case SYSTEM -> {
                cursor.advance();
                if (cursor.accept(Token.RESET)) return new SessionStatement.AlterSystem(session.resetGeneric());
                cursor.expect(Token.SET);
                return new SessionStatement.AlterSystem(session.genericSet(false));
            }
            case DEFAULT -> {
                cursor.advance();
                cursor.expect(Token.PRIVILEGES);
                return roles.defaultPrivileges();
            }
            case CONSTRAINT, CAST, COLUMN, TRANSFORM, ACCESS -> throw cursor.fail();
            default -> {}
        }
        ObjectKind kind = references.kind();
        return switch (kind) {
            case TABLE, INDEX, SEQUENCE, VIEW, MATERIALIZED_VIEW, FOREIGN_TABLE -> relation(kind);
            default -> object(kind);
        };
    }

    private Statement role() {
        if (cursor.at(Token.USER, Token.MAPPING) && cursor.ahead(2) == Token.FOR) {
            cursor.advance();
            cursor.advance();
            RoleSpec user = roles.mappingUser();
            cursor.expect(Token.SERVER);
            String server = cursor.columnName();
            return new ForeignStatement.AlterUserMapping(user, server, grammar.options.alterForeignOptions());
        }
        Token word = cursor.token();
        cursor.advance();
        if (cursor.ahead(1) == Token.RENAME) {
            int position = cursor.position();
            String name = cursor.roleId();
            cursor.expect(Token.RENAME, Token.TO);
            ObjectReference reference = new ObjectReference.Named(new QualifiedName(List.of(name), position));
            return new Rename(ObjectKind.ROLE, ObjectKind.ROLE, false, reference, false, null, cursor.roleId(), DropBehavior.RESTRICT);
        }
        return word == Token.GROUP ? roles.alterGroup() : roles.alterRole();
    }

    private Statement relation(ObjectKind kind) {
        boolean spaced = kind == ObjectKind.TABLE || kind == ObjectKind.INDEX || kind == ObjectKind.MATERIALIZED_VIEW;
        if (spaced && cursor.at(Token.ALL)) return allInTablespace(kind);
        boolean ifExists = cursor.ifExists();
        boolean inheritable = kind == ObjectKind.TABLE || kind == ObjectKind.FOREIGN_TABLE;
        FromItem.RelationItem item = inheritable ? grammar.from.relation() : new FromItem.RelationItem(cursor.qualifiedName(), false, null, null, 0);
        QualifiedName name = item.relation();
        ObjectReference reference = new ObjectReference.Named(name);
        if (cursor.accept(Token.RENAME)) return renameRelation(kind, ifExists, reference, item.only());
        if (kind != ObjectKind.INDEX && cursor.accept(Token.SET, Token.SCHEMA)) {
            return new AlterObjectSchema(kind, ifExists, reference, cursor.columnName());
        }
        if (!ifExists && (kind == ObjectKind.INDEX || kind == ObjectKind.MATERIALIZED_VIEW)) {
            Statement depends = depends(kind, reference);
            if (depends != null) return depends;
        }
        boolean logging = cursor.at(Token.SET) && (cursor.ahead(1) == Token.LOGGED || cursor.ahead(1) == Token.UNLOGGED);
        if (kind == ObjectKind.SEQUENCE && grammar.options.atSequenceOption() && !logging) {
            return new TableStatement.AlterSequence(ifExists, name, grammar.options.sequenceOptions(true));
        }
        return new TableStatement.AlterTable(kind, ifExists, name, item.only(), tableCommands.commands());
    }

    private Statement allInTablespace(ObjectKind kind) {
        cursor.expect(Token.ALL, Token.IN);
        cursor.expect(Token.TABLESPACE);
        String from = cursor.columnName();
        List<RoleSpec> owners = List.of();
        if (cursor.accept(Token.OWNED)) {
            cursor.expect(Token.BY);
            owners = cursor.roles();
        }
        cursor.expect(Token.SET, Token.TABLESPACE);
        String to = cursor.columnName();
        return new TableStatement.AlterAllInTablespace(kind, from, owners, to, cursor.accept(Token.NOWAIT));
    }

    private Statement renameRelation(ObjectKind kind, boolean ifExists, ObjectReference reference, boolean only) {
        if (cursor.accept(Token.TO)) return new Rename(kind, kind, ifExists, reference, only, null, cursor.columnName(), DropBehavior.RESTRICT);
        if (kind == ObjectKind.INDEX || kind == ObjectKind.SEQUENCE) throw cursor.fail();
        ObjectKind part = kind == ObjectKind.TABLE && cursor.accept(Token.CONSTRAINT) ? ObjectKind.TABLE_CONSTRAINT : ObjectKind.COLUMN;
        if (part == ObjectKind.COLUMN) cursor.accept(Token.COLUMN);
        String old = cursor.columnName();
        cursor.expect(Token.TO);
        return new Rename(part, kind, ifExists, reference, only, old, cursor.columnName(), DropBehavior.RESTRICT);
    }

    private @Nullable Statement depends(ObjectKind kind, ObjectReference reference) {
        boolean no = cursor.at(Token.NO, Token.DEPENDS);
        if (!no && !cursor.at(Token.DEPENDS)) return null;
        if (no) cursor.advance();
        cursor.expect(Token.DEPENDS, Token.ON);
        cursor.expect(Token.EXTENSION);
        return new AlterDepends(kind, reference, cursor.columnName(), no);
    }

    private Statement object(ObjectKind kind) {
        if (kind == ObjectKind.STATISTICS && cursor.at(Token.IF)) {
            boolean ifExists = cursor.ifExists();
            QualifiedName name = cursor.anyName();
            cursor.expect(Token.SET, Token.STATISTICS);
            return new TableStatement.AlterStatistics(ifExists, name, cursor.signedInteger());
        }
        boolean ifExists = kind == ObjectKind.POLICY && cursor.ifExists();
        ObjectReference reference = switch (kind) {
            // here a type or domain is only a name
            case TYPE, DOMAIN -> new ObjectReference.Named(cursor.anyName());
            default -> references.reference(kind);
        };
        if (cursor.at(Token.RENAME)) return rename(kind, ifExists, reference);
        if (ifExists) throw cursor.fail();
        if (cursor.at(Token.OWNER) && ownable(kind)) {
            cursor.advance();
            cursor.expect(Token.TO);
            return new AlterOwner(kind, reference, cursor.role());
        }
        if (cursor.at(Token.SET, Token.SCHEMA) && movable(kind)) {
            cursor.advance();
            cursor.advance();
            return new AlterObjectSchema(kind, false, reference, cursor.columnName());
        }
        return special(kind, reference);
    }

    private static boolean ownable(ObjectKind kind) {
        return switch (kind) {
            case EXTENSION, POLICY, RULE, TRIGGER, ROLE, TEXT_SEARCH_PARSER, TEXT_SEARCH_TEMPLATE -> false;
            default -> true;
        };
    }

    private static boolean movable(ObjectKind kind) {
        return switch (kind) {
            case AGGREGATE, COLLATION, CONVERSION, DOMAIN, EXTENSION, FUNCTION, OPERATOR, OPERATOR_CLASS, OPERATOR_FAMILY, PROCEDURE, ROUTINE, STATISTICS,
                    TEXT_SEARCH_PARSER, TEXT_SEARCH_DICTIONARY, TEXT_SEARCH_TEMPLATE, TEXT_SEARCH_CONFIGURATION, TYPE -> true;
            default -> false;
        };
    }

    private Statement rename(ObjectKind kind, boolean ifExists, ObjectReference reference) {
        if (kind == ObjectKind.OPERATOR || kind == ObjectKind.EXTENSION || kind == ObjectKind.LARGE_OBJECT) throw cursor.fail();
        cursor.advance();
        if (kind == ObjectKind.TYPE && cursor.accept(Token.VALUE)) {
            String old = cursor.string();
            cursor.expect(Token.TO);
            return new RenameEnumValue(((ObjectReference.Named) reference).name(), old, cursor.string());
        }
        boolean attribute = kind == ObjectKind.TYPE && cursor.accept(Token.ATTRIBUTE);
        if (attribute || kind == ObjectKind.DOMAIN && cursor.accept(Token.CONSTRAINT)) {
            String old = cursor.columnName();
            cursor.expect(Token.TO);
            String fresh = cursor.columnName();
            return new Rename(attribute ? ObjectKind.ATTRIBUTE : ObjectKind.DOMAIN_CONSTRAINT, kind, false, reference, false, old, fresh,
                    attribute ? cursor.dropBehavior() : DropBehavior.RESTRICT);
        }
        cursor.expect(Token.TO);
        return new Rename(kind, kind, ifExists, reference, false, null, cursor.columnName(), DropBehavior.RESTRICT);
    }

    private static QualifiedName named(ObjectReference reference) {
        return ((ObjectReference.Named) reference).name();
    }

    private Statement special(ObjectKind kind, ObjectReference reference) {
        return switch (kind) {
            case FUNCTION, PROCEDURE, ROUTINE -> {
                Statement depends = depends(kind, reference);
                yield depends != null ? depends : routines.alter(kind, (ObjectReference.OfRoutine) reference);
            }
            case TRIGGER -> {
                Statement depends = depends(kind, reference);
                if (depends == null) throw cursor.fail();
                yield depends;
            }
            case TYPE -> type(named(reference));
            case DOMAIN -> domain(named(reference));
            case DATABASE -> database(named(reference).name());
            case COLLATION -> {
                cursor.expect(Token.REFRESH, Token.VERSION);
                yield new RefreshCollation(named(reference));
            }
            case EXTENSION -> extension(named(reference).name());
            case TABLESPACE -> {
                boolean reset = cursor.accept(Token.RESET);
                if (!reset) cursor.expect(Token.SET);
                yield new AlterTablespace(named(reference).name(), grammar.options.relationOptions(), reset);
            }
            case STATISTICS -> {
                cursor.expect(Token.SET, Token.STATISTICS);
                yield new TableStatement.AlterStatistics(false, named(reference), cursor.signedInteger());
            }
            case OPERATOR -> {
                cursor.expect(Token.SET);
                yield new AlterOperator((ObjectReference.OfOperator) reference, grammar.options.operatorDefinition());
            }
            case OPERATOR_FAMILY -> {
                ObjectReference.UsingMethod family = (ObjectReference.UsingMethod) reference;
                yield definitions.alterFamily(family.name(), family.method());
            }
            case EVENT_TRIGGER -> {
                Firing firing = Firing.DISABLED;
                if (!cursor.accept(Token.DISABLE)) {
                    cursor.expect(Token.ENABLE);
                    firing = cursor.accept(Token.REPLICA) ? Firing.REPLICA : cursor.accept(Token.ALWAYS) ? Firing.ALWAYS : Firing.ORIGIN;
                }
                yield new RoutineStatement.AlterEventTrigger(named(reference).name(), firing);
            }
            case POLICY -> {
                ObjectReference.OnRelation policy = (ObjectReference.OnRelation) reference;
                yield roles.alterPolicy(policy.name(), policy.relation());
            }
            case FOREIGN_DATA_WRAPPER -> foreign.alterWrapper(named(reference).name());
            case FOREIGN_SERVER -> foreign.alterServer(named(reference).name());
            case PUBLICATION -> foreign.alterPublication(named(reference).name());
            case SUBSCRIPTION -> foreign.alterSubscription(named(reference).name());
            case TEXT_SEARCH_DICTIONARY -> new AlterTextSearchDictionary(named(reference), grammar.options.definition());
            case TEXT_SEARCH_CONFIGURATION -> textSearchConfiguration(named(reference));
            default -> throw cursor.fail();
        };
    }

    private Statement type(QualifiedName name) {
        if (cursor.accept(Token.SET)) return new AlterType(name, grammar.options.operatorDefinition());
        if (!cursor.at(Token.ADD, Token.VALUE)) return new AlterCompositeType(name, tableCommands.attributeCommands());
        cursor.advance();
        cursor.advance();
        boolean ifNotExists = cursor.ifNotExists();
        String value = cursor.string();
        boolean after = cursor.at(Token.AFTER);
        String neighbour = after || cursor.at(Token.BEFORE) ? neighbour() : null;
        return new AddEnumValue(name, ifNotExists, value, neighbour, after);
    }

    private String neighbour() {
        cursor.advance();
        return cursor.string();
    }

    private Statement domain(QualifiedName name) {
        if (cursor.accept(Token.ADD)) return new AlterDomain(name, new AddConstraint(tables.constraints.tableConstraint()));
        if (cursor.accept(Token.VALIDATE)) {
            cursor.expect(Token.CONSTRAINT);
            return new AlterDomain(name, new ValidateConstraint(cursor.columnName()));
        }
        boolean set = cursor.accept(Token.SET);
        if (!set) cursor.expect(Token.DROP);
        if (cursor.accept(Token.DEFAULT)) return new AlterDomain(name, new SetColumnDefault("", set ? grammar.expressions.expression() : null));
        if (cursor.accept(Token.NOT)) {
            cursor.expect(Token.NULL);
            return new AlterDomain(name, set ? new SetNotNull("") : new DropNotNull(""));
        }
        if (set) throw cursor.fail();
        cursor.expect(Token.CONSTRAINT);
        boolean ifExists = cursor.ifExists();
        String constraint = cursor.columnName();
        return new AlterDomain(name, new DropConstraint(ifExists, constraint, cursor.dropBehavior()));
    }

    private Statement database(String name) {
        if (cursor.accept(Token.SET, Token.TABLESPACE)) {
            int position = cursor.position();
            return new AlterDatabase(name, List.of(Option.of("tablespace", new Option.TextValue(cursor.columnName()), position)));
        }
        if (cursor.accept(Token.REFRESH)) {
            cursor.expect(Token.COLLATION, Token.VERSION);
            return new RefreshDatabaseCollation(name);
        }
        if (cursor.at(Token.SET) || cursor.at(Token.RESET)) return new AlterDatabaseSetting(name, session.setOrReset());
        cursor.accept(Token.WITH);
        return new AlterDatabase(name, grammar.statements().databaseOptions());
    }

    private Statement extension(String name) {
        if (cursor.accept(Token.UPDATE)) {
            List<Option> options = new ArrayList<>();
            int position = cursor.position();
            while (cursor.accept(Token.TO)) options.add(Option.of("new_version", new Option.TextValue(cursor.nonReservedWordOrString()), position));
            return new AlterExtension(name, List.copyOf(options));
        }
        boolean add = cursor.accept(Token.ADD);
        if (!add) cursor.expect(Token.DROP);
        ObjectKind kind = references.kind();
        return new AlterExtensionContents(name, add, kind, references.reference(kind));
    }

    private Statement textSearchConfiguration(QualifiedName name) {
        MappingChange change = cursor.accept(Token.ADD) ? MappingChange.ADD : cursor.accept(Token.ALTER) ? MappingChange.ALTER : MappingChange.DROP;
        if (change == MappingChange.DROP) cursor.expect(Token.DROP);
        cursor.expect(Token.MAPPING);
        boolean ifExists = change == MappingChange.DROP && cursor.ifExists();
        List<String> tokens = List.of();
        if (change != MappingChange.ALTER || !cursor.at(Token.REPLACE)) {
            cursor.expect(Token.FOR);
            tokens = cursor.nameList();
        }
        if (change == MappingChange.DROP) return new AlterTextSearchConfiguration(name, change, ifExists, tokens, List.of());
        if (change == MappingChange.ALTER && cursor.accept(Token.REPLACE)) {
            QualifiedName old = cursor.anyName();
            cursor.expect(Token.WITH);
            return new AlterTextSearchConfiguration(name, MappingChange.REPLACE, false, tokens, List.of(old, cursor.anyName()));
        }
        cursor.expect(Token.WITH);
        return new AlterTextSearchConfiguration(name, change, false, tokens, cursor.commaList(cursor::anyName));
    }
}
