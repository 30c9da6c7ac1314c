package io.craton.replication.raft;

import com.alipay.sofa.jraft.conf.Configuration;
import com.alipay.sofa.jraft.entity.LogEntry;
import com.alipay.sofa.jraft.entity.PeerId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The payload of a configuration entry: who votes and who learns, and who did before while a change is under way. Four lists, each a
 * count (u16) and so many texts (u16 length, UTF-8), in this order.
 */
record Members(List<PeerId> voters, List<PeerId> learners, List<PeerId> oldVoters, List<PeerId> oldLearners) {
    static Members of(LogEntry entry) {
        return new Members(orEmpty(entry.getPeers()), orEmpty(entry.getLearners()), orEmpty(entry.getOldPeers()), orEmpty(entry.getOldLearners()));
    }

    private static List<PeerId> orEmpty(@Nullable List<PeerId> peers) {
        return peers == null ? List.of() : peers;
    }

    void into(LogEntry entry) {
        entry.setPeers(voters);
        if (!learners.isEmpty()) entry.setLearners(learners);
        if (!oldVoters.isEmpty()) entry.setOldPeers(oldVoters);
        if (!oldLearners.isEmpty()) entry.setOldLearners(oldLearners);
    }

    Configuration configuration() {
        return new Configuration(voters, learners);
    }

    Configuration oldConfiguration() {
        return new Configuration(oldVoters, oldLearners);
    }

    /** How many of the leader's followers it needs for a majority, whichever they are; all, while some of them do not vote or votes are counted twice. */
    int needed() {
        return learners.isEmpty() && oldVoters.isEmpty() ? voters.size() / 2 : Integer.MAX_VALUE;
    }

    ByteBuffer encode() {
        List<byte[]> texts = new ArrayList<>();
        int bytes = 4 * Short.BYTES;
        for (List<PeerId> list : List.of(voters, learners, oldVoters, oldLearners)) {
            for (PeerId peer : list) {
                byte[] text = peer.toString().getBytes(StandardCharsets.UTF_8);
                texts.add(text);
                bytes += Short.BYTES + text.length;
            }
        }
        ByteBuffer into = ByteBuffer.allocate(bytes);
        int next = 0;
        for (List<PeerId> list : List.of(voters, learners, oldVoters, oldLearners)) {
            into.putShort((short) list.size());
            for (int i = 0; i < list.size(); i++) {
                byte[] text = texts.get(next++);
                into.putShort((short) text.length).put(text);
            }
        }
        return into.flip();
    }

    static Members decode(ByteBuffer payload) {
        ByteBuffer from = payload.duplicate();
        return new Members(decodeList(from), decodeList(from), decodeList(from), decodeList(from));
    }

    private static List<PeerId> decodeList(ByteBuffer from) {
        int count = Short.toUnsignedInt(from.getShort());
        List<PeerId> peers = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            byte[] text = new byte[Short.toUnsignedInt(from.getShort())];
            from.get(text);
            peers.add(peer(new String(text, StandardCharsets.UTF_8)));
        }
        return peers;
    }

    static PeerId peer(String text) {
        var peer = new PeerId();
        if (!peer.parse(text)) throw new IllegalArgumentException("not a peer: " + text);
        return peer;
    }
}
