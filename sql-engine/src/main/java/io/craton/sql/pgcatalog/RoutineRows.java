package io.craton.sql.pgcatalog;

import static io.craton.sql.pgcatalog.Datum.character;
import static io.craton.sql.pgcatalog.Datum.oid;
import static io.craton.sql.pgcatalog.Datum.oids;
import static io.craton.sql.pgcatalog.Datum.oidvector;
import static io.craton.sql.pgcatalog.Datum.texts;

import io.craton.core.type.PgArray;
import io.craton.core.type.PgTypes;
import io.craton.sql.function.BuiltinCatalog;
import io.craton.sql.function.CastRow;
import io.craton.sql.function.FunctionDef;
import io.craton.sql.function.OperatorDef;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.AggregateDef;
import io.craton.storage.catalog.CatalogObject.CastDef;
import io.craton.storage.catalog.CatalogObject.BuiltinRightsDef;
import io.craton.storage.catalog.CatalogObject.RoutineDef;
import io.craton.storage.catalog.CatalogObject.UserOperatorDef;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** pg_proc and what stands beside it: pg_operator, pg_cast. The built-in rows are those that calls are resolved with. */
final class RoutineRows implements Rows.OfCatalog {
    private static final String[] NO_EXTRA = {"", "0", "", ""};

    @Override
    public List<Object[]> builtin() {
        List<Object[]> rows = new ArrayList<>();
        Map<Integer, String[]> extras = new HashMap<>();
        for (String[] c : Resources.lines("pg_proc_extra.tsv")) extras.put(Integer.valueOf(c[0]), c);
        InitialPrivileges privileges = new InitialPrivileges(InitialPrivileges.ROUTINES);
        for (FunctionDef f : BuiltinCatalog.functions()) {
            String[] extra = extras.getOrDefault(f.oid(), NO_EXTRA);
            rows.add(new Object[] {
                oid(f.oid()), f.name(), oid(f.namespace()), 10L, Languages.oid(f.language()), f.cost(), f.rows(), oid(f.variadicType()),
                Long.valueOf(extra[1]),
                character(f.kind()), f.securityDefiner(), f.leakproof(), f.strict(), f.returnsSet(), character(f.volatility()),
                character(f.parallel()), (long) f.argumentTypes().size(), (long) f.defaults().size(), oid(f.returnType()),
                oidvector(f.argumentTypes()), f.allTypes().isEmpty() ? null : oids(f.allTypes()), f.modes().isEmpty() ? null : modes(f.modes()),
                f.names().isEmpty() ? null : texts(f.names()), f.defaults().isEmpty() ? null : String.join(", ", f.defaults()), null,
                source(f), extra[2].isEmpty() ? null : extra[2], null, extra[3].isEmpty() ? null : texts(List.of(extra[3].split(","))),
                Datum.acl(privileges.acl(f.oid(), 0))});
        }
        return rows;
    }

    @Override
    public Object[] builtin(Catalog catalog, Object[] row) {
        BuiltinRightsDef granted = catalog.find(BuiltinRightsDef.class, (int) (long) (Long) row[0]);
        if (granted == null) return row;
        Object[] changed = row.clone();
        changed[row.length - 1] = Datum.acl(granted.acl(), catalog);
        return changed;
    }

    private static String source(FunctionDef function) {
        String source = BuiltinDetails.source(function.oid());
        return source != null ? source : function.source();
    }

    @Override
    public void fill(Catalog catalog, Consumer<Object[]> out) {
        for (RoutineDef r : catalog.all(RoutineDef.class)) out.accept(row(catalog, r));
    }

    @Override
    public int count(Catalog catalog) {
        return catalog.all(RoutineDef.class).size();
    }

    @Override
    public boolean find(Catalog catalog, int column, Object value, Consumer<Object[]> out) {
        if (column != 0) return false;
        RoutineDef found = catalog.find(RoutineDef.class, (int) (long) (Long) value);
        if (found != null) out.accept(row(catalog, found));
        return true;
    }

