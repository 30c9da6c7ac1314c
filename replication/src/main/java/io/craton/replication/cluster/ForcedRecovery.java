package io.craton.replication.cluster;

import io.craton.replication.raft.LastMembers;
import io.craton.replication.raft.MemberName;
import io.craton.storage.io.FileStore;
import io.craton.storage.log.EventLog;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node goes on alone, under a new name in a new cluster, because a majority of its cluster is lost for good. What is given up by that is kept with the folder's identity until it is an entry of the
 * log, so that a kill in between does not make it forgotten.
 */
public final class ForcedRecovery {
    private static final Logger LOG = LoggerFactory.getLogger(ForcedRecovery.class);

    private ForcedRecovery() {}

    /** False, and nothing is changed, where nobody is left behind: the flag may stay in a unit's file without harm. */
    static boolean begin(FolderIdentity identity, List<EventLog> logs) throws IOException {
        if (logs.getFirst().lastIndex() == 0) throw new IOException("there is nothing to recover: the log is empty");
        List<String> members = LastMembers.of(logs.getFirst());
        MemberName self = new MemberName(identity.node(), identity.incarnation(), "127.0.0.1", 1);
        if (members.size() == 1 && members.getFirst().indexOf('@') > 0 && MemberName.parse(members.getFirst()).sameFolder(self)) {
            LOG.warn("--force-recover changes nothing: this node is its cluster's only member already");
            return false;
        }
        String before = identity.cluster();
        identity.leaveBehind(after -> told(before, after, members, logs));
        LOG.warn("{}; the members that are left behind must not come back with their data", identity.recovery());
        return true;
    }

    private static String told(String before, String after, List<String> members, List<EventLog> logs) {
        StringBuilder text = new StringBuilder();
        for (int group = 0; group < logs.size(); group++) {
            EventLog log = logs.get(group);
            text.append(group == 0 ? "went on alone from position " : "; in group " + group + " from position ").append(log.lastIndex()).append(" of term ").append(log.lastTerm());
            if (log.committedIndex() < log.lastIndex()) {
                text.append(", of which what is behind ").append(log.committedIndex()).append(" was not known to be committed and counts from now on");
            }
        }
        return text.append("; discarded is whatever other members had behind that: ").append(String.join(", ", members)).append("; cluster ")
                .append(before.isEmpty() ? "unknown" : before).append(" is cluster ").append(after).append(" now").toString();
    }

    /** What a folder of a node that is alone has given up and not written down yet; empty for nothing. */
    public static String untold(FileStore meta, int node) throws IOException {
        try (FolderIdentity identity = FolderIdentity.open(meta, node, false)) {
            return identity.recovery();
        }
    }

    /** It is in the log. */
    public static void told(FileStore meta, int node) throws IOException {
        try (FolderIdentity identity = FolderIdentity.open(meta, node, false)) {
            identity.recoveryTold();
        }
    }
}
