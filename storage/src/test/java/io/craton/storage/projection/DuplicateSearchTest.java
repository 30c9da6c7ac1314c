package io.craton.storage.projection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.craton.core.type.PgTypes;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.IndexMarks;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.io.TemporaryFolder;
import io.craton.storage.row.KeyCodec;
import io.craton.storage.row.RowCodec;
import io.craton.storage.sim.Tables;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two rows with one key of a unique index are found wherever they are, as by a look at one row after the other: the second row of the lowest such key. */
class DuplicateSearchTest {
    private static final long SEED = Long.getLong("craton.seed", System.nanoTime());
    private static final int STORAGE = 7;
    private static final TableDef TABLE = Tables.table(1, STORAGE, "t", List.of(Tables.int4("id"), Tables.int8("n"), Tables.text("x")), List.of(1));
    private static final RowCodec ROWS = RowCodec.of(TABLE, PgTypes::find);

    @TempDir Path folder;
    private final Random random = new Random(SEED);

    @Test
    void theLowestKeyThatTwoRowsHaveIsFound() {
        System.out.println("DuplicateSearchTest seed " + SEED);
        int found = 0;
        int none = 0;
        AtomicInteger runs = new AtomicInteger();
        for (int round = 0; round < 40; round++) {
            String as = "seed " + SEED + ", round " + round;
            boolean distinct = random.nextBoolean();
            IndexDef def = new IndexDef(2, 2200, "i", 1, STORAGE + 1, true, false, !distinct, parts(), List.of(), 0, null, "btree", true, Map.of(), IndexMarks.NONE);
            IndexLayout index = new IndexLayout(def, KeyCodec.forIndex(def, TABLE, PgTypes::find), ROWS, false);
            int count = random.nextInt(random.nextBoolean() ? 100 : 30_000);
            int planted = random.nextBoolean() ? 0 : 1 + random.nextInt(4);
            try (RocksEnvironment environment = new RocksEnvironment(8 << 20, 8 << 20);
                    TenantProjection projection = TenantProjection.scratch(1, folder.resolve("p" + round), environment, new RowCache(1 << 20), null)) {
                byte[] expected = fill(projection, index, count, planted, random.nextInt(3) == 0);
                DuplicateSearch.Sizes sizes = new DuplicateSearch.Sizes(1 + random.nextInt(4), IndexPiece.CHUNK_BYTES + 2_000 + random.nextInt(400_000), 2 + random.nextInt(6));
                AtomicLong memory = new AtomicLong();
                boolean little = random.nextBoolean();
                TemporaryFolder files = new TemporaryFolder(folder.resolve("files" + round), random.nextBoolean());
                DuplicateSearch.Rows rows = (from, to) -> projection.rows(STORAGE, from, to, Long.MAX_VALUE);
                try (DuplicateSearch search = new DuplicateSearch(projection, STORAGE, index, rows, files, bytes -> memory.addAndGet(bytes) < 0 || !little, () -> {}, sizes)) {
                    assertThat(search.run()).as(as).isEqualTo(expected);
                    assertThat(search.rowsRead()).as(as).isEqualTo(count);
                }
                assertThat(memory).as("memory that was not given back, %s", as).hasValue(0);
                if (expected == null) none++;
                else found++;
                if (files.path().toFile().exists()) runs.incrementAndGet();
                File[] left = files.path().toFile().listFiles();
                assertThat(left == null ? 0 : left.length).as("files that are left, %s", as).isZero();
            }
        }
        assertThat(found).as("tables with such rows, seed %d", SEED).isPositive();
        assertThat(none).as("tables without, seed %d", SEED).isPositive();
        assertThat(runs.get()).as("searches with files, seed %d", SEED).isPositive();
    }

