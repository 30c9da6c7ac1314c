package io.craton.sql.exec;

import io.craton.sql.expr.Scope;
import java.util.ArrayList;
import java.util.List;

/**
 * What the joins above a scan know of the rows that they can use, while they run: a join that has kept one side says here which keys it has, and the scan from which
 * the other side's key comes leaves out rows that cannot join. One scan of one scope.
 */
final class KeyFilters {
    /** @param owner the join */
    record Entry(Object owner, int field, KeyFilter filter) {}

    private final List<Entry> entries = new ArrayList<>();

    /** @param scan identity of the scan's plan node */
    static KeyFilters of(Scope scope, Object scan) {
        return scope.leader().state(scan, KeyFilters::new);
    }

    void set(Object owner, int field, KeyFilter filter) {
        entries.add(new Entry(owner, field, filter));
    }

    void clear(Object owner) {
        entries.removeIf(entry -> entry.owner == owner);
    }

    List<Entry> entries() {
        return entries;
    }
}
