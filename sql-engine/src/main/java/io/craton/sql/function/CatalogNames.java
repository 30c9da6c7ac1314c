package io.craton.sql.function;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.FormatContext;
import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.core.type.TypeOid;
import io.craton.sql.pgcatalog.TextSearchNames;
import io.craton.sql.pgcatalog.VirtualTable;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.UserOperatorDef;
import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.RoleDef;
import io.craton.storage.catalog.CatalogObject.RoutineDef;
import io.craton.storage.catalog.CatalogObject.SchemaDef;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Names behind the reg types, by one catalog and search path: what regclass, regtype, regproc and the like print and parse. */
public final class CatalogNames implements FormatContext.RegNames {
    private static final int PG_CATALOG = 11;

    /** The system relations by name and by oid. */
    public interface SystemRelations {
        @Nullable VirtualTable find(String schema, String name);

        @Nullable VirtualTable find(int oid);
    }

    private final Catalog catalog;
    private final Supplier<List<Integer>> searchPath;
    private final SystemRelations system;
    private final boolean quotesAll;

    /** @param quotesAll every name is in quotes (quote_all_identifiers) */
    public CatalogNames(Catalog catalog, Supplier<List<Integer>> searchPath, SystemRelations system, boolean quotesAll) {
        this.catalog = catalog;
        this.searchPath = searchPath;
        this.system = system;
        this.quotesAll = quotesAll;
    }

    @Override
    public String identifier(String name) {
        return quotesAll ? Quoting.quoted(name) : Quoting.identifier(name);
    }

    @Override
    public String print(int regType, long oidValue) {
        int oid = (int) oidValue;
        if (oid == 0) return regType == TypeOid.REGOPER || regType == TypeOid.REGOPERATOR ? "0" : "-";
        String name = switch (regType) {
            case TypeOid.REGCLASS -> relationName(oid);
            case TypeOid.REGTYPE -> catalog.type(oid) == null ? null : typeName(oid);
            case TypeOid.REGPROC -> functionName(oid, false);
            case TypeOid.REGPROCEDURE -> functionName(oid, true);
            case TypeOid.REGOPER, TypeOid.REGOPERATOR -> operatorName(oid, regType == TypeOid.REGOPERATOR);
            case TypeOid.REGNAMESPACE -> schemaName(oid) == null ? null : identifier(schemaName(oid));
            case TypeOid.REGROLE -> roleName(oid);
            case TypeOid.REGCOLLATION -> collationName(oid);
            case TypeOid.REGDICTIONARY -> quotedName(TextSearchNames.DICTIONARIES.name(oid));
            case TypeOid.REGCONFIG -> quotedName(TextSearchNames.CONFIGURATIONS.name(oid));
            default -> null;
        };
        return name != null ? name : Long.toString(oidValue & 0xffffffffL);
    }

