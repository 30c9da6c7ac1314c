package io.craton.storage.projection;

import java.util.Arrays;
import java.util.List;

/** Sorted keys of several sources as one. One thread. */
final class MergedKeys implements SortedKeys {
    private static final int STEPS_A_LOOK = 1024;

    /** A heap: no source has a lower key than the one at half its place. The first one has the present key. */
    private final SortedKeys[] sources;
    private int count;
    private final Runnable interrupts;
    private long steps;

    /** @param interrupts called now and then; may throw */
    MergedKeys(List<SortedKeys> sources, Runnable interrupts) {
        this.sources = sources.toArray(SortedKeys[]::new);
        this.interrupts = interrupts;
    }

    @Override
    public boolean next() {
        if (steps++ % STEPS_A_LOOK == 0) interrupts.run();
        if (steps > 1) {
            if (!sources[0].next()) sources[0] = sources[--count];
            if (count > 0) sink(0);
        } else {
            for (SortedKeys source : sources) if (source.next()) sources[count++] = source;
            for (int i = count / 2 - 1; i >= 0; i--) sink(i);
        }
        return count > 0;
    }

    private void sink(int place) {
        SortedKeys source = sources[place];
        for (int below = 2 * place + 1; below < count; below = 2 * place + 1) {
            if (below + 1 < count && compare(sources[below + 1], sources[below]) < 0) below++;
            if (compare(source, sources[below]) <= 0) break;
            sources[place] = sources[below];
            place = below;
        }
        sources[place] = source;
    }

    private static int compare(SortedKeys left, SortedKeys right) {
        return Arrays.compareUnsigned(left.bytes(), left.from(), left.to(), right.bytes(), right.from(), right.to());
    }

    @Override
    public byte[] bytes() {
        return sources[0].bytes();
    }

    @Override
    public int from() {
        return sources[0].from();
    }

    @Override
    public int to() {
        return sources[0].to();
    }
}
