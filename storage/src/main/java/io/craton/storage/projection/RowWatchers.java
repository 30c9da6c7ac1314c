package io.craton.storage.projection;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Several watchers of one storage as one. Immutable. */
record RowWatchers(List<RowWatcher> all) implements RowWatcher {
    static RowWatcher with(@Nullable RowWatcher others, RowWatcher added) {
        if (others == null) return added;
        List<RowWatcher> all = new ArrayList<>(others instanceof RowWatchers several ? several.all : List.of(others));
        all.removeIf(added::replaces);
        all.add(added);
        return all.size() == 1 ? added : new RowWatchers(List.copyOf(all));
    }

    static @Nullable RowWatcher without(RowWatcher others, RowWatcher removed) {
        if (others == removed) return null;
        if (!(others instanceof RowWatchers several)) return others;
        List<RowWatcher> all = new ArrayList<>(several.all);
        all.remove(removed);
        return all.size() == 1 ? all.getFirst() : new RowWatchers(List.copyOf(all));
    }

    @Override
    public void changed(byte[] key, byte @Nullable [] row, long position) {
        for (RowWatcher each : all) each.changed(key, row, position);
    }

    @Override
    public void lost(long position) {
        for (RowWatcher each : all) each.lost(position);
    }

    @Override
    public void dropped() {
        for (RowWatcher each : all) each.dropped();
    }
}
