package io.craton.server.backup;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What a backup of several raft groups' logs says of them together. An entry of one log may rest on one of another, which has an earlier timestamp; so logs that are cut at one time fit each other, if all of them have all
 * entries up to it.
 *
 * @param groups   how many there are
 * @param complete time up to which all logs are there whole, in micros as entries have them; {@link Long#MAX_VALUE} when they are as a server left them
 */
record GroupsMark(int groups, long complete) {
    private static final String NAME = "groups.json";

    /** Null where there is one group. */
    static @Nullable GroupsMark read(BackupStore store) throws IOException {
        if (!store.exists(NAME)) return null;
        try {
            JsonNode mark = new ObjectMapper().readTree(store.read(NAME));
            return new GroupsMark(mark.path("groups").asInt(), mark.path("complete_to").asLong());
        } catch (JacksonException e) {
            throw new IOException(NAME + " in " + store.describe() + " is not as it was written", e);
        }
    }

    void write(BackupStore store) throws IOException {
        var mark = new ObjectMapper().createObjectNode().put("groups", groups).put("complete_to", complete);
        store.write(NAME, (mark.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
