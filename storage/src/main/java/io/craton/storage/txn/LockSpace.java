package io.craton.storage.txn;

/** What kind of thing is locked: which modes conflict, and how PostgreSQL names them. Modes are numbered from 0. */
enum LockSpace {
    /** Rows and unique keys; modes are those of {@link RowLockMode}. */
    ROW(new int[] {0b1000, 0b1100, 0b1110, 0b1111}),
    /** Tables; mode numbers are PostgreSQL's, 1 to 8. */
    TABLE(new int[] {0, 1 << 8, bits(7, 8), bits(5, 8), bits(4, 8), bits(3, 4) | bits(6, 8), bits(3, 8), bits(2, 8), bits(1, 8)}),
    ADVISORY(TABLE.conflicts);

    static final int SHARE_MODE = 5;
    static final int EXCLUSIVE_MODE = 7;
    private static final String[] NAMES = {"", "AccessShareLock", "RowShareLock", "RowExclusiveLock", "ShareUpdateExclusiveLock", "ShareLock",
            "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock"};

    private final int[] conflicts;

    LockSpace(int[] conflicts) {
        this.conflicts = conflicts;
    }

    private static int bits(int from, int to) {
        return (1 << to + 1) - (1 << from);
    }

    boolean conflicts(int mode, int heldModes) {
        return (conflicts[mode] & heldModes) != 0;
    }

    /** Whether a newcomer waits behind those who wait for a mode in conflict with its own. On rows it does not: who only shares one need not wait for who cannot yet. */
    boolean queues() {
        return this != ROW;
    }

    String modeName(int mode) {
        return this == ROW ? "ShareLock" : NAMES[mode];
    }
}
