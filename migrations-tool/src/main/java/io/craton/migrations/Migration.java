package io.craton.migrations;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One file {@code V<version>__<name>.sql}. Line ends do not count in its checksum, so that a checkout on another system is the same file. */
public record Migration(Version version, String name, String file, String sql) {
    private static final Pattern FILE_NAME = Pattern.compile("V([0-9]+(?:[._][0-9]+)*)__(.+)\\.sql");

    /** @throws MigrationException when the name has another form */
    public static Migration of(String file, String sql) throws MigrationException {
        Matcher parts = FILE_NAME.matcher(file);
        if (!parts.matches()) throw new MigrationException(file + ": the name must have the form V<version>__<name>.sql");
        return new Migration(Version.parse(parts.group(1)), parts.group(2).replace('_', ' '), file, sql);
    }

    /** SHA-256 of the text, in hexadecimal. */
    public String checksum() {
        try {
            byte[] text = sql.replace("\r\n", "\n").getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
