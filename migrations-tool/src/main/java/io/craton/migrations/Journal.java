package io.craton.migrations;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The file in which a run over many tenants notes what is done, so that the next one with {@code --resume} need not ask those tenants again. It saves time, no more:
 * the truth is in each tenant's history. First line {@code run CHECKSUM}, then {@code done TENANT}; a torn last line counts for nothing.
 */
final class Journal implements AutoCloseable {
    private final Writer out;
    private final Set<String> done;

    private Journal(Writer out, Set<String> done) {
        this.out = out;
        this.done = done;
    }

    /** @throws MigrationException when the run that is to go on had other files */
    static Journal open(Path file, String checksum, boolean resume) throws IOException, MigrationException {
        Set<String> done = new HashSet<>();
        if (resume) {
            if (!Files.exists(file)) throw new MigrationException("--resume: there is no run to go on with (" + file + " does not exist)");
            String text = Files.readString(file);
            List<String> lines = text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
            if (!lines.isEmpty() && !lines.getFirst().equals("run " + checksum)) {
                throw new MigrationException("--resume: the files are not those that the run in " + file + " began with; leave out --resume to begin a new one");
            }
            for (String line : lines) if (line.startsWith("done ")) done.add(line.substring("done ".length()));
        }
        Writer out = Files.newBufferedWriter(file, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
        Journal journal = new Journal(out, done);
        journal.line("run " + checksum);
        for (String tenant : done) journal.line("done " + tenant);
        return journal;
    }

    boolean isDone(String tenant) {
        return done.contains(tenant);
    }

    void done(String tenant) {
        line("done " + tenant);
    }

    private synchronized void line(String line) {
        try {
            out.write(line + "\n");
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
