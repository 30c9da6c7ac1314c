package io.craton.migrations;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Files compared with history. Pure.
 *
 * @param pending files not applied yet, in order
 * @param problems what forbids to apply anything: an applied file changed or vanished, or a new one is older than an applied one
 */
public record Plan(List<Migration> pending, List<String> problems) {
    public Plan {
        pending = List.copyOf(pending);
        problems = List.copyOf(problems);
    }

    /** @param files in order of version */
    public static Plan of(List<Migration> files, List<Applied> history) {
        Map<Version, Applied> applied = new HashMap<>();
        history.forEach(row -> applied.put(row.version(), row));
        Version latest = history.stream().map(Applied::version).max(Version::compareTo).orElse(null);
        List<Migration> pending = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        Set<Version> present = new HashSet<>();
        for (Migration file : files) {
            present.add(file.version());
            Applied row = applied.get(file.version());
            if (row == null) {
                if (latest != null && file.version().compareTo(latest) < 0) {
                    problems.add("%s: version %s is older than %s, which is applied already".formatted(file.file(), file.version(), latest));
                }
                pending.add(file);
            } else if (!row.checksum().equals(file.checksum())) {
                problems.add("%s: was changed after it had been applied as %s (checksum %s, applied %s)".formatted(
                        file.file(), row.file(), shortened(file.checksum()), shortened(row.checksum())));
            }
        }
        for (Applied row : history) {
            if (!present.contains(row.version())) problems.add(row.file() + ": is applied, but the file is missing");
        }
        return new Plan(pending, problems);
    }

    private static String shortened(String checksum) {
        return checksum.substring(0, Math.min(12, checksum.length()));
    }
}
