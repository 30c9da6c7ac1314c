package io.craton.migrations;

import java.util.ArrayList;
import java.util.List;

/**
 * Files compared with history. Pure.
 *
 * @param pending files to apply, in order: new versions, then repeatable ones that are new or changed
 * @param problems what forbids to apply anything: an applied file changed or vanished, or a new one is older than an applied one
 */
public record Plan(List<Migration> pending, List<String> problems) {
    public Plan {
        pending = List.copyOf(pending);
        problems = List.copyOf(problems);
    }

    public static Plan of(MigrationSet files, History history) {
        List<Migration> pending = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        Version latest = history.latest();
        Version baseline = history.baseline();
        for (Migration file : files.versioned()) {
            Version version = file.number();
            History.Row row = history.applied(version);
            if (row != null) {
                if (row.checksum() != null && !row.checksum().equals(file.checksum())) {
                    problems.add("%s: was changed after it had been applied as %s (checksum %s, applied %s)".formatted(
                            file.file(), row.file(), shortened(file.checksum()), shortened(row.checksum())));
                }
            } else if (baseline == null || version.compareTo(baseline) > 0) {
                if (latest != null && version.compareTo(latest) < 0) {
                    problems.add("%s: version %s is older than %s, which is applied already".formatted(file.file(), version, latest));
                }
                pending.add(file);
            }
        }
        if (files.whole()) {
            for (History.Row row : history.applied()) {
                if (row.version() != null && files.version(row.version()) == null) problems.add(row.file() + ": is applied, but the file is missing");
            }
        }
        for (Migration file : files.repeatable()) {
            History.Row row = history.repeatable(file.file());
            if (row == null || !file.checksum().equals(row.checksum())) pending.add(file);
        }
        return new Plan(pending, problems);
    }

    private static String shortened(String checksum) {
        return checksum.substring(0, Math.min(12, checksum.length()));
    }
}
