package io.craton.conformance.source;

import io.craton.bench.server.Processes;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Fetches PostgreSQL 15's source by Debian's own tools, with an apt configuration of our own made from the machine's: its package sources asked for
 * source packages, lists and downloads in a private folder. The machine's configuration stays as it is.
 */
public final class SourcePackage {
    private static final String NAME = "postgresql-15";
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final Path MACHINE = Path.of("/etc/apt");

    private final Path work;
    private final PrintStream progress;

    private SourcePackage(Path work, PrintStream progress) {
        this.work = work;
        this.progress = progress;
    }

    /**
     * The unpacked src/test/regress and src/test/isolation, from an earlier fetch or a new one.
     *
     * @param cache keeps what was unpacked, one folder per version
     */
    public static Path fetch(Path cache, PrintStream progress) throws IOException, InterruptedException {
        if (Files.isDirectory(cache)) {
            try (Stream<Path> versions = Files.list(cache)) {
                Path known = versions.filter(p -> Files.exists(p.resolve("src/test/isolation/isolation_schedule"))).sorted().reduce((a, b) -> b).orElse(null);
                if (known != null) return known;
            }
        }
        Path work = Files.createTempDirectory("craton-conformance-source");
        try {
            return new SourcePackage(work, progress).fetch(cache);
        } finally {
            Processes.run(List.of("rm", "-rf", work.toString()), LIMIT);
        }
    }

    private Path fetch(Path cache) throws IOException, InterruptedException {
        writeSources();
        progress.println("apt reads its lists of source packages");
        Processes.Output update = Processes.run(apt("apt-get", "update"), LIMIT);
        List<String> versions = versions();
        if (versions.isEmpty()) throw new IOException("apt knows no source package " + NAME + " (give --source DIR):\n" + update.text());
        StringBuilder failures = new StringBuilder();
        for (String version : versions) {
            Path downloads = Files.createDirectories(work.resolve("download-" + version.replaceAll("[^\\w.]", "_")));
            progress.println("apt fetches the source of " + NAME + " " + version);
            List<String> source = new ArrayList<>(List.of("env", "-C", downloads.toString()));
            source.addAll(apt("apt-get", "source", "--download-only", NAME + "=" + version));
            Processes.Output output = Processes.run(source, LIMIT);
            if (output.status() == 0) return unpack(downloads, cache.resolve(version.replaceAll("-.*", "")));
            failures.append(version).append(": ").append(output.text()).append('\n');
        }
        throw new IOException("no version of " + NAME + " could be fetched (give --source DIR):\n" + failures);
    }

    /** The machine's package sources with every "deb" turned into "deb-src". */
    private void writeSources() throws IOException {
        Path parts = Files.createDirectories(work.resolve("sources"));
        Files.createDirectories(work.resolve("lists/partial"));
        Files.createDirectories(work.resolve("cache/archives/partial"));
        List<Path> files = new ArrayList<>();
        if (Files.exists(MACHINE.resolve("sources.list"))) files.add(MACHINE.resolve("sources.list"));
        if (Files.isDirectory(MACHINE.resolve("sources.list.d"))) {
            try (Stream<Path> found = Files.list(MACHINE.resolve("sources.list.d"))) {
                found.filter(p -> p.toString().endsWith(".list") || p.toString().endsWith(".sources")).sorted().forEach(files::add);
            }
        }
        for (Path file : files) {
            List<String> lines = Files.readAllLines(file).stream()
                    .map(line -> line.startsWith("Types:") ? "Types: deb-src" : line.startsWith("deb ") ? "deb-src " + line.substring(4) : line)
                    .filter(line -> !line.startsWith("Architectures:")).toList();
            Files.write(parts.resolve(file.getFileName()), lines);
        }
    }

    private List<String> versions() throws IOException, InterruptedException {
        List<String> versions = new ArrayList<>();
        for (String line : Processes.run(apt("apt-cache", "madison", NAME), LIMIT).text().split("\n")) {
            String[] parts = line.split("\\|");
            if (parts.length == 3 && parts[2].contains("Sources") && !versions.contains(parts[1].trim())) versions.add(parts[1].trim());
        }
        return versions;
    }

    private List<String> apt(String program, String... arguments) {
        List<String> command = new ArrayList<>(List.of(program, "-q", "-o", "Dir::Etc::SourceList=/dev/null", "-o",
                "Dir::Etc::SourceParts=" + work.resolve("sources"), "-o", "Dir::State::Lists=" + work.resolve("lists"), "-o",
                "Dir::Cache=" + work.resolve("cache"), "-o", "Debug::NoLocking=true", "-o", "APT::Sandbox::User=" + System.getProperty("user.name")));
        command.addAll(List.of(arguments));
        return command;
    }

    private static Path unpack(Path downloads, Path folder) throws IOException, InterruptedException {
        Path archive;
        try (Stream<Path> files = Files.list(downloads)) {
            archive = files.filter(p -> p.getFileName().toString().contains(".orig.tar.")).findFirst()
                    .orElseThrow(() -> new IOException("the source package holds no .orig.tar"));
        }
        Files.createDirectories(folder);
        Processes.require(List.of("tar", "-xf", archive.toString(), "-C", folder.toString(), "--strip-components=1", "--wildcards", "*/src/test/regress/*",
                        "*/src/test/isolation/*"),
                LIMIT);
        return folder;
    }
}
