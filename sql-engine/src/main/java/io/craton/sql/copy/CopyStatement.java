package io.craton.sql.copy;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.session.CopySource;
import io.craton.core.session.ResultSink;
import io.craton.core.type.PgType;
import io.craton.sql.analyze.AnalyzedStatement;
import io.craton.sql.analyze.Analyzer;
import io.craton.sql.analyze.CatalogView;
import io.craton.sql.analyze.RelationRef;
import io.craton.sql.analyze.RoutineAnalyzer;
import io.craton.sql.expr.Scalars;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Scalar;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.syntax.Expr;
import io.craton.sql.syntax.FromItem;
import io.craton.sql.syntax.Identifiers;
import io.craton.sql.syntax.QualifiedName;
import io.craton.sql.function.Privileges;
import io.craton.sql.syntax.SelectStatement;
import io.craton.sql.syntax.UtilityStatement;
import io.craton.sql.syntax.ModifyStatement;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.catalog.CatalogObject.TriggerDef;
import io.craton.storage.txn.Transaction;
import io.craton.storage.txn.WaitPolicy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** COPY .. FROM STDIN and COPY .. TO STDOUT. Files and programs of the server are refused. One statement. */
public final class CopyStatement {
    private static final int ACCESS_SHARE = 1;
    private static final int ROW_EXCLUSIVE = 3;

    private final Scope scope;
    private final UtilityStatement.Copy copy;
    private final ResultSink sink;

    public CopyStatement(UtilityStatement.Copy copy, Scope scope, ResultSink sink) {
        this.copy = copy;
        this.scope = scope;
        this.sink = sink;
    }

    /** @param query the analysed query of COPY (query) TO; null with a table */
    public String run(AnalyzedStatement.@Nullable Query query) {
        if (copy.program()) throw PgException.notSupported("COPY with PROGRAM");
        if (copy.file() != null) throw PgException.notSupported("COPY with a file on the server");
        CopyOptions options = CopyOptions.of(copy.options(), copy.from());
        long rows = copy.from() ? from(options) : to(options, query);
        return "COPY " + rows;
    }

    private TableDef table() {
        Transaction transaction = scope.context().transaction();
        while (true) {
            TableDef table = find();
            transaction.lockTable(table.oid(), copy.from() ? ROW_EXCLUSIVE : ACCESS_SHARE, WaitPolicy.WAIT);
            if (transaction.definitionHolds(table)) return table;
            transaction.beginStatement();
        }
    }

    private TableDef find() {
        RelationRef found = scope.names().relation(java.util.Objects.requireNonNull(copy.relation()).schema(), copy.relation().name());
        if (found == null) throw new PgException(SqlState.UNDEFINED_TABLE, "relation \"" + copy.relation() + "\" does not exist");
        if (found instanceof RelationRef.Stored stored) {
            char kind = stored.table().kind();
            if (kind == 'r' || kind == 'm' && !copy.from()) return stored.table();
            if (kind == 'v' && copy.from() && insertedInstead(stored.table())) return stored.table();
            String what = kind == 'v' ? "view" : "materialized view";
            PgError error = PgError.error(SqlState.WRONG_OBJECT_TYPE, copy.from()
                    ? "cannot copy to " + what + " \"" + stored.table().name() + "\""
                    : "cannot copy from " + what + " \"" + stored.table().name() + "\"");
            throw error.withHint(copy.from() ? "To enable copying to a view, provide an INSTEAD OF INSERT trigger."
                    : "Try the COPY (SELECT ...) TO variant.").exception();
        }
        throw new PgException(SqlState.WRONG_OBJECT_TYPE, "cannot copy " + (copy.from() ? "to" : "from") + " relation \""
                + copy.relation().name() + "\"");
    }

    private boolean insertedInstead(TableDef view) {
        return scope.context().catalog().triggers(view.oid()).stream().anyMatch(trigger -> trigger.is(TriggerDef.INSTEAD | TriggerDef.INSERT) && trigger.fires());
    }

    private List<ColumnDef> columns(TableDef table) {
        List<ColumnDef> columns = new ArrayList<>();
        if (copy.columns().isEmpty()) {
            for (ColumnDef column : table.columns()) {
                if (!column.dropped() && !column.hidden() && column.generated() == 0) columns.add(column);
            }
            return columns;
        }
        for (String name : copy.columns()) {
            ColumnDef column = table.column(name);
            if (column == null) {
                throw new PgException(SqlState.UNDEFINED_COLUMN,
                        "column \"" + name + "\" of relation \"" + table.name() + "\" does not exist");
            }
            if (column.generated() != 0) {
                throw PgError.error(SqlState.INVALID_COLUMN_REFERENCE, "column \"" + name + "\" is a generated column")
                        .withDetail("Generated columns cannot be used in COPY.").exception();
            }
            if (columns.contains(column)) {
                throw new PgException(SqlState.DUPLICATE_COLUMN, "column \"" + name + "\" specified more than once");
            }
            columns.add(column);
        }
        return columns;
    }

