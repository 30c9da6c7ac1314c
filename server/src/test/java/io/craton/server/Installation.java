package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.craton.server.BackupTest.Outcome;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The scripts of {@code bin/} beside {@code lib/}, as they lie where Craton is installed. One jar that names the class path of this test stands for all of them; there is no start-up cache. */
record Installation(Path home) {
    static Installation in(Path home) throws IOException {
        Path bin = Files.createDirectories(home.resolve("bin"));
        try (Stream<Path> scripts = Files.list(Path.of("..", "bin"))) {
            for (Path each : scripts.toList()) Files.copy(each, bin.resolve(each.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
        }
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(each -> Path.of(each).toUri().toString()).collect(Collectors.joining(" ")));
        new JarOutputStream(Files.newOutputStream(Files.createDirectory(home.resolve("lib")).resolve("craton-test.jar")), manifest).close();
        return new Installation(home);
    }

    /** One of the programs, in the folder {@code home}, without variables of Craton and of psql. */
    ProcessBuilder program(String name, String... arguments) {
        List<String> command = new ArrayList<>(List.of("sh", "-c", "umask 022; exec \"$0\" \"$@\"", home.resolve("bin").resolve(name).toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(home.toFile());
        builder.environment().keySet().removeIf(each -> each.startsWith("CRATON_") || each.startsWith("PG"));
        builder.environment().putAll(Map.of("CRATON_AOT", "off", "JAVA_HOME", System.getProperty("java.home")));
        return builder;
    }

    Outcome run(String name, String... arguments) throws Exception {
        return run(Map.of(), name, arguments);
    }

    Outcome run(Map<String, String> environment, String name, String... arguments) throws Exception {
        Path out = Files.createTempFile(home, "said", ".out");
        Path err = Files.createTempFile(home, "said", ".err");
        ProcessBuilder builder = program(name, arguments).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).as(name).isTrue();
        return new Outcome(process.exitValue(), Files.readString(out), Files.readString(err));
    }
}
