package io.craton.server;

/** Craton's own version, as {@code --version}, /health and {@code craton_version()} tell it. */
public final class Version {
    public static final String TEXT = "0.1.0";

    private Version() {}
}
