package io.craton.migrations;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;

/** A dotted number such as 1, 2.1 or 20260115; compared part by part, missing parts are 0. */
public record Version(String text, List<BigInteger> parts) implements Comparable<Version> {
    public Version {
        parts = List.copyOf(parts);
    }

    /** @param text digits with single dots or underscores between them */
    public static Version parse(String text) {
        String dotted = text.replace('_', '.');
        if (!dotted.matches("[0-9]+(\\.[0-9]+)*")) throw new IllegalArgumentException("not a version: " + text);
        return new Version(dotted, Arrays.stream(dotted.split("\\.")).map(BigInteger::new).toList());
    }

    /** As a person gave it. */
    static Version of(String text) throws MigrationException {
        try {
            return parse(text);
        } catch (IllegalArgumentException e) {
            throw new MigrationException("\"" + text + "\" is not a version: digits with single dots between them", e);
        }
    }

    @Override
    public int compareTo(Version other) {
        for (int i = 0; i < Math.max(parts.size(), other.parts.size()); i++) {
            int order = part(i).compareTo(other.part(i));
            if (order != 0) return order;
        }
        return 0;
    }

    private BigInteger part(int index) {
        return index < parts.size() ? parts.get(index) : BigInteger.ZERO;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Version version && compareTo(version) == 0;
    }

    @Override
    public int hashCode() {
        int last = parts.size();
        while (last > 1 && parts.get(last - 1).signum() == 0) last--;
        return parts.subList(0, last).hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
