package io.craton.storage.sim;

import java.util.function.Consumer;

/** Carries messages between members: as long as there are faults, each comes late, twice or not at all. */
final class Network {
    private static final int DELAY_MAX = 4;

    private final Simulation simulation;
    /** Who does not reach whom. */
    private final boolean[][] cut = new boolean[8][8];
    private int lossOneIn = 40;

    Network(Simulation simulation) {
        this.simulation = simulation;
    }

    void send(int from, int to, Consumer<Member> message) {
        if (!simulation.storms()) {
            simulation.after(1 + simulation.chance(DELAY_MAX), () -> deliver(from, to, message));
            return;
        }
        if (simulation.oneIn(lossOneIn)) return;
        int copies = simulation.oneIn(40) ? 2 : 1;
        for (int i = 0; i < copies; i++) simulation.after(1 + simulation.chance(simulation.oneIn(20) ? 10 * DELAY_MAX : DELAY_MAX), () -> deliver(from, to, message));
    }

    private void deliver(int from, int to, Consumer<Member> message) {
        if (!cut[from][to]) simulation.members.get(to).receive(message);
    }

    /** Members of one side do not reach those of the other. */
    void split(int sides) {
        for (int from = 0; from < simulation.members.size(); from++) {
            for (int to = 0; to < simulation.members.size(); to++) cut[from][to] = (sides >> from & 1) != (sides >> to & 1);
        }
        lossOneIn = simulation.oneIn(3) ? 5 : 40;
    }

    /** Nobody hears this one, which hears all. */
    void mute(int member) {
        for (int to = 0; to < simulation.members.size(); to++) cut[member][to] = to != member;
    }

    void heal() {
        for (boolean[] row : cut) java.util.Arrays.fill(row, false);
        lossOneIn = 40;
    }
}