    /** 42501 without the privilege on the columns. */
    private void requireRights(TableDef table, char letter, Iterable<ColumnDef> columns) {
        java.util.BitSet numbers = new java.util.BitSet();
        for (ColumnDef column : columns) numbers.set(column.number());
        Privileges.requireOnTable(scope.context(), scope.context().session().currentUserOid(), table, letter, numbers);
    }

    private void checkForced(List<String> names, List<ColumnDef> columns, TableDef table, String what) {
        for (String name : names) {
            if (table.column(name) == null) {
                throw new PgException(SqlState.UNDEFINED_COLUMN,
                        "column \"" + name + "\" of relation \"" + table.name() + "\" does not exist");
            }
            if (columns.stream().noneMatch(column -> column.name().equals(name))) {
                throw new PgException(SqlState.INVALID_COLUMN_REFERENCE, what + " column \"" + name + "\" not referenced by COPY");
            }
        }
    }

    // ---- FROM ----------------------------------------------------------------------------------------------------

    private long from(CopyOptions options) {
        TableDef table = table();
        if (copy.columns().isEmpty()) requireRights(table, 'a', columns(table));
        if (scope.context().transaction().readOnly() && table.persistence() != 't') {
            throw new PgException(SqlState.READ_ONLY_SQL_TRANSACTION, "cannot execute COPY FROM in a read-only transaction");
        }
        List<ColumnDef> columns = columns(table);
        requireRights(table, 'a', columns);
        checkForced(options.forceNotNull(), columns, table, "FORCE_NOT_NULL");
        checkForced(options.forceNull(), columns, table, "FORCE_NULL");
        CatalogView names = scope.names();
        List<PgType> types = columns.stream().map(column -> names.requireType(column.typeOid())).toList();
        Relation.Modify insert = insert(table, columns, names);
        Scalar condition = copy.where() == null ? null : condition(copy.where(), table, columns, insert, names);
        int format = options.format() == CopyOptions.Format.BINARY ? 1 : 0;
        short[] formats = new short[columns.size()];
        Arrays.fill(formats, (short) format);
        CopySource source = sink.copyIn(format, formats);
        // Rows are as good as frozen always; what the word asks of the table is checked as PostgreSQL does, once the client may send.
        if (options.freeze() && !scope.context().transaction().startedEmpty(table)) {
            throw new PgException(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE,
                    "cannot perform COPY FREEZE because the table was not created or truncated in the current subtransaction");
        }
        CopyInput in = new CopyInput(source);
        FieldReader reader = switch (options.format()) {
            case TEXT -> new TextFields(in, options);
            case CSV -> new CsvFields(in, options);
            case BINARY -> new BinaryFields(in);
        };
        CopyRows rows = new CopyRows(reader, options, table.name(), columns, types, scope.context().format());
        rows.header();
        Relation scan = inDomains(new Relation.VirtualScan(rows, "copy", fields(columns, types)), names);
        if (condition != null) scan = new Relation.Filter(scan, condition);
        Relation.Modify filled = new Relation.Modify(insert.kind(), insert.table(), insert.alias(), scan,
                columns.stream().map(ColumnDef::number).toList(), insert.assignments(), insert.defaults(), insert.checks(), null, List.of(),
                false, List.of(), List.of());
        try {
            return scope.query(new AnalyzedStatement.Query(AnalyzedStatement.Tag.INSERT, filled, List.of(), false, false, List.of()), row -> { });
        } catch (PgException e) {
            String where = e.error().where();
            if (where != null && where.startsWith("COPY ")) throw e;
            throw new PgException(e.error().withWhere(where == null ? rows.where() : where + "\n" + rows.where()));
        }
    }

    /** WHERE over the rows of the input. Columns that the input does not have are their defaults. */
    private Scalar condition(Expr where, TableDef table, List<ColumnDef> columns, Relation.Modify insert, CatalogView names) {
        QualifiedName target = java.util.Objects.requireNonNull(copy.relation());
        SelectStatement.SelectBody body = new SelectStatement.SelectBody(SelectStatement.DistinctKind.ALL, List.of(), List.of(), null,
                List.of(new FromItem.RelationItem(target, true, null, null, 0)), where, null, null, List.of());
        SelectStatement select = new SelectStatement(null, body, List.of(), null, List.of(), 0);
        Relation relation = Analyzer.analyzeQuery(select, names, List.of()).relation();
        while (relation instanceof Relation.Project project) relation = project.input();
        if (!(relation instanceof Relation.Filter filter) || !(filter.input() instanceof Relation.TableScan scan)) {
            throw PgException.notSupported("COPY FROM with this WHERE");
        }
        if (Scalars.hasSubquery(filter.condition())) {
            throw PgError.error(SqlState.FEATURE_NOT_SUPPORTED, "cannot use subquery in COPY FROM WHERE condition").exception();
        }
        requireRights(table, 'r', read(filter.condition(), scan, table));
        return Scalars.map(filter.condition(), part -> part instanceof Scalar.Column column ? input(scan, column, table, columns, insert) : part);
    }

