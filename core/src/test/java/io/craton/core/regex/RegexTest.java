package io.craton.core.regex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.craton.core.error.PgException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/** Random expressions with PostgreSQL's recorded answers, and what must not happen. */
class RegexTest {
    private static final Runnable NEVER = () -> {};

    @Test
    void matchesAndCapturesAsPostgres() throws IOException {
        String data;
        try (var in = RegexTest.class.getResourceAsStream("matches.tsv")) {
            data = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        List<String> wrong = new ArrayList<>();
        for (String line : data.split("\n")) {
            if (line.startsWith("#")) continue;
            String[] part = line.split("\t", -1);
            String actual = answer(part[0], part[1], part[2]);
            if (!actual.equals(part[3])) wrong.add(line + " but was " + actual);
        }
        assertThat(wrong).isEmpty();
    }

    private static String answer(String text, String pattern, String flags) {
        try {
            Regex regex = Regex.compile(pattern, flags.equals("i") ? RegexOptions.IGNORE_CASE : RegexOptions.DEFAULT);
            int[] match = regex.match(text, 0, NEVER);
            assertThat(regex.find(text, NEVER)).as(pattern).isEqualTo(match != null);
            if (match == null) return "NULL";
            StringBuilder result = new StringBuilder(text.substring(match[0], match[1]));
            for (int i = 1; i <= regex.groupCount(); i++) {
                result.append('|').append(match[2 * i] < 0 ? "NULL" : text.substring(match[2 * i], match[2 * i + 1]));
            }
            return result.toString();
        } catch (PgException e) {
            return "ERR " + e.error().message();
        }
    }

    @Test
    void nestedRepeatsStayLinear() {
        String text = "a".repeat(5_000);
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
            assertThat(Regex.compile("^(a+)+$", RegexOptions.DEFAULT).find(text + "b", NEVER)).isFalse();
            assertThat(Regex.compile("(a|aa|a*)*b", RegexOptions.DEFAULT).find(text, NEVER)).isFalse();
            assertThat(Regex.compile("(x+x+)+y", RegexOptions.DEFAULT).match("x".repeat(5_000), 0, NEVER)).isNull();
        });
    }

    @Test
    void longTextsAreInterruptible() {
        Regex regex = Regex.compile("a.*b", RegexOptions.DEFAULT);
        assertThatThrownBy(() -> regex.find("a".repeat(100_000), () -> {
            throw new IllegalStateException("cancelled");
        })).hasMessage("cancelled");
    }

    @Test
    void charactersOutsideTheBasicPlaneCountOnce() {
        String text = "x\uD83D\uDE00y";
        assertThat(Regex.compile("^x.y$", RegexOptions.DEFAULT).find(text, NEVER)).isTrue();
        assertThat(Regex.compile("[^a-z]", RegexOptions.DEFAULT).match(text, 0, NEVER)).containsExactly(1, 3);
    }

    @Test
    void knowsLettersOfAsciiOnlyWhereAsked() {
        RegexOptions options = RegexOptions.IGNORE_CASE.withAsciiOnly();
        Assertions.assertTrue(Regex.compile("^A\\yä$|^b$", RegexOptions.IGNORE_CASE.withAsciiOnly()).find("aä", NEVER));
        Assertions.assertFalse(Regex.compile("^A\\yä$", RegexOptions.IGNORE_CASE).find("aä", NEVER));
        Assertions.assertFalse(Regex.compile("Ä|[Ä]|[[:upper:]ß]|\\w", options).find("ä", NEVER));
        Assertions.assertTrue(Regex.compile("^(aä)\\1$", options).find("AäaäAäaä".substring(0, 4), NEVER));
        Assertions.assertFalse(Regex.compile("^(aä)\\1$", options).find("aäaÄ", NEVER));
    }
}