    @Override
    public long parse(int regType, String text) {
        if (text.equals("-")) return 0;
        if (!text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9')) return Long.parseLong(text);
        int oid = switch (regType) {
            case TypeOid.REGCLASS -> relation(text);
            case TypeOid.REGTYPE -> type(text);
            case TypeOid.REGPROC -> function(text);
            case TypeOid.REGPROCEDURE -> procedure(text);
            case TypeOid.REGOPER, TypeOid.REGOPERATOR -> operator(text, regType == TypeOid.REGOPERATOR);
            case TypeOid.REGNAMESPACE -> schema(single(text));
            case TypeOid.REGROLE -> role(single(text));
            case TypeOid.REGCOLLATION -> collation(text);
            case TypeOid.REGDICTIONARY -> textSearch(TextSearchNames.DICTIONARIES, "dictionary", text);
            case TypeOid.REGCONFIG -> textSearch(TextSearchNames.CONFIGURATIONS, "configuration", text);
            default -> throw PgException.notSupported(PgTypes.get(regType).name() + " by name");
        };
        return oid & 0xffffffffL;
    }

    // ---- printing --------------------------------------------------------------------------------------------------

    public @Nullable String schemaName(int oid) {
        if (oid == PG_CATALOG) return "pg_catalog";
        SchemaDef schema = catalog.find(SchemaDef.class, oid);
        return schema == null ? null : schema.name();
    }

    private @Nullable String relationName(int oid) {
        VirtualTable builtin = system.find(oid);
        if (builtin != null) {
            return builtin.schema().equals("pg_catalog") ? identifier(builtin.name())
                    : identifier(builtin.schema()) + "." + identifier(builtin.name());
        }
        Relations.Named named = Relations.find(catalog, oid);
        if (named == null) return null;
        String name = identifier(named.name());
        return relationVisible(named) ? name : identifier(String.valueOf(schemaName(named.schemaOid()))) + "." + name;
    }

    private boolean relationVisible(Relations.Named named) {
        for (int schema : searchPath.get()) {
            if (schema == PG_CATALOG && system.find("pg_catalog", named.name()) != null) return false;
            CatalogObject found = catalog.relation(schema, named.name());
            if (found != null) return found.oid() == named.oid();
        }
        return false;
    }

    public String typeName(int oid) {
        return TypeNaming.format(oid, TypeNaming.NO_TYPMOD, catalog, type -> TypeNaming.plain(type, typeVisible(type) ? null
                : schemaName(type.namespaceOid()), this));
    }

    boolean typeVisible(PgType type) {
        for (int schema : searchPath.get()) {
            PgType found = typeIn(schema, type.name());
            if (found != null) return found.oid() == type.oid();
        }
        return false;
    }

    private @Nullable PgType typeIn(int schema, String name) {
        PgType builtin = schema == PG_CATALOG ? PgTypes.find(name) : null;
        return builtin != null ? builtin : catalog.type(schema, name);
    }

    private @Nullable String functionName(int oid, boolean withArguments) {
        FunctionDef builtin = BuiltinCatalog.function(oid);
        String name;
        String schema = null;
        List<Integer> arguments;
        if (builtin != null) {
            name = builtin.name();
            arguments = builtin.argumentTypes();
            if (!searchPath.get().contains(builtin.namespace()) || !withArguments && functions(null, name).size() > 1) {
                schema = builtin.namespace() == PG_CATALOG ? "pg_catalog" : "information_schema";
            }
        } else {
            RoutineDef routine = catalog.find(RoutineDef.class, oid);
            if (routine == null) return null;
            name = routine.name();
            arguments = inputTypes(routine);
            if (!searchPath.get().contains(routine.schemaOid()) || !withArguments && functions(null, name).size() > 1) {
                schema = schemaName(routine.schemaOid());
            }
        }
        String qualified = (schema == null ? "" : identifier(schema) + ".") + identifier(name);
        return withArguments ? qualified + argumentList(arguments) : qualified;
    }

    private String argumentList(List<Integer> types) {
        List<String> names = new ArrayList<>();
        for (int type : types) names.add(typeName(type));
        return "(" + String.join(",", names) + ")";
    }

    static List<Integer> inputTypes(RoutineDef routine) {
        if (routine.argModes().isEmpty()) return routine.allArgTypes();
        List<Integer> input = new ArrayList<>();
        for (int i = 0; i < routine.allArgTypes().size(); i++) {
            if ("ibv".indexOf(routine.argModes().charAt(i)) >= 0) input.add(routine.allArgTypes().get(i));
        }
        return input;
    }

    private @Nullable String operatorName(int oid, boolean withArguments) {
        OperatorDef operator = BuiltinCatalog.operator(oid);
        if (operator == null) return ownOperatorName(oid, withArguments);
        if (withArguments) {
            return operator.name() + "(" + (operator.left() == 0 ? "NONE" : typeName(operator.left())) + ","
                    + typeName(operator.right()) + ")";
        }
        return BuiltinCatalog.operators(operator.name()).size() > 1 ? "pg_catalog." + operator.name() : operator.name();
    }

    private @Nullable String ownOperatorName(int oid, boolean withArguments) {
        UserOperatorDef own = catalog.find(UserOperatorDef.class, oid);
        if (own == null) return null;
        boolean hidden = !searchPath.get().contains(own.schemaOid());
        String name = (hidden ? identifier(schemaName(own.schemaOid())) + "." : "") + own.name();
        return withArguments ? name + "(" + (own.leftOid() == 0 ? "NONE" : typeName(own.leftOid())) + "," + typeName(own.rightOid()) + ")" : name;
    }

    private @Nullable String quotedName(@Nullable String name) {
        return name == null ? null : identifier(name);
    }

    private @Nullable String roleName(int oid) {
        RoleDef role = catalog.find(RoleDef.class, oid);
        return role == null ? oid == 10 ? "postgres" : null : identifier(role.name());
    }

    private @Nullable String collationName(int oid) {
        String name = CollationTable.name(oid, catalog);
        return name == null ? null : identifier(name);
    }

    // ---- parsing ---------------------------------------------------------------------------------------------------

    private static List<String> parts(String text) {
        try {
            return Quoting.parseIdentifier(text, true);
        } catch (PgException e) {
            throw new PgException(SqlState.INVALID_NAME, "invalid name syntax");
        }
    }

    private static String single(String text) {
        List<String> parts = parts(text);
        if (parts.size() != 1) throw new PgException(SqlState.INVALID_NAME, "invalid name syntax");
        return parts.getFirst();
    }

    /** A relation by its possibly qualified name; 42P01 when there is none. */
    int relation(String text) {
        List<String> parts = parts(text);
        int count = parts.size();
        if (count > 3) {
            throw new PgException(SqlState.SYNTAX_ERROR, "improper relation name (too many dotted names): " + String.join(".", parts));
        }
        String name = parts.getLast();
        Integer found = count == 1 ? relationInPath(name) : relationIn(schema(parts.get(count - 2)), parts.get(count - 2), name);
        if (found == null) {
            throw new PgException(SqlState.UNDEFINED_TABLE, "relation \"" + String.join(".", parts) + "\" does not exist");
        }
        return found;
    }

    private @Nullable Integer relationInPath(String name) {
        for (int schema : searchPath.get()) {
            Integer found = relationIn(schema, schemaName(schema), name);
            if (found != null) return found;
        }
        return null;
    }

    private @Nullable Integer relationIn(int schemaOid, @Nullable String schema, String name) {
        VirtualTable builtin = schema == null ? null : system.find(schema, name);
        if (builtin != null) return builtin.oid();
        CatalogObject found = catalog.relation(schemaOid, name);
        return found == null ? null : found.oid();
    }

    private static int textSearch(TextSearchNames names, String kind, String text) {
        List<String> parts = parts(text);
        boolean builtin = parts.size() == 1 || parts.get(parts.size() - 2).equals("pg_catalog");
        Integer found = builtin ? names.oid(parts.getLast()) : null;
        if (found == null) {
            throw new PgException(SqlState.UNDEFINED_OBJECT, "text search " + kind + " \"" + String.join(".", parts) + "\" does not exist");
        }
        return found;
    }

    private int schema(String name) {
        if (name.equals("pg_catalog")) return PG_CATALOG;
        SchemaDef schema = catalog.schema(name);
        if (schema == null && name.equals("information_schema")) return 0;
        if (schema == null) throw new PgException(SqlState.UNDEFINED_SCHEMA, "schema \"" + name + "\" does not exist");
        return schema.oid();
    }

    private int role(String name) {
        for (RoleDef role : catalog.all(RoleDef.class)) {
            if (role.name().equals(name)) return role.oid();
        }
        if (name.equals("postgres")) return 10;
        throw new PgException(SqlState.UNDEFINED_OBJECT, "role \"" + name + "\" does not exist");
    }

    private int collation(String text) {
        List<String> parts = parts(text);
        int schema = parts.size() > 1 ? schema(parts.get(parts.size() - 2)) : 0;
        int found = CollationTable.find(parts.getLast(), catalog);
        if (found != 0 && (parts.size() == 1 || schema == CollationTable.schema(found, catalog))) return found;
        throw new PgException(SqlState.UNDEFINED_OBJECT, "collation \"" + text + "\" for encoding \"UTF8\" does not exist");
    }

    /** A type as SQL writes it: aliases, a modifier (which is dropped) and brackets included. */
    int type(String text) {
        String name = text.trim();
        boolean array = false;
        while (name.endsWith("]") && name.lastIndexOf('[') > 0) {
            array = true;
            name = name.substring(0, name.lastIndexOf('[')).trim();
        }
        PgType type = scalarType(name);
        if (type == null) throw new PgException(SqlState.UNDEFINED_OBJECT, "type \"" + name + "\" does not exist");
        if (!array) return type.oid();
        if (type.arrayOid() == 0) throw new PgException(SqlState.UNDEFINED_OBJECT, "type \"" + text + "\" does not exist");
        return type.arrayOid();
    }

    private @Nullable PgType scalarType(String text) {
        String plain = text.replaceAll("\\s*\\([^)]*\\)", "").replaceAll("\\s+", " ").toLowerCase(Locale.ROOT);
        String alias = switch (plain) {
            case "int", "integer" -> "int4";
            case "smallint" -> "int2";
            case "bigint" -> "int8";
            case "real" -> "float4";
            case "float", "double precision" -> "float8";
            case "decimal", "dec" -> "numeric";
            case "boolean" -> "bool";
            case "character varying", "char varying" -> "varchar";
            case "character", "char" -> "bpchar";
            case "bit varying" -> "varbit";
            case "time without time zone" -> "time";
            case "time with time zone" -> "timetz";
            case "timestamp without time zone" -> "timestamp";
            case "timestamp with time zone" -> "timestamptz";
            default -> null;
        };
        if (alias != null) return PgTypes.find(alias);
        List<String> parts = parts(text.replaceAll("\\s*\\([^)]*\\)\\s*$", ""));
        if (parts.size() > 1) return typeIn(schema(parts.get(parts.size() - 2)), parts.getLast());
        for (int schema : searchPath.get()) {
            PgType found = typeIn(schema, parts.getFirst());
            if (found != null) return found;
        }
        return null;
    }

    private record Candidate(int oid, List<Integer> arguments) {}

    private List<Candidate> functions(@Nullable String schema, String name) {
        List<Candidate> found = new ArrayList<>();
        List<Integer> schemas = schema == null ? searchPath.get() : List.of(schema(schema));
        for (FunctionDef function : BuiltinCatalog.functions(name)) {
            if (schemas.contains(function.namespace())) found.add(new Candidate(function.oid(), function.argumentTypes()));
        }
        for (RoutineDef routine : catalog.all(RoutineDef.class)) {
            if (routine.name().equals(name) && schemas.contains(routine.schemaOid())) {
                found.add(new Candidate(routine.oid(), inputTypes(routine)));
            }
        }
        return found;
    }

    private int function(String text) {
        List<String> parts = parts(text);
        List<Candidate> found = functions(parts.size() > 1 ? parts.get(parts.size() - 2) : null, parts.getLast());
        if (found.isEmpty()) throw new PgException(SqlState.UNDEFINED_FUNCTION, "function \"" + text + "\" does not exist");
        if (found.size() > 1) throw new PgException(SqlState.AMBIGUOUS_FUNCTION, "more than one function named \"" + text + "\"");
        return found.getFirst().oid;
    }

    private int procedure(String text) {
        int open = text.indexOf('(');
        if (open < 0) throw new PgException(SqlState.INVALID_TEXT_REPRESENTATION, "expected a left parenthesis");
        if (!text.endsWith(")")) throw new PgException(SqlState.INVALID_TEXT_REPRESENTATION, "expected a right parenthesis");
        List<Integer> arguments = argumentTypes(text.substring(open + 1, text.length() - 1));
        List<String> parts = parts(text.substring(0, open));
        for (Candidate candidate : functions(parts.size() > 1 ? parts.get(parts.size() - 2) : null, parts.getLast())) {
            if (candidate.arguments.equals(arguments)) return candidate.oid;
        }
        throw new PgException(SqlState.UNDEFINED_FUNCTION, "function \"" + text + "\" does not exist");
    }

    private List<Integer> argumentTypes(String text) {
        List<Integer> types = new ArrayList<>();
        if (text.isBlank()) return types;
        int depth = 0;
        int from = 0;
        for (int i = 0; i <= text.length(); i++) {
            char c = i < text.length() ? text.charAt(i) : ',';
            if (c == '(') depth++;
            if (c == ')') depth--;
            if (c == ',' && depth == 0) {
                String one = text.substring(from, i).trim();
                types.add(one.equalsIgnoreCase("none") ? 0 : type(one));
                from = i + 1;
            }
        }
        return types;
    }

    private int operator(String text, boolean withArguments) {
        int open = withArguments ? text.indexOf('(') : text.length();
        if (open < 0) throw new PgException(SqlState.INVALID_TEXT_REPRESENTATION, "expected a left parenthesis");
        String name = text.substring(0, open);
        if (name.startsWith("pg_catalog.")) name = name.substring("pg_catalog.".length());
        List<OperatorDef> found = new ArrayList<>(BuiltinCatalog.operators(name));
        int dot = name.indexOf('.');
        String plain = dot < 0 ? name : name.substring(dot + 1);
        for (UserOperatorDef own : catalog.all(UserOperatorDef.class)) {
            boolean in = dot < 0 ? searchPath.get().contains(own.schemaOid()) : name.substring(0, dot).equals(schemaName(own.schemaOid()));
            if (!in || !own.name().equals(plain)) continue;
            found.add(new OperatorDef(own.oid(), own.name(), own.leftOid() == 0 ? 'l' : 'b', own.leftOid(), own.rightOid(), own.resultOid(),
                    own.commutatorOid(), own.negatorOid(), own.functionOid(), "", "", own.merges(), own.hashes()));
        }
        if (!withArguments) {
            if (found.isEmpty()) throw new PgException(SqlState.UNDEFINED_FUNCTION, "operator does not exist: " + text);
            if (found.size() > 1) throw new PgException(SqlState.AMBIGUOUS_FUNCTION, "more than one operator named " + text);
            return found.getFirst().oid();
        }
        List<Integer> arguments = argumentTypes(text.substring(open + 1, text.length() - 1));
        if (arguments.size() != 2) {
            throw PgError.error(SqlState.UNDEFINED_PARAMETER, arguments.size() < 2 ? "missing argument" : "too many arguments")
                    .withHint(arguments.size() < 2 ? "Use NONE to denote the missing argument of a unary operator."
                            : "Provide two argument types for operator.").exception();
        }
        for (OperatorDef operator : found) {
            if (operator.left() == arguments.get(0) && operator.right() == arguments.get(1)) return operator.oid();
        }
        throw new PgException(SqlState.UNDEFINED_FUNCTION, "operator does not exist: " + text);
    }

    /** Relations of every kind by oid. */
    static final class Relations {
        private Relations() {}

        record Named(int oid, int schemaOid, String name, char kind, int owner, @Nullable String acl) {}

        static @Nullable Named find(Catalog catalog, int oid) {
            TableDef table = catalog.table(oid);
            if (table != null) return new Named(oid, table.schemaOid(), table.name(), table.kind(), table.owner(), table.acl());
            SequenceDef sequence = catalog.find(SequenceDef.class, oid);
            if (sequence != null) return new Named(oid, sequence.schemaOid(), sequence.name(), 'S', sequence.owner(), sequence.acl());
            IndexDef index = catalog.find(IndexDef.class, oid);
            if (index == null) return null;
            TableDef owner = catalog.table(index.tableOid());
            return new Named(oid, index.schemaOid(), index.name(), 'i', owner == null ? 10 : owner.owner(), null);
        }
    }
}