    private static Object[] row(Catalog catalog, RoutineDef r) {
        List<Integer> inputs = new ArrayList<>();
        boolean onlyInputs = true;
        for (int i = 0; i < r.allArgTypes().size(); i++) {
            char mode = i < r.argModes().length() ? r.argModes().charAt(i) : 'i';
            if (mode == 'i' || mode == 'b' || mode == 'v') inputs.add(r.allArgTypes().get(i));
            if (mode != 'i') onlyInputs = false;
        }
        boolean named = r.argNames().stream().anyMatch(name -> !name.isEmpty());
        return new Object[] {
            oid(r.oid()), r.name(), oid(r.schemaOid()), oid(r.owner()), Languages.oid(r.language()), r.cost(), r.rows(),
            oid(r.variadicTypeOid()), 0L, character(r.kind()), r.securityDefiner(), r.leakproof(), r.strict(), r.returnsSet(),
            character(r.volatility()), character(r.parallel()), (long) inputs.size(), (long) r.argDefaults().size(), oid(r.returnTypeOid()),
            oidvector(inputs), onlyInputs ? null : oids(r.allArgTypes()), onlyInputs ? null : modes(r.argModes()),
            named ? texts(r.argNames()) : null, r.argDefaults().isEmpty() ? null : String.join(", ", r.argDefaults()), null, r.body(), null, null,
            Datum.options(r.settings()), Datum.acl(r.acl(), catalog)};
    }

    private static PgArray modes(String modes) {
        return PgArray.of(PgTypes.CHAR, modes.chars().mapToObj(c -> (Object) character((char) c)).toArray());
    }

    private static long function(String name) {
        if (name.equals("-") || name.isEmpty()) return 0;
        List<FunctionDef> found = BuiltinCatalog.functions(name);
        return found.isEmpty() ? 0 : oid(found.getFirst().oid());
    }

    /** pg_operator: PostgreSQL's and users'. */
    static Rows.OfCatalog allOperators() {
        return new Rows.OfCatalog() {
            @Override
            public List<Object[]> builtin() {
                return operators();
            }

            @Override
            public void fill(Catalog catalog, Consumer<Object[]> out) {
                for (UserOperatorDef o : catalog.all(UserOperatorDef.class)) {
                    out.accept(new Object[] {
                        oid(o.oid()), o.name(), oid(o.schemaOid()), oid(o.owner()), character(o.leftOid() == 0 ? 'l' : 'b'), o.merges(), o.hashes(),
                        oid(o.leftOid()), oid(o.rightOid()), oid(o.resultOid()), oid(o.commutatorOid()), oid(o.negatorOid()), oid(o.functionOid()),
                        oid(o.restrictOid()), oid(o.joinOid())});
                }
            }
        };
    }

    /** pg_aggregate: PostgreSQL's and users'. */
    static Rows.OfCatalog aggregates(Shape shape) {
        return new Rows.OfCatalog() {
            @Override
            public List<Object[]> builtin() {
                return Resources.rows(shape);
            }

            @Override
            public void fill(Catalog catalog, Consumer<Object[]> out) {
                for (AggregateDef a : catalog.all(AggregateDef.class)) {
                    out.accept(new Object[] {
                        oid(a.oid()), character(a.kind()), (long) a.directArguments(), oid(a.transitionOid()), oid(a.finalOid()), oid(a.combineOid()),
                        oid(a.serialOid()), oid(a.deserialOid()), oid(a.movingTransitionOid()), oid(a.movingInverseOid()), oid(a.movingFinalOid()),
                        a.finalExtra(), a.movingFinalExtra(), character(a.finalModify()), character(a.movingFinalModify()), oid(a.sortOperatorOid()),
                        oid(a.stateTypeOid()), (long) a.stateSpace(), oid(a.movingStateTypeOid()), (long) a.movingStateSpace(), a.initial(),
                        a.movingInitial()});
                }
            }
        };
    }

    static List<Object[]> operators() {
        List<Object[]> rows = new ArrayList<>();
        for (OperatorDef o : BuiltinCatalog.operators()) {
            rows.add(new Object[] {
                oid(o.oid()), o.name(), (long) Shape.PG_CATALOG, 10L, character(o.kind()), o.canMerge(), o.canHash(), oid(o.left()),
                oid(o.right()), oid(o.result()), oid(o.commutator()), oid(o.negator()), oid(o.functionOid()), function(o.restrict()),
                function(o.join())});
        }
        return rows;
    }

    static Rows.OfCatalog casts() {
        return new Rows.OfCatalog() {
            @Override
            public List<Object[]> builtin() {
                List<Object[]> rows = new ArrayList<>();
                for (CastRow c : BuiltinCatalog.casts()) {
                    rows.add(new Object[] {
                        oid(c.oid()), oid(c.source()), oid(c.target()), oid(c.functionOid()), character(c.context()), character(c.method())});
                }
                return rows;
            }

            @Override
            public void fill(Catalog catalog, Consumer<Object[]> out) {
                for (CastDef c : catalog.all(CastDef.class)) {
                    out.accept(new Object[] {
                        oid(c.oid()), oid(c.sourceOid()), oid(c.targetOid()), oid(c.functionOid()), character(c.context()),
                        character(c.method())});
                }
            }
        };
    }
}
