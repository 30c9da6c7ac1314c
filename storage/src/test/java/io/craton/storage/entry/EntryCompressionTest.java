package io.craton.storage.entry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.craton.core.audit.AuditClass;
import io.craton.core.audit.AuditRecord;
import io.craton.storage.row.Bytes;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Large entries are compressed and come back, small ones and what does not shrink stay, and whatever is wrong with one is one clear error. */
final class EntryCompressionTest {
    private static final int HEADER = EntryHeader.LENGTH;
    /** A row of 5,000 bytes, compressed. Never changed: old logs are read for ever. */
    private static final String GOLDEN = "01" + "41" + "00000007" + "0000000000000001" + "0001020304050607" + "01" + "000013a8"
            + "28b52ffd60a812d5010014030000006309706f73746772657307494e53455254000000010502020a0b0088276e6e706369716a65626162656a7169637001004137d44f28";

    private final Zstandard zstandard = new Zstandard();
    private final EntryCompression compression = new EntryCompression(zstandard);

    @AfterEach
    void close() {
        zstandard.close();
    }

    private static byte[] entry(EntryKind kind, int bodyBytes, Random random, int letters) {
        byte[] payload = new byte[HEADER + bodyBytes];
        payload[0] = EntryHeader.FORMAT;
        payload[1] = (byte) kind.number;
        for (int at = 2; at < HEADER; at++) payload[at] = (byte) random.nextInt();
        for (int at = HEADER; at < payload.length; at++) payload[at] = (byte) random.nextInt(letters);
        return payload;
    }

