package io.craton.storage.entry;

import io.craton.storage.catalog.CatalogChange;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one entry changed in a tenant's definitions, and who did it: kept by the projection so that the schema of any moment is found without the log.
 *
 * @param timestampMicros when it was committed
 * @param statement texts of the statements that made the changes; null when nobody told them
 */
public record SchemaRecord(long timestampMicros, long transaction, String role, String tag, @Nullable String statement, List<CatalogChange> changes) {
    private static final int FORMAT = 1;

    public SchemaRecord {
        changes = List.copyOf(changes);
    }

    public static SchemaRecord of(EntryReader entry, List<CatalogChange> changes) {
        EntryHeader header = entry.header();
        EntryWriter.Origin origin = entry.origin();
        return new SchemaRecord(header.timestampMicros(), header.transaction(), origin == null ? "" : origin.role(), origin == null ? "" : origin.tag(),
                origin == null ? null : origin.ddl(), changes);
    }

    /** Format (1), then all fields in order; changes as in entries. */
    public byte[] toBytes() {
        EntryWriter out = new EntryWriter(256);
        out.number(FORMAT);
        out.signed(timestampMicros);
        out.number(transaction);
        out.text(role);
        out.text(tag);
        out.text(statement);
        out.changes(changes);
        return out.finish();
    }

    public static SchemaRecord fromBytes(byte[] bytes) {
        EntryReader in = EntryReader.body(bytes);
        if (in.number() != FORMAT) throw new NewerEntryException("another format of schema changes");
        return new SchemaRecord(in.signed(), in.number(), in.requiredText(), in.requiredText(), in.text(), in.readChanges());
    }
}
