package io.craton.jepsen.cluster;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** What can be done to a cluster. */
public enum ClusterFault {
    /** SIGKILL to one node, a majority or all; started again at the end. */
    KILL,
    /** SIGSTOP, SIGCONT at the end. */
    PAUSE,
    /** SIGTERM to one node, started again at the end. */
    STOP,
    /** SIGTERM and a new start, one node after the other. */
    ROLLING,
    /** Two parts that do not hear each other: one node alone, a minority, or halves around a bridge. */
    PARTITION,
    /** One node that is not heard by the others, or does not hear them. */
    ONE_WAY,
    /** Each node loses one neighbour; with three nodes one link. */
    RING,
    /** One node's link is reduced to a trickle. */
    SLOW,
    /** One node loses part of what arrives. */
    LOSS,
    /** One node's clock jumps, and back. */
    CLOCK,
    /** One node's folder is emptied and it starts anew. */
    WIPE,
    /** One node's volume runs full, and has room again. */
    DISK_FULL,
    /** One node, or all, forget what was not synced. */
    POWER_CUT;

    /** What network namespaces are made with. */
    public static final List<String> NAMESPACE_TOOLS = List.of("ip", "nsenter");

    boolean needsLinks() {
        return this == PARTITION || this == ONE_WAY || this == RING || this == SLOW || this == LOSS;
    }

    public boolean needsVolume() {
        return this == DISK_FULL || this == POWER_CUT;
    }

    public boolean needsRoot() {
        return needsLinks() || needsVolume();
    }

    /** The programs that make it, beside those for namespaces. */
    public List<String> tools() {
        return switch (this) {
            case PARTITION, ONE_WAY, RING, LOSS -> List.of("iptables");
            case SLOW -> List.of("tc");
            case KILL, PAUSE, STOP, ROLLING, CLOCK, WIPE -> List.of();
            case DISK_FULL, POWER_CUT -> List.of("mkfs.ext4", "mount", "umount", "fallocate");
        };
    }

    /** Those of the programs that are not on the PATH. */
    public static List<String> missing(List<String> programs) {
        return missing(programs, System.getenv().getOrDefault("PATH", ""));
    }

    /** @param path folders in which to look, as in PATH */
    static List<String> missing(List<String> programs, String path) {
        List<String> folders = List.of(path.split(File.pathSeparator));
        return programs.stream().filter(program -> folders.stream().noneMatch(folder -> Files.isExecutable(Path.of(folder, program)))).toList();
    }

    /** As on the command line. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static ClusterFault of(String word) {
        return valueOf(word.strip().toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
