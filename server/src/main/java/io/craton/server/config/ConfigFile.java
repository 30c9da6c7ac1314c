package io.craton.server.config;

import io.craton.core.error.PgException;
import io.craton.sql.settings.NodeSettings;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlTable;

/**
 * A configuration file as it was read: what each key says and on which line. The section {@code [settings]} holds PostgreSQL's own settings, which sessions
 * start with. All that is wrong is collected, one line each.
 */
final class ConfigFile {
    private static final String SETTINGS = "settings";

    /** @param text canonical */
    record Entry(String text, int line) {}

    private final Path path;
    private final Map<ConfigKey, Entry> entries = new EnumMap<>(ConfigKey.class);
    private final Map<String, Entry> settings = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();

    private ConfigFile(Path path) {
        this.path = path;
    }

    static ConfigFile read(Path path) {
        ConfigFile file = new ConfigFile(path.toAbsolutePath().normalize());
        try {
            TomlParseResult toml = Toml.parse(path);
            for (TomlParseError error : toml.errors()) file.problem(error.position().line(), error.getMessage());
            if (toml.errors().isEmpty()) file.sections(toml);
        } catch (NoSuchFileException e) {
            file.problems.add(file.path + ": there is no such file");
        } catch (AccessDeniedException e) {
            file.problems.add(file.path + ": permission denied");
        } catch (IOException e) {
            file.problems.add(file.path + ": cannot be read: " + e.getMessage());
        }
        return file;
    }

    Path path() {
        return path;
    }

    @Nullable Entry entry(ConfigKey key) {
        return entries.get(key);
    }

    Map<String, Entry> settings() {
        return settings;
    }

    List<String> problems() {
        return problems;
    }

    private void problem(int line, String message) {
        problems.add(path + ":" + line + ": " + message);
    }

    private static int line(TomlTable table, String key) {
        var position = table.inputPositionOf(List.of(key));
        if (position != null) return position.line();
        // A table that is only there because of keys with dots.
        return table.get(List.of(key)) instanceof TomlTable below && !below.isEmpty() ? line(below, below.keySet().iterator().next()) : 0;
    }

    private void sections(TomlTable root) {
        for (String section : root.keySet()) {
            int line = line(root, section);
            if (!sectionNames().contains(section)) {
                problem(line, "unknown " + (root.get(List.of(section)) instanceof TomlTable ? "section [" + section + "]" : "key " + section)
                        + "; sections are " + String.join(", ", sectionNames()));
            } else if (!(root.get(List.of(section)) instanceof TomlTable table)) {
                problem(line, section + " is a section; write [" + section + "] on a line of its own, and its keys below");
            } else if (section.equals(SETTINGS)) {
                settings(table, "");
            } else {
                for (String name : table.keySet()) key(table, section, name);
            }
        }
    }

    private static Set<String> sectionNames() {
        Set<String> names = new LinkedHashSet<>();
        for (ConfigKey key : ConfigKey.values()) names.add(key.section());
        names.add(SETTINGS);
        return names;
    }

    private void key(TomlTable table, String section, String name) {
        int line = line(table, name);
        ConfigKey key = ConfigKey.of(section + "." + name);
        if (key == null) {
            List<String> known = new ArrayList<>();
            for (ConfigKey each : ConfigKey.values()) if (each.section().equals(section)) known.add(each.path().substring(section.length() + 1));
            problem(line, "unknown key " + section + "." + name + "; keys of [" + section + "] are " + String.join(", ", known));
            return;
        }
        try {
            String text = key.type.parse(text(key.type, table.get(List.of(name))));
            if (key.type instanceof ValueType.File file && file.absolute() == ValueType.Absolute.REQUIRED && !Path.of(text).isAbsolute()) {
                throw new ValueType.Refused("\"" + text + "\" is not an absolute path");
            }
            if (key.secret() && othersMayRead()) throw new ValueType.Refused("is a secret, but others may read this file: chmod 600 " + path);
            entries.put(key, new Entry(text, line));
        } catch (ValueType.Refused e) {
            problem(line, key.path() + (e.getMessage().startsWith("\"") ? ": " : " ") + e.getMessage());
        }
    }

    /** The value's text, if TOML's type for it is the right one. */
    private static String text(ValueType type, @Nullable Object value) throws ValueType.Refused {
        boolean number = type instanceof ValueType.Whole || type instanceof ValueType.Bytes;
        return switch (value) {
            case Boolean flag when type instanceof ValueType.Flag -> flag.toString();
            case Long whole when number && whole >= 0 -> whole.toString();
            case Long whole when type instanceof ValueType.Millis && whole >= 0 -> throw new ValueType.Refused("has no unit; allowed: " + type.allowed());
            case String text when type instanceof ValueType.Flag || type instanceof ValueType.Whole ->
                    throw new ValueType.Refused("is a text; allowed, without quotes: " + type.allowed());
            case String text -> text;
            case TomlArray array when type instanceof ValueType.Addresses -> joined(type, array);
            case null, default -> throw new ValueType.Refused("has a value of the wrong kind; allowed: " + type.allowed());
        };
    }

    private static String joined(ValueType type, TomlArray array) throws ValueType.Refused {
        List<String> parts = new ArrayList<>();
        for (Object each : array.toList()) {
            if (!(each instanceof String text)) throw new ValueType.Refused("has a value of the wrong kind; allowed: " + type.allowed());
            parts.add(text);
        }
        return String.join(",", parts);
    }

    /** Settings of PostgreSQL, by name; tables below are names with dots. */
    private void settings(TomlTable table, String prefix) {
        for (String name : table.keySet()) {
            int line = line(table, name);
            String full = prefix + name;
            String text = switch (table.get(List.of(name))) {
                case TomlTable below -> {
                    settings(below, full + ".");
                    yield null;
                }
                case String value -> value;
                case Long value -> value.toString();
                case Double value -> value.toString();
                case Boolean value -> value ? "on" : "off";
                case null, default -> {
                    problem(line, SETTINGS + "." + full + " has a value of the wrong kind; allowed: text, a number, true or false");
                    yield null;
                }
            };
            if (text == null) continue;
            if (full.startsWith("log_") && !full.equals("log_min_duration_statement")) {
                problem(line, SETTINGS + "." + full + " cannot be used: of PostgreSQL's settings for the log there is log_min_duration_statement alone");
                continue;
            }
            try {
                settings.put(full, new Entry(NodeSettings.canonical(full, text), line));
            } catch (PgException e) {
                String hint = e.error().hint();
                problem(line, e.error().message() + (hint == null ? "" : "; " + hint));
            }
        }
    }

    private boolean othersMayRead() {
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
            return permissions.contains(PosixFilePermission.OTHERS_READ) || permissions.contains(PosixFilePermission.OTHERS_WRITE);
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }
}
