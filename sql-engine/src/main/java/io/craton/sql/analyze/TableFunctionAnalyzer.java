package io.craton.sql.analyze;

import io.craton.core.error.PgError;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.core.type.TypeOid;
import io.craton.sql.function.FunctionDef;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Relation.Field;
import io.craton.sql.logical.Scalar;
import io.craton.sql.syntax.Expr;
import io.craton.sql.syntax.FromItem;
import io.craton.sql.syntax.Mark;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.RoutineDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Functions in FROM: their result columns, ROWS FROM, WITH ORDINALITY, column definition lists (transformRangeFunction). One analysis. */
final class TableFunctionAnalyzer {
    private final Analysis analysis;
    private final FromAnalyzer from;

    TableFunctionAnalyzer(Analysis analysis, FromAnalyzer from) {
        this.analysis = analysis;
        this.from = from;
    }

    FromAnalyzer.Source analyze(FromItem.FunctionItem item, Scope scope) {
        List<Scalar> calls = new ArrayList<>();
        List<Integer> widths = new ArrayList<>();
        List<Field> fields = new ArrayList<>();
        List<FromItem.FunctionSource> sources = item.split();
        boolean scalar = false;
        PgType rowType = null;
        int mark = analysis.findings == null ? 0 : analysis.findings.mark();
        for (FromItem.FunctionSource source : sources) {
            Scalar call = call(source.function(), scope);
            String name = name(source);
            List<Field> own = definition(source, call, item.alias(), name, sources.size());
            PgType type = analysis.catalog.baseType(call.type());
            scalar = own.size() == 1 && type.kind() != 'c' && type.oid() != TypeOid.RECORD;
            rowType = type.kind() == 'c' ? call.type() : null;
            calls.add(call);
            widths.add(own.size());
            fields.addAll(own);
        }
        if (item.ordinality()) fields.add(new Field("ordinality", PgTypes.INT8, -1));
        String name = item.alias() != null ? item.alias().name() : name(sources.getFirst());
        RangeItem entry = new RangeItem(RangeItem.Kind.FUNCTION, name, item.alias() != null, scope, scope.width,
                FromAnalyzer.aliased(fields, item.alias(), name), null);
        entry.scalarFunction = scalar && sources.size() == 1 && !item.ordinality();
        entry.rowType = sources.size() == 1 && !item.ordinality() ? rowType : null;
        numbers(entry, calls, widths);
        if (analysis.findings != null) {
            analysis.findings.functions(item, calls);
            analysis.findings.lateral(item, mark);
        }
        Relation relation = new Relation.FunctionScan(calls, widths, item.ordinality(), name, fields);
        return from.place(relation, entry, fields.size(), scope);
    }

    /** The name that a function has without an alias; in texts of the catalog it is known by its oid. */
    private String name(FromItem.FunctionSource source) {
        String written = ResultNames.of(source.function());
        RoutineDef routine = Mark.of(written) instanceof Mark.Function(int oid) ? analysis.catalog.catalog().find(RoutineDef.class, oid) : null;
        return routine == null ? written : routine.name();
    }

    /** Columns of a row that a function returns are told apart by their numbers in its type, which stay when others are dropped. */
    private void numbers(RangeItem entry, List<Scalar> calls, List<Integer> widths) {
        int[] relations = new int[entry.fields.size()];
        int[] numbers = new int[relations.length];
        boolean any = false;
        int at = 0;
        for (int f = 0; f < calls.size(); f++) {
            PgType type = analysis.catalog.baseType(calls.get(f).type());
            TableDef table = type.kind() == 'c' ? analysis.catalog.catalog().table(type.relationOid()) : null;
            int[] attributes = table == null ? new int[0]
                    : table.columns().stream().filter(column -> !column.dropped() && !column.hidden()).mapToInt(ColumnDef::number).toArray();
            boolean known = table != null && attributes.length == widths.get(f);
            any |= known;
            for (int i = 0; i < widths.get(f); i++, at++) {
                relations[at] = known ? table.oid() : 0;
                numbers[at] = f * RangeItem.FUNCTION_STEP + (known ? attributes[i] : i + 1);
            }
        }
        if (at < numbers.length) numbers[at] = calls.size() * RangeItem.FUNCTION_STEP + 1;
        if (!any) return;
        entry.rowRelations = relations;
        entry.rowNumbers = numbers;
    }

