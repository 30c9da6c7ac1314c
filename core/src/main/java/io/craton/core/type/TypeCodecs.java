package io.craton.core.type;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import java.util.HashMap;
import java.util.Map;

/** The codec of every type. Built-in ones are made once; those of user-defined types are made from the type's row, so callers keep them. */
public final class TypeCodecs {
    private static final Map<Integer, TypeCodec> BASE = base();
    private static final Map<Integer, TypeCodec> BUILT_IN = builtIn();

    private TypeCodecs() {}

    /** Never null: a type that cannot be held answers 0A000 when used. */
    public static TypeCodec of(PgType type, TypeResolver types) {
        TypeCodec known = BUILT_IN.get(type.oid());
        return known != null ? known : make(type, types);
    }

    /** The codec of a built-in type. */
    public static TypeCodec of(PgType type) {
        return of(type, PgTypes::find);
    }

    /** A value's text form. */
    public static String toText(PgType type, Object value, FormatContext context) {
        if (value instanceof String text) return text;
        ByteWriter out = new ByteWriter(32);
        of(type, context.types()).encodeText(value, context, out);
        return new String(out.array(), 0, out.size(), java.nio.charset.StandardCharsets.UTF_8);
    }

    /** Reads a value from its text form. */
    public static Object fromText(PgType type, String text, int typmod, FormatContext context) {
        return of(type, context.types()).decodeText(text, typmod, context);
    }

    /** The cast through the text form: output function of one type, input function of the other. */
    public static Object convert(PgType from, Object value, PgType to, int typmod, FormatContext context) {
        return fromText(to, toText(from, value, context), typmod, context);
    }

    private static TypeCodec make(PgType type, TypeResolver types) {
        return switch (type.kind()) {
            case 'e' -> new EnumCodec(type);
            case 'c' -> new RecordCodec(type);
            case 'd' -> new DomainCodec(of(resolve(type.baseTypeOid(), types), types), type.baseTypmod());
            default -> {
                if (!type.isArray()) yield new UnsupportedCodec(type);
                PgType element = resolve(type.elementOid(), types);
                yield new ArrayCodec(element, of(element, types));
            }
        };
    }

    private static PgType resolve(int oid, TypeResolver types) {
        PgType type = types.type(oid);
        if (type == null) {
            throw new PgException(SqlState.UNDEFINED_OBJECT, "type with OID " + Integer.toUnsignedString(oid) + " does not exist");
        }
        return type;
    }

    private static Map<Integer, TypeCodec> builtIn() {
        Map<Integer, TypeCodec> codecs = new HashMap<>(BASE);
        for (PgType type : PgTypes.all()) {
            if (codecs.containsKey(type.oid())) continue;
            TypeCodec codec = null;
            if (type.isArray()) {
                PgType element = PgTypes.get(type.elementOid());
                TypeCodec elementCodec = BASE.get(element.oid());
                codec = new ArrayCodec(element, elementCodec != null ? elementCodec : new UnsupportedCodec(element));
            }
            codecs.put(type.oid(), codec != null ? codec : new UnsupportedCodec(type));
        }
        return Map.copyOf(codecs);
    }

