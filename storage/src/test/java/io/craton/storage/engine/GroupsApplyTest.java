package io.craton.storage.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.catalog.CatalogObject.DatabaseDef;
import io.craton.storage.catalog.CatalogObject.SchemaDef;
import io.craton.storage.entry.EntryWriter;
import io.craton.storage.sim.Node;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logs of several groups, applied beside each other: what one group makes is waited for in another, and what is gone is not. */
final class GroupsApplyTest {
    @TempDir Path folder;

    private static byte[] entry(int tenant, CatalogChange change) {
        return new EntryWriter(256).beginCommit(tenant, 0, 0, new EntryWriter.Origin(1, "postgres", "TEST", null), List.of(change), List.of(), List.of()).finish();
    }

    private static DatabaseDef database(int number, int group) {
        return new DatabaseDef(number - 1, number, "d" + number, 10, false, true, -1, null, group, group);
    }

    /** Logs as a cluster may write them: numbers of databases are given out in one order, and made in another. */
    private static final class Logs {
        final List<List<byte[]>> entries = new ArrayList<>();
        /** Names of what is in each database that is there in the end. */
        final Map<Integer, Set<String>> expected = new TreeMap<>();
        final Map<Integer, Integer> groups = new HashMap<>();

        Logs(Random random, int count) {
            for (int group = 0; group < count; group++) entries.add(new ArrayList<>());
            int next = 20_000;
            List<Integer> coming = new ArrayList<>();
            List<Integer> present = new ArrayList<>();
            for (int step = 0; step < 150; step++) {
                int what = random.nextInt(10);
                if (what < 2) {
                    coming.add(next += 2);
                } else if (what < 4 && !coming.isEmpty()) {
                    int number = coming.remove(random.nextInt(coming.size()));
                    groups.put(number, random.nextInt(count));
                    first(new CatalogChange.Put(database(number, groups.get(number))));
                    expected.put(number, new TreeSet<>());
                    present.add(number);
                } else if (what < 5 && !present.isEmpty()) {
                    int number = present.remove(random.nextInt(present.size()));
                    first(new CatalogChange.Drop(database(number, groups.get(number))));
                    expected.remove(number);
                } else if (!present.isEmpty()) {
                    int number = present.get(random.nextInt(present.size()));
                    entries.get(groups.get(number)).add(entry(number, new CatalogChange.Put(new SchemaDef(30_000 + step, "s" + step, 10, null))));
                    expected.get(number).add("s" + step);
                }
            }
        }

        private void first(CatalogChange change) {
            entries.getFirst().add(entry(0, change));
        }
    }

    /** Each group from where it was flushed to a place of its own; what it waits for is before that place in the first group, or in front of {@code firstEnd}. */
    private static void apply(StorageEngine engine, Logs logs, int[] ends, Random random) throws Exception {
        List<Future<?>> appliers = new ArrayList<>();
        try (ExecutorService threads = Executors.newThreadPerTaskExecutor(Thread.ofPlatform().daemon().factory())) {
            for (int group = 0; group < logs.entries.size(); group++) {
                int number = group;
                int runs = 1 + random.nextInt(8);
                appliers.add(threads.submit(() -> {
                    for (int position = (int) engine.recoveryPosition(number) + 1; position <= ends[number]; position++) {
                        engine.consumer(number).apply(position, 1, logs.entries.get(number).get(position - 1).clone());
                        if (position % runs == 0) engine.consumer(number).endOfRun();
                    }
                    engine.consumer(number).endOfRun();
                    return null;
                }));
            }
            try {
                for (Future<?> applier : appliers) applier.get(20, TimeUnit.SECONDS);
            } finally {
                engine.stopWaiting();
            }
        }
    }

    private static Set<String> contents(StorageEngine engine, int number) {
        Set<String> names = new TreeSet<>();
        engine.tenantsForRebuild().using(number, tenant -> {
            for (CatalogObject object : tenant.projection.state().schema().catalog().all(SchemaDef.class)) {
                if (object instanceof SchemaDef schema && schema.oid() >= 30_000) names.add(schema.name());
            }
            return null;
        });
        return names;
    }

    /** The first group is ahead of the others, or in the middle of making databases, when the node is killed; and what each group has flushed is another place. */
    @Test
    void whatIsWaitedForComesAndWhatIsGoneIsNotWaitedFor() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 12; round++) {
            Logs logs = new Logs(random, 3);
            StorageConfig config = Node.config(folder.resolve("round" + round)).withGroups(3);
            int[] ends = {0, 0, 0};
            for (int start = 0; start < 4; start++) {
                // The first group alone, up to somewhere, is what a kill may leave of a start.
                int end = ends[0] + random.nextInt(logs.entries.getFirst().size() + 1 - ends[0]);
                try (StorageEngine engine = StorageEngine.open(config)) {
                    ends[0] = end;
                    for (int position = (int) engine.recoveryPosition() + 1; position <= end; position++) {
                        engine.consumer().apply(position, 1, logs.entries.getFirst().get(position - 1).clone());
                    }
                    engine.consumer().endOfRun();
                    if (random.nextBoolean()) engine.tenantsForRebuild().durability().checkpoint(engine.tenantsForRebuild().first());
                    else ends[0] = (int) engine.recoveryPosition();
                }
            }
            try (StorageEngine engine = StorageEngine.open(config)) {
                for (int group = 0; group < 3; group++) ends[group] = logs.entries.get(group).size();
                apply(engine, logs, ends, random);
                for (var each : logs.expected.entrySet()) assertThat(contents(engine, each.getKey())).as("database %s", each.getKey()).isEqualTo(each.getValue());
                assertThat(engine.newTenantNumber()).isGreaterThan(20_000);
            }
        }
    }

    @Test
    void whatIsDroppedStaysSoWhenTheNodeIsKilled() {
        StorageConfig config = Node.config(folder);
        try (StorageEngine engine = StorageEngine.open(config)) {
            engine.consumer().apply(1, 1, entry(0, new CatalogChange.Put(database(7, 0))));
            engine.consumer().apply(2, 1, entry(7, new CatalogChange.Put(new SchemaDef(30_000, "s", 10, null))));
            engine.consumer().endOfRun();
            engine.checkpoint();
            engine.consumer().apply(3, 1, entry(0, new CatalogChange.Drop(database(7, 0))));
            engine.consumer().endOfRun();
        }
        try (StorageEngine engine = StorageEngine.open(config)) {
            assertThat(engine.database("d7")).isNull();
            assertThat(engine.recoveryPosition()).isEqualTo(2);
        }
    }

    /** Their entries may be in logs that are replayed. */
    @Test
    void numbersOfDroppedDatabasesAreNotGivenOutAgain() {
        StorageConfig config = Node.config(folder).withGroups(2);
        try (StorageEngine engine = StorageEngine.open(config)) {
            engine.consumer().apply(1, 1, entry(0, new CatalogChange.Put(database(20_002, 1))));
            engine.consumer().apply(2, 1, entry(0, new CatalogChange.Drop(database(20_002, 1))));
            engine.consumer().endOfRun();
            engine.checkpoint();
        }
        try (StorageEngine engine = StorageEngine.open(config)) {
            assertThat(engine.newTenantNumber()).isGreaterThan(20_002);
        }
    }
}
