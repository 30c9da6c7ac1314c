package io.craton.core.session;

import java.util.List;

/** Columns of a result as RowDescription reports them. */
public record RowDescription(List<Column> columns) {

    /**
     * @param tableOid oid of the table that the column comes from, 0 when none
     * @param attributeNumber its number there, 0 when none
     * @param typeLength pg_type.typlen
     * @param format 0 text, 1 binary
     */
    public record Column(String name, int tableOid, int attributeNumber, int typeOid, int typeLength, int typmod, int format) {}

    public RowDescription {
        columns = List.copyOf(columns);
    }
}
