package io.craton.server.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import java.io.OutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** The process's log: on standard error, as text for people or JSON for machines. May be changed at any time. */
public final class LogOutput {
    private static final String PATTERN = "%d{yyyy-MM-dd'T'HH:mm:ss.SSSX,UTC} %-5level %logger{0} %msg %kvp%n";
    private static final String NAME = "err";

    /** What says the same again and again while a member is away. */
    private static final List<String> RAFT_REPEATS = List.of("rpc.impl.AbstractClientService", "core.Replicator", "core.ReplicatorGroupImpl");

    private LogOutput() {}

    /** Of a context that has nothing yet: text, from info on. */
    static void begin(LoggerContext context) {
        context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).setLevel(Level.WARN);
        level(context, "info");
        append(context, System.err, text(context));
        HeapExhaustion exhaustion = new HeapExhaustion();
        exhaustion.setContext(context);
        exhaustion.setName(HeapExhaustion.NAME);
        exhaustion.start();
        context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).addAppender(exhaustion);
    }

    /** Level of Craton's own log: trace, debug, info, warn or error; libraries stay at warn, and raft's warnings are for trace and debug alone. */
    public static void level(String level) {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) level(context, level);
    }

    private static void level(LoggerContext context, String level) {
        set(context, "io.craton", Level.toLevel(level));
        boolean raft = level.equals("trace") || level.equals("debug");
        set(context, "com.alipay.sofa.jraft", raft ? Level.WARN : Level.ERROR);
        set(context, "com.azure", Level.OFF); // tells the same as its exceptions, and that it set headers
        set(context, "io.netty.util.internal.MacAddressUtil", Level.ERROR); // no need of ours: a machine without a network has no such address
        // What raft says again and again the cluster says once (FirstGroup, Attendance, Acquaintances).
        for (String repeating : RAFT_REPEATS) set(context, "com.alipay.sofa.jraft." + repeating, raft ? null : Level.OFF);
    }

    private static void set(LoggerContext context, String name, @Nullable Level level) {
        context.getLogger(name).setLevel(level);
    }

    /** @param format text, json, or auto: text when somebody sits in front of it */
    public static void format(String format) {
        boolean json = switch (format) {
            case "json" -> true;
            case "text" -> false;
            default -> System.console() == null || !System.console().isTerminal();
        };
        to(System.err, json);
    }

    /** For tests too: another place than standard error. */
    static void to(OutputStream out, boolean json) {
        if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) return;
        append(context, out, json ? new JsonLines() : text(context));
        keepRecent(context, context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME));
    }

    private static void append(LoggerContext context, OutputStream out, Encoder<ILoggingEvent> encoder) {
        encoder.setContext(context);
        encoder.start();
        OutputStreamAppender<ILoggingEvent> appender = new OutputStreamAppender<>();
        appender.setContext(context);
        appender.setName(NAME);
        appender.setEncoder(encoder);
        appender.setOutputStream(new Unclosed(out));
        appender.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        var before = root.getAppender(NAME);
        root.addAppender(appender);
        if (before != null) root.detachAppender(before);
    }

    private static void keepRecent(LoggerContext context, Logger root) {
        if (root.getAppender(RecentLines.NAME) != null) return;
        RecentLines recent = new RecentLines();
        recent.setContext(context);
        recent.setName(RecentLines.NAME);
        recent.start();
        root.addAppender(recent);
    }

    /** The last lines that were logged, as JSON, the oldest first. */
    public static String recent() {
        if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) return "";
        return context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).getAppender(RecentLines.NAME) instanceof RecentLines recent ? recent.lines() : "";
    }

    private static PatternLayoutEncoder text(LoggerContext context) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(PATTERN);
        return encoder;
    }

    /** Standard error outlives its appenders. */
    private static final class Unclosed extends java.io.FilterOutputStream {
        Unclosed(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws java.io.IOException {
            out.write(bytes, from, length);
        }

        @Override
        public void close() throws java.io.IOException {
            flush();
        }
    }
}
