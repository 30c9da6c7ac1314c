package io.craton.storage.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject.DatabaseDef;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PlacementTest {
    private final Placement placement = new Placement(3);

    private static Catalog with(int... groups) {
        List<CatalogChange> databases = new ArrayList<>();
        int oid = TenantNumbers.FIRST_OID;
        for (int group : groups) databases.add(new CatalogChange.Put(new DatabaseDef(oid, oid++, "d" + oid, 10, false, true, -1, null, group, group)));
        return Catalog.EMPTY.with(databases);
    }

    @Test
    void theGroupWithFewestTakesTheNextOne() {
        assertThat(placement.forNew(with())).isZero();
        assertThat(placement.forNew(with(0))).isEqualTo(1);
        assertThat(placement.forNew(with(0, 1))).isEqualTo(2);
        assertThat(placement.forNew(with(0, 1, 2, 0))).isEqualTo(1);
    }

    @Test
    void aGroupOfFewerMembersTakesNone() {
        placement.onlyWhere(group -> group == 2);
        assertThat(placement.forNew(with(0))).isEqualTo(2);
        assertThat(placement.forNew(with(0, 2))).isZero();
        assertThatThrownBy(() -> placement.require(1)).isInstanceOf(PgException.class).hasMessage("raft group 1 has too few members yet")
                .extracting(e -> ((PgException) e).state()).isEqualTo(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE);
        assertThatCode(() -> placement.require(2)).doesNotThrowAnyException();
        placement.onlyWhere(group -> false);
        assertThat(placement.forNew(with(0, 0))).isZero();
        assertThatCode(() -> placement.require(0)).doesNotThrowAnyException();
        assertThatThrownBy(() -> placement.require(3)).hasMessage("there is no raft group 3");
    }
}
