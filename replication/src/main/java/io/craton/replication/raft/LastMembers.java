package io.craton.replication.raft;

import io.craton.storage.log.EventLog;
import io.craton.storage.log.LogRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Who votes, by the newest configuration in a log: those of before as well, while a change is under way. */
public final class LastMembers {
    private LastMembers() {}

    public static List<String> of(EventLog log) throws IOException {
        List<LogRecord> newest = log.lastIndex() == 0 ? List.of() : log.configurations(log.lastIndex());
        if (newest.isEmpty()) return List.of();
        Members members = Members.decode(newest.getLast().payload());
        List<String> names = new ArrayList<>();
        members.voters().forEach(voter -> names.add(voter.toString()));
        members.oldVoters().forEach(voter -> {
            if (!names.contains(voter.toString())) names.add(voter.toString());
        });
        return names;
    }
}
