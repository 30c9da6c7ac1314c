package io.craton.wire.codec;

import io.craton.core.session.RowDescription;
import io.craton.core.type.ByteWriter;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * RowDescription messages that were encoded before, found by the identity of the description (plans keep theirs). A bounded
 * direct-mapped table: a collision only means encoding again. Any thread.
 */
public final class RowDescriptions {
    private static final int SLOTS = 1024;

    private record Entry(RowDescription description, byte[] message) {}

    private final AtomicReferenceArray<Entry> entries = new AtomicReferenceArray<>(SLOTS);

    public void write(ByteWriter out, RowDescription description) {
        int slot = System.identityHashCode(description) & SLOTS - 1;
        Entry known = entries.getAcquire(slot);
        if (known != null && known.description == description) {
            out.putBytes(known.message);
            return;
        }
        int start = out.size();
        BackendEncoder.rowDescription(out, description);
        byte[] message = new byte[out.size() - start];
        System.arraycopy(out.array(), start, message, 0, message.length);
        entries.setRelease(slot, new Entry(description, message));
    }
}
