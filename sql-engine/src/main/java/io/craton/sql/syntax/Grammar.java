package io.craton.sql.syntax;

/** The parts of one parse and what they share. Parts for rare statements are made when first used. */
final class Grammar {
    final TokenCursor cursor;
    final TypeParser types;
    final ExpressionParser expressions;
    final FunctionCallParser calls;
    final SelectParser selects;
    final FromParser from;
    final ModifyParser modify;
    final OptionParser options;
    private StatementParser statements;

    Grammar(TokenCursor cursor) {
        this.cursor = cursor;
        this.types = new TypeParser(this);
        this.expressions = new ExpressionParser(this);
        this.calls = new FunctionCallParser(this);
        this.selects = new SelectParser(this);
        this.from = new FromParser(this);
        this.modify = new ModifyParser(this);
        this.options = new OptionParser(this);
    }

    StatementParser statements() {
        if (statements == null) statements = new StatementParser(this);
        return statements;
    }
}
