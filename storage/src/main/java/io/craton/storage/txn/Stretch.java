package io.craton.storage.txn;

import io.craton.core.type.ByteWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What was written in memory from one mark of a write set to another, table by table in key order: what rolls back as a whole, on its way into runs. */
final class Stretch {
    /** More open savepoints than this in what is to be spilled, and it stays in memory. */
    private static final int STRETCHES_MAX = 64;

    /** One row's versions in a stretch: from the newest one down to what was there before, which is left out. */
    record RowPart(WriteSet.RowWrite row, WriteSet.Version newest, WriteSet.@Nullable Version before) {}

    private final int from;
    private final int to;
    private final Map<WriteSet.TableWrites, Collection<RowPart>> tables = new TreeMap<>((left, right) -> Long.compare(left.storage, right.storage));

    private Stretch(int from, int to) {
        this.from = from;
        this.to = to;
    }

    int from() {
        return from;
    }

    int to() {
        return to;
    }

    Map<WriteSet.TableWrites, Collection<RowPart>> tables() {
        return tables;
    }

    /**
     * All that is in memory, cut where it may be rolled back to; none when there are too many such places.
     *
     * @param savepoints marks, rising
     */
    static List<Stretch> of(WriteSet writes, List<Integer> savepoints) {
        List<Integer> starts = new ArrayList<>();
        starts.add(writes.spilledMark());
        for (int mark : savepoints) if (mark > starts.getLast() && mark < writes.mark()) starts.add(mark);
        if (starts.size() > STRETCHES_MAX) return List.of();
        if (starts.size() == 1) return List.of(whole(writes));
        List<Stretch> stretches = new ArrayList<>(starts.size());
        for (int i = 0; i < starts.size(); i++) {
            stretches.add(part(writes, starts.get(i), i + 1 < starts.size() ? starts.get(i + 1) : writes.mark()));
        }
        return stretches;
    }

    private static Stretch whole(WriteSet writes) {
        Stretch stretch = new Stretch(writes.spilledMark(), writes.mark());
        for (WriteSet.TableWrites table : writes.tables()) {
            if (table.rows.isEmpty()) continue;
            List<RowPart> all = new ArrayList<>(table.rows.size());
            table.rows.forEach(row -> {
                WriteSet.Version before = row.newest;
                while (before != null && !before.spilled) before = before.before;
                all.add(new RowPart(row, java.util.Objects.requireNonNull(row.newest), before));
            });
            stretch.tables.put(table, all);
        }
        return stretch;
    }

    private static Stretch part(WriteSet writes, int from, int to) {
        Map<WriteSet.TableWrites, TreeMap<byte[], RowPart>> found = new LinkedHashMap<>();
        int[] at = {from};
        writes.eachLogged(from, (row, version) -> {
            if (at[0]++ >= to) return;
            found.computeIfAbsent(row.table, table -> new TreeMap<>(Arrays::compareUnsigned)).merge(row.key, new RowPart(row, version, version.before),
                    (first, later) -> new RowPart(row, later.newest, first.before));
        });
        Stretch stretch = new Stretch(from, to);
        found.forEach((table, rows) -> stretch.tables.put(table, rows.values()));
        return stretch;
    }

    /** Moves what is in memory of writes that nobody logs to runs. */
    static void spill(WriteSet writes, List<Integer> savepoints, SpillFile file) {
        Map<WriteSet.TableWrites, List<WriteSet.SpilledRun>> runs = new LinkedHashMap<>();
        List<Stretch> stretches = of(writes, savepoints);
        if (stretches.isEmpty()) return;
        ByteWriter versions = new ByteWriter(256);
        for (Stretch stretch : stretches) {
            stretch.tables.forEach((table, rows) -> {
                SortedRun.Builder builder = new SortedRun.Builder(file, rows.size());
                for (RowPart part : rows) add(part, builder, versions);
                runs.computeIfAbsent(table, each -> new ArrayList<>()).add(new WriteSet.SpilledRun(builder.finish(), rows.size(), stretch.from, stretch.to));
            });
        }
        writes.spilled(runs);
    }

    static void add(RowPart part, SortedRun.Builder builder, ByteWriter versions) {
        versions.clear();
        RowVersions.write(part.newest, part.before, versions);
        builder.add(part.row.key, versions.array(), versions.size(), SortedRun.hash(part.row.key));
    }
}
