package io.craton.sql.function;

import io.craton.sql.exec.ExecContext;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Texts that one text is cut into: however many they become, they count for the statement's memory while they are gathered, and it can be interrupted. One call. */
final class Parts implements AutoCloseable {
    private static final int STEP = 4096;
    /** A text and its place in the list, without its characters. */
    static final int PART_BYTES = 56;

    private final ExecContext context;
    private final List<@Nullable Object> list = new ArrayList<>();
    private long charged;
    private long pending;

    Parts(ExecContext context) {
        this.context = context;
    }

    void add(@Nullable String part) {
        add(part, PART_BYTES + (part == null ? 0 : part.length()));
    }

    /** What is no text, but made of some. */
    void add(@Nullable Object part, long bytes) {
        list.add(part);
        pending += bytes;
        if (list.size() % STEP == 0) settle();
    }

    private void settle() {
        context.checkInterrupts();
        context.charge(pending);
        charged += pending;
        pending = 0;
        context.insist();
    }

    List<@Nullable Object> list() {
        return list;
    }

    @Override
    public void close() {
        context.charge(-charged);
    }
}
