package io.craton.storage.log;

/** What a {@link CommitLog} drives on every replica: committed entries, strictly in order, from one thread at a time, which a run belongs to. */
public interface EntryConsumer {
    /** One committed entry; {@code position} rises, with gaps for entries that are raft's own. Exceptions halt the node. */
    void apply(long position, long term, byte[] payload);

    /** End of a run of entries: make them durable-able and visible now (one projection batch per run). */
    void endOfRun();

    /** Everything at or below this position is already applied and flushed; such entries may be skipped at replay. */
    long appliedPosition();
}
