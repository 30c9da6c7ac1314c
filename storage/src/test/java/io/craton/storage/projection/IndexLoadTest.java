package io.craton.storage.projection;

import static org.assertj.core.api.Assertions.assertThat;

import io.craton.core.type.PgTypes;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.IndexMarks;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.row.Bytes;
import io.craton.storage.row.KeyCodec;
import io.craton.storage.row.RowCodec;
import io.craton.storage.sim.Tables;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An index that is made by several threads, piece by piece, has the entries of the table's rows, each as a single row is entered; two rows with one key of a unique index are found. */
class IndexLoadTest {
    private static final long SEED = Long.getLong("craton.seed", System.nanoTime());
    private static final int STORAGE = 7;

    @TempDir Path folder;
    private final Random random = new Random(SEED);

    @Test
    void anIndexHasTheEntriesOfItsRows() {
        System.out.println("IndexLoadTest seed " + SEED);
        int overlapping = 0;
        int cut = 0;
        int repeated = 0;
        for (int round = 0; round < 60; round++) {
            String as = "seed " + SEED + ", round " + round;
            boolean textual = random.nextBoolean();
            TableDef table = Tables.table(1, STORAGE, "t", List.of(Tables.text("id"), Tables.int4("n"), Tables.text("x")), List.of(textual ? 1 : 2));
            boolean unique = random.nextBoolean();
            IndexDef def = new IndexDef(2, 2200, "i", 1, STORAGE + 1, unique, false, false,
                    List.of(new IndexDef.KeyPart(textual ? 2 : 3, null, random.nextBoolean(), random.nextBoolean(), 0, 0)), List.of(), 0, null, "btree", true, Map.of(), IndexMarks.NONE);
            RowCodec rows = RowCodec.of(table, PgTypes::find);
            KeyCodec keys = KeyCodec.forTable(table, PgTypes::find);
            IndexLayout index = new IndexLayout(def, KeyCodec.forIndex(def, table, PgTypes::find), rows, false);
            try (RocksEnvironment environment = new RocksEnvironment(8 << 20, 8 << 20);
                    TenantProjection projection = TenantProjection.scratch(1, folder.resolve("p" + round), environment, new RowCache(1 << 20), null)) {
                int count = random.nextInt(20_000);
                Map<String, String> expected = new TreeMap<>();
                Set<String> seen = new HashSet<>();
                boolean twice = false;
                WriteBatchBuilder batch = new WriteBatchBuilder(null);
                for (int i = 0; i < count; i++) {
                    String text = (random.nextInt(3) == 0 ? "a common beginning, then " : "") + "x".repeat(random.nextInt(3)) + i;
                    @Nullable Object[] values = textual ? new Object[] {text, unique && random.nextInt(20_000) > 0 ? i : random.nextInt(500), "x"} : new Object[] {"x", (long) i * 7, text};
                    if (textual) values[1] = ((Number) values[1]).longValue();
                    if (random.nextInt(50) == 0) values[textual ? 1 : 2] = null;
                    byte[] row = rows.encode(values);
                    byte[] key = keys.encodeRow(rows, row);
                    batch.put(StoreKeys.of(StoreKeys.ROW, STORAGE, key), row);
                    byte[] parts = index.partsOf(row);
                    twice |= index.exclusive(parts) && !seen.add(hex(parts));
                    expected.put(hex(StoreKeys.of(StoreKeys.INDEX, STORAGE + 1, index.entryKey(parts, key))), hex(index.entryValue(parts, key)));
                }
                projection.store().write(batch.toBytes());
                if (random.nextBoolean()) projection.store().flush();
                IndexLoad.Sizes sizes = new IndexLoad.Sizes(1 + random.nextInt(4), random.nextBoolean() ? 1 << 30 : 10_000 + random.nextInt(100_000), random.nextBoolean() ? 1 << 30 : 1 + random.nextInt(50_000));
                if (sizes.threads() > 1 && !projection.cuts(STORAGE, 8).isEmpty()) cut++;
                try (IndexLoad load = new IndexLoad(projection, folder.resolve("files" + round), STORAGE, index, Long.MAX_VALUE, Set.of(), () -> false, sizes)) {
                    boolean whole = load.run();
                    if (load.overlaps()) overlapping++;
                    if (twice) repeated++;
                    if (!whole) {
                        assertThat(twice).as(as).isTrue();
                        assertThat(load.duplicate()).as(as).isNotNull();
                        continue;
                    }
                    assertThat(twice && !load.overlaps()).as(as).isFalse();
                    assertThat(load.rows()).as(as).isEqualTo(count);
                    assertThat(load.entries()).as(as).isEqualTo(count);
                    if (!twice) assertThat(entries(projection)).as(as).isEqualTo(expected);
                }
            }
        }
        assertThat(overlapping).as("loads of several pieces, seed %d", SEED).isPositive();
        assertThat(cut).as("loads by several threads, seed %d", SEED).isPositive();
        assertThat(repeated).as("indexes that cannot be made, seed %d", SEED).isPositive();
    }

