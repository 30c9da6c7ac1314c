package io.craton.jepsen.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** What happens when: made from a seed alone, so that the same seed gives the same one. */
public final class Schedule {
    /** Who is hit; which number that is shows only at the time. */
    public enum Aim { LEADER, FOLLOWER, ANY, MAJORITY, ALL }

    /**
     * One fault.
     *
     * @param salt for choices that depend on the moment
     */
    public record Strike(int number, ClusterFault fault, Aim aim, long atMillis, long forMillis, long salt) {
        @Override
        public String toString() {
            return "%3d  at %7.2f s for %5.2f s  %s %s".formatted(number, atMillis / 1e3, forMillis / 1e3, fault.word(), aim.name().toLowerCase(Locale.ROOT));
        }
    }

    private Schedule() {}

    /**
     * Calm at the beginning, faults of 1 to 8 seconds, some of them overlapping the one before, and pauses between in which the cluster recovers.
     *
     * @param always who is hit; null for a mixture
     */
    public static List<Strike> of(long seed, List<ClusterFault> faults, @Nullable Aim always, long millis) {
        Random random = new Random(seed * 31 + 7);
        List<Strike> strikes = new ArrayList<>();
        long at = 3000 + random.nextInt(2000);
        while (!faults.isEmpty() && at < millis - 2000) {
            ClusterFault fault = faults.get(random.nextInt(faults.size()));
            long length = 500 + random.nextInt(random.nextInt(3) == 0 ? 9000 : 4000);
            Aim chosen = aim(fault, random);
            strikes.add(new Strike(strikes.size() + 1, fault, always == null ? chosen : always, at, length, random.nextLong()));
            boolean overlap = faults.size() > 1 && random.nextInt(3) == 0;
            at += overlap ? 300 + random.nextInt((int) length) : length + 2500 + random.nextInt(4000);
        }
        return strikes;
    }

    private static Aim aim(ClusterFault fault, Random random) {
        int dice = random.nextInt(20);
        boolean many = fault == ClusterFault.KILL || fault == ClusterFault.PAUSE || fault == ClusterFault.POWER_CUT;
        if (many && dice == 0) return Aim.ALL;
        if (many && dice <= 2) return Aim.MAJORITY;
        return dice < 11 ? Aim.LEADER : dice < 16 ? Aim.FOLLOWER : Aim.ANY;
    }
}
