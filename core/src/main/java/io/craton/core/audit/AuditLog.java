package io.craton.core.audit;

/** Where audit records go. Any thread, event loops included: neither method waits. */
public interface AuditLog {
    AuditLog NONE = new AuditLog() {
        @Override
        public boolean wants(AuditClass kind) {
            return false;
        }

        @Override
        public void record(AuditRecord record) {}
    };

    /** Asked before a record is made. */
    boolean wants(AuditClass kind);

    /** Takes a record that is not part of a transaction; those travel in the transaction's own entry. */
    void record(AuditRecord record);
}
