package io.craton.sql.pgcatalog;

import static io.craton.sql.pgcatalog.Datum.character;
import static io.craton.sql.pgcatalog.Datum.oid;

import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.core.type.Repr;
import io.craton.core.type.TypeOid;
import io.craton.sql.deparse.Definitions;
import io.craton.sql.function.BuiltinCatalog;
import io.craton.sql.function.FunctionDef;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.TypeDef;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** pg_type: built-in types, row types of system relations, and what users made. */
final class TypeRows implements Rows.OfCatalog {
    private static final int OID = 0;
    private static final int NAME = 1;

    /** Functions of a type: names in pg_proc, "-" for none. */
    private record Support(String input, String output, String receive, String send, String modifierIn, String modifierOut, String subscript) {
        static final Support ARRAY =
                new Support("array_in", "array_out", "array_recv", "array_send", "-", "-", "array_subscript_handler");
        static final Support ENUM = new Support("enum_in", "enum_out", "enum_recv", "enum_send", "-", "-", "-");
        static final Support RECORD = new Support("record_in", "record_out", "record_recv", "record_send", "-", "-", "-");

        Support withModifiers(Support of) {
            return new Support(input, output, receive, send, of.modifierIn, of.modifierOut, subscript);
        }
    }

    private static final Map<Integer, Support> SUPPORT = new HashMap<>();
    private static final Map<Integer, Boolean> BY_VALUE = new HashMap<>();

    static {
        for (String[] c : Resources.lines(PgTypes.class, "pg_type.tsv")) {
            if (c[0].startsWith("#")) continue;
            int oid = Integer.parseInt(c[0]);
            SUPPORT.put(oid, new Support(c[12], c[13], c[14], c[15], c[16], c[17], c[19]));
            BY_VALUE.put(oid, c[6].equals("t"));
        }
    }

    private final List<Shape> shapes;

    private final PlainNames names;

    TypeRows(List<Shape> shapes, PlainNames names) {
        this.shapes = shapes;
        this.names = names;
    }

    @Override
    public List<Object[]> builtin() {
        List<Object[]> rows = new ArrayList<>();
        for (PgType type : PgTypes.all()) rows.add(row(type, SUPPORT.get(type.oid()), null, null));
        for (Shape shape : shapes) {
            if (shape.rowType() == 0) continue;
            PgType type = new PgType(shape.rowType(), shape.name(), shape.schemaOid(), 'c', 'C', false, -1, 'd', 'x', ',', 0, shape.arrayType(), shape.oid(),
                    0, -1, 0, false, null, 10, List.of(), List.of(), Repr.OBJECT);
            rows.add(row(type, Support.RECORD, null, null));
            PgType array = new PgType(shape.arrayType(), arrayName(shape.name()), shape.schemaOid(), 'b', 'A', false, -1, 'd', 'x', ',', shape.rowType(),
                    0, 0, 0, -1, 0, false, null, 10, List.of(), List.of(), Repr.OBJECT);
            rows.add(row(array, Support.ARRAY, null, null));
        }
        return rows;
    }

    /** An underscore in front, and no more than a name may have. */
    private static String arrayName(String name) {
        return "_" + (name.length() < 63 ? name : name.substring(0, 62));
    }

    @Override
    public void fill(Catalog catalog, Consumer<Object[]> out) {
        for (TypeDef def : catalog.all(TypeDef.class)) out.accept(row(def.type(), support(catalog, def.type()), Datum.acl(def.acl(), catalog), text(catalog, def.type())));
    }

    @Override
    public int count(Catalog catalog) {
        return catalog.all(TypeDef.class).size();
    }

    @Override
    public boolean find(Catalog catalog, int column, Object value, Consumer<Object[]> out) {
        if (column != OID) return false;
        TypeDef def = catalog.find(TypeDef.class, (int) (long) (Long) value);
        if (def != null) out.accept(row(def.type(), support(catalog, def.type()), Datum.acl(def.acl(), catalog), text(catalog, def.type())));
        return true;
    }

    /** A domain's default for readers. */
    private @Nullable String text(Catalog catalog, PgType type) {
        return type.defaultExpression() == null ? null
                : new Definitions(names.of(catalog)).list(type.defaultExpression(), null, Definitions.Style.PLAIN).getFirst();
    }

    private static Support support(Catalog catalog, PgType type) {
        Support builtin = SUPPORT.get(type.oid());
        if (builtin != null) return builtin;
        if (type.isArray()) {
            PgType element = catalog.type(type.elementOid());
            return element == null ? Support.ARRAY : Support.ARRAY.withModifiers(support(catalog, element));
        }
        return switch (type.kind()) {
            case 'e' -> Support.ENUM;
            case 'd' -> {
                PgType base = catalog.type(type.baseTypeOid());
                Support of = base == null ? Support.RECORD : support(catalog, base);
                yield new Support("domain_in", of.output, "domain_recv", of.send, "-", "-", "-");
            }
            default -> Support.RECORD;
        };
    }

    /** Whether values are passed by value: built-in types say it themselves, enums are, domains are as their base. */
    static boolean byValue(PgType type) {
        Boolean builtin = BY_VALUE.get(type.oid());
        if (builtin != null) return builtin;
        if (type.kind() == 'd') {
            PgType base = PgTypes.find(type.baseTypeOid());
            return base != null && byValue(base);
        }
        return type.kind() == 'e';
    }

    private static long function(String name) {
        if (name.equals("-")) return 0;
        List<FunctionDef> found = BuiltinCatalog.functions(name);
        return found.isEmpty() ? 0 : oid(found.getFirst().oid());
    }

    private static Object[] row(PgType type, Support support, @Nullable Object acl, @Nullable String defaultText) {
        String analyze = type.isArray() && type.storage() != 'p' ? "array_typanalyze" : type.oid() == TypeOid.TSVECTOR ? "ts_typanalyze" : type.kind() == 'r' ? "range_typanalyze" : type.kind() == 'm' ? "multirange_typanalyze" : "-";
        boolean domain = type.kind() == 'd';
        return new Object[] {
            oid(type.oid()), type.name(), oid(type.namespaceOid()), oid(type.ownerOid()), (long) type.length(), byValue(type), // .. typlen typbyval
            character(type.kind()), character(type.category()), type.preferred(), true, // .. typisdefined
            character(type.delimiter()), oid(type.relationOid()), function(support.subscript), oid(type.elementOid()), oid(type.arrayOid()),
            function(support.input), function(support.output), function(support.receive), function(support.send),
            function(support.modifierIn), function(support.modifierOut), function(analyze),
            character(type.align()), character(type.storage()), type.notNull(), // typalign typstorage typnotnull
            oid(type.baseTypeOid()), domain ? (long) type.baseTypmod() : -1L, 0L, oid(type.collationOid()), // basetype typmod ndims collation
            type.defaultExpression(), defaultText, acl};
    }
}