    private static Map<Integer, TypeCodec> base() {
        Map<Integer, TypeCodec> codecs = new HashMap<>();
        TypeCodec plainText = new TextCodec(TextCodec.Kind.PLAIN);
        codecs.put(TypeOid.BOOL, new BoolCodec());
        codecs.put(TypeOid.INT2, new IntegerCodec("smallint", 2));
        codecs.put(TypeOid.INT4, new IntegerCodec("integer", 4));
        codecs.put(TypeOid.INT8, new IntegerCodec("bigint", 8));
        codecs.put(TypeOid.FLOAT4, new FloatCodec(true));
        codecs.put(TypeOid.FLOAT8, new FloatCodec(false));
        codecs.put(TypeOid.NUMERIC, new NumericCodec());
        codecs.put(TypeOid.TEXT, plainText);
        codecs.put(TypeOid.VARCHAR, new TextCodec(TextCodec.Kind.VARCHAR));
        codecs.put(TypeOid.BPCHAR, new TextCodec(TextCodec.Kind.BPCHAR));
        codecs.put(TypeOid.NAME, new TextCodec(TextCodec.Kind.NAME));
        codecs.put(TypeOid.CHAR, new CharCodec());
        codecs.put(TypeOid.UNKNOWN, plainText);
        codecs.put(TypeOid.CSTRING, plainText);
        codecs.put(TypeOid.XML, plainText);
        codecs.put(TypeOid.REFCURSOR, plainText);
        codecs.put(TypeOid.PG_NODE_TREE, plainText);
        codecs.put(TypeOid.ACLITEM, new AclItemCodec());
        codecs.put(TypeOid.BYTEA, new ByteaCodec());
        codecs.put(TypeOid.UUID, new UuidCodec());
        codecs.put(TypeOid.JSON, new JsonCodec());
        codecs.put(TypeOid.JSONB, new JsonbCodec());
        codecs.put(TypeOid.JSONPATH, new JsonPathCodec());
        codecs.put(TypeOid.DATE, new DateCodec());
        codecs.put(TypeOid.TIME, new TimeCodec());
        codecs.put(TypeOid.TIMETZ, new TimeTzCodec());
        codecs.put(TypeOid.TIMESTAMP, new TimestampCodec(false));
        codecs.put(TypeOid.TIMESTAMPTZ, new TimestampCodec(true));
        codecs.put(TypeOid.INTERVAL, new IntervalCodec());
        codecs.put(TypeOid.INT2VECTOR, new VectorCodec(PgTypes.INT2, codecs.get(TypeOid.INT2)));
        codecs.put(TypeOid.OIDVECTOR, new VectorCodec(PgTypes.OID, new OidCodec("oid", false)));
        codecs.put(TypeOid.BIT, new BitCodec(false));
        codecs.put(TypeOid.VARBIT, new BitCodec(true));
        codecs.put(TypeOid.INET, new InetCodec(false));
        codecs.put(TypeOid.CIDR, new InetCodec(true));
        codecs.put(TypeOid.MACADDR, new MacCodec(6));
        codecs.put(TypeOid.MACADDR8, new MacCodec(8));
        codecs.put(TypeOid.PG_LSN, new LsnCodec());
        codecs.put(TypeOid.TID, new TidCodec());
        codecs.put(TypeOid.MONEY, new MoneyCodec());
        codecs.put(TypeOid.PG_SNAPSHOT, new SnapshotCodec());
        codecs.put(TypeOid.TXID_SNAPSHOT, new SnapshotCodec());
        for (PgType type : PgTypes.all()) {
            PgType subtype = type.kind() == 'r' ? RangeTypes.subtype(type) : null;
            if (subtype == null) continue;
            RangeCodec range = new RangeCodec(subtype, codecs.get(subtype.oid()));
            codecs.put(type.oid(), range);
            codecs.put(RangeTypes.multirangeOf(type), new MultirangeCodec(range));
        }
        codecs.put(TypeOid.RECORD, new RecordCodec(PgTypes.RECORD));
        codecs.put(TypeOid.VOID, new VoidCodec());
        codecs.put(TypeOid.ANYARRAY, new AnyArrayCodec());
        codecs.put(TypeOid.OID, new OidCodec("oid", false));
        codecs.put(TypeOid.XID, new OidCodec("xid", false));
        codecs.put(TypeOid.CID, new OidCodec("cid", false));
        codecs.put(TypeOid.XID8, new OidCodec("xid8", true));
        for (int oid : new int[] {TypeOid.REGPROC, TypeOid.REGPROCEDURE, TypeOid.REGOPER, TypeOid.REGOPERATOR, TypeOid.REGCLASS,
            TypeOid.REGTYPE, TypeOid.REGROLE, TypeOid.REGNAMESPACE, TypeOid.REGCONFIG, TypeOid.REGDICTIONARY, TypeOid.REGCOLLATION}) {
            codecs.put(oid, new RegCodec(oid));
        }
        return codecs;
    }
}
