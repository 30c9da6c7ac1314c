package io.craton.storage.entry;

import io.craton.core.audit.AuditClass;
import io.craton.core.audit.AuditRecord;
import io.craton.core.audit.AuditRecord.Actor;
import java.util.ArrayList;
import java.util.List;

/** Audit records as bytes, in entries and in the system tenant's projection: their fields in order of declaration. */
public final class AuditCodec {
    private AuditCodec() {}

    public static byte[] toBytes(AuditRecord record) {
        EntryWriter out = new EntryWriter(256);
        write(record, out);
        return out.finish();
    }

    public static AuditRecord fromBytes(byte[] bytes) {
        return read(EntryReader.body(bytes));
    }

    /** Several, as nodes send them to each other. */
    public static byte[] toBytes(List<AuditRecord> records) {
        EntryWriter out = new EntryWriter(256 * records.size() + 8);
        out.number(records.size());
        for (AuditRecord record : records) write(record, out);
        return out.finish();
    }

    public static List<AuditRecord> listFromBytes(byte[] bytes) {
        EntryReader in = EntryReader.body(bytes);
        List<AuditRecord> records = new ArrayList<>();
        for (long left = in.number(); left > 0; left--) records.add(read(in));
        return records;
    }

    static void write(AuditRecord record, EntryWriter out) {
        out.letter(record.kind().letter());
        out.signed(record.micros());
        out.number(record.count());
        Actor actor = record.actor();
        out.text(actor.role());
        out.text(actor.actingAs());
        out.text(actor.database());
        out.text(actor.address());
        out.int4(actor.processId());
        out.text(actor.application());
        out.number(actor.node());
        out.text(record.action());
        out.text(record.detail());
        out.text(record.sqlState());
    }

    static AuditRecord read(EntryReader in) {
        AuditClass kind = AuditClass.of(in.letter());
        long micros = in.signed();
        int count = (int) in.number();
        Actor actor = new Actor(in.requiredText(), in.text(), in.requiredText(), in.text(), in.int4(), in.requiredText(), (int) in.number());
        return new AuditRecord(kind, micros, count, actor, in.requiredText(), in.text(), in.text());
    }
}
