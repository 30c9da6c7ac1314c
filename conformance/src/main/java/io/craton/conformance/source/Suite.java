package io.craton.conformance.source;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The scripts of src/test/regress in schedule order. */
public final class Suite {
    /** Between the first and the last core file, but about what the core leaves out. */
    private static final Set<String> NOT_CORE = Set.of("tsearch", "tsdicts", "tstypes", "xml", "xmlmap", "foreign_data", "create_function_c", "publication",
            "subscription", "vacuum", "vacuum_parallel");
    private static final String FIRST_CORE = "boolean";
    private static final String LAST_CORE = "explain";

    /** What a script needs to have run before it, beyond the set-up; from the comments of PostgreSQL's schedule. */
    private static final Map<String, List<String>> NEEDS = Map.ofEntries(Map.entry("multirangetypes", List.of("rangetypes")),
            Map.entry("geometry", List.of("point", "lseg", "line", "box", "path", "polygon", "circle")),
            Map.entry("horology", List.of("date", "time", "timetz", "timestamp", "timestamptz", "interval")),
            Map.entry("aggregates", List.of("create_aggregate")), Map.entry("join", List.of("create_misc")),
            Map.entry("select_parallel", List.of("create_misc")), Map.entry("with", List.of("create_misc")),
            Map.entry("select_views", List.of("create_view")), Map.entry("psql", List.of("create_am")),
            Map.entry("triggers", List.of("constraints")), Map.entry("rules", List.of("create_misc", "create_view")),
            Map.entry("portals_p2", List.of("create_misc")), Map.entry("rowtypes", List.of("create_misc")), Map.entry("inherit", List.of("create_misc")),
            Map.entry("misc", List.of("create_misc", "create_function_sql")), Map.entry("amutils", List.of("geometry", "create_index_spgist", "hash_index",
                    "brin")));
    private static final List<String> ALWAYS = List.of("test_setup", "create_index");

    private final Path folder;
    private final List<String> schedule;

    private Suite(Path folder, List<String> schedule) {
        this.folder = folder;
        this.schedule = List.copyOf(schedule);
    }

    /** @param source an unpacked source package, or its folder src/test/regress */
    public static Suite open(Path source) throws IOException {
        Path folder = Files.exists(source.resolve("parallel_schedule")) ? source : source.resolve("src/test/regress");
        Path schedule = folder.resolve("parallel_schedule");
        if (!Files.exists(schedule)) throw new IOException("no src/test/regress/parallel_schedule in " + source);
        List<String> names = new ArrayList<>();
        for (String line : Files.readAllLines(schedule)) {
            if (line.startsWith("test:")) names.addAll(Arrays.asList(line.substring(5).trim().split("\\s+")));
        }
        return new Suite(folder.toAbsolutePath(), names);
    }

    /** Copies what scripts load into a folder, from where servers of any user can read it: that of the suite may be in somebody's home. */
    public void copyData(Path into) throws IOException {
        Files.createDirectories(into.resolve("data"));
        try (Stream<Path> files = Files.list(folder.resolve("data"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) Files.copy(file, into.resolve("data").resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    public Path folder() {
        return folder;
    }

    public List<String> schedule() {
        return schedule;
    }

    public boolean core(String script) {
        int place = schedule.indexOf(script);
        return place >= schedule.indexOf(FIRST_CORE) && place <= schedule.indexOf(LAST_CORE) && !NOT_CORE.contains(script);
    }

    /** The given scripts and what they need, in schedule order. */
    public List<String> withNeeds(Set<String> wanted) {
        Set<String> all = new LinkedHashSet<>(ALWAYS);
        for (String script : wanted) add(script, all);
        return schedule.stream().filter(all::contains).toList();
    }

    private static void add(String script, Set<String> all) {
        for (String need : NEEDS.getOrDefault(script, List.of())) add(need, all);
        all.add(script);
    }

    /** The text of a script, each byte one character. */
    public String text(String script) throws IOException {
        return Files.readString(folder.resolve("sql").resolve(script + ".sql"), StandardCharsets.ISO_8859_1);
    }
}
