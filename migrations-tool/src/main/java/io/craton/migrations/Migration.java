package io.craton.migrations;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One file: {@code V<version>__<name>.sql}, {@code U<version>__<name>.sql} which takes that version back, {@code R__<name>.sql} which is applied again whenever it
 * changes, or the short form {@code 001_<name>.sql} of a versioned one. Line ends do not count in its checksum, so that a checkout on another system is the same file.
 *
 * @param version null for a repeatable one
 */
public record Migration(Kind kind, @Nullable Version version, String name, String file, String sql) {
    /** What a file is for; its word stands in the history. */
    public enum Kind {
        VERSIONED("versioned"), REPEATABLE("repeatable"), UNDO("undo");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    private static final Pattern NUMBERED = Pattern.compile("([VU])([0-9]+(?:[._][0-9]+)*)__(.+)\\.sql");
    private static final Pattern REPEATABLE = Pattern.compile("R__(.+)\\.sql");
    private static final Pattern SHORT = Pattern.compile("([0-9]+)[_-]([^_].*)\\.sql");

    /** @throws MigrationException when the name has another form */
    public static Migration of(String file, String sql) throws MigrationException {
        Matcher numbered = NUMBERED.matcher(file);
        if (numbered.matches()) {
            Kind kind = numbered.group(1).equals("V") ? Kind.VERSIONED : Kind.UNDO;
            return new Migration(kind, Version.parse(numbered.group(2)), spaced(numbered.group(3)), file, sql);
        }
        Matcher repeatable = REPEATABLE.matcher(file);
        if (repeatable.matches()) return new Migration(Kind.REPEATABLE, null, spaced(repeatable.group(1)), file, sql);
        Matcher brief = SHORT.matcher(file);
        if (brief.matches()) return new Migration(Kind.VERSIONED, Version.parse(brief.group(1)), spaced(brief.group(2)), file, sql);
        throw new MigrationException(file + ": the name must have the form V<version>__<name>.sql, U<version>__<name>.sql, R__<name>.sql or <number>_<name>.sql");
    }

    private static String spaced(String name) {
        return name.replace('_', ' ');
    }

    /** Of a versioned or undo file. */
    public Version number() {
        if (version == null) throw new IllegalStateException(file + " has no version");
        return version;
    }

    Migration withSql(String other) {
        return new Migration(kind, version, name, file, other);
    }

    /** SHA-256 of the text as it is in the file, in hexadecimal. */
    public String checksum() {
        return sha256(sql.replace("\r\n", "\n"));
    }

    static String sha256(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
