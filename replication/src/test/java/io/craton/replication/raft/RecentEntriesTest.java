package io.craton.replication.raft;

import static org.assertj.core.api.Assertions.assertThat;

import com.alipay.sofa.jraft.entity.EnumOutter;
import com.alipay.sofa.jraft.entity.LogEntry;
import com.alipay.sofa.jraft.entity.LogId;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Against a map that keeps everything: what is found is the log's, and the newest is always found. */
class RecentEntriesTest {
    private static LogEntry entry(long index, long term, int length) {
        var entry = new LogEntry(EnumOutter.EntryType.ENTRY_TYPE_DATA);
        entry.setId(new LogId(index, term));
        entry.setData(ByteBuffer.allocate(length));
        return entry;
    }

    @Test
    void findsWhatTheLogHas() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        var recent = new RecentEntries();
        Map<Long, LogEntry> log = new TreeMap<>();
        long last = random.nextInt(10_000);
        for (int step = 0; step < 30_000; step++) {
            if (random.nextInt(400) == 0 && !log.isEmpty()) {
                long kept = Math.max(0, last - random.nextInt(5000));
                for (; last > kept; last--) log.remove(last);
                recent.truncate(kept);
            }
            LogEntry next = entry(++last, step, random.nextInt(100) == 0 ? 1 << 20 : random.nextInt(2000));
            log.put(last, next);
            recent.add(next);
            assertThat(recent.find(last)).as("seed %d", seed).isSameAs(next);
            long asked = last - random.nextInt(6000);
            LogEntry found = recent.find(asked);
            if (found != null) assertThat(found).as("seed %d", seed).isSameAs(log.get(asked));
            assertThat(recent.find(last + 1)).isNull();
        }
    }
}