    /** Values of domains are read as their base types; here the domains' constraints have their say. */
    private static Relation inDomains(Relation scan, CatalogView names) {
        List<Scalar> values = new ArrayList<>();
        boolean any = false;
        for (Relation.Field field : scan.fields()) {
            PgType base = names.baseType(field.type());
            Scalar value = new Scalar.Column(values.size(), field.type(), field.typmod());
            any |= base.oid() != field.type().oid();
            values.add(base.oid() == field.type().oid() ? value : RoutineAnalyzer.assignment(new Scalar.Relabel(value, base, -1), field.type(), field.typmod(), names));
        }
        return any ? new Relation.Project(scan, values, scan.fields()) : scan;
    }

    private static List<ColumnDef> read(Scalar condition, Relation.TableScan scan, TableDef table) {
        List<ColumnDef> read = new ArrayList<>();
        Scalars.any(condition, part -> {
            if (part instanceof Scalar.Column column) read.add(java.util.Objects.requireNonNull(table.column(scan.fields().get(column.index()).name())));
            return false;
        });
        return read;
    }

    private static Scalar input(Relation.TableScan scan, Scalar.Column column, TableDef table, List<ColumnDef> columns, Relation.Modify insert) {
        String name = scan.fields().get(column.index()).name();
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equals(name)) return new Scalar.Column(i, column.type(), column.typmod());
        }
        ColumnDef missing = table.column(name);
        if (missing == null) throw PgException.notSupported("system column \"" + name + "\" in COPY FROM with WHERE");
        if (missing.generated() != 0) {
            throw PgError.error(SqlState.INVALID_COLUMN_REFERENCE, "generated columns are not supported in COPY FROM WHERE conditions")
                    .withDetail("Column \"" + name + "\" is a generated column.").exception();
        }
        for (Relation.Assignment value : insert.defaults()) {
            if (value.attributeNumber() != missing.number()) continue;
            if (Scalars.isVolatile(value.value())) throw PgException.notSupported("volatile default of column \"" + name + "\" in COPY FROM with WHERE");
            return value.value();
        }
        return new Scalar.Constant(null, column.type(), column.typmod());
    }

    private static List<Relation.Field> fields(List<ColumnDef> columns, List<PgType> types) {
        List<Relation.Field> fields = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            fields.add(new Relation.Field(columns.get(i).name(), types.get(i), columns.get(i).typmod()));
        }
        return fields;
    }

    /** The analysed INSERT of the same columns: it brings defaults, generated columns and checks. */
    private Relation.Modify insert(TableDef table, List<ColumnDef> columns, CatalogView names) {
        List<String> list = columns.stream().map(column -> Identifiers.quote(column.name())).toList();
        String name = Identifiers.quote(names.schemaName(table.schemaOid())) + "." + Identifiers.quote(table.name());
        String sql = columns.isEmpty() ? "insert into " + name + " default values"
                : "insert into " + name + " (" + String.join(", ", list) + ") overriding system value values ("
                        + String.join(", ", java.util.Collections.nCopies(columns.size(), "null")) + ")";
        if (scope.analyze(sql).relation() instanceof Relation.Modify modify) return modify;
        throw new PgException(SqlState.INTERNAL_ERROR, "COPY found no INSERT for " + name);
    }

    // ---- TO ------------------------------------------------------------------------------------------------------

    private long to(CopyOptions options, AnalyzedStatement.@Nullable Query query) {
        AnalyzedStatement.Query source = query;
        if (copy.query() instanceof SelectStatement select && select.intoNewTable()) {
            throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, "COPY (SELECT INTO) is not supported");
        }
        if (copy.query() instanceof ModifyStatement.Merge) throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, "MERGE not supported in COPY");
        if (source == null && copy.query() != null) {
            source = io.craton.sql.analyze.Analyzer.analyzeQuery(copy.query(), scope.names(), List.of());
        }
        if (source == null) {
            TableDef table = table();
            List<ColumnDef> columns = columns(table);
            requireRights(table, 'r', columns);
            if (options.forceQuote() != null) checkForced(options.forceQuote(), columns, table, "FORCE_QUOTE");
            List<String> list = columns.stream().map(column -> Identifiers.quote(column.name())).toList();
            CatalogView names = scope.names();
            source = scope.analyze("select " + String.join(", ", list) + " from " + Identifiers.quote(names.schemaName(table.schemaOid()))
                    + "." + Identifiers.quote(table.name()));
        }
        if (!source.returnsRows()) {
            throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, "COPY query must have a RETURNING clause");
        }
        List<String> names = source.columns().stream().map(Relation.Field::name).toList();
        List<PgType> types = source.columns().stream().map(Relation.Field::type).toList();
        int format = options.format() == CopyOptions.Format.BINARY ? 1 : 0;
        short[] formats = new short[types.size()];
        Arrays.fill(formats, (short) format);
        CopyWriter writer = new CopyWriter(sink, options, names, types, scope.context().format());
        sink.copyOut(format, formats);
        writer.begin(names);
        long rows = scope.query(source, writer::row);
        writer.end();
        sink.copyDone();
        return rows;
    }
}
