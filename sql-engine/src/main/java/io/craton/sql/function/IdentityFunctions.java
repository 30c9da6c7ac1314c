package io.craton.sql.function;

import io.craton.core.type.PgArray;
import io.craton.core.type.PgRecord;
import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.sql.exec.ExecContext;
import io.craton.sql.pgcatalog.ObjectIdentities;
import io.craton.sql.pgcatalog.ObjectIdentity;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** pg_describe_object, pg_identify_object, pg_get_object_address: objects by oid and by name. */
final class IdentityFunctions {
    private IdentityFunctions() {}

    static void register(Kernels kernels) {
        kernels.scalar("pg_describe_object", (context, call, a) -> {
            if ((Long) a[0] == 0 && (Long) a[1] == 0) return null;
            ObjectIdentity found = find(context, a);
            return found == null ? null : found.description();
        });
        kernels.scalar("pg_identify_object", (context, call, a) -> {
            ObjectIdentity found = find(context, a);
            Object[] values = found == null ? new Object[] {kind(context, a), null, null, null}
                    : new Object[] {found.type(), found.schema(), found.name(), found.identity()};
            return record(values, PgTypes.TEXT, PgTypes.TEXT, PgTypes.TEXT, PgTypes.TEXT);
        });
        kernels.scalar("pg_identify_object_as_address", (context, call, a) -> {
            ObjectIdentity found = find(context, a);
            PgType texts = PgTypes.find(PgTypes.TEXT.arrayOid());
            Object[] values = found == null ? new Object[] {kind(context, a), null, null}
                    : new Object[] {found.type(), array(found.names()), array(found.arguments())};
            return record(values, PgTypes.TEXT, texts, texts);
        });
        kernels.scalar("pg_get_object_address", (context, call, a) -> record(
                new ObjectIdentities(context).address((String) a[0], texts((PgArray) a[1]), texts((PgArray) a[2])),
                PgTypes.OID, PgTypes.OID, PgTypes.INT4));
    }

    private static @Nullable ObjectIdentity find(ExecContext context, Object[] a) {
        return new ObjectIdentities(context).find((int) (long) (Long) a[0], (int) (long) (Long) a[1], (int) (long) (Long) a[2]);
    }

    private static String kind(ExecContext context, Object[] a) {
        return new ObjectIdentities(context).kind((int) (long) (Long) a[0], (int) (long) (Long) a[2]);
    }

    private static PgArray array(List<String> texts) {
        return PgArray.of(PgTypes.TEXT, texts.toArray());
    }

    private static List<String> texts(PgArray array) {
        List<String> texts = new ArrayList<>();
        for (Object element : array.elements()) texts.add((String) element);
        return texts;
    }

    private static PgRecord record(@Nullable Object[] values, PgType... types) {
        return new PgRecord(PgTypes.RECORD.oid(), List.of(types), List.of(), values);
    }
}
