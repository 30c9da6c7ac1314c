package io.craton.sql.syntax;

import io.craton.core.error.SqlState;
import io.craton.sql.syntax.Option.BooleanValue;
import io.craton.sql.syntax.Option.ListValue;
import io.craton.sql.syntax.Option.StarValue;
import io.craton.sql.syntax.Option.TextValue;
import io.craton.sql.syntax.UtilityStatement.*;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** COPY, EXPLAIN, VACUUM, ANALYZE, CLUSTER, REINDEX, CHECKPOINT, LOAD. */
final class UtilityParser {
    private final Grammar grammar;
    private final TokenCursor cursor;
    private final TableParser tables;

    UtilityParser(Grammar grammar, TableParser tables) {
        this.grammar = grammar;
        this.cursor = grammar.cursor;
        this.tables = tables;
    }

    Statement statement() {
        Token token = cursor.token();
        switch (token) {
            case COPY, EXPLAIN, VACUUM, ANALYZE, ANALYSE, CLUSTER, REINDEX, CHECKPOINT, LOAD -> cursor.advance();
            default -> throw cursor.fail();
        }
        return switch (token) {
            case COPY -> copy();
            case EXPLAIN -> explain();
            case VACUUM -> vacuum();
            case ANALYZE, ANALYSE -> analyze();
            case CLUSTER -> cluster();
            case REINDEX -> reindex();
            case LOAD -> new Load(cursor.string());
            default -> new Checkpoint();
        };
    }

    private Statement copy() {
        List<Option> options = new ArrayList<>();
        if (cursor.at(Token.LPAREN)) {
            cursor.advance();
            Statement.Optimizable query = grammar.modify.preparable();
            cursor.expect(Token.RPAREN, Token.TO);
            boolean program = cursor.accept(Token.PROGRAM);
            String file = copyFile(program);
            cursor.accept(Token.WITH);
            copyOptions(options);
            return new Copy(null, query, List.of(), false, program, file, List.copyOf(options), null);
        }
        if (cursor.at(Token.BINARY)) {
            options.add(Option.of("format", new TextValue("binary"), cursor.position()));
            cursor.advance();
        }
        QualifiedName relation = cursor.qualifiedName();
        List<String> columns = cursor.optionalNames();
        boolean from = cursor.accept(Token.FROM);
        if (!from) cursor.expect(Token.TO);
        boolean program = cursor.accept(Token.PROGRAM);
        String file = copyFile(program);
        int position = cursor.position();
        if (cursor.at(Token.USING) || cursor.at(Token.DELIMITERS)) {
            cursor.accept(Token.USING);
            cursor.expect(Token.DELIMITERS);
            options.add(Option.of("delimiter", new TextValue(cursor.string()), position));
        }
        cursor.accept(Token.WITH);
        copyOptions(options);
        int wherePosition = cursor.position();
        Expr where = grammar.expressions.optional(Token.WHERE);
        if (where != null && !from) throw TokenCursor.error(SqlState.SYNTAX_ERROR, "WHERE clause not allowed with COPY TO", wherePosition);
        return new Copy(relation, null, columns, from, program, file, List.copyOf(options), where);
    }

    private @Nullable String copyFile(boolean program) {
        if (cursor.at(Token.SCONST)) return cursor.string();
        int position = cursor.position();
        if (!cursor.accept(Token.STDIN)) cursor.expect(Token.STDOUT);
        if (program) throw TokenCursor.error(SqlState.SYNTAX_ERROR, "STDIN/STDOUT not allowed with PROGRAM", position);
        return null;
    }

    private void copyOptions(List<Option> options) {
        if (cursor.at(Token.LPAREN)) {
            options.addAll(grammar.options.copyOptions());
            return;
        }
        while (true) {
            int position = cursor.position();
            Token token = cursor.token();
            switch (token) {
                case BINARY, CSV -> {
                    cursor.advance();
                    options.add(Option.of("format", new TextValue(token.text), position));
                }
                case FREEZE, HEADER -> {
                    cursor.advance();
                    options.add(Option.of(token.text, new BooleanValue(true), position));
                }
                case DELIMITER, NULL, QUOTE, ESCAPE -> {
                    cursor.advance();
                    cursor.accept(Token.AS);
                    options.add(Option.of(token.text, new TextValue(cursor.string()), position));
                }
                case ENCODING -> {
                    cursor.advance();
                    options.add(Option.of("encoding", new TextValue(cursor.string()), position));
                }
                case FORCE -> {
                    cursor.advance();
                    options.add(force(position));
                }
                default -> {
                    return;
                }
            }
        }
    }

