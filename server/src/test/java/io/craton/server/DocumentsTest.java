package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the documents name must exist. */
class DocumentsTest {
    private static final Path PROJECT = Path.of("").toAbsolutePath().getParent();
    private static final Pattern CLASS_NAME = Pattern.compile("`([A-Z][a-zA-Z]*[a-z][a-zA-Z]*)(?:\\.[a-zA-Z]+)*`");
    /** Words in backticks that are enum constants, nested types or the like. */
    private static final Set<String> NOT_FILES = Set.of("Mode");

    @Test
    void architectureNamesRealClasses() throws IOException {
        Set<String> sources;
        try (Stream<Path> files = Files.walk(PROJECT)) {
            sources = files.map(Path::getFileName).map(Path::toString).filter(name -> name.endsWith(".java"))
                    .map(name -> name.substring(0, name.length() - 5)).collect(Collectors.toSet());
        }
        Set<String> missing = new TreeSet<>();
        Matcher names = CLASS_NAME.matcher(Files.readString(PROJECT.resolve("docs/architecture.md")));
        int seen = 0;
        while (names.find()) {
            seen++;
            if (!sources.contains(names.group(1)) && !NOT_FILES.contains(names.group(1))) missing.add(names.group(1));
        }
        assertThat(seen).isGreaterThan(30);
        assertThat(missing).isEmpty();
    }

    @Test
    void readmeLinksExist() throws IOException {
        Matcher links = Pattern.compile("\\]\\(([a-zA-Z0-9_./-]+)\\)").matcher(Files.readString(PROJECT.resolve("README.md")));
        Set<String> missing = new TreeSet<>();
        while (links.find()) {
            if (!Files.exists(PROJECT.resolve(links.group(1)))) missing.add(links.group(1));
        }
        assertThat(missing).isEmpty();
    }
}
