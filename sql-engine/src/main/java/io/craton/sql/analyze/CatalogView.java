package io.craton.sql.analyze;

import io.craton.core.error.PgError;
import io.craton.core.error.SqlState;
import io.craton.core.type.FormatContext;
import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.core.type.TypeResolver;
import io.craton.sql.function.AggregateRow;
import io.craton.sql.function.BuiltinCatalog;
import io.craton.sql.function.CastRow;
import io.craton.sql.function.FunctionDef;
import io.craton.sql.function.OperatorDef;
import io.craton.sql.pgcatalog.VirtualTable;
import io.craton.sql.syntax.Mark;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.AggregateDef;
import io.craton.storage.catalog.CatalogObject.UserOperatorDef;
import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.SchemaDef;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Everything an analysis may look up by name: one catalog value, the built-in relations, functions, operators and casts, through one search path.
 * Immutable; make one for a session and keep it until the catalog's version, the search path or the text settings change.
 */
public final class CatalogView implements TypeResolver {
    static final int PG_CATALOG = 11;

    private final Catalog catalog;
    private final BuiltinRelations builtins;
    private final List<Integer> searchPath;
    private final FormatContext format;
    private final String database;
    private final UserRoutines routines;
    private final CoercionRules rules;
    private @Nullable Moments moments;
    private boolean nullEquals;
    private final Map<Integer, TableRules> tableRules = new ConcurrentHashMap<>();

    /**
     * @param searchPath schema oids in the order of look-up, pg_catalog (11) included
     * @param format settings that literals are read with
     */
    public CatalogView(Catalog catalog, BuiltinRelations builtins, List<Integer> searchPath, FormatContext format,
            String database) {
        this.catalog = catalog;
        this.builtins = builtins;
        this.searchPath = List.copyOf(searchPath);
        this.format = format;
        this.database = database;
        this.routines = UserRoutines.of(catalog);
        this.rules = new CoercionRules(this);
    }

    /** The same names with a way into the past. */
    public CatalogView withPast(Moments way) {
        moments = way;
        return this;
    }

    /** The same names for texts in which {@code x = NULL} may mean {@code x IS NULL} (transform_null_equals). */
    public CatalogView withNullEquals(boolean value) {
        nullEquals = value;
        return this;
    }

    boolean nullEquals() {
        return nullEquals;
    }

    /** The way into the past; null where there is none. */
    @Nullable Moments moments() {
        return moments;
    }

    /** What the table's definition says about its new rows, compiled once. */
    TableRules tableRules(TableDef table) {
        TableRules known = tableRules.get(table.oid());
        if (known == null) {
            known = new TableRules(table, this);
            tableRules.put(table.oid(), known);
        }
        return known;
    }

    /** Rules of conversion over this catalog. */
    CoercionRules rules() {
        return rules;
    }

    public Catalog catalog() {
        return catalog;
    }

    public FormatContext format() {
        return format;
    }

    public List<Integer> searchPath() {
        return searchPath;
    }

    /** A relation through the search path, or in a schema; null when there is none such. Unknown schema: null too. */
    public @Nullable RelationRef relation(@Nullable String schema, String name) {
        if (Mark.of(name) instanceof Mark.Relation(int oid)) {
            TableDef table = catalog.table(oid);
            return stored(table != null ? table : catalog.find(SequenceDef.class, oid));
        }
        if (schema != null) {
            SchemaDef def = catalog.schema(schema);
            if (def == null && !schema.equals("pg_catalog") && !schema.equals("information_schema")) return null;
            return relationIn(def == null ? 0 : def.oid(), schema, name);
        }
        for (int oid : searchPath) {
            RelationRef found = relationIn(oid, schemaName(oid), name);
            if (found != null) return found;
        }
        return null;
    }

    private @Nullable RelationRef relationIn(int schemaOid, String schema, String name) {
        if (schemaOid == PG_CATALOG || schema.equals("pg_catalog") || schema.equals("information_schema")) {
            VirtualTable builtin = builtins.find(schema, name);
            if (builtin != null) return new RelationRef.Builtin(builtin);
        }
        return stored(catalog.relation(schemaOid, name));
    }

    private static @Nullable RelationRef stored(@Nullable CatalogObject object) {
        return switch (object) {
            case TableDef table -> new RelationRef.Stored(table);
            case SequenceDef sequence -> new RelationRef.Sequence(sequence);
            case IndexDef index -> new RelationRef.Index(index);
            case null, default -> null;
        };
    }

    /** Name of a schema; "pg_catalog" for 11 even when the catalog does not list it. */
    public String schemaName(int oid) {
        if (oid == PG_CATALOG) return "pg_catalog";
        SchemaDef def = catalog.find(SchemaDef.class, oid);
        return def == null ? "" : def.name();
    }

    /** Oid of a schema; 0 when there is none. */
    public int schemaOid(String name) {
        if (name.equals("pg_catalog")) return PG_CATALOG;
        SchemaDef def = catalog.schema(name);
        return def == null ? 0 : def.oid();
    }

    public boolean schemaExists(String name) {
        return name.equals("pg_catalog") || name.equals("information_schema") || catalog.schema(name) != null;
    }

    /** A system relation that there is. */
    public VirtualTable builtin(String schema, String name) {
        return java.util.Objects.requireNonNull(builtins.find(schema, name));
    }

    public @Nullable VirtualTable builtin(int oid) {
        return builtins.find(oid);
    }

    public String database() {
        return database;
    }

