package io.craton.storage.row;

import io.craton.core.type.PgType;
import io.craton.core.type.Repr;
import io.craton.core.type.TypeOid;

/**
 * How values of a type lie in a row image: a fixed width in bytes, or 0 for variable. It depends on the oid alone, so that rows stay
 * readable when a user-defined type is gone: those are always variable. Numbers are big-endian.
 */
enum StorageForm {
    BOOL(1), INT1(1), INT2(2), INT4(4), UINT4(4), INT8(8), FLOAT4(4), FLOAT8(8), UUID(16), INTERVAL(16), TIMETZ(12),
    VAR_BOOL(0), VAR_LONG(0), VAR_DOUBLE(0), TEXT(0), BYTES(0), NUMERIC(0), OBJECT(0);

    final int width;

    StorageForm(int width) {
        this.width = width;
    }

    static StorageForm of(int typeOid) {
        return switch (typeOid) {
            case TypeOid.BOOL -> BOOL;
            case TypeOid.CHAR -> INT1;
            case TypeOid.INT2 -> INT2;
            case TypeOid.INT4, TypeOid.DATE -> INT4;
            case TypeOid.OID, TypeOid.XID, TypeOid.CID, TypeOid.REGPROC, TypeOid.REGPROCEDURE, TypeOid.REGOPER,
                    TypeOid.REGOPERATOR, TypeOid.REGCLASS, TypeOid.REGTYPE, TypeOid.REGROLE, TypeOid.REGNAMESPACE,
                    TypeOid.REGCONFIG, TypeOid.REGDICTIONARY, TypeOid.REGCOLLATION -> UINT4;
            case TypeOid.INT8, TypeOid.TIME, TypeOid.TIMESTAMP, TypeOid.TIMESTAMPTZ, TypeOid.MONEY, TypeOid.PG_LSN, TypeOid.XID8 -> INT8;
            case TypeOid.FLOAT4 -> FLOAT4;
            case TypeOid.FLOAT8 -> FLOAT8;
            case TypeOid.UUID -> UUID;
            case TypeOid.INTERVAL -> INTERVAL;
            case TypeOid.TIMETZ -> TIMETZ;
            default -> OBJECT;
        };
    }

    static StorageForm of(PgType type) {
        StorageForm fixed = of(type.oid());
        return fixed != OBJECT ? fixed : variable(type.repr());
    }

    private static StorageForm variable(Repr repr) {
        return switch (repr) {
            case BOOL -> VAR_BOOL;
            case LONG -> VAR_LONG;
            case DOUBLE -> VAR_DOUBLE;
            case NUMERIC -> NUMERIC;
            case TEXT -> TEXT;
            case BYTES -> BYTES;
            case OBJECT -> OBJECT;
        };
    }
}
