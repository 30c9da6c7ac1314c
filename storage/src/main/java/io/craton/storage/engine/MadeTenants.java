package io.craton.storage.engine;

import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Numbers of all tenants that the first group's log has made as far as it is applied, dropped ones too. An entry in another group's log whose tenant is not known here
 * belongs to one that was dropped, or to one that is still to come.
 */
final class MadeTenants {
    private final Set<Integer> made = ConcurrentHashMap.newKeySet();
    private volatile boolean complete;
    private volatile boolean stopsWaiting;

    void add(int number) {
        made.add(number);
    }

    void addAll(Collection<Integer> numbers) {
        made.addAll(numbers);
    }

    /** 0 while there is none. */
    int highest() {
        return made.stream().mapToInt(Integer::intValue).max().orElse(0);
    }

    /**
     * Whether a tenant that is not known here may still come. To be asked before it is looked for: what is asked later may have come in between.
     *
     * @throws IllegalStateException when the node stops, and it will not be waited for
     */
    boolean mayCome(int number) {
        requireWaiting(number);
        return !complete && !made.contains(number);
    }

    void requireWaiting(int number) {
        if (stopsWaiting) throw new IllegalStateException("the node stops while an entry waits for tenant " + number);
    }

    /** The first group's log has been applied to its end, and nothing will follow: no other tenant comes. */
    void complete() {
        complete = true;
    }

    boolean isComplete() {
        return complete;
    }

    void stopWaiting() {
        stopsWaiting = true;
    }
}
