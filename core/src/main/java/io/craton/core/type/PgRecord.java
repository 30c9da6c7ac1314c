package io.craton.core.type;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A composite value: datums and their types. {@code typeOid} is RECORD for anonymous rows. {@code names} may be empty. */
public record PgRecord(int typeOid, List<PgType> types, List<String> names, @Nullable Object[] values) {
    public PgRecord {
        types = List.copyOf(types);
        names = List.copyOf(names);
    }
}
