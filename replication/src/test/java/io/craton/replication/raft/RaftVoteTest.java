package io.craton.replication.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.craton.storage.io.RealFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RaftVoteTest {
    @TempDir Path folder;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    private RaftVote open() throws IOException {
        var vote = new RaftVote(RealFiles.at(folder), "group", failure::set);
        vote.init(null);
        return vote;
    }

    @Test
    void aVoteIsThereAfterARestart() throws IOException {
        RaftVote first = open();
        assertThat(first.setTermAndVotedFor(7, Members.peer("127.0.0.1:7001"))).isTrue();
        first.shutdown();
        RaftVote second = open();
        assertThat(second.getTerm()).isEqualTo(7);
        assertThat(second.getVotedFor()).isEqualTo(Members.peer("127.0.0.1:7001"));
        second.shutdown();
    }

    @Test
    void aRequestThatComesWhileTheMemberClosesGetsNoVoteAndIsNoFailure() throws IOException {
        RaftVote vote = open();
        assertThat(vote.setTerm(3)).isTrue();
        vote.shutdown();
        assertThat(vote.setVotedFor(Members.peer("127.0.0.1:7001"))).isFalse();
        assertThat(failure.get()).isNull();
        RaftVote again = open();
        assertThat(again.getTerm()).isEqualTo(3);
        assertThat(again.getVotedFor().isEmpty()).isTrue();
        again.shutdown();
    }
}
