package io.craton.sql.syntax;

import static io.craton.sql.syntax.Token.Category.C;
import static io.craton.sql.syntax.Token.Category.R;
import static io.craton.sql.syntax.Token.Category.T;
import static io.craton.sql.syntax.Token.Category.U;
import static io.craton.sql.syntax.Token.Label.BARE;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Kinds of tokens: literals, punctuation, operators, and every key word of PostgreSQL 15 with its category and whether it may be a column label without
 * AS. This is the one key word table: pg_get_keywords(), the parser and the quoting of identifiers read it.
 */
public enum Token {
    /** End of the text. */
    EOF,
    /** The lexer found an error here; it is thrown when the parser gets this far. */
    ERROR,
    /** A character that begins no token. */
    OTHER,
    IDENT, SCONST, BCONST, XCONST, ICONST, FCONST, PARAM,
    /** Any operator that has no kind of its own. */
    OP,
    COMMA(","), LPAREN("("), RPAREN(")"), LBRACKET("["), RBRACKET("]"), DOT("."), SEMICOLON(";"), COLON(":"), PLUS("+"), MINUS("-"), STAR("*"),
    SLASH("/"), PERCENT("%"), CARET("^"), LT("<"), GT(">"), EQ("="), LESS_EQUALS("<="), GREATER_EQUALS(">="), NOT_EQUALS("<>"),
    TYPECAST("::"), DOT_DOT(".."), COLON_EQUALS(":="), EQUALS_GREATER("=>"),

