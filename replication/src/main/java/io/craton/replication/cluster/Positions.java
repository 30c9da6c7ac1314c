package io.craton.replication.cluster;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** How far a node has the logs of its groups, in order of their numbers: up to where it knows them to be committed, and has applied them. As a note: {@code committed/applied} with commas between. */
record Positions(long[] committed, long[] applied) {
    static Positions of(List<ClusterStatus.Group> groups) {
        return new Positions(groups.stream().mapToLong(ClusterStatus.Group::committed).toArray(), groups.stream().mapToLong(ClusterStatus.Group::applied).toArray());
    }

    /** As a hello says; an older node tells what it has applied of the first group alone. */
    static Positions in(Note hello) {
        String text = hello.text("positions");
        if (text.isEmpty()) return new Positions(new long[0], new long[] {hello.number("applied")});
        long[][] groups = Arrays.stream(text.split(",")).map(group -> Arrays.stream(group.split("/")).mapToLong(Long::parseLong).toArray()).toArray(long[][]::new);
        return new Positions(Arrays.stream(groups).mapToLong(group -> group[0]).toArray(), Arrays.stream(groups).mapToLong(group -> group[1]).toArray());
    }

    @Override
    public String toString() {
        return IntStream.range(0, committed.length).mapToObj(group -> committed[group] + "/" + applied[group]).collect(Collectors.joining(","));
    }
}
