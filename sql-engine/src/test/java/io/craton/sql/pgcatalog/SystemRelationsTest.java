package io.craton.sql.pgcatalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.craton.core.type.PgArray;
import io.craton.core.type.PgType;
import io.craton.core.type.TypeOid;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogChange.Put;
import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.ColumnTuning;
import io.craton.storage.catalog.CatalogObject.ConstraintDef;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.IndexMarks;
import io.craton.storage.catalog.CatalogObject.RoleDef;
import io.craton.storage.catalog.CatalogObject.SchemaDef;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Rows of the system catalogs over a small catalog, without a session. */
final class SystemRelationsTest {
    private final SystemRelations relations = new SystemRelations();
    private final Catalog catalog = catalog();

    private static Catalog catalog() {
        List<CatalogObject> objects = List.of(
                new SchemaDef(11, "pg_catalog", 10, null),
                new SchemaDef(2200, "public", 10, "{postgres=UC/postgres,=U/postgres}"),
                new RoleDef(10, "postgres", true, true, true, true, true, true, true, -1, null, null),
                new TableDef(16400, 2200, "t", 10, 'r', 'p', 1, 0, 0, List.of(
                        column(1, "id", TypeOid.INT4, true, "pg_catalog.nextval('16410'::pg_catalog.regclass)"), column(2, "name", TypeOid.TEXT, false, null)),
                        List.of(1), Map.of("fillfactor", "70"), null, true, false, "{postgres=arwdDxt/postgres}", 'd', 0),
                new SequenceDef(16410, 2200, "t_id_seq", 10, 'p', TypeOid.INT4, 1, 1, 1, 100, 1, false, 16400, 1, false, 2, null),
                new IndexDef(16420, 2200, "t_pkey", 16400, 0, true, true, false,
                        List.of(new IndexDef.KeyPart(1, null, false, false, 0, 0)), List.of(), 0, null, "btree", true, Map.of(), IndexMarks.NONE),
                new ConstraintDef(16421, 2200, "t_pkey", 'p', 16400, 0, 16420, List.of(1), 0, List.of(), 'a', 'a', List.of(), 's', false,
                        false, true, false, null));
        return Catalog.EMPTY.with(objects.stream().map(Put::new).toList());
    }

    private static ColumnDef column(int number, String name, int type, boolean notNull, String expression) {
        return new ColumnDef(number, name, type, -1, 0, notNull, expression, (char) 0, (char) 0, null, false, false, -1, null, ColumnTuning.DEFAULT);
    }

    private List<Object[]> rows(SystemTable table) {
        List<Object[]> rows = new ArrayList<>();
        switch (table.source()) {
            case Rows.Fixed fixed -> rows.addAll(fixed.all());
            case Rows.OfCatalog source -> {
                rows.addAll(source.builtin());
                source.fill(catalog, rows::add);
            }
            case Rows.OfSession source -> { }
        }
        return rows;
    }

    private SystemTable table(String name) {
        return (SystemTable) relations.find("pg_catalog", name);
    }

    @Test
    void everyRowHasTheColumnsOfItsRelationAndDatumsOfTheirTypes() {
        int checked = 0;
        for (SystemTable table : relations.all()) {
            for (Object[] row : rows(table)) {
                assertThat(row).as(table.name()).hasSameSizeAs(table.columns());
                for (int i = 0; i < row.length; i++) {
                    VirtualTable.Column column = table.columns().get(i);
                    if (row[i] == null) {
                        assertThat(column.notNull()).as("%s.%s is null in %s", table.name(), column.name(), Arrays.toString(row)).isFalse();
                    } else {
                        assertThat(row[i]).as("%s.%s", table.name(), column.name()).isInstanceOf(datumClass(column.type()));
                    }
                }
                checked++;
            }
        }
        assertThat(checked).isGreaterThan(10_000);
    }

    private static Class<?> datumClass(PgType type) {
        return switch (type.repr()) {
            case BOOL -> Boolean.class;
            case LONG -> Long.class;
            case DOUBLE -> Double.class;
            case TEXT -> String.class;
            case BYTES -> byte[].class;
            case NUMERIC -> io.craton.core.type.Numeric.class;
            case OBJECT -> type.isArray() || type.oid() == TypeOid.INT2VECTOR || type.oid() == TypeOid.OIDVECTOR ? PgArray.class : Object.class;
        };
    }

    @Test
    void lookUpsByColumnFindWhatAFullScanFinds() {
        for (SystemTable table : relations.all()) {
            if (!(table.source() instanceof Rows.OfCatalog source)) continue;
            List<Object[]> all = new ArrayList<>();
            source.fill(catalog, all::add);
            for (int column = 0; column < table.columns().size(); column++) {
                for (Object[] row : all) {
                    if (!(row[column] instanceof Long) && !(row[column] instanceof String)) continue;
                    Object value = row[column];
                    int at = column;
                    List<Object[]> found = new ArrayList<>();
                    if (!source.find(catalog, column, value, found::add)) continue;
                    assertThat(found).as("%s by %s", table.name(), table.columns().get(column).name())
                            .hasSize((int) all.stream().filter(r -> value.equals(r[at])).count());
                }
            }
        }
    }

    @Test
    void systemCatalogsListThemselvesUnderPostgresOids() {
        assertThat(relations.find("pg_catalog", "pg_class").oid()).isEqualTo(1259);
        assertThat(relations.find(1249).name()).isEqualTo("pg_attribute");
        assertThat(rows(table("pg_class"))).anyMatch(row -> row[0].equals(1259L) && row[1].equals("pg_class"));
        assertThat(relations.find("public", "pg_class")).isNull();
    }

    @Test
    void dependenciesTieASequenceToItsColumnAndADefaultToTheSequence() {
        List<Object[]> rows = rows(table("pg_depend"));
        assertThat(rows).anyMatch(r -> r[1].equals(16410L) && r[4].equals(16400L) && r[5].equals(1L) && r[6].equals((long) 'a'));
        assertThat(rows).anyMatch(r -> r[0].equals(2604L) && r[4].equals(16410L) && r[6].equals((long) 'n'));
        assertThat(rows).anyMatch(r -> r[1].equals(16420L) && r[4].equals(16421L) && r[6].equals((long) 'i'));
    }

    @Test
    void definitionsOfSystemIndexesReadLikePostgres() {
        assertThat(SystemDefinitions.index(2662)).isEqualTo("CREATE UNIQUE INDEX pg_class_oid_index ON pg_catalog.pg_class USING btree (oid)");
        assertThat(SystemDefinitions.index(1)).isNull();
    }
}
