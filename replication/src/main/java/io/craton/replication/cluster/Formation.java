package io.craton.replication.cluster;

import io.craton.replication.raft.MemberName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a node with an empty log comes to its cluster: it asks all it knows of. If one of them has a cluster, that is the node's. If all of them answer and none has one, the
 * node with the lowest id founds it, and the others join. On the keeper's thread.
 */
final class Formation {
    private static final Logger LOG = LoggerFactory.getLogger(Formation.class);
    private static final int PAUSE_MILLIS = 200;
    /** How often it says whom it waits for. */
    private static final int ROUNDS_TOLD = 25;

    private final FolderIdentity identity;
    private final MemberName self;
    private final Places places;
    private final Asking asking;
    private final Standing standing;
    private final int groups;

    /** @param groups how many this node has */
    Formation(FolderIdentity identity, MemberName self, Places places, Asking asking, Standing standing, int groups) {
        this.identity = identity;
        this.self = self;
        this.places = places;
        this.asking = asking;
        this.standing = standing;
        this.groups = groups;
    }

    /** True when this node is to found the cluster; false when it knows which to join. Waits until it knows. */
    boolean founds() throws InterruptedException, IOException {
        for (int round = 0; ; round++) {
            boolean all = true;
            int lowest = self.node();
            List<HostPort> silent = new ArrayList<>();
            for (HostPort place : places.others()) {
                Note answer = asking.ask(place, standing.hello());
                if (answer == null) {
                    all = false;
                    silent.add(place);
                    continue;
                }
                MemberName other = MemberName.parse(answer.text("name"));
                if (other.sameFolder(self)) continue;
                if (other.node() == self.node()) {
                    throw new IOException("node id " + self.node() + " is used by the node at " + place + " as well; give each node its own --node-id");
                }
                String refusal = Likeness.refusal(groups, other, place, answer);
                if (refusal != null) throw new IOException(refusal);
                if (answer.number("last") > 0) {
                    identity.cluster(answer.text("cluster"));
                    LOG.info("joining cluster {} that node {} at {} belongs to", identity.cluster(), other.node(), place);
                    return false;
                }
                lowest = Math.min(lowest, other.node());
            }
            if (all && lowest == self.node()) {
                LOG.info("all {} peers are there and new: node {} founds the cluster", places.others().size(), self.node());
                return true;
            }
            if (!silent.isEmpty() && round % ROUNDS_TOLD == 0) LOG.info("waiting for {} to form a cluster", silent);
            Thread.sleep(PAUSE_MILLIS);
        }
    }
}
