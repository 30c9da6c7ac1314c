package io.craton.conformance.psql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Statements are cut where psql cuts them. */
class ScannerTest {
    private final Variables variables = new Variables();

    private List<String> items(String script) {
        Scanner scanner = new Scanner(script, variables, new Conditions());
        List<String> items = new ArrayList<>();
        while (true) {
            switch (scanner.next()) {
                case Item.Statement statement -> items.add(statement.sql());
                case Item.Command command -> {
                    if (command.name().equals("set")) variables.set(command.arguments().get(0), command.arguments().get(1));
                    items.add("\\" + command.name() + command.arguments() + (command.buffer().isBlank() ? "" : "{" + command.buffer().strip() + "}"));
                    if (command.name().startsWith("g")) scanner.clear();
                }
                case Item.End end -> {
                    if (!end.buffer().isBlank()) items.add("end:" + end.buffer());
                    return items;
                }
            }
        }
    }

    @Test
    void semicolonsInQuotesCommentsAndParenthesesDoNotEnd() {
        assertThat(items("SELECT ';', \"a;b\", $$;$$, $x$ ; $$ ; $x$, E'\\';' /* ; /* ; */ ; */ ; SELECT 2 -- ;\n;")).hasSize(2);
        assertThat(items("CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2); SELECT 3;")).hasSize(2);
        assertThat(items("SELECT 'it''s;'\n  ';more'; SELECT U&'d\\;' ;")).hasSize(2);
    }

    @Test
    void bodiesOfRoutinesAreWhole() {
        assertThat(items("CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END; SELECT 3;")).hasSize(2);
        assertThat(items("CREATE PROCEDURE p() BEGIN ATOMIC END; SELECT 3;")).hasSize(2);
        assertThat(items("BEGIN; SELECT 1; END;")).hasSize(3);
    }

    @Test
    void leadingSpaceAndLineCommentsAreDropped() {
        assertThat(items("  -- first\n\n/* kept */ SELECT 1; -- after\n")).containsExactly("/* kept */ SELECT 1;");
    }

    @Test
    void variablesAreReplacedOutsideQuotes() {
        assertThat(items("\\set n 'it''s'\nSELECT :'n', :\"n\", ':n', :{?n}, :{?m}, a::text, :m;"))
                .containsExactly("\\set[n, it's]", "SELECT 'it''s', \"it's\", ':n', TRUE, :{?m}, a::text, :m;".replace(":{?m}", "FALSE"));
        assertThat(items("\\set q 'SELECT 1; SELECT 2'\n:q;")).containsExactly("\\set[q, SELECT 1; SELECT 2]", "SELECT 1;", "SELECT 2;");
        assertThat(items("SELECT arr[1:2], b ? 'x';")).containsExactly("SELECT arr[1:2], b ? 'x';");
    }

    @Test
    void commandsEndAtTheLineOrTheNextCommand() {
        assertThat(items("SELECT 1 AS a \\gset p_ \\echo :p_a 'x y'\nSELECT 2 \\; SELECT 3;"))
                .containsExactly("\\gset[p_]{SELECT 1 AS a}", "\\echo[:p_a, x y]", "SELECT 2 ; SELECT 3;");
        assertThat(items("\\copy t from stdin (format csv)\nSELECT 1;")).containsExactly("\\copy[t from stdin (format csv)]", "SELECT 1;");
    }

    @Test
    void branchesNotTakenAreLeftOut() {
        assertThat(items("\\if false\nSELECT 1;\n\\if true\nSELECT 2;\n\\endif\n\\elif yes\nSELECT 3;\n\\else\nSELECT 4;\n\\endif\nSELECT 5;"))
                .containsExactly("SELECT 3;", "SELECT 5;");
    }

    @Test
    void aFollowerTakesTheBranchesOfItsLeader() {
        String script = "\\if :v\nSELECT 1;\n\\else\nSELECT 2;\n\\endif\n";
        Conditions leading = new Conditions();
        Variables first = new Variables();
        first.set("v", "true");
        assertThat(new Scanner(script, first, leading).next()).isInstanceOfSatisfying(Item.Statement.class, s -> assertThat(s.sql()).isEqualTo("SELECT 1;"));
        assertThat(new Scanner(script, variables, new Conditions(leading)).next())
                .isInstanceOfSatisfying(Item.Statement.class, s -> assertThat(s.sql()).isEqualTo("SELECT 1;"));
    }

    @Test
    void copyDataStandsBehindTheLine() {
        Scanner scanner = new Scanner("COPY t FROM stdin; SELECT 1;\n1\ta;b\n\\.\nSELECT 2;", variables, new Conditions());
        Item copy = scanner.next();
        assertThat(scanner.copyData()).isEqualTo("1\ta;b\n");
        assertThat(scanner.next()).isInstanceOfSatisfying(Item.Statement.class, s -> assertThat(s.sql()).isEqualTo("SELECT 1;"));
        assertThat(scanner.next()).isEqualTo(new Item.Statement("SELECT 2;", 38, 4));
        assertThat(copy).isEqualTo(new Item.Statement("COPY t FROM stdin;", 0, 1));
    }

    @Test
    void theRestIsSentAtTheEnd() {
        assertThat(items("SELECT 1")).containsExactly("end:SELECT 1");
    }
}
