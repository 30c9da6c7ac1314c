package io.craton.migrations;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a run did, for people or as JSON. */
final class Report {
    private static final int NAMES_MAX = 20;

    private Report() {}

    static Map<TenantResult.State, List<TenantResult>> byState(List<TenantResult> results) {
        Map<TenantResult.State, List<TenantResult>> all = new LinkedHashMap<>();
        for (TenantResult.State state : TenantResult.State.values()) all.put(state, new ArrayList<>());
        for (TenantResult result : results) java.util.Objects.requireNonNull(all.get(result.state())).add(result);
        return all;
    }

    static void text(PrintWriter out, List<TenantResult> results) {
        Map<TenantResult.State, List<TenantResult>> states = byState(results);
        for (TenantResult result : states.getOrDefault(TenantResult.State.FAILED, List.of())) {
            out.println("failed    " + result.tenant() + ": " + String.valueOf(result.error()).replace("\n", "\n          "));
        }
        for (TenantResult result : states.getOrDefault(TenantResult.State.VANISHED, List.of())) out.println("vanished  " + result.tenant() + ": " + result.error());
        List<String> skipped = states.getOrDefault(TenantResult.State.SKIPPED, List.of()).stream().map(TenantResult::tenant).toList();
        if (!skipped.isEmpty()) out.println("skipped   " + names(skipped));
        StringBuilder line = new StringBuilder(results.size() + " tenants:");
        states.forEach((state, some) -> {
            if (!some.isEmpty()) line.append(line.charAt(line.length() - 1) == ':' ? " " : ", ").append(some.size()).append(' ').append(state.word);
        });
        out.println(line);
    }

    static String names(List<String> names) {
        return names.size() <= NAMES_MAX ? String.join(", ", names)
                : String.join(", ", names.subList(0, NAMES_MAX - 1)) + ", ... (" + names.size() + " in all), " + names.getLast();
    }

    static Map<String, Object> json(List<TenantResult> results) {
        List<Object> tenants = new ArrayList<>();
        for (TenantResult result : results) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("tenant", result.tenant());
            row.put("state", result.state().word);
            row.put("files", result.files());
            row.put("millis", result.millis());
            if (result.error() != null) row.put("error", result.error());
            tenants.add(row);
        }
        Map<String, Object> counts = new LinkedHashMap<>();
        byState(results).forEach((state, some) -> counts.put(state.word, some.size()));
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("summary", counts);
        all.put("tenants", tenants);
        return all;
    }
}
