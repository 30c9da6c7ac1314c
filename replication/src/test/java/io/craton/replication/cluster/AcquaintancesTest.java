package io.craton.replication.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.craton.replication.raft.MemberName;
import io.craton.replication.rpc.PeerSecurity;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a node makes of what the others answered. */
class AcquaintancesTest {
    private static final MemberName SELF = new MemberName(1, "a", "one", 7001);
    private static final MemberName SECOND = new MemberName(2, "b", "two", 7001);
    private static final MemberName THIRD = new MemberName(3, "c", "three", 7001);

    private static Note answer(MemberName name, String cluster) {
        return Note.of("name", name, "cluster", cluster, "clock", Clocks.now());
    }

    private static Note newer(MemberName name, String cluster) {
        return Note.of("name", name, "cluster", cluster, "clock", Clocks.now(), "compressed", true);
    }

    @Test
    void nobodyCompressesEntriesUntilAllMembersHaveSaidThatTheyReadThem() {
        try (Asking asking = new Asking(PeerSecurity.none())) {
            var others = new Acquaintances(asking, SELF);
            Note hello = answer(SELF, "ours");
            List<String> members = List.of(SELF.toString(), SECOND.toString(), THIRD.toString());
            others.decide(members);
            assertThat(others.takeCompressed()).as("nobody was heard of").isFalse();
            others.heard(hello, HostPort.of(SECOND), newer(SECOND, "ours"));
            others.decide(members);
            assertThat(others.takeCompressed()).as("one is silent since the start").isFalse();
            others.heard(hello, HostPort.of(THIRD), answer(THIRD, "ours"));
            others.decide(members);
            assertThat(others.takeCompressed()).as("one is of an older version").isFalse();
            others.heard(hello, HostPort.of(THIRD), newer(THIRD, "ours"));
            others.decide(members);
            assertThat(others.takeCompressed()).isTrue();
            MemberName joining = new MemberName(4, "d", "four", 7001);
            others.heard(hello, HostPort.of(joining), answer(joining, "theirs"));
            others.decide(members);
            assertThat(others.takeCompressed()).as("one of another cluster does not count").isTrue();
            others.heard(hello, HostPort.of(joining), answer(joining, "ours"));
            others.decide(members);
            assertThat(others.takeCompressed()).as("one that is about to join does").isFalse();
            others.heard(hello, HostPort.of(joining), newer(joining, "ours"));
            others.heard(hello, HostPort.of(SECOND), answer(SECOND, "ours"));
            others.decide(members);
            assertThat(others.takeCompressed()).as("one has gone back to an older version").isFalse();
            others.heard(hello, HostPort.of(SECOND), newer(new MemberName(2, "z", "two", 7001), "ours"));
            others.decide(members);
            assertThat(others.takeCompressed()).as("in the member's place is another folder").isFalse();
            others.decide(List.of());
            assertThat(others.takeCompressed()).as("there is no cluster").isFalse();
        }
    }
}