    private Option force(int position) {
        if (cursor.accept(Token.QUOTE)) {
            return Option.of("force_quote", cursor.accept(Token.STAR) ? new StarValue() : new ListValue(cursor.nameList()), position);
        }
        String name = cursor.accept(Token.NOT) ? "force_not_null" : "force_null";
        cursor.expect(Token.NULL);
        return Option.of(name, new ListValue(cursor.nameList()), position);
    }

    private boolean acceptAnalyze() {
        return cursor.accept(Token.ANALYZE) || cursor.accept(Token.ANALYSE);
    }

    private Statement explain() {
        List<Option> options = new ArrayList<>(2);
        int position = cursor.position();
        if (cursor.at(Token.LPAREN) && optionsAhead()) {
            options.addAll(grammar.options.utilityOptions());
        } else if (acceptAnalyze()) {
            options.add(Option.of("analyze", null, position));
            int verbosePosition = cursor.position();
            if (cursor.accept(Token.VERBOSE)) options.add(Option.of("verbose", null, verbosePosition));
        } else if (cursor.accept(Token.VERBOSE)) {
            options.add(Option.of("verbose", null, position));
        }
        return new Explain(List.copyOf(options), explainable());
    }

    /** An option list, not a query in parentheses? */
    private boolean optionsAhead() {
        return switch (cursor.ahead(1)) {
            case SELECT, VALUES, TABLE, WITH, LPAREN -> false;
            default -> true;
        };
    }

    private Statement explainable() {
        return switch (cursor.token()) {
            case DECLARE -> {
                cursor.advance();
                yield grammar.statements().session().declare();
            }
            case EXECUTE -> {
                cursor.advance();
                yield grammar.statements().session().execute();
            }
            case REFRESH -> tables.statement();
            case CREATE -> tables.createTableAsOnly();
            default -> grammar.modify.preparable();
        };
    }

    private Statement vacuum() {
        List<Option> options = new ArrayList<>(4);
        if (cursor.at(Token.LPAREN)) {
            options.addAll(grammar.options.utilityOptions());
        } else {
            word(options, Token.FULL);
            word(options, Token.FREEZE);
            word(options, Token.VERBOSE);
            int position = cursor.position();
            if (acceptAnalyze()) options.add(Option.of("analyze", null, position));
        }
        return new Vacuum(true, List.copyOf(options), vacuumRelations());
    }

    private void word(List<Option> options, Token token) {
        int position = cursor.position();
        if (cursor.accept(token)) options.add(Option.of(token.text, null, position));
    }

    private Statement analyze() {
        List<Option> options = new ArrayList<>(1);
        if (cursor.at(Token.LPAREN)) options.addAll(grammar.options.utilityOptions());
        else word(options, Token.VERBOSE);
        return new Vacuum(false, List.copyOf(options), vacuumRelations());
    }

    private List<VacuumRelation> vacuumRelations() {
        if (!cursor.atColumnName()) return List.of();
        return cursor.commaList(() -> {
            QualifiedName name = cursor.qualifiedName();
            return new VacuumRelation(name, cursor.optionalNames());
        });
    }

    private Statement cluster() {
        List<Option> options = new ArrayList<>(1);
        boolean parenthesized = cursor.at(Token.LPAREN);
        if (parenthesized) options.addAll(grammar.options.utilityOptions());
        else word(options, Token.VERBOSE);
        if (!parenthesized && !cursor.atColumnName()) return new Cluster(List.copyOf(options), null, null);
        QualifiedName name = cursor.qualifiedName();
        if (!parenthesized && name.parts().size() == 1 && cursor.accept(Token.ON)) {
            return new Cluster(List.copyOf(options), cursor.qualifiedName(), name.name());
        }
        return new Cluster(List.copyOf(options), name, cursor.accept(Token.USING) ? cursor.columnName() : null);
    }

    private Statement reindex() {
        List<Option> options = cursor.at(Token.LPAREN) ? grammar.options.utilityOptions() : List.of();
        ReindexKind kind = switch (cursor.token()) {
            case INDEX -> ReindexKind.INDEX;
            case TABLE -> ReindexKind.TABLE;
            case SCHEMA -> ReindexKind.SCHEMA;
            case SYSTEM -> ReindexKind.SYSTEM;
            case DATABASE -> ReindexKind.DATABASE;
            default -> throw cursor.fail();
        };
        cursor.advance();
        boolean concurrently = cursor.accept(Token.CONCURRENTLY);
        if (kind == ReindexKind.INDEX || kind == ReindexKind.TABLE) return new Reindex(options, kind, concurrently, cursor.qualifiedName());
        int position = cursor.position();
        return new Reindex(options, kind, concurrently, new QualifiedName(List.of(cursor.columnName()), position));
    }
}
