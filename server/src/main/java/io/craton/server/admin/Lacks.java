package io.craton.server.admin;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Why a cluster is not healthy, by what a node's status page says. */
final class Lacks {
    private Lacks() {}

    /** One line for each reason; empty when the cluster is healthy. */
    static List<String> of(JsonNode status) {
        JsonNode cluster = status.path("cluster");
        if (cluster.path("healthy").asBoolean()) return List.of();
        List<String> lacks = new ArrayList<>();
        for (JsonNode lack : cluster.path("waiting_for")) lacks.add(lack.asText());
        return lacks.isEmpty() ? byStates(status) : lacks;
    }

    /** A node of a version that does not give reasons: they follow from the states that it tells. */
    private static List<String> byStates(JsonNode status) {
        List<String> lacks = new ArrayList<>();
        if (status.path("leader").isNull()) lacks.add("there is no leader");
        for (JsonNode group : status.path("groups")) {
            if (group.path("group").asInt() > 0 && group.path("leader").isNull()) lacks.add("group " + group.path("group").asText() + " has no leader");
        }
        String state = status.path("state").asText();
        if (!votes(state)) lacks.add("node " + status.path("node_id").asText() + " is " + state);
        for (JsonNode peer : status.path("cluster").path("peers")) {
            String its = peer.path("state").asText();
            if (votes(its) || its.equals("removed")) continue;
            if (!its.equals("unreachable")) lacks.add("node " + peer.path("id").asText() + " is " + its);
            else if (peer.path("voter").asBoolean()) lacks.add("node " + peer.path("id").asText() + " does not answer");
        }
        if (lacks.isEmpty()) lacks.add("node " + status.path("node_id").asText() + " says so, and is of a version that does not say why");
        return lacks;
    }

    private static boolean votes(String state) {
        return state.equals("leader") || state.equals("follower");
    }
}
