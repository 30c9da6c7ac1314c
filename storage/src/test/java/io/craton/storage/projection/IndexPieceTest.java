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
            try (IndexPiece piece = new IndexPiece(1 << 20, 0)) {
                for (byte[] key : keys) piece.add(key, Arrays.copyOf(key, 2));
                piece.sort(common);
                keys.sort(Arrays::compareUnsigned);
                for (int i = 0; i < count; i++) {
                    assertThat(IndexPiece.copy(piece.key(i))).as("seed %d, round %d, entry %d", seed, round, i).isEqualTo(keys.get(i));
                    assertThat(IndexPiece.copy(piece.value(i))).isEqualTo(Arrays.copyOf(keys.get(i), 2));
                    if (i > 0) assertThat(piece.repeats(i)).isEqualTo(Arrays.equals(keys.get(i - 1), keys.get(i)));
                }
            }
        }
    }

    @Test
    void aPieceTakesOneEntryHoweverLargeAndThenWhatFits() {
        try (IndexPiece piece = new IndexPiece(64, 1000)) {
            assertThat(piece.takes(600, 400)).isTrue();
            piece.add(new byte[600], new byte[400]);
            assertThat(piece.takes(0, 0)).isFalse();
        }
        try (IndexPiece piece = new IndexPiece(64, 10)) {
            piece.add(new byte[20], new byte[4]);
            assertThat(piece.takes(20, 4)).isTrue();
            piece.add(new byte[20], new byte[4]);
            assertThat(piece.takes(1, 0)).isFalse();
        }
    }
}