    /** The load is stopped while a piece that is full is written: no file of it is whole. */
    @Test
    void aLoadThatIsStoppedEndsWithoutAnError() {
        TableDef table = Tables.table(1, STORAGE, "t", List.of(Tables.text("id"), Tables.int4("n")), List.of(1));
        IndexDef def = new IndexDef(2, 2200, "i", 1, STORAGE + 1, false, false, false,
                List.of(new IndexDef.KeyPart(2, null, false, false, 0, 0)), List.of(), 0, null, "btree", true, Map.of(), IndexMarks.NONE);
        RowCodec rows = RowCodec.of(table, PgTypes::find);
        KeyCodec keys = KeyCodec.forTable(table, PgTypes::find);
        IndexLayout index = new IndexLayout(def, KeyCodec.forIndex(def, table, PgTypes::find), rows, false);
        try (RocksEnvironment environment = new RocksEnvironment(8 << 20, 8 << 20);
                TenantProjection projection = TenantProjection.scratch(1, folder.resolve("p"), environment, new RowCache(1 << 20), null)) {
            WriteBatchBuilder batch = new WriteBatchBuilder(null);
            for (int i = 0; i < 5000; i++) {
                byte[] row = rows.encode(new Object[] {"row " + i, (long) i});
                batch.put(StoreKeys.of(StoreKeys.ROW, STORAGE, keys.encodeRow(rows, row)), row);
            }
            projection.store().write(batch.toBytes());
            for (int asked = 1; asked <= 8; asked++) {
                AtomicInteger left = new AtomicInteger(asked);
                IndexLoad.Sizes sizes = new IndexLoad.Sizes(1, 100_000, 1 << 20);
                try (IndexLoad load = new IndexLoad(projection, folder.resolve("files" + asked), STORAGE, index, Long.MAX_VALUE, Set.of(), () -> left.decrementAndGet() < 0, sizes)) {
                    assertThat(load.run()).as("stopped when it had asked %d times", asked).isFalse();
                }
            }
        }
    }

    @Test
    void cutsAreAscendingAndPartTheRows() {
        try (RocksEnvironment environment = new RocksEnvironment(8 << 20, 8 << 20);
                TenantProjection projection = TenantProjection.scratch(1, folder.resolve("p"), environment, new RowCache(1 << 20), null)) {
            assertThat(projection.cuts(STORAGE, 4)).isEmpty();
            WriteBatchBuilder batch = new WriteBatchBuilder(null);
            List<byte[]> keys = new ArrayList<>();
            for (int i = 0; i < 100_000; i++) {
                byte[] key = new byte[8];
                Bytes.setLong(key, 0, (long) i * i);
                keys.add(key);
                batch.put(StoreKeys.of(StoreKeys.ROW, STORAGE, key), new byte[20 + random.nextInt(20)]);
            }
            projection.store().write(batch.toBytes());
            projection.store().flush();
            List<byte[]> cuts = projection.cuts(STORAGE, 4);
            assertThat(cuts).hasSize(3);
            int from = 0;
            for (byte[] cut : cuts) {
                int to = from;
                while (to < keys.size() && java.util.Arrays.compareUnsigned(keys.get(to), cut) < 0) to++;
                assertThat(to - from).as("rows in a quarter").isBetween(15_000, 35_000);
                from = to;
            }
        }
    }

    private static Map<String, String> entries(TenantProjection projection) {
        Map<String, String> found = new TreeMap<>();
        byte[] from = StoreKeys.storage(StoreKeys.INDEX, STORAGE + 1);
        try (RocksStore.Scan scan = projection.store().scan(from, Bytes.successor(from), null)) {
            for (scan.first(); scan.valid(); scan.next()) found.put(hex(scan.key()), hex(scan.value()));
        }
        return found;
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
