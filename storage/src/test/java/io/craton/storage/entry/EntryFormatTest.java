package io.craton.storage.entry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.craton.core.type.PgType;
import io.craton.core.type.Repr;
import io.craton.storage.catalog.DatabaseLocale;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.catalog.CatalogObject.*;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The bytes of entries. The golden ones are of format 1 and are never changed: old logs are read for ever. */
final class EntryFormatTest {
    private static final String GOLDEN = "0101" + "00000007" + "000000000000002a" + "0001020304050607"
            + "00000063" + "09706f737467726573" + "07494e53455254" + "00"
            + "01" + "01" + "01" + "00004001" + "0261" + "0000000a" + "00"
            + "01" + "036368" + "037879"
            + "01" + "05" + "02" + "02" + "0a0b" + "00" + "03" + "010203"
            + "03" + "01" + "0c" + "ac02"
            + "01" + "c801" + "02" + "01" + "01" + "09" + "00";

    private static byte[] entry() {
        EntryWriter writer = new EntryWriter(16);
        writer.beginCommit(7, 42, 0, new EntryWriter.Origin(99, "postgres", "INSERT", null),
                List.of(new CatalogChange.Put(new SchemaDef(16385, "a", 10, null))), List.of(new EntryWriter.Notification("ch", "xy")));
        writer.put(5, new byte[] {10, 11}, 0, new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3});
        writer.delete(5, new byte[] {12}, 300);
        writer.put(200, new byte[] {1}, 9, new byte[8]);
        byte[] payload = writer.finish();
        EntryHeader.setTimestamp(payload, 0x0001020304050607L);
        return payload;
    }

    @Test
    void bytesAreThoseOfFormatOne() {
        assertThat(HexFormat.of().formatHex(entry())).isEqualTo(GOLDEN);
    }

    @Test
    void goldenBytesAreRead() {
        EntryReader reader = new EntryReader(HexFormat.of().parseHex(GOLDEN));
        assertThat(reader.header()).isEqualTo(new EntryHeader(EntryKind.COMMIT, 7, 42, 0x0001020304050607L));
        assertThat(reader.origin()).isEqualTo(new EntryWriter.Origin(99, "postgres", "INSERT", null));
        assertThat(reader.changes()).containsExactly(new CatalogChange.Put(new SchemaDef(16385, "a", 10, null)));
        assertThat(reader.notifications()).containsExactly(new EntryWriter.Notification("ch", "xy"));
        assertThat(reader.next()).isTrue();
        assertThat(reader.storageId()).isEqualTo(5);
        assertThat(reader.key()).containsExactly(10, 11);
        assertThat(reader.row()).containsExactly(0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3);
        assertThat(reader.next()).isTrue();
        assertThat(reader.row()).isNull();
        assertThat(reader.replacedVersion()).isEqualTo(300);
        assertThat(reader.next()).isTrue();
        assertThat(reader.storageId()).isEqualTo(200);
        assertThat(reader.next()).isFalse();
    }

    @Test
    void whatIsReplacedIsReadWithoutTheRest() {
        EntryReader reader = new EntryReader(entry());
        assertThat(reader.nextReplacing()).isTrue();
        assertThat(reader.storageId()).isEqualTo(5);
        assertThat(reader.key()).containsExactly(12);
        assertThat(reader.replacedVersion()).isEqualTo(300);
        assertThat(reader.nextReplacing()).isTrue();
        assertThat(reader.storageId()).isEqualTo(200);
        assertThat(reader.key()).containsExactly(1);
        assertThat(reader.replacedVersion()).isEqualTo(9);
        assertThat(reader.nextReplacing()).isFalse();
    }

    @Test
    void otherKindsReadBack() {
        EntryReader sequence = new EntryReader(EntryWriter.sequence(3, 77, -5, true));
        assertThat(sequence.header().kind()).isEqualTo(EntryKind.SEQUENCE);
        assertThat(sequence.sequence()).isEqualTo(new EntryReader.Sequence(77, -5, true));
        EntryWriter writer = new EntryWriter(64);
        byte[] image = {0, 0, 0, 0, 0, 0, 0, 0, 7};
        writer.beginChunk(3, 8, 200, true, List.of()).put(1, new byte[] {1}, 0, image);
        writer.putOwn(1, new byte[] {2}, 5, null, image);
        writer.deleteOwn(1, new byte[] {3}, 0, image);
        EntryReader chunk = new EntryReader(writer.finish());
        assertThat(chunk.header()).isEqualTo(new EntryHeader(EntryKind.CHUNK, 3, 8, 0));
        assertThat(chunk.chunks()).isEqualTo(200);
        assertThat(chunk.startsPart()).isTrue();
        assertThat(chunk.next()).isTrue();
        assertThat(chunk.own()).isFalse();
        assertThat(chunk.next()).isTrue();
        assertThat(chunk.own()).isTrue();
        assertThat(chunk.keptEntries()).isEqualTo(5);
        assertThat(chunk.ownOld()).isNull();
        assertThat(chunk.row()).isEqualTo(image);
        assertThat(chunk.next()).isTrue();
        assertThat(chunk.row()).isNull();
        assertThat(chunk.ownOld()).isEqualTo(image);
        assertThat(chunk.next()).isFalse();
        EntryReader dropped = new EntryReader(EntryWriter.dropChunks(3, 9, 300));
        assertThat(dropped.header()).isEqualTo(new EntryHeader(EntryKind.DROP_CHUNKS, 3, 9, 0));
        assertThat(dropped.chunks()).isEqualTo(300);
        assertThatThrownBy(() -> new EntryReader(new byte[30])).hasMessageContaining("does not know (format 0)");
    }

    @Test
    void attributesOfRowTypesKeepTheirNumbers() {
        PgType row = new PgType(16400, "r", 2200, 'c', 'C', false, -1, 'd', 'x', ',', 0, 16401, 5, 0, -1, 0, false, null, 10, List.of(),
                List.of(new PgType.Field("a", 23, -1, 1), new PgType.Field("c", 25, -1, 3)), Repr.OBJECT);
        TypeDef back = (TypeDef) CatalogCodec.fromBytes(CatalogCodec.toBytes(new TypeDef(row, null)));
        assertThat(back.type().fields()).isEqualTo(row.fields());
        assertThat(back.type().repr()).isEqualTo(Repr.OBJECT);
    }

    @Test
    void everyKindOfCatalogObjectReadsBackAndKeepsItsNumber() {
        ColumnDef column = new ColumnDef(1, "c", 23, -1, 0, true, "1", 'a', 's', "7", false, true, 100, "{x}", ColumnTuning.DEFAULT);
        PgType type = new PgType(16400, "mood", 2200, 'e', 'E', false, 4, 'i', 'p', ',', 0, 16401, 0, 0, -1, 0, false, null, 10,
                List.of(new PgType.EnumLabel(16402, "ok", 1.5f)), List.of(new PgType.Field("f", 23, -1)), Repr.LONG);
        Map<String, String> options = new LinkedHashMap<>();
        options.put("b", "2");
        options.put("a", "1");
        List<CatalogObject> objects = List.of(
                new SchemaDef(1, "s", 10, "{a}"),
                new TableDef(2, 2200, "t", 10, 'r', 'p', 9, 3, 4, List.of(column), List.of(1), options, "select", true,
                        false, null, 'd', 0),
                new IndexDef(3, 2200, "i", 2, 8, true, false, true, List.of(new IndexDef.KeyPart(1, "lower(c)", true, false, 5, 100)),
                        List.of(2), 3, "c > 1", "btree", true, Map.of("fillfactor", "70"), IndexMarks.NONE),
                new ConstraintDef(4, 2200, "k", 'f', 2, 0, 3, List.of(1), 5, List.of(2), 'a', 'c', List.of(1), 's', true, false, true, false,
                        "c > 0"),
                new SequenceDef(5, 2200, "q", 10, 'p', 20, 1, 2, Long.MIN_VALUE, Long.MAX_VALUE, 1, true, 2, 1, true, 6, null),
                new TypeDef(type, null),
                new RoutineDef(7, 2200, "f", 10, 'f', "sql", List.of(23), "i", List.of("x"), List.of("1"), 23, false, 0, true, 'i', 's', true,
                        false, 1.5, 100, Map.of("search_path", "x"), "select 1", true, null),
                new TriggerDef(8, "g", 2, 7, 5, 'O', false, List.of(1), List.of("a"), null, "o", "n", 0, true, false),
                new ExtensionDef(9, "plpgsql", 10, 11, "1.0"),
                new CommentDef(10, 1259, 2, 1, "text"),
                new CastDef(11, 23, 25, 7, 'i', 'f'),
                new CollationDef(12, 11, "de", 10, 'i', true, "de-DE"),
                new DefaultAclDef(13, 10, 2200, 'r', "{}"),
                new StatisticsDef(14, 2, 1, 0.25, 4, -1, List.of("1"), List.of(0.5), List.of("1", "9"), 0.75),
                new RoleSettingDef(15, 1, 10, Map.of("work_mem", "4MB")),
                new RoleDef(16, "joe", false, true, false, false, true, false, false, -1, "SCRAM", "infinity"),
                new MembershipDef(17, 10, 16, 10, true),
                new DatabaseDef(18, 4, "acme", 10, false, true, -1, null, 0, 0),
                new AggregateDef(20, 'o', 1, 2, 3, 4, 5, 6, 7, 8, 9, true, false, 'r', 'w', 10, 23, 11, 25, 12, "0", null),
                new UserOperatorDef(21, 2200, "<<<", 10, true, false, 0, 23, 16, 1, 2, 3, 4, 5));
        CatalogObject.BuiltinRightsDef rights = new CatalogObject.BuiltinRightsDef(14, "{=U/postgres}");
        assertThat(CatalogCodec.fromBytes(CatalogCodec.toBytes(rights))).isEqualTo(rights);
        assertThat(CatalogCodec.kind(rights)).isEqualTo(29);
        ColumnDef tuned = new ColumnDef(2, "c", 25, -1, 0, true, null, (char) 0, (char) 0, null, false, false, 100, null,
                new ColumnTuning('e', 'l', Map.of("n_distinct", "5")));
        for (CatalogObject same : List.of(
                new TableDef(2, 2200, "t", 10, 'r', 'p', 9, 3, 4, List.of(column, tuned), List.of(1), Map.of(), null, true, false, null, 'd', 0),
                new TableDef(2, 2200, "t", 10, 'r', 'p', 9, 3, 4, List.of(column), List.of(1), Map.of(), null, true, false, null, 'f', 0),
                new TableDef(2, 2200, "t", 10, 'r', 'p', 9, 3, 4, List.of(column, tuned), List.of(1), Map.of(), null, true, false, null, 'd', 77),
                new IndexDef(3, 2200, "i", 2, 8, true, false, true, List.of(), List.of(), 0, null, "btree", true, Map.of(),
                        new IndexMarks(true, true, Map.of(2, 50))))) {
            assertThat(CatalogCodec.fromBytes(CatalogCodec.toBytes(same))).isEqualTo(same);
            assertThat(CatalogCodec.kind(same)).as("its key stays the same").isEqualTo(same instanceof TableDef ? 2 : 3);
        }
        for (int group : List.of(0, 3)) {
            DatabaseDef named = new DatabaseDef(18, 4, "acme", 10, false, true, -1, null, group, 0, new DatabaseLocale("C", "POSIX"));
            assertThat(CatalogCodec.fromBytes(CatalogCodec.toBytes(named))).isEqualTo(named);
            assertThat(CatalogCodec.kind(named)).as("its key stays the same").isEqualTo(18);
        }
        for (int i = 0; i < objects.size(); i++) {
            CatalogObject object = objects.get(i);
            int number = object instanceof RoutineDef ? 19 : i < 18 ? i + 1 : i + 2; // 7 is their first form
            assertThat(CatalogCodec.kind(object)).as("%s", object).isEqualTo(number);
            CatalogObject read = CatalogCodec.fromBytes(CatalogCodec.toBytes(object));
            assertThat(read).isEqualTo(object);
            if (read instanceof TypeDef def) {
                assertThat(def.type().labels()).isEqualTo(type.labels());
                assertThat(def.type().fields()).isEqualTo(type.fields());
                assertThat(def.type().repr()).isEqualTo(type.repr());
            }
        }
        byte[] table = CatalogCodec.toBytes(objects.get(1));
        assertThat(new String(table, StandardCharsets.ISO_8859_1)).as("in the order in which they were given").containsSubsequence("b", "2", "a", "1");
    }
}
