package io.craton.sql.syntax;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.craton.core.error.PgException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Our parser against PostgreSQL's: the same statements accepted, the same message and position for the others. The corpus is the statement files beside this
 * test and, when the environment variable CRATON_SQL_CORPUS names a folder, all .sql files below it (PostgreSQL's src/test/regress/sql).
 */
final class ParserOracleTest {
    private static final Optional<PgQueryLibrary> LIBRARY = PgQueryLibrary.open();

    private record Difference(String sql, String expected, String actual) {}

    @Test
    void agreesWithPostgresOnOwnStatements() {
        assumeTrue(LIBRARY.isPresent(), "libpg_query is not installed: parser not compared with PostgreSQL's");
        List<Difference> differences = new ArrayList<>();
        for (StatementCase statement : StatementCase.all()) compare(statement.sql(), differences);
        assertThat(differences).as("statements where the parsers disagree").isEmpty();
    }

    @Test
    void agreesWithPostgresOnItsRegressionSuite() throws IOException {
        assumeTrue(LIBRARY.isPresent(), "libpg_query is not installed: parser not compared with PostgreSQL's");
        String folder = System.getenv("CRATON_SQL_CORPUS");
        assumeTrue(folder != null, "CRATON_SQL_CORPUS is not set: regression corpus not compared");
        List<Difference> differences = new ArrayList<>();
        List<Difference> trees = new ArrayList<>();
        int total = 0;
        int queries = 0;
        try (Stream<Path> files = Files.walk(Path.of(folder))) {
            for (Path file : files.filter(path -> path.toString().endsWith(".sql")).sorted().toList()) {
                for (String sql : statements(file)) {
                    total++;
                    if (compare(sql, differences)) queries += compareTrees(sql, trees);
                }
            }
        }
        report(differences, total);
        System.out.printf("parser oracle: trees of %d queries, %d differ%n", queries, trees.size());
        trees.stream().limit(20).forEach(d -> System.out.printf("   [%s] expected %s got %s%n", shortened(d.sql()), d.expected(), d.actual()));
        long verdicts = differences.stream().filter(d -> d.expected().isEmpty() != d.actual().isEmpty()).count();
        assertThat((double) verdicts / total).as("share of statements with another verdict").isLessThan(0.01);
        assertThat((double) differences.size() / total).as("share with another verdict, message or position").isLessThan(0.02);
        assertThat((double) trees.size() / queries).as("share of queries with another tree").isLessThan(0.01);
    }

    private static void report(List<Difference> differences, int total) {
        Map<String, List<Difference>> kinds = new TreeMap<>();
        for (Difference difference : differences) {
            String kind = difference.expected().isEmpty() ? "we refuse" : difference.actual().isEmpty() ? "we accept" : "other error";
            kinds.computeIfAbsent(kind, _ -> new ArrayList<>()).add(difference);
        }
        System.out.printf("parser oracle: %d statements, %d differ%n", total, differences.size());
        kinds.forEach((kind, list) -> {
            System.out.printf("-- %s: %d%n", kind, list.size());
            list.stream().limit(40).forEach(d -> System.out.printf("   [%s] expected <%s> got <%s>%n",
                    shortened(d.sql()), d.expected(), d.actual()));
        });
    }

    private static String shortened(String sql) {
        String line = sql.strip().replaceAll("\\s+", " ");
        return line.substring(0, Math.min(150, line.length()));
    }

    /**
     * Our tree of a query, printed, must mean to PostgreSQL's parser what the query's own text means: its tree of both is compared. Returns how many
     * queries that were.
     */
    private static int compareTrees(String sql, List<Difference> differences) {
        List<ParsedStatement> parsed = SqlParser.parse(sql);
        if (parsed.size() != 1 || !(parsed.getFirst().statement() instanceof SelectStatement query)) return 0;
        PgQueryLibrary library = LIBRARY.orElseThrow();
        String expected = library.tree(sql).orElse("");
        String printed;
        try {
            printed = SqlPrinter.print(query);
        } catch (PgException e) {
            return 0; // no view holds such a query: SELECT INTO, XMLTABLE
        }
        String actual = library.tree(printed).orElse("refused");
        if (expected.equals(actual)) return 1;
        int same = 0;
        while (same < Math.min(expected.length(), actual.length()) && expected.charAt(same) == actual.charAt(same)) same++;
        int from = Math.max(0, same - 40);
        differences.add(new Difference(sql, expected.substring(from, Math.min(expected.length(), same + 60)),
                actual.equals("refused") ? "refused: " + shortened(printed) : actual.substring(from, Math.min(actual.length(), same + 60))));
        return 1;
    }

    /** Returns whether PostgreSQL and we accept the statement. */
    private static boolean compare(String sql, List<Difference> differences) {
        PgQueryLibrary.Answer expected = LIBRARY.orElseThrow().parse(sql);
        String wanted = expected.message().isEmpty() ? "" : expected.message() + " @" + expected.position();
        String actual;
        try {
            SqlParser.parse(sql);
            actual = "";
        } catch (PgException e) {
            actual = e.error().message() + " @" + e.error().position();
        } catch (RuntimeException e) {
            actual = e.toString();
        }
        // 15.1, which the library has, shows one character of the junk; later 15.x show the word
        boolean junk = wanted.startsWith("trailing junk") && actual.startsWith(wanted.substring(0, wanted.lastIndexOf('"')));
        if (!wanted.equals(actual) && !junk) differences.add(new Difference(sql, wanted, actual));
        return wanted.isEmpty() && actual.isEmpty();
    }

    /** The statements of a psql script: cut by our lexer at semicolons, psql's own commands removed; where that fails, cut roughly. */
    private static List<String> statements(Path file) {
        String text;
        try {
            text = Files.readString(file, StandardCharsets.ISO_8859_1).chars().allMatch(c -> c < 128)
                    ? Files.readString(file) : Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            try {
                text = Files.readString(file, StandardCharsets.ISO_8859_1);
            } catch (IOException again) {
                throw new UncheckedIOException(again);
            }
        }
        text = text.replaceAll("(?m)^\\\\.*$", "").replace("\0", "");
        List<String> statements = new ArrayList<>();
        int from = 0;
        while (from < text.length()) {
            int end = from + cut(text.substring(from));
            String sql = text.substring(from, end);
            if (!sql.isBlank()) statements.add(sql);
            from = end;
        }
        return statements;
    }

    private static int cut(String text) {
        PgLexer lexer = new PgLexer(text, LexerSettings.DEFAULT);
        try {
            int depth = 0;
            while (true) {
                switch (lexer.next()) {
                    case EOF -> {
                        return text.length();
                    }
                    case LPAREN -> depth++;
                    case RPAREN -> depth--;
                    case SEMICOLON -> {
                        if (depth <= 0) return lexer.end();
                    }
                    default -> {}
                }
            }
        } catch (PgException e) {
            int end = text.indexOf(";\n");
            return end < 0 ? text.length() : end + 2;
        }
    }
}
