package io.craton.sql.function;

import io.craton.core.type.PgType;
import io.craton.core.type.TypeOid;
import io.craton.core.type.TypeResolver;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Members of the btree and hash operator families: how a type is sorted, grouped and compared (PostgreSQL's type cache). Immutable. */
public final class OperatorFamilies {
    public static final int LESS = 1;
    public static final int LESS_EQUAL = 2;
    public static final int EQUAL = 3;
    public static final int GREATER_EQUAL = 4;
    public static final int GREATER = 5;

    /** The operator {@code operator} is in btree family {@code family} under {@code strategy} (1 to 5). */
    public record Membership(int family, int left, int right, int strategy, OperatorDef operator) {}

    private record MemberKey(String method, int family, int left, int right, int number) {}

    private static final Map<MemberKey, OperatorDef> MEMBERS = new HashMap<>();
    private static final Map<Integer, List<Membership>> BTREE_BY_OPERATOR = new HashMap<>();
    private static final Map<MemberKey, FunctionDef> SUPPORT = new HashMap<>();
    private static final Map<String, Map<Integer, OperatorClass>> DEFAULTS = new HashMap<>();

    static {
        CatalogRows.read("pg_amop.tsv", OperatorFamilies::member);
        CatalogRows.read("pg_amproc.tsv", OperatorFamilies::support);
        for (OperatorClass row : BuiltinCatalog.operatorClasses()) {
            if (row.isDefault()) DEFAULTS.computeIfAbsent(row.method(), method -> new HashMap<>()).put(row.inputType(), row);
        }
    }

    private OperatorFamilies() {}

    private static MemberKey member(String[] c) {
        MemberKey key = key(c);
        OperatorDef operator = BuiltinCatalog.operator(CatalogRows.oid(c[5]));
        MEMBERS.put(key, operator);
        if (key.method.equals("btree")) {
            BTREE_BY_OPERATOR.computeIfAbsent(operator.oid(), oid -> new ArrayList<>())
                    .add(new Membership(key.family, key.left, key.right, key.number, operator));
        }
        return key;
    }

    private static MemberKey support(String[] c) {
        MemberKey key = key(c);
        FunctionDef function = BuiltinCatalog.function(CatalogRows.oid(c[5]));
        if (function != null) SUPPORT.put(key, function);
        return key;
    }

    private static MemberKey key(String[] c) {
        return new MemberKey(c[0], CatalogRows.oid(c[1]), CatalogRows.oid(c[2]), CatalogRows.oid(c[3]), CatalogRows.oid(c[4]));
    }

    /** The default btree operator class for values of the type (domains by their base, enums, arrays, ...); null when it has no order. */
    public static @Nullable OperatorClass btree(PgType type, TypeResolver types) {
        return standard("btree", type, types);
    }

    /** The operator class of this name; null when the method has none such. */
    public static @Nullable OperatorClass named(String method, String name) {
        for (OperatorClass row : BuiltinCatalog.operatorClasses()) {
            if (row.method().equals(method) && row.name().equals(name)) return row;
        }
        return null;
    }

    /** The operator class with this oid, null when there is none. */
    public static @Nullable OperatorClass byOid(int oid) {
        for (OperatorClass row : BuiltinCatalog.operatorClasses()) {
            if (row.oid() == oid) return row;
        }
        return null;
    }

    public static @Nullable OperatorClass hash(PgType type, TypeResolver types) {
        return standard("hash", type, types);
    }

    /** The operator class that an index of this method has over the type when none is named; null when there is none. */
    public static @Nullable OperatorClass standard(String method, PgType type, TypeResolver types) {
        Map<Integer, OperatorClass> classes = DEFAULTS.getOrDefault(method, Map.of());
        PgType base = type;
        while (base.kind() == 'd') base = types.type(base.baseTypeOid());
        OperatorClass exact = classes.get(base.oid());
        if (exact != null) return exact;
        return switch (base.kind()) {
            case 'e' -> classes.get(TypeOid.ANYENUM);
            case 'r' -> classes.get(TypeOid.ANYRANGE);
            case 'm' -> classes.get(TypeOid.ANYMULTIRANGE);
            case 'c' -> classes.get(TypeOid.RECORD);
            default -> {
                if (base.isArray()) yield classes.get(TypeOid.ANYARRAY);
                yield switch (base.oid()) {
                    case TypeOid.VARCHAR -> classes.get(TypeOid.TEXT);
                    case TypeOid.CIDR -> classes.get(TypeOid.INET);
                    case TypeOid.REGPROC, TypeOid.REGPROCEDURE, TypeOid.REGOPER, TypeOid.REGOPERATOR, TypeOid.REGCLASS,
                            TypeOid.REGTYPE, TypeOid.REGROLE, TypeOid.REGNAMESPACE, TypeOid.REGCONFIG,
                            TypeOid.REGDICTIONARY, TypeOid.REGCOLLATION -> classes.get(TypeOid.OID);
                    default -> null;
                };
            }
        };
    }

    /** The operator of this strategy over the class's own input type. */
    public static @Nullable OperatorDef operator(OperatorClass opclass, int strategy) {
        return operator(opclass.method(), opclass.family(), opclass.inputType(), opclass.inputType(), strategy);
    }

    public static @Nullable OperatorDef operator(String method, int family, int left, int right, int strategy) {
        return MEMBERS.get(new MemberKey(method, family, left, right, strategy));
    }

    /** The btree families that this operator is a member of. */
    public static List<Membership> btreeMemberships(int operatorOid) {
        return BTREE_BY_OPERATOR.getOrDefault(operatorOid, List.of());
    }

    /** A support function, such as btree's comparison (1) or in_range (3). */
    public static @Nullable FunctionDef support(String method, int family, int left, int right, int number) {
        return SUPPORT.get(new MemberKey(method, family, left, right, number));
    }

    /** {@code =} of the type: btree's, else hash's; null when the type has no equality. */
    public static @Nullable OperatorDef equality(PgType type, TypeResolver types) {
        OperatorClass opclass = btree(type, types);
        if (opclass != null) return operator(opclass, EQUAL);
        opclass = hash(type, types);
        return opclass == null ? null : operator(opclass, 1);
    }

    /** {@code <} of the type; null when it has no order. */
    public static @Nullable OperatorDef less(PgType type, TypeResolver types) {
        OperatorClass opclass = btree(type, types);
        return opclass == null ? null : operator(opclass, LESS);
    }

    public static @Nullable OperatorDef greater(PgType type, TypeResolver types) {
        OperatorClass opclass = btree(type, types);
        return opclass == null ? null : operator(opclass, GREATER);
    }
}