    ABORT(U, BARE), ABSOLUTE(U, BARE), ACCESS(U, BARE), ACTION(U, BARE), ADD(U, BARE), ADMIN(U, BARE), AFTER(U, BARE), AGGREGATE(U, BARE),
    ALL(R, BARE), ALSO(U, BARE), ALTER(U, BARE), ALWAYS(U, BARE), ANALYSE(R, BARE), ANALYZE(R, BARE), AND(R, BARE), ANY(R, BARE),
    ARRAY(R, Label.AS), AS(R, Label.AS), ASC(R, BARE), ASENSITIVE(U, BARE), ASSERTION(U, BARE), ASSIGNMENT(U, BARE), ASYMMETRIC(R, BARE), AT(U, BARE),
    ATOMIC(U, BARE), ATTACH(U, BARE), ATTRIBUTE(U, BARE), AUTHORIZATION(T, BARE), BACKWARD(U, BARE), BEFORE(U, BARE), BEGIN(U, BARE),
    BETWEEN(C, BARE), BIGINT(C, BARE), BINARY(T, BARE), BIT(C, BARE), BOOLEAN(C, BARE), BOTH(R, BARE), BREADTH(U, BARE), BY(U, BARE),
    CACHE(U, BARE), CALL(U, BARE), CALLED(U, BARE), CASCADE(U, BARE), CASCADED(U, BARE), CASE(R, BARE), CAST(R, BARE), CATALOG(U, BARE),
    CHAIN(U, BARE), CHAR(C, Label.AS), CHARACTER(C, Label.AS), CHARACTERISTICS(U, BARE), CHECK(R, BARE), CHECKPOINT(U, BARE), CLASS(U, BARE),
    CLOSE(U, BARE), CLUSTER(U, BARE), COALESCE(C, BARE), COLLATE(R, BARE), COLLATION(T, BARE), COLUMN(R, BARE), COLUMNS(U, BARE),
    COMMENT(U, BARE), COMMENTS(U, BARE), COMMIT(U, BARE), COMMITTED(U, BARE), COMPRESSION(U, BARE), CONCURRENTLY(T, BARE),
    CONFIGURATION(U, BARE), CONFLICT(U, BARE), CONNECTION(U, BARE), CONSTRAINT(R, BARE), CONSTRAINTS(U, BARE), CONTENT(U, BARE),
    CONTINUE(U, BARE), CONVERSION(U, BARE), COPY(U, BARE), COST(U, BARE), CREATE(R, Label.AS), CROSS(T, BARE), CSV(U, BARE), CUBE(U, BARE),
    CURRENT(U, BARE), CURRENT_CATALOG(R, BARE), CURRENT_DATE(R, BARE), CURRENT_ROLE(R, BARE), CURRENT_SCHEMA(T, BARE),
    CURRENT_TIME(R, BARE), CURRENT_TIMESTAMP(R, BARE), CURRENT_USER(R, BARE), CURSOR(U, BARE), CYCLE(U, BARE), DATA(U, BARE),
    DATABASE(U, BARE), DAY(U, Label.AS), DEALLOCATE(U, BARE), DEC(C, BARE), DECIMAL(C, BARE), DECLARE(U, BARE), DEFAULT(R, BARE),
    DEFAULTS(U, BARE), DEFERRABLE(R, BARE), DEFERRED(U, BARE), DEFINER(U, BARE), DELETE(U, BARE), DELIMITER(U, BARE), DELIMITERS(U, BARE),
    DEPENDS(U, BARE), DEPTH(U, BARE), DESC(R, BARE), DETACH(U, BARE), DICTIONARY(U, BARE), DISABLE(U, BARE), DISCARD(U, BARE),
    DISTINCT(R, BARE), DO(R, BARE), DOCUMENT(U, BARE), DOMAIN(U, BARE), DOUBLE(U, BARE), DROP(U, BARE), EACH(U, BARE), ELSE(R, BARE),
    ENABLE(U, BARE), ENCODING(U, BARE), ENCRYPTED(U, BARE), END(R, BARE), ENUM(U, BARE), ESCAPE(U, BARE), EVENT(U, BARE), EXCEPT(R, Label.AS),
    EXCLUDE(U, BARE), EXCLUDING(U, BARE), EXCLUSIVE(U, BARE), EXECUTE(U, BARE), EXISTS(C, BARE), EXPLAIN(U, BARE), EXPRESSION(U, BARE),
    EXTENSION(U, BARE), EXTERNAL(U, BARE), EXTRACT(C, BARE), FALSE(R, BARE), FAMILY(U, BARE), FETCH(R, Label.AS), FILTER(U, Label.AS),
    FINALIZE(U, BARE), FIRST(U, BARE), FLOAT(C, BARE), FOLLOWING(U, BARE), FOR(R, Label.AS), FORCE(U, BARE), FOREIGN(R, BARE), FORWARD(U, BARE),
    FREEZE(T, BARE), FROM(R, Label.AS), FULL(T, BARE), FUNCTION(U, BARE), FUNCTIONS(U, BARE), GENERATED(U, BARE), GLOBAL(U, BARE), GRANT(R, Label.AS),
    GRANTED(U, BARE), GREATEST(C, BARE), GROUP(R, Label.AS), GROUPING(C, BARE), GROUPS(U, BARE), HANDLER(U, BARE), HAVING(R, Label.AS),
    HEADER(U, BARE), HOLD(U, BARE), HOUR(U, Label.AS), IDENTITY(U, BARE), IF(U, BARE), ILIKE(T, BARE), IMMEDIATE(U, BARE), IMMUTABLE(U, BARE),
    IMPLICIT(U, BARE), IMPORT(U, BARE), IN(R, BARE), INCLUDE(U, BARE), INCLUDING(U, BARE), INCREMENT(U, BARE), INDEX(U, BARE),
    INDEXES(U, BARE), INHERIT(U, BARE), INHERITS(U, BARE), INITIALLY(R, BARE), INLINE(U, BARE), INNER(T, BARE), INOUT(C, BARE),
    INPUT(U, BARE), INSENSITIVE(U, BARE), INSERT(U, BARE), INSTEAD(U, BARE), INT(C, BARE), INTEGER(C, BARE), INTERSECT(R, Label.AS),
    INTERVAL(C, BARE), INTO(R, Label.AS), INVOKER(U, BARE), IS(T, BARE), ISNULL(T, Label.AS), ISOLATION(U, BARE), JOIN(T, BARE), KEY(U, BARE),
    LABEL(U, BARE), LANGUAGE(U, BARE), LARGE(U, BARE), LAST(U, BARE), LATERAL(R, BARE), LEADING(R, BARE), LEAKPROOF(U, BARE),
    LEAST(C, BARE), LEFT(T, BARE), LEVEL(U, BARE), LIKE(T, BARE), LIMIT(R, Label.AS), LISTEN(U, BARE), LOAD(U, BARE), LOCAL(U, BARE),
    LOCALTIME(R, BARE), LOCALTIMESTAMP(R, BARE), LOCATION(U, BARE), LOCK(U, BARE), LOCKED(U, BARE), LOGGED(U, BARE), MAPPING(U, BARE),
    MATCH(U, BARE), MATCHED(U, BARE), MATERIALIZED(U, BARE), MAXVALUE(U, BARE), MERGE(U, BARE), METHOD(U, BARE), MINUTE(U, Label.AS),
    MINVALUE(U, BARE), MODE(U, BARE), MONTH(U, Label.AS), MOVE(U, BARE), NAME(U, BARE), NAMES(U, BARE), NATIONAL(C, BARE), NATURAL(T, BARE),
    NCHAR(C, BARE), NEW(U, BARE), NEXT(U, BARE), NFC(U, BARE), NFD(U, BARE), NFKC(U, BARE), NFKD(U, BARE), NO(U, BARE), NONE(C, BARE),
    NORMALIZE(C, BARE), NORMALIZED(U, BARE), NOT(R, BARE), NOTHING(U, BARE), NOTIFY(U, BARE), NOTNULL(T, Label.AS), NOWAIT(U, BARE),
    NULL(R, BARE), NULLIF(C, BARE), NULLS(U, BARE), NUMERIC(C, BARE), OBJECT(U, BARE), OF(U, BARE), OFF(U, BARE), OFFSET(R, Label.AS),
    OIDS(U, BARE), OLD(U, BARE), ON(R, Label.AS), ONLY(R, BARE), OPERATOR(U, BARE), OPTION(U, BARE), OPTIONS(U, BARE), OR(R, BARE), ORDER(R, Label.AS),
    ORDINALITY(U, BARE), OTHERS(U, BARE), OUT(C, BARE), OUTER(T, BARE), OVER(U, Label.AS), OVERLAPS(T, Label.AS), OVERLAY(C, BARE),
    OVERRIDING(U, BARE), OWNED(U, BARE), OWNER(U, BARE), PARALLEL(U, BARE), PARAMETER(U, BARE), PARSER(U, BARE), PARTIAL(U, BARE),
    PARTITION(U, BARE), PASSING(U, BARE), PASSWORD(U, BARE), PLACING(R, BARE), PLANS(U, BARE), POLICY(U, BARE), POSITION(C, BARE),
    PRECEDING(U, BARE), PRECISION(C, Label.AS), PREPARE(U, BARE), PREPARED(U, BARE), PRESERVE(U, BARE), PRIMARY(R, BARE), PRIOR(U, BARE),
    PRIVILEGES(U, BARE), PROCEDURAL(U, BARE), PROCEDURE(U, BARE), PROCEDURES(U, BARE), PROGRAM(U, BARE), PUBLICATION(U, BARE),
    QUOTE(U, BARE), RANGE(U, BARE), READ(U, BARE), REAL(C, BARE), REASSIGN(U, BARE), RECHECK(U, BARE), RECURSIVE(U, BARE), REF(U, BARE),
    REFERENCES(R, BARE), REFERENCING(U, BARE), REFRESH(U, BARE), REINDEX(U, BARE), RELATIVE(U, BARE), RELEASE(U, BARE), RENAME(U, BARE),
    REPEATABLE(U, BARE), REPLACE(U, BARE), REPLICA(U, BARE), RESET(U, BARE), RESTART(U, BARE), RESTRICT(U, BARE), RETURN(U, BARE),
    RETURNING(R, Label.AS), RETURNS(U, BARE), REVOKE(U, BARE), RIGHT(T, BARE), ROLE(U, BARE), ROLLBACK(U, BARE), ROLLUP(U, BARE),
    ROUTINE(U, BARE), ROUTINES(U, BARE), ROW(C, BARE), ROWS(U, BARE), RULE(U, BARE), SAVEPOINT(U, BARE), SCHEMA(U, BARE), SCHEMAS(U, BARE),
    SCROLL(U, BARE), SEARCH(U, BARE), SECOND(U, Label.AS), SECURITY(U, BARE), SELECT(R, BARE), SEQUENCE(U, BARE), SEQUENCES(U, BARE),
    SERIALIZABLE(U, BARE), SERVER(U, BARE), SESSION(U, BARE), SESSION_USER(R, BARE), SET(U, BARE), SETOF(C, BARE), SETS(U, BARE),
    SHARE(U, BARE), SHOW(U, BARE), SIMILAR(T, BARE), SIMPLE(U, BARE), SKIP(U, BARE), SMALLINT(C, BARE), SNAPSHOT(U, BARE), SOME(R, BARE),
    SQL(U, BARE), STABLE(U, BARE), STANDALONE(U, BARE), START(U, BARE), STATEMENT(U, BARE), STATISTICS(U, BARE), STDIN(U, BARE),
    STDOUT(U, BARE), STORAGE(U, BARE), STORED(U, BARE), STRICT(U, BARE), STRIP(U, BARE), SUBSCRIPTION(U, BARE), SUBSTRING(C, BARE),
    SUPPORT(U, BARE), SYMMETRIC(R, BARE), SYSID(U, BARE), SYSTEM(U, BARE), TABLE(R, BARE), TABLES(U, BARE), TABLESAMPLE(T, BARE),
    TABLESPACE(U, BARE), TEMP(U, BARE), TEMPLATE(U, BARE), TEMPORARY(U, BARE), TEXT(U, BARE), THEN(R, BARE), TIES(U, BARE), TIME(C, BARE),
    TIMESTAMP(C, BARE), TO(R, Label.AS), TRAILING(R, BARE), TRANSACTION(U, BARE), TRANSFORM(U, BARE), TREAT(C, BARE), TRIGGER(U, BARE),
    TRIM(C, BARE), TRUE(R, BARE), TRUNCATE(U, BARE), TRUSTED(U, BARE), TYPE(U, BARE), TYPES(U, BARE), UESCAPE(U, BARE), UNBOUNDED(U, BARE),
    UNCOMMITTED(U, BARE), UNENCRYPTED(U, BARE), UNION(R, Label.AS), UNIQUE(R, BARE), UNKNOWN(U, BARE), UNLISTEN(U, BARE), UNLOGGED(U, BARE),
    UNTIL(U, BARE), UPDATE(U, BARE), USER(R, BARE), USING(R, BARE), VACUUM(U, BARE), VALID(U, BARE), VALIDATE(U, BARE), VALIDATOR(U, BARE),
    VALUE(U, BARE), VALUES(C, BARE), VARCHAR(C, BARE), VARIADIC(R, BARE), VARYING(U, Label.AS), VERBOSE(T, BARE), VERSION(U, BARE),
    VIEW(U, BARE), VIEWS(U, BARE), VOLATILE(U, BARE), WHEN(R, BARE), WHERE(R, Label.AS), WHITESPACE(U, BARE), WINDOW(R, Label.AS), WITH(R, Label.AS),
    WITHIN(U, Label.AS), WITHOUT(U, Label.AS), WORK(U, BARE), WRAPPER(U, BARE), WRITE(U, BARE), XML(U, BARE), XMLATTRIBUTES(C, BARE),
    XMLCONCAT(C, BARE), XMLELEMENT(C, BARE), XMLEXISTS(C, BARE), XMLFOREST(C, BARE), XMLNAMESPACES(C, BARE), XMLPARSE(C, BARE),
    XMLPI(C, BARE), XMLROOT(C, BARE), XMLSERIALIZE(C, BARE), XMLTABLE(C, BARE), YEAR(U, Label.AS), YES(U, BARE), ZONE(U, BARE);