    static Stream<Integer> sizes() {
        int least = EntryCompression.BODY_BYTES_MIN;
        IntStream drawn = new Random(20261129).ints(40, least, 300_000);
        return IntStream.concat(IntStream.of(0, 1, least - 1, least, least + 1, 1 << 16, (1 << 17) - 1, 1 << 17, (1 << 17) + 1, 1 << 20, EntryCompression.BODY_BYTES_MAX), drawn).boxed();
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void whatIsCompressedComesBack(int bodyBytes) {
        Random random = new Random(bodyBytes);
        for (int letters : new int[] {1, 2, 20, 100, 256}) {
            if (bodyBytes > 1 << 20 && letters != 2) continue;
            byte[] entry = entry(List.of(EntryKind.COMMIT, EntryKind.CHUNK, EntryKind.COMMIT_CHUNKS).get(random.nextInt(3)), bodyBytes, random, letters);
            byte[] stored = compression.compress(entry);
            if (bodyBytes < EntryCompression.BODY_BYTES_MIN || letters == 256) {
                assertThat(stored).as("%d bytes of %d letters", bodyBytes, letters).isSameAs(entry);
            } else if (letters < 100) {
                assertThat(stored.length).as("%d bytes of %d letters", bodyBytes, letters).isLessThanOrEqualTo(entry.length - bodyBytes / 8);
                assertThat(EntryHeader.isPlain(stored)).isFalse();
                assertThat(EntryHeader.read(stored)).isEqualTo(EntryHeader.read(entry));
                assertThat(compression.compress(stored)).as("once is enough").isSameAs(stored);
            }
            EntryHeader.setTimestamp(stored, 77); // when it is submitted
            EntryHeader.setTimestamp(entry, 77);
            assertThat(compression.decompress(stored, 1)).isEqualTo(entry);
        }
    }

    @Test
    void whatIsLargerThanAnyBatchStaysAsItIs() {
        byte[] entry = new byte[HEADER + EntryCompression.BODY_BYTES_MAX + 1];
        entry[0] = EntryHeader.FORMAT;
        entry[1] = (byte) EntryKind.COMMIT.number;
        assertThat(compression.compress(entry)).isSameAs(entry);
    }

    @Test
    void entriesWithoutRowsStayAsTheyAre() {
        List<AuditRecord> many = java.util.Collections.nCopies(500, new AuditRecord(AuditClass.DDL, 1, 1, AuditRecord.Actor.node(1), "create table", "create table t (n int)", null));
        byte[] audits = EntryWriter.audits(0, 1, 0, 9, many);
        assertThat(audits.length).isGreaterThan(2 * EntryCompression.BODY_BYTES_MIN);
        assertThat(compression.compress(audits)).isSameAs(audits);
    }

    private static byte[] row() {
        EntryWriter writer = new EntryWriter(16);
        writer.beginCommit(7, 1, 0, new EntryWriter.Origin(99, "postgres", "INSERT", null), List.of(), List.of());
        byte[] image = new byte[5008];
        for (int at = 8; at < image.length; at++) image[at] = (byte) ('a' + at * at % 17);
        writer.put(5, new byte[] {10, 11}, 0, image);
        byte[] payload = writer.finish();
        EntryHeader.setTimestamp(payload, 0x0001020304050607L);
        return payload;
    }

    @Test
    void goldenBytesAreRead() {
        assertThat(compression.decompress(HexFormat.of().parseHex(GOLDEN), 1)).isEqualTo(row());
        EntryReader reader = new EntryReader(compression.decompress(HexFormat.of().parseHex(GOLDEN), 1));
        assertThat(reader.header()).isEqualTo(new EntryHeader(EntryKind.COMMIT, 7, 1, 0x0001020304050607L));
        assertThat(reader.next()).isTrue();
        assertThat(reader.row()).hasSize(5008);
        assertThat(reader.next()).isFalse();
    }

    @Test
    void nobodyReadsACompressedEntryAsItIs() {
        assertThatThrownBy(() -> new EntryReader(compression.compress(row()))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void lengthsThatAreNotTrueAreDamage() {
        byte[] stored = compression.compress(row());
        int length = Bytes.getInt(stored, EntryCompression.LENGTH_AT);
        for (int claimed : new int[] {0, 1, EntryCompression.BODY_BYTES_MIN - 1, length - 1, length + 1, EntryCompression.BODY_BYTES_MAX, EntryCompression.BODY_BYTES_MAX + 1,
            Integer.MAX_VALUE, Integer.MIN_VALUE, -1}) {
            byte[] altered = stored.clone();
            Bytes.setInt(altered, EntryCompression.LENGTH_AT, claimed);
            assertThatThrownBy(() -> compression.decompress(altered, 4711)).as("claims %d", claimed).isInstanceOf(DamagedEntryException.class)
                    .hasMessageStartingWith("the entry at position 4711 is damaged: what is compressed in it cannot be read: ");
        }
    }

    @Test
    void truncatedEntriesAndSuchWithSomethingBehindThemAreDamage() {
        byte[] stored = compression.compress(row());
        for (int length = HEADER; length < stored.length; length++) {
            byte[] cut = Arrays.copyOf(stored, length);
            assertThatThrownBy(() -> compression.decompress(cut, 1)).as("%d of %d bytes", length, stored.length).isInstanceOf(DamagedEntryException.class);
        }
        assertThatThrownBy(() -> compression.decompress(Arrays.copyOf(stored, stored.length + 1), 1)).isInstanceOf(DamagedEntryException.class);
    }

    @Test
    void alteredBytesAreDamageOrAnEntryOfTheSameLength() { // the chain's hash tells the others
        byte[] entry = row();
        byte[] stored = compression.compress(entry);
        Random random = new Random(5);
        int damaged = 0;
        for (int i = 0; i < 5_000; i++) {
            byte[] altered = stored.clone();
            int at = EntryCompression.FRAME_AT + random.nextInt(altered.length - EntryCompression.FRAME_AT);
            altered[at] ^= (byte) (1 + random.nextInt(255));
            Throwable failure = catchThrowable(() -> assertThat(compression.decompress(altered, 1)).hasSameSizeAs(entry));
            if (failure == null) continue;
            assertThat(failure).isInstanceOf(DamagedEntryException.class);
            damaged++;
        }
        assertThat(damaged).isPositive();
        assertThat(compression.decompress(stored, 1)).as("what was wrong leaves nothing behind").isEqualTo(entry);
    }

    /** Ten megabytes of zeros take a thousand bytes: nothing but what was claimed is made of them. */
    @Test
    void aFrameThatHoldsMoreThanItClaimsIsDamage() {
        byte[] large = new byte[HEADER + (10 << 20)];
        large[0] = EntryHeader.FORMAT;
        large[1] = (byte) EntryKind.CHUNK.number;
        byte[] stored = compression.compress(large);
        assertThat(stored.length).isLessThan(2_000);
        Bytes.setInt(stored, EntryCompression.LENGTH_AT, 5_000);
        assertThatThrownBy(() -> compression.decompress(stored, 1)).isInstanceOf(DamagedEntryException.class);
    }

    @Test
    void whatANewerVersionWritesIsRefused() {
        byte[] stored = compression.compress(row());
        byte[] method = stored.clone();
        method[HEADER] = 2;
        assertThatThrownBy(() -> compression.decompress(method, 1)).isInstanceOf(NewerEntryException.class).hasMessageContaining("(compression 2)");
        byte[] kind = stored.clone();
        kind[1] = (byte) (EntryKind.SEQUENCE.number + 64);
        assertThatThrownBy(() -> EntryHeader.read(kind)).isInstanceOf(NewerEntryException.class).hasMessageContaining("(kind 68)");
    }

    @Test
    void manyThreadsCompressAtOnce() throws Exception {
        List<Throwable> failures = new java.util.concurrent.CopyOnWriteArrayList<>();
        List<Thread> threads = IntStream.range(0, 16).mapToObj(number -> Thread.startVirtualThread(() -> {
            Random random = new Random(number);
            for (int i = 0; i < 50; i++) {
                byte[] entry = entry(EntryKind.COMMIT, 4096 + random.nextInt(20_000), random, 9);
                if (!Arrays.equals(compression.decompress(compression.compress(entry), 1), entry)) failures.add(new AssertionError("thread " + number));
            }
        })).toList();
        for (Thread thread : threads) thread.join();
        assertThat(failures).isEmpty();
    }
}