    /** A type by its name in pg_type, through the search path or in a schema; null when there is none such. */
    public @Nullable PgType typeByName(@Nullable String schema, String name) {
        if (Mark.of(name) instanceof Mark.Type(int oid)) return type(oid);
        if (schema != null) return typeIn(schemaOid(schema), name);
        for (int oid : searchPath) {
            PgType found = typeIn(oid, name);
            if (found != null) return found;
        }
        return null;
    }

    private @Nullable PgType typeIn(int schemaOid, String name) {
        if (schemaOid == PG_CATALOG) {
            PgType builtin = PgTypes.find(name);
            if (builtin != null) return builtin;
        }
        return catalog.type(schemaOid, name);
    }

    @Override
    public @Nullable PgType type(int oid) {
        return catalog.type(oid);
    }

    /** A type that something in the catalog refers to. */
    public PgType requireType(int oid) {
        PgType type = catalog.type(oid);
        if (type == null) {
            throw PgError.error(SqlState.INTERNAL_ERROR, "cache lookup failed for type " + oid).exception();
        }
        return type;
    }

    /** Whether the type is found by its bare name. */
    public boolean visible(PgType type) {
        PgType found = typeByName(null, type.name());
        return found != null && found.oid() == type.oid();
    }

    /** A function by oid; null when there is none. */
    public @Nullable FunctionDef function(int oid) {
        FunctionDef builtin = BuiltinCatalog.function(oid);
        return builtin != null ? builtin : routines.byOid(oid);
    }

    /** Functions that a name may mean: all in the schema, or all in the schemas of the search path. */
    public List<FunctionDef> functions(@Nullable String schema, String name) {
        if (Mark.of(name) instanceof Mark.Function(int oid)) {
            FunctionDef known = function(oid);
            return known == null ? List.of() : List.of(known);
        }
        List<FunctionDef> builtin = BuiltinCatalog.functions(name);
        List<FunctionDef> own = routines.byName(name);
        boolean informationSchema = name.startsWith("_pg_"); // its few built-in functions, which no search path finds as pg_catalog's
        if (own.isEmpty() && !informationSchema && (schema == null || schema.equals("pg_catalog"))) {
            return searchPath.contains(PG_CATALOG) || schema != null ? builtin : List.of();
        }
        return routines.visible(builtin, own, schema == null ? withoutTemporary() : List.of(schemaOid(schema)));
    }

    /** Functions of the temporary schema are found by their full name alone: nobody may slip one in before another's. */
    private List<Integer> withoutTemporary() {
        return searchPath.stream().filter(oid -> !schemaName(oid).startsWith("pg_temp_")).toList();
    }

    /** Whether a call by the bare name, with arguments of these types, is a call of this function. */
    public boolean means(FunctionDef function, List<PgType> arguments, List<String> names, boolean variadic) {
        return new FunctionResolver(this, rules).resolve(List.of(function.name()), arguments, names, !variadic, 0)
                instanceof FunctionResolver.Resolution.Found found && found.candidate().function().oid() == function.oid();
    }

    /** The operators that a symbol may mean, in the order of the search path; in a schema when one is named. */
    public List<OperatorDef> operators(@Nullable String schema, String symbol) {
        if (Mark.of(symbol) instanceof Mark.Operator(int oid)) {
            OperatorDef known = operator(oid);
            return known == null ? List.of() : List.of(known);
        }
        return routines.operators(symbol, schema == null ? searchPath : List.of(schemaOid(schema)));
    }

    public @Nullable OperatorDef operator(int oid) {
        OperatorDef builtin = BuiltinCatalog.operator(oid);
        if (builtin != null) return builtin;
        UserOperatorDef own = catalog.find(UserOperatorDef.class, oid);
        if (own == null) return null;
        for (OperatorDef each : routines.operators(own.name(), List.of(own.schemaOid()))) if (each.oid() == oid) return each;
        return null;
    }

    /** How an aggregate computes. */
    public @Nullable AggregateRow aggregate(int functionOid) {
        AggregateRow builtin = BuiltinCatalog.aggregate(functionOid);
        if (builtin != null) return builtin;
        AggregateDef own = catalog.find(AggregateDef.class, functionOid);
        return own == null ? null : new AggregateRow(own.oid(), own.kind(), own.directArguments(), "", "", "", own.sortOperatorOid(),
                own.stateTypeOid(), own.initial());
    }

    public @Nullable CastRow cast(int source, int target) {
        CastRow builtin = BuiltinCatalog.cast(source, target);
        return builtin != null ? builtin : routines.cast(source, target);
    }

    /** The base type below all domains. */
    public PgType baseType(PgType type) {
        PgType base = type;
        while (base.kind() == 'd') base = requireType(base.baseTypeOid());
        return base;
    }

    /** Typmod that a domain gives to its base type; {@code typmod} when the type is no domain. */
    public int baseTypmod(PgType type, int typmod) {
        PgType base = type;
        int result = typmod;
        while (base.kind() == 'd') {
            result = base.baseTypmod();
            base = requireType(base.baseTypeOid());
        }
        return result;
    }

    /** Element type of a true array (domains are not looked through); null for others. */
    public @Nullable PgType elementType(PgType type) {
        return type.isArray() ? requireType(type.elementOid()) : null;
    }

    /** The array type over an element type; null when it has none. */
    public @Nullable PgType arrayType(PgType element) {
        return element.arrayOid() == 0 ? null : type(element.arrayOid());
    }
}