    private List<IndexDef.KeyPart> parts() {
        IndexDef.KeyPart number = new IndexDef.KeyPart(2, null, false, false, 0, 0);
        IndexDef.KeyPart text = new IndexDef.KeyPart(3, null, false, false, 0, 0);
        return switch (random.nextInt(3)) {
            case 0 -> List.of(number);
            case 1 -> List.of(text);
            default -> List.of(number, text);
        };
    }

    /** Rows that have keys of their own but for some, and nulls; returns what a search is to find. */
    private byte @Nullable [] fill(TenantProjection projection, IndexLayout index, int count, int planted, boolean ordered) {
        KeyCodec keys = KeyCodec.forTable(TABLE, PgTypes::find);
        Set<Integer> repeated = new HashSet<>();
        for (int i = 0; i < planted && count > 1; i++) repeated.add(random.nextInt(count));
        int factor = ordered ? 1 : 7919; // prime, and no factor of the modulus
        TreeMap<byte[], List<byte[]>> rows = new TreeMap<>(Arrays::compareUnsigned);
        WriteBatchBuilder batch = new WriteBatchBuilder(null);
        for (int i = 0; i < count; i++) {
            int own = repeated.contains(i) ? random.nextInt(count) : i;
            long number = (long) own * factor % 1_000_003;
            @Nullable Object[] values = {(long) i, number, (own % 3 == 0 ? "a common beginning " : "") + number};
            if (planted > 0 && random.nextInt(200) == 0) {
                values[1] = null;
                if (random.nextBoolean()) values[2] = null;
            }
            byte[] row = ROWS.encode(values);
            batch.put(StoreKeys.of(StoreKeys.ROW, STORAGE, keys.encodeRow(ROWS, row)), row);
            byte[] parts = java.util.Objects.requireNonNull(index.partsOf(row));
            if (index.exclusive(parts)) rows.computeIfAbsent(parts, key -> new ArrayList<>()).add(row);
        }
        if (!batch.isEmpty()) projection.store().write(batch.toBytes());
        if (random.nextBoolean()) projection.store().flush();
        for (List<byte[]> same : rows.values()) if (same.size() > 1) return same.get(1);
        return null;
    }

    @Test
    void aSearchEndsWhenItIsToldTo() {
        IndexDef def = new IndexDef(2, 2200, "i", 1, STORAGE + 1, true, false, false, List.of(new IndexDef.KeyPart(2, null, false, false, 0, 0)), List.of(), 0, null, "btree", true, Map.of(), IndexMarks.NONE);
        IndexLayout index = new IndexLayout(def, KeyCodec.forIndex(def, TABLE, PgTypes::find), ROWS, false);
        try (RocksEnvironment environment = new RocksEnvironment(8 << 20, 8 << 20);
                TenantProjection projection = TenantProjection.scratch(1, folder.resolve("p"), environment, new RowCache(1 << 20), null)) {
            fill(projection, index, 30_000, 0, false);
            DuplicateSearch.Rows rows = (from, to) -> projection.rows(STORAGE, from, to, Long.MAX_VALUE);
            for (int threads = 1; threads <= 3; threads++) {
                AtomicInteger looks = new AtomicInteger();
                AtomicLong memory = new AtomicLong();
                int end = 1 + random.nextInt(30);
                DuplicateSearch.Sizes sizes = new DuplicateSearch.Sizes(threads, IndexPiece.CHUNK_BYTES + 100_000, 4);
                try (DuplicateSearch search = new DuplicateSearch(projection, STORAGE, index, rows, new TemporaryFolder(folder.resolve("files"), false), bytes -> {
                    memory.addAndGet(bytes);
                    return true;
                }, () -> {
                    if (looks.incrementAndGet() == end) throw new IllegalArgumentException("enough");
                }, sizes)) {
                    assertThatThrownBy(search::run).as("threads %d, seed %d", threads, SEED).isInstanceOf(IllegalArgumentException.class).hasMessage("enough");
                }
                assertThat(memory).hasValue(0);
                assertThat(folder.resolve("files").toFile().listFiles()).isIn(null, new File[0]);
            }
        }
    }
}
