package io.craton.sql.session;

import io.craton.core.session.RowDescription;
import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a utility statement answers: its command tag and, for SHOW and EXPLAIN, a few rows. */
record UtilityResult(String tag, @Nullable RowDescription columns, List<@Nullable Object[]> rows) {
    static UtilityResult tag(String tag) {
        return new UtilityResult(tag, null, List.of());
    }

    static UtilityResult text(String tag, List<String> names, List<@Nullable Object[]> rows) {
        return new UtilityResult(tag, textColumns(names), rows);
    }

    static RowDescription textColumns(List<String> names) {
        return columns(names, PgTypes.TEXT);
    }

    static RowDescription columns(List<String> names, PgType type) {
        List<RowDescription.Column> columns = new ArrayList<>();
        for (String name : names) columns.add(new RowDescription.Column(name, 0, 0, type.oid(), type.length(), -1, 0));
        return new RowDescription(columns);
    }
}