    private Scalar call(Expr function, Scope scope) {
        RowFrame frame = scope.frame;
        boolean lateral = scope.lateralActive;
        boolean sets = scope.sets;
        scope.frame = RowFrame.empty(scope.lateralOuter);
        scope.lateralActive = true;
        Scalar call = analysis.expressions.analyze(function, scope, ExpressionKind.FROM_FUNCTION);
        call = analysis.coercions.resolveUnknown(call, Positions.of(function));
        scope.frame = frame;
        scope.lateralActive = lateral;
        scope.sets = sets;
        if (call instanceof Scalar.Call function1) {
            for (Scalar argument : function1.arguments()) {
                if (SetReturning.in(argument)) {
                    throw PgError.error(SqlState.FEATURE_NOT_SUPPORTED, "set-returning functions must appear at top level of FROM")
                            .withPosition(Positions.of(function)).exception();
                }
            }
        } else if (SetReturning.in(call)) {
            throw PgError.error(SqlState.FEATURE_NOT_SUPPORTED, "set-returning functions must appear at top level of FROM")
                    .withPosition(Positions.of(function)).exception();
        }
        return call;
    }

    private List<Field> definition(FromItem.FunctionSource source, Scalar call, FromItem.@Nullable Alias alias, String name, int count) {
        CatalogView catalog = analysis.catalog;
        PgType type = catalog.baseType(call.type());
        List<Field> outputs = outputs(call);
        if (!source.columns().isEmpty()) {
            int position = source.columns().getFirst().position();
            if (outputs != null) {
                throw PgError.error(SqlState.SYNTAX_ERROR,
                        "a column definition list is redundant for a function with OUT parameters").withPosition(position).exception();
            }
            if (type.kind() == 'c') {
                throw PgError.error(SqlState.SYNTAX_ERROR,
                        "a column definition list is redundant for a function returning a named composite type")
                        .withPosition(position).exception();
            }
            if (type.oid() != TypeOid.RECORD) {
                throw PgError.error(SqlState.SYNTAX_ERROR,
                        "a column definition list is only allowed for functions returning \"record\"").withPosition(position).exception();
            }
            List<Field> fields = new ArrayList<>();
            for (FromItem.ColumnDefinitionItem column : source.columns()) {
                TypeResolution.TypeRef ref = analysis.types.resolve(column.type());
                fields.add(new Field(column.name(), ref.type(), ref.typmod()));
            }
            return fields;
        }
        if (outputs != null) return outputs;
        if (type.kind() == 'c') return compositeFields(type);
        if (type.oid() == TypeOid.RECORD) {
            throw PgError.error(SqlState.SYNTAX_ERROR, "a column definition list is required for functions returning \"record\"")
                    .withPosition(Positions.of(source.function())).exception();
        }
        String column = singleOutput(call);
        if (column == null) column = count == 1 && alias != null ? alias.name() : name;
        return List.of(new Field(column, call.type(), call.typmod()));
    }

    private List<Field> compositeFields(PgType type) {
        List<Field> fields = new ArrayList<>();
        for (PgType.Field field : type.fields()) {
            fields.add(new Field(field.name(), analysis.catalog.requireType(field.typeOid()), field.typmod()));
        }
        return fields;
    }

    /** Name of the only OUT parameter of a function whose result is a scalar. */
    private static @Nullable String singleOutput(Scalar call) {
        if (!(call instanceof Scalar.Call function)) return null;
        FunctionDef def = function.function();
        String name = null;
        for (int i = 0; i < def.modes().length(); i++) {
            char mode = def.modes().charAt(i);
            if (mode != 'o' && mode != 'b' && mode != 't') continue;
            if (name != null) return null;
            name = i < def.names().size() && !def.names().get(i).isEmpty() ? def.names().get(i) : null;
            if (name == null) return null;
        }
        return name;
    }

    /** Columns of a function that returns record through two or more OUT or TABLE parameters; null for others. */
    @Nullable List<Field> outputs(Scalar call) {
        return call instanceof Scalar.Call function && call.type().oid() == TypeOid.RECORD
                ? outputs(function.function(), function.arguments(), analysis) : null;
    }

    static @Nullable List<Field> outputs(FunctionDef def, List<Scalar> arguments, Analysis analysis) {
        if (def.modes().isEmpty()) return null;
        List<Field> fields = new ArrayList<>();
        List<Integer> types = new ArrayList<>();
        for (int i = 0; i < def.modes().length(); i++) {
            char mode = def.modes().charAt(i);
            if (mode != 'o' && mode != 'b' && mode != 't') continue;
            types.add(def.allTypes().get(i));
            String name = i < def.names().size() ? def.names().get(i) : "";
            fields.add(new Field(name.isEmpty() ? "column" + types.size() : name, PgTypes.TEXT, -1));
        }
        if (fields.isEmpty()) return null;
        List<PgType> actual = new ArrayList<>();
        for (Scalar argument : arguments) actual.add(argument.type());
        for (int i = 0; i < types.size(); i++) {
            int[] declared = new int[def.argumentTypes().size()];
            for (int a = 0; a < declared.length; a++) declared[a] = def.argumentTypes().get(a);
            int oid = Polymorphism.isPolymorphic(types.get(i))
                    ? analysis.rules.polymorphism().resolve(actual, declared, types.get(i), false) : types.get(i);
            fields.set(i, new Field(fields.get(i).name(), analysis.catalog.requireType(oid), -1));
        }
        return fields;
    }
}
