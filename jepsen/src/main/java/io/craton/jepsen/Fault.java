package io.craton.jepsen;

/** What happens to the node in every round. */
enum Fault {
    /** SIGKILL. */
    KILL,
    /** The file system stops between two writes and forgets what was not synced; then SIGKILL. Needs root. */
    POWER_CUT,
    /** The volume runs full under load and gets room again; then SIGKILL. Needs root. */
    DISK_FULL;

    boolean needsVolume() {
        return this != KILL;
    }
}
