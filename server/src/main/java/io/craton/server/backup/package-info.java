/** {@code craton-backup} and {@code craton-restore}: the log as it grows, snapshots, and data folders made of them. */
@org.jspecify.annotations.NullMarked
package io.craton.server.backup;
