package io.craton.wire.auth;

import io.craton.wire.auth.RuleLines.Line;
import io.craton.wire.auth.RuleLines.RuleError;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** pg_ident.conf: which roles a name from outside, here that of a certificate, may be. Immutable. */
public record IdentMaps(List<Mapping> mappings) {
    public static final IdentMaps NONE = new IdentMaps(List.of());

    /** @param pattern where the system's name begins with a slash */
    public record Mapping(int line, String map, String systemName, @Nullable Pattern pattern, String role) {
        boolean fits(String name, String wanted) {
            if (pattern == null) return systemName.equals(name) && role.equals(wanted);
            Matcher matcher = pattern.matcher(name);
            if (!matcher.find()) return false;
            String mapped = matcher.groupCount() > 0 && matcher.group(1) != null ? role.replace("\\1", matcher.group(1)) : role;
            return mapped.equals(wanted);
        }
    }

    public IdentMaps {
        mappings = List.copyOf(mappings);
    }

    /** Throws with the lines that are wrong, one for each. */
    public static IdentMaps parse(String text) {
        List<String> problems = new ArrayList<>();
        List<Mapping> mappings = new ArrayList<>();
        try {
            for (Line line : RuleLines.of(text)) {
                try {
                    mappings.add(mapping(line));
                } catch (RuleError e) {
                    problems.add(e.getMessage());
                }
            }
        } catch (RuleError e) {
            problems.add(e.getMessage());
        }
        if (!problems.isEmpty()) throw new IllegalArgumentException(String.join("\n", problems));
        return new IdentMaps(mappings);
    }

    private static Mapping mapping(Line line) throws RuleError {
        if (line.fields().size() != 3) throw new RuleError(line.number(), "expected three fields: map, name in the certificate, role");
        String name = line.only(1);
        try {
            return new Mapping(line.number(), line.only(0), name, name.startsWith("/") ? Pattern.compile(name.substring(1)) : null, line.only(2));
        } catch (PatternSyntaxException e) {
            throw new RuleError(line.number(), "invalid regular expression \"" + name.substring(1) + "\": " + e.getDescription());
        }
    }

    /** @param map null: the name is the role's */
    boolean allows(@Nullable String map, String name, String role) {
        if (map == null) return name.equals(role);
        for (Mapping mapping : mappings) {
            if (mapping.map().equals(map) && mapping.fits(name, role)) return true;
        }
        return false;
    }

    boolean has(String map) {
        return mappings.stream().anyMatch(mapping -> mapping.map().equals(map));
    }
}
