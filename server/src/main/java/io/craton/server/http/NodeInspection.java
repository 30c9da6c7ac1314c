package io.craton.server.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.HotSpotDiagnosticMXBean;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.server.Version;
import io.craton.server.logging.LogOutput;
import io.craton.storage.engine.StorageEngine;
import io.craton.storage.log.EventLog;
import io.craton.wire.HttpResponder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a node tells of itself to {@code craton-admin diagnostics export}, piece by piece. Holds no user data but what the log lines do. */
public final class NodeInspection {
    private final EventLog log;
    private final StorageEngine storage;
    private final HttpResponder pages;
    private final Path scratch;

    /** @param scratch a folder for a file that is there for a moment */
    public NodeInspection(EventLog log, StorageEngine storage, HttpResponder pages, Path scratch) {
        this.log = log;
        this.storage = storage;
        this.pages = pages;
        this.scratch = scratch;
    }

    /** One piece. */
    public String tell(String what) {
        return switch (what) {
            case "logs" -> LogOutput.recent();
            case "threads" -> threads();
            case "log" -> heads();
            case "rocksdb" -> statistics();
            case "process" -> process();
            case "metrics", "status", "ready" -> new String(pages.respond(new HttpResponder.Request("GET", "/" + what, null, Map.of(), new byte[0], null, true)).body(), StandardCharsets.UTF_8);
            default -> throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "unknown piece of diagnostics \"" + what + "\": logs, threads, log, rocksdb, process, metrics, status, ready");
        };
    }

    /** Virtual threads too. */
    private String threads() {
        try {
            Path file = Files.createTempDirectory(scratch, "threads").resolve("dump.txt");
            try {
                ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).dumpThreads(file.toString(), HotSpotDiagnosticMXBean.ThreadDumpFormat.TEXT_PLAIN);
                return Files.readString(file);
            } finally {
                Files.deleteIfExists(file);
                Files.delete(file.getParent());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String heads() {
        Map<String, Object> heads = new LinkedHashMap<>();
        heads.put("first_index", log.firstIndex());
        heads.put("last_index", log.lastIndex());
        heads.put("last_term", log.lastTerm());
        heads.put("durable_index", log.durableIndex());
        heads.put("commit_index", log.committedIndex());
        heads.put("head", log.tip().toString());
        heads.put("entries_written", log.entriesWritten());
        heads.put("bytes_written", log.bytesWritten());
        heads.put("refusal", log.refusal());
        heads.put("failure", log.failure() == null ? null : String.valueOf(log.failure()));
        heads.put("recovery_position", storage.recoveryPosition());
        return json(heads);
    }

    private String statistics() {
        StringBuilder text = new StringBuilder();
        storage.storeStatistics().forEach((tenant, statistics) -> text.append("== ").append(tenant).append('\n').append(statistics).append('\n'));
        return text.toString();
    }

    private static String process() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("version", Version.TEXT);
        facts.put("java", Runtime.version().toString());
        facts.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version") + " " + System.getProperty("os.arch"));
        facts.put("processors", Runtime.getRuntime().availableProcessors());
        facts.put("heap_max_bytes", Runtime.getRuntime().maxMemory());
        facts.put("heap_used_bytes", Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
        facts.put("pid", ProcessHandle.current().pid());
        facts.put("uptime_seconds", ManagementFactory.getRuntimeMXBean().getUptime() / 1000);
        return json(facts);
    }

    private static String json(Map<String, Object> fields) {
        try {
            return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(fields) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