    /** PostgreSQL's four categories of key words, with pg_get_keywords()'s code and description. */
    public enum Category {
        U("unreserved"), C("unreserved (cannot be function or type name)"), T("reserved (can be function or type name)"), R("reserved");

        public final String description;

        Category(String description) {
            this.description = description;
        }
    }

    /** May the word be a column label without AS? */
    public enum Label {
        BARE("can be bare label"), AS("requires AS");

        public final String description;

        Label(String description) {
            this.description = description;
        }
    }

    private static final List<Token> KEYWORDS = Stream.of(values()).filter(token -> token.category != null).toList();

    /** The word or symbol; empty for tokens without a fixed text. */
    public final String text;
    /** Null for all but key words. */
    public final @Nullable Category category;
    final boolean bareLabel;
    /** May be a column or table name (ColId). */
    final boolean columnName;
    /** May be a function or type name. */
    final boolean typeName;

    Token() {
        this("");
    }

    Token(String text) {
        this.text = text;
        this.category = null;
        this.bareLabel = name().equals("IDENT");
        this.columnName = bareLabel;
        this.typeName = bareLabel;
    }

    Token(Category category, Label label) {
        this.text = name().toLowerCase(Locale.ROOT);
        this.category = category;
        this.bareLabel = label == Label.BARE;
        this.columnName = category == Category.U || category == Category.C;
        this.typeName = category == Category.U || category == Category.T;
    }

    /** All key words in alphabetical order. */
    public static List<Token> keywords() {
        return KEYWORDS;
    }

    public Label label() {
        return bareLabel ? Label.BARE : Label.AS;
    }

    boolean keyword() {
        return category != null;
    }
}
