package io.craton.storage.sim;

import java.util.List;

/** What befalls members, as the seed wills: never so much at once that what was acknowledged would be on no majority's disks. */
final class Faults {
    private static final int KINDS = 20;
    static final int POWER_CUT = 4;
    static final int SPLIT = 8;
    static final int ELECTIONS = 12;

    private final Simulation simulation;
    /** This seed's: some of all, so that they come often enough to meet. */
    private final int[] kinds;
    /** Ticks between two, at most. */
    private final int pause;
    private boolean over;

    Faults(Simulation simulation) {
        this.simulation = simulation;
        pause = 40 + simulation.chance(120);
        kinds = new int[1 + simulation.chance(6)];
        for (int i = 0; i < kinds.length; i++) kinds[i] = simulation.chance(KINDS);
        if (simulation.bug.shownBy >= 0) kinds[0] = kinds[kinds.length / 2] = simulation.bug.shownBy;
    }

    void begin() {
        simulation.after(30 + simulation.chance(pause), this::next);
    }

    void end() {
        over = true;
    }

    private Member any() {
        List<Member> leading = simulation.members.stream().filter(Member::leads).toList();
        if (!leading.isEmpty() && simulation.random.nextBoolean()) return leading.get(simulation.chance(leading.size()));
        return simulation.members.get(simulation.chance(simulation.members.size()));
    }

    private void next() {
        if (over) return;
        befall(any());
        simulation.after(5 + simulation.chance(pause), this::next);
    }

    private void befall(Member member) {
        switch (kinds[simulation.chance(kinds.length)]) {
            case 0, 1 -> member.stop(false);
            case 2 -> member.stop(true);
            case 3 -> {
                if (member.isUp()) member.cutPowerSoon(1 + simulation.chance(6));
            }
            case POWER_CUT -> {
                simulation.note("power cut everywhere");
                simulation.members.forEach(each -> each.stop(true));
            }
            case 5, 6, 7 -> {
                member.pause();
                simulation.after(20 + simulation.chance(150), member::resume);
            }
            case SPLIT, 9, 10 -> {
                int sides = simulation.random.nextBoolean() ? 1 << member.number : simulation.chance(1 << simulation.members.size());
                simulation.note("sides " + Integer.toBinaryString(sides));
                simulation.network.split(sides);
                simulation.after(50 + simulation.chance(150), simulation.network::heal);
            }
            case 11 -> {
                simulation.note(member + " is not heard");
                simulation.network.mute(member.number);
                simulation.after(20 + simulation.chance(100), simulation.network::heal);
            }
            case ELECTIONS, 13, 14 -> {
                elect(simulation.members.get(simulation.chance(simulation.members.size())));
                simulation.after(60 + simulation.chance(60), () -> elect(member));
            }
            case 15, 16 -> lose(member);
            default -> member.checkpoint();
        }
    }

    private void elect(Member member) {
        if (!over && member.isUp()) member.consensus().electSoon();
    }

    /** Its log is damaged, or all is gone. What it had counts for nobody before it is there again, so only one at a time, and while others have all of the history. */
    private void lose(Member member) {
        if (!member.isUp() || simulation.nested() || simulation.members.stream().anyMatch(each -> each != member && (each.learner || !each.isUp() || each.isPaused() || !each.isWhole()))) return;
        boolean flipped = simulation.random.nextBoolean();
        member.stop(simulation.random.nextBoolean());
        if (!flipped || member.flip()) {
            Member giver = simulation.members.get(simulation.chance(simulation.members.size()));
            member.wipe(giver == member ? null : giver);
        }
    }
}
