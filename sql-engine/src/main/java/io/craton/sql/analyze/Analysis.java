package io.craton.sql.analyze;

import io.craton.core.type.PgType;
import io.craton.sql.function.FunctionDef;
import io.craton.sql.pgcatalog.BuiltinRights;
import io.craton.storage.catalog.CatalogObject.BuiltinRightsDef;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The parts that work together on one statement. One thread, one use. */
final class Analysis {
    /**
     * Thrown when an expression names a system column of a table whose scan was laid out without them: the analysis is then run again with
     * that table marked. Rare, and far cheaper than giving every scan seven more fields.
     */
    static final class SystemColumnsNeeded extends RuntimeException {
        private static final long serialVersionUID = 1L;
        final int ordinal;

        SystemColumnsNeeded(int ordinal) {
            super(null, null, false, false);
            this.ordinal = ordinal;
        }
    }

    final CatalogView catalog;
    final ParameterTypes parameters;
    final CoercionRules rules;
    final Coercions coercions;
    final OperatorResolver operators;
    final FunctionResolver functions;
    final TypeResolution types;
    final ColumnResolver columns;
    final ExpressionAnalyzer expressions;
    final FromAnalyzer from;
    final SelectAnalyzer selects;
    final BitSet systemItems;
    boolean readOnly = true;
    /** What is found out about the text's nodes; null when nobody asks, and while the text of a view in it is analysed. */
    @Nullable Findings findings;
    /** Of the routine whose text is analysed. */
    @Nullable Variables variables;
    final List<Access> accesses;
    /** Owner of the view whose query is being analysed; 0 outside views. */
    int viewOwner;
    /** Position of the past that tables are read at; -1 for the statement's snapshot. */
    long asOf = -1;
    /** What was analysed is good for one run: it depends on the time of it. */
    boolean momentary;
    private int nextItem;
    private int nextCte;
    /** The analysis that this one is a part of, for what is as it was at a moment. */
    private final @Nullable Analysis whole;
    private @Nullable DomainConstraints domains;

    Analysis(CatalogView catalog, List<@Nullable PgType> parameterTypes, BitSet systemItems) {
        this(catalog, new ParameterTypes(parameterTypes, false), systemItems, null);
    }

    /** The names of now, when this is about the past. */
    @Nullable CatalogView present() {
        return whole == null ? null : whole.catalog;
    }

    /** The part of an analysis that is about tables and views as they were at a position. */
    Analysis at(long position, CatalogView then) {
        Analysis past = new Analysis(then, parameters, systemItems, this);
        past.asOf = position;
        past.viewOwner = viewOwner;
        past.variables = variables;
        return past;
    }

    private Analysis(CatalogView catalog, ParameterTypes parameters, BitSet systemItems, @Nullable Analysis whole) {
        this.catalog = catalog;
        this.whole = whole;
        this.accesses = whole == null ? new java.util.ArrayList<>(2) : whole.accesses;
        this.parameters = parameters;
        this.rules = catalog.rules();
        this.coercions = new Coercions(this);
        this.operators = new OperatorResolver(this);
        this.functions = new FunctionResolver(catalog, rules);
        this.types = new TypeResolution(this);
        this.columns = new ColumnResolver(this);
        this.expressions = new ExpressionAnalyzer(this);
        this.from = new FromAnalyzer(this);
        this.selects = new SelectAnalyzer(this);
        this.systemItems = systemItems;
    }

    Access access(io.craton.storage.catalog.CatalogObject relation) {
        Access access = new Access(relation, viewOwner);
        if (asOf >= 0) access.past();
        accesses.add(access);
        return access;
    }

    Access access(io.craton.sql.pgcatalog.VirtualTable system) {
        Access access = new Access(system, viewOwner);
        accesses.add(access);
        return access;
    }

    /** Whether everybody may call a function is asked when the statement runs; views do not lend their owner's right to. */
    void calls(FunctionDef function) {
        if (!function.builtIn()) return;
        BuiltinRightsDef rights = BuiltinRights.ofFunction(function.oid(), catalog.catalog());
        if (rights.acl() != null) accesses.add(new Access(rights, 0));
    }

    int nextItem() {
        return whole == null ? nextItem++ : whole.nextItem();
    }

    int nextCte() {
        return whole == null ? nextCte++ : whole.nextCte();
    }

    DomainConstraints domains() {
        if (domains == null) domains = new DomainConstraints(catalog);
        return domains;
    }
}
