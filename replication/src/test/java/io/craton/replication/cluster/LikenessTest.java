package io.craton.replication.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.craton.replication.raft.MemberName;
import org.junit.jupiter.api.Test;

class LikenessTest {
    private static final MemberName OTHER = new MemberName(2, "x", "h", 7001);
    private static final HostPort PLACE = new HostPort("h", 7001);

    @Test
    void asManyGroupsAsTheOthers() {
        assertThat(Likeness.refusal(2, OTHER, PLACE, Note.of("groups", 2))).isNull();
        assertThat(Likeness.refusal(1, OTHER, PLACE, Note.of("groups", 2))).isEqualTo("consensus.groups is 1 on this node, but 2 on node 2 at h:7001; it is the same on every node");
        assertThat(Likeness.refusal(2, Note.of("groups", 2))).isNull();
        assertThat(Likeness.refusal(2, Note.of("groups", 3))).isEqualTo("consensus.groups is 3 there, but 2 on the leader; it is the same on every node");
    }

    @Test
    void anOlderProgramDoesNotSay() {
        assertThat(Likeness.refusal(2, OTHER, PLACE, Note.of())).isNull();
        assertThat(Likeness.refusal(2, Note.of())).isNull();
    }

    @Test
    void aClockThatIsHoursOff() {
        assertThat(Likeness.refusal(1, OTHER, PLACE, Note.of("groups", 1, "clock", System.currentTimeMillis() - 3 * 3_600_000 - 1000))).startsWith("this machine's clock is 3 h 0 min ahead");
    }
}
