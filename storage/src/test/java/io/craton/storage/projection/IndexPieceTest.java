package io.craton.storage.projection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class IndexPieceTest {
    @Test
    void anyKeysComeOutAsAPlainSortHasThem() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            int common = random.nextInt(10);
            int alphabet = 1 + random.nextInt(round % 2 == 0 ? 3 : 256);
            int longest = random.nextInt(40);
            int count = random.nextInt(round % 10 == 0 ? 5000 : 300);
            List<byte[]> keys = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                byte[] key = new byte[common + random.nextInt(longest + 1)];
                for (int at = common; at < key.length; at++) key[at] = (byte) random.nextInt(alphabet);
                keys.add(key);
            }
            try (IndexPiece piece = new IndexPiece(1 << 20)) {
                if (random.nextBoolean()) { // chunks that are there are used again
                    for (byte[] key : keys) add(piece, key, key);
                    piece.clear(1 << 20);
                }
                for (byte[] key : keys) add(piece, key, Arrays.copyOf(key, 2));
                piece.sort(common);
                keys.sort(Arrays::compareUnsigned);
                IndexPiece.Cursor cursor = piece.cursor(0, count);
                for (int i = 0; i < count; i++, cursor.next()) {
                    assertThat(IndexPiece.copy(cursor.key())).as("seed %d, round %d, entry %d", seed, round, i).isEqualTo(keys.get(i));
                    assertThat(IndexPiece.copy(cursor.value())).isEqualTo(Arrays.copyOf(keys.get(i), 2));
                    assertThat(cursor.isRepeated()).isEqualTo(i + 1 < count && Arrays.equals(keys.get(i), keys.get(i + 1)));
                    int below = piece.below(piece, i);
                    assertThat(below == 0 || Arrays.compareUnsigned(keys.get(below - 1), keys.get(i)) < 0).isTrue();
                    assertThat(keys.get(below)).isEqualTo(keys.get(i));
                }
                assertThat(cursor.valid()).isFalse();
            }
        }
    }

    private static void add(IndexPiece piece, byte[] key, byte[] value) {
        piece.begin(key.length, value.length);
        int half = key.length / 2;
        piece.append(Arrays.copyOf(key, half));
        piece.append(Arrays.copyOfRange(key, half, key.length));
        piece.append(value);
    }

    @Test
    void entriesOfAnySizeComeOut() {
        Random random = new Random(1);
        try (IndexPiece piece = new IndexPiece(64 << 20)) {
            List<byte[]> keys = new ArrayList<>();
            for (int size : new int[] {100, IndexPiece.CHUNK_BYTES - 8, IndexPiece.CHUNK_BYTES, 3 * IndexPiece.CHUNK_BYTES + 5, 1, 1, IndexPiece.CHUNK_BYTES - 7, 2}) {
                byte[] key = new byte[size];
                random.nextBytes(key);
                keys.add(key);
                add(piece, key, new byte[0]);
            }
            piece.sort(0);
            keys.sort(Arrays::compareUnsigned);
            IndexPiece.Cursor cursor = piece.cursor(0, piece.count());
            for (byte[] key : keys) {
                assertThat(IndexPiece.copy(cursor.key())).isEqualTo(key);
                cursor.next();
            }
        }
    }

    @Test
    void aPieceTakesOneEntryHoweverLargeAndThenWhatFits() {
        try (IndexPiece piece = new IndexPiece(64)) {
            assertThat(piece.takes(600, 400)).isTrue();
            add(piece, new byte[600], new byte[400]);
            assertThat(piece.takes(0, 0)).isFalse();
            piece.clear(64);
            add(piece, new byte[20], new byte[4]);
            assertThat(piece.takes(20, 4)).isTrue();
            add(piece, new byte[20], new byte[4]);
            assertThat(piece.takes(1, 0)).isFalse();
        }
    }
}
