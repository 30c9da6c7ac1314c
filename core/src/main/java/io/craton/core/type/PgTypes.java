package io.craton.core.type;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The built-in types, read once from {@code pg_type.tsv}, whose columns are those of PostgreSQL 15's pg_type. */
public final class PgTypes {
    private static final int PG_CATALOG = 11;
    private static final List<PgType> ALL = load();
    private static final Map<Integer, PgType> BY_OID = index();
    private static final Map<String, PgType> BY_NAME = names();

    public static final PgType BOOL = get(TypeOid.BOOL);
    public static final PgType BYTEA = get(TypeOid.BYTEA);
    public static final PgType CHAR = get(TypeOid.CHAR);
    public static final PgType NAME = get(TypeOid.NAME);
    public static final PgType INT8 = get(TypeOid.INT8);
    public static final PgType INT2 = get(TypeOid.INT2);
    public static final PgType INT4 = get(TypeOid.INT4);
    public static final PgType REGPROC = get(TypeOid.REGPROC);
    public static final PgType TEXT = get(TypeOid.TEXT);
    public static final PgType OID = get(TypeOid.OID);
    public static final PgType TID = get(TypeOid.TID);
    public static final PgType XID = get(TypeOid.XID);
    public static final PgType CID = get(TypeOid.CID);
    public static final PgType JSON = get(TypeOid.JSON);
    public static final PgType JSONB = get(TypeOid.JSONB);
    public static final PgType FLOAT4 = get(TypeOid.FLOAT4);
    public static final PgType FLOAT8 = get(TypeOid.FLOAT8);
    public static final PgType UNKNOWN = get(TypeOid.UNKNOWN);
    public static final PgType BPCHAR = get(TypeOid.BPCHAR);
    public static final PgType VARCHAR = get(TypeOid.VARCHAR);
    public static final PgType DATE = get(TypeOid.DATE);
    public static final PgType TIME = get(TypeOid.TIME);
    public static final PgType TIMESTAMP = get(TypeOid.TIMESTAMP);
    public static final PgType TIMESTAMPTZ = get(TypeOid.TIMESTAMPTZ);
    public static final PgType INTERVAL = get(TypeOid.INTERVAL);
    public static final PgType TIMETZ = get(TypeOid.TIMETZ);
    public static final PgType NUMERIC = get(TypeOid.NUMERIC);
    public static final PgType UUID = get(TypeOid.UUID);
    public static final PgType RECORD = get(TypeOid.RECORD);
    public static final PgType VOID = get(TypeOid.VOID);

    private PgTypes() {}

    /** All built-in types in order of oid. */
    public static List<PgType> all() {
        return ALL;
    }

    public static @Nullable PgType find(int oid) {
        return BY_OID.get(oid);
    }

    /** The built-in type with this pg_type.typname ("int4", "_text"), or null; SQL aliases ("integer") are the parser's. */
    public static @Nullable PgType find(String typname) {
        return BY_NAME.get(typname);
    }

    /** A built-in type that must exist. */
    public static PgType get(int oid) {
        PgType type = BY_OID.get(oid);
        if (type == null) throw new IllegalArgumentException("no built-in type " + oid);
        return type;
    }

    private static Map<Integer, PgType> index() {
        Map<Integer, PgType> map = new HashMap<>();
        for (PgType type : ALL) map.put(type.oid(), type);
        return Map.copyOf(map);
    }

    private static Map<String, PgType> names() {
        Map<String, PgType> map = new HashMap<>();
        for (PgType type : ALL) map.put(type.name(), type);
        return Map.copyOf(map);
    }

    private static List<PgType> load() {
        List<PgType> types = new ArrayList<>();
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                PgTypes.class.getResourceAsStream("pg_type.tsv"), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (!line.startsWith("#")) types.add(parse(line.split("\t", -1)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return List.copyOf(types);
    }

    private static PgType parse(String[] column) {
        int oid = Integer.parseInt(column[0]);
        return new PgType(oid, column[1], PG_CATALOG, column[2].charAt(0), column[3].charAt(0), column[4].equals("t"),
                Integer.parseInt(column[5]), column[7].charAt(0), column[8].charAt(0), column[9].charAt(0),
                Integer.parseInt(column[10]), Integer.parseInt(column[11]), 0, 0, -1, Integer.parseInt(column[18]), false,
                null, 10, List.of(), List.of(), repr(oid, column));
    }

    private static Repr repr(int oid, String[] column) {
        return switch (oid) {
            case TypeOid.BOOL -> Repr.BOOL;
            case TypeOid.BYTEA -> Repr.BYTES;
            case TypeOid.FLOAT4, TypeOid.FLOAT8 -> Repr.DOUBLE;
            case TypeOid.NUMERIC -> Repr.NUMERIC;
            case TypeOid.TEXT, TypeOid.VARCHAR, TypeOid.BPCHAR, TypeOid.NAME, TypeOid.JSON, TypeOid.XML, TypeOid.CSTRING,
                    TypeOid.UNKNOWN, TypeOid.REFCURSOR, TypeOid.PG_NODE_TREE, TypeOid.ACLITEM -> Repr.TEXT;
            case TypeOid.INT2, TypeOid.INT4, TypeOid.INT8, TypeOid.OID, TypeOid.CHAR, TypeOid.XID, TypeOid.CID, TypeOid.XID8,
                    TypeOid.DATE, TypeOid.TIME, TypeOid.TIMESTAMP, TypeOid.TIMESTAMPTZ, TypeOid.MONEY, TypeOid.PG_LSN,
                    TypeOid.REGPROC, TypeOid.REGPROCEDURE, TypeOid.REGOPER, TypeOid.REGOPERATOR, TypeOid.REGCLASS,
                    TypeOid.REGTYPE, TypeOid.REGROLE, TypeOid.REGNAMESPACE, TypeOid.REGCONFIG, TypeOid.REGDICTIONARY,
                    TypeOid.REGCOLLATION, TypeOid.MACADDR, TypeOid.MACADDR8 -> Repr.LONG;
            default -> Repr.OBJECT;
        };
    }
}
