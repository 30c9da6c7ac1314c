package io.craton.server.audit;

import io.craton.core.audit.AuditClass;
import io.craton.core.audit.AuditRecord;
import io.craton.core.audit.AuditRecord.Actor;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What clients can bring about as often as they like, bounded: within a minute the first of several alike is a record, and all further ones are one more at its
 * end; when there are too many different ones, the rest is one that says how many. Pure; guarded by its owner.
 */
final class Repeats {
    private record Alike(AuditClass kind, String role, String database, @Nullable String address, String action, @Nullable String sqlState) {}

    /** What came after the first. */
    private static final class Further {
        private @Nullable AuditRecord first;
        private int count;

        void add(AuditRecord record) {
            if (first == null) first = record;
            if (count < Integer.MAX_VALUE) count++;
        }
    }

    private final Map<Alike, Further> seen = new HashMap<>();
    private final Map<AuditClass, Integer> different = new EnumMap<>(AuditClass.class);
    private final Map<AuditClass, Further> others = new EnumMap<>(AuditClass.class);

    static boolean bounds(AuditClass kind) {
        return kind == AuditClass.LOGIN || kind == AuditClass.FAILED_LOGIN || kind == AuditClass.DENIED;
    }

    /** Whether the record is to be written down now. */
    boolean take(AuditRecord record, int mostDifferent) {
        Actor actor = record.actor();
        Alike alike = new Alike(record.kind(), actor.role(), actor.database(), actor.address(), record.action(), record.sqlState());
        Further further = seen.get(alike);
        if (further != null) {
            further.add(record);
            return false;
        }
        if (different.getOrDefault(record.kind(), 0) >= mostDifferent) {
            others.computeIfAbsent(record.kind(), _ -> new Further()).add(record);
            return false;
        }
        different.merge(record.kind(), 1, Integer::sum);
        seen.put(alike, new Further());
        return true;
    }

    /** The records that are due at the end of a minute; another begins. */
    List<AuditRecord> endMinute() {
        List<AuditRecord> due = new ArrayList<>();
        for (Further further : seen.values()) if (further.first != null) due.add(further.first.times(further.count));
        others.forEach((kind, further) -> {
            AuditRecord first = further.first;
            if (first == null) return;
            due.add(new AuditRecord(kind, first.micros(), further.count, Actor.node(first.actor().node()), first.action(), "others, not written down one by one", null));
        });
        seen.clear();
        different.clear();
        others.clear();
        return due;
    }
}
