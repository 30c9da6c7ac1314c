package io.craton.sql.ddl;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.core.type.TypeOid;
import io.craton.sql.analyze.ExpressionKind;
import io.craton.sql.analyze.TypeResolution;
import io.craton.sql.deparse.StoredSql;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.syntax.Constraint;
import io.craton.sql.syntax.Expr;
import io.craton.sql.syntax.Option;
import io.craton.sql.syntax.SelectStatement.OnCommit;
import io.craton.sql.syntax.SelectStatement.Persistence;
import io.craton.sql.syntax.QualifiedName;
import io.craton.sql.syntax.TableStatement;
import io.craton.sql.syntax.TypeName;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.ColumnTuning;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.catalog.CatalogObject.TypeDef;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** CREATE TABLE. One statement. */
final class TableCreation {
    private static final int COLUMNS_MAX = 1600;
    private static final Set<String> SYSTEM_COLUMNS = Set.of("tableoid", "xmin", "cmin", "xmax", "cmax", "ctid");

    private final Scope scope;
    private final ConstraintBuilder builder;

    /** A constraint and the column it was written at; null for table constraints. */
    private record Placed(Constraint constraint, @Nullable String column) {}

    TableCreation(Scope scope) {
        this.scope = scope;
        this.builder = new ConstraintBuilder(scope);
    }

    static boolean isSystemColumn(String name) {
        return SYSTEM_COLUMNS.contains(name);
    }

    String run(TableStatement.CreateTable create) {
        refuseUnsupported(create);
        int schema = ObjectNames.creationSchema(create.name(), create.persistence(), scope);
        if (scope.context().catalog().relation(schema, create.name().name()) != null) {
            if (!create.ifNotExists()) throw ObjectNames.exists(create.name().name());
            scope.context().notice(PgError.notice(SqlState.DUPLICATE_TABLE,
                    "relation \"" + create.name().name() + "\" already exists, skipping"));
            return "CREATE TABLE";
        }
        TypeDdl.requireFreeName(create.name().name(), schema, scope);
        char persistence = ObjectNames.persistence(create.persistence(), schema, scope);
        TableDraft draft = new TableDraft(scope, schema, create.name().name(), 'r', persistence);
        Placement.tablespace(create.tablespace());
        Placement.method(create.accessMethod());
        draft.options = StorageParameters.of(create.options(), StorageParameters.HEAP);
        List<LikeClause> likes = new ArrayList<>();
        List<Placed> placed = new ArrayList<>();
        if (create.ofType() != null) addColumnsOf(create.ofType(), create.elements(), draft, placed);
        for (TableStatement.TableElement element : create.elements()) {
            switch (element) {
                case TableStatement.ColumnDefinition column -> {
                    if (create.ofType() == null) addColumn(draft, column, placed);
                }
                case TableStatement.ConstraintElement constraint -> placed.add(new Placed(constraint.constraint(), null));
                case TableStatement.LikeElement like -> {
                    LikeClause clause = new LikeClause(scope, like);
                    clause.copyColumns(draft);
                    likes.add(clause);
                }
            }
        }
        List<Placed> whole = addConstraints(draft, placed);
        for (LikeClause clause : likes) clause.copyIndexes(draft);
        addForeignKeys(draft, whole);
        draft.write(scope);
        scope.onCommit(draft.oid, create.onCommit());
        return "CREATE TABLE";
    }

    private void addColumnsOf(QualifiedName name, List<TableStatement.TableElement> elements, TableDraft draft, List<Placed> placed) {
        TypeDef type = TypedTables.type(name, scope);
        Ownership.requireUsage(type.type(), scope);
        draft.ofTypeOid = type.oid();
        for (TypedTables.Column column : TypedTables.columns(type, elements, scope)) {
            TypeResolution.TypeRef of = new TypeResolution.TypeRef(scope.names().requireType(column.of().typeOid()), column.of().typmod());
            draft.columns.add(column(draft, column.options(), of, column.of().collationOid(), 0, draft.columns.size() + 1, placed));
        }
    }

    private static void refuseUnsupported(TableStatement.CreateTable create) {
        if (!create.inherits().isEmpty()) throw PgException.notSupported("table inheritance");
        if (create.partitionOf() != null || create.partitionBy() != null) throw PgException.notSupported("table partitioning");
        if (create.foreign() != null) throw PgException.notSupported("foreign tables");
        checkOnCommit(create.onCommit(), create.persistence());
    }

    static void checkOnCommit(OnCommit action, Persistence persistence) {
        if (action != OnCommit.NONE && persistence != Persistence.TEMPORARY) {
            throw new PgException(SqlState.INVALID_TABLE_DEFINITION, "ON COMMIT can only be used on temporary tables");
        }
    }

    /**
     * A column for ADD COLUMN.
     *
     * @param fillExpression SQL that gives its value in rows that are there; null: null
     * @param constraints to be added once the column is there, with the column's name filled in
     */
    record NewColumn(ColumnDef column, List<SequenceDef> sequences, @Nullable String fillExpression, List<Constraint> constraints) {
        boolean writeSequencesFirst() {
            return !sequences.isEmpty();
        }
    }

    NewColumn newColumn(TableDef table, TableStatement.ColumnDefinition definition) {
        if (SYSTEM_COLUMNS.contains(definition.name())) {
            throw new PgException(SqlState.DUPLICATE_COLUMN, "column name \"" + definition.name() + "\" conflicts with a system column name");
        }
        TableDraft draft = new TableDraft(scope, table);
        List<Placed> placed = new ArrayList<>();
        ColumnDef column = column(draft, definition, table.columns().size() + 1, placed);
        draft.columns.add(column);
        generate(draft);
        column = draft.columns.getLast();
        String fill = column.generated() != 0 ? null : column.defaultExpression();
        if (column.identity() != 0) {
            SequenceDef sequence = draft.sequences.getFirst();
            fill = StoredSql.nextval(sequence.oid());
        }
        List<Constraint> constraints = new ArrayList<>();
        for (Placed item : withAttributes(placed)) constraints.add(onColumn(item.constraint(), definition.name()));
        return new NewColumn(column, draft.sequences, fill, constraints);
    }

    /** A column constraint as a table constraint. */
    private static Constraint onColumn(Constraint constraint, String column) {
        return switch (constraint) {
            case Constraint.Unique c -> new Constraint.Unique(c.name(), c.primaryKey(), c.nullsNotDistinct(), List.of(column), c.include(),
                    c.options(), c.tablespace(), c.existingIndex(), c.attributes(), c.position());
            case Constraint.ForeignKey c -> new Constraint.ForeignKey(c.name(), List.of(column), c.referenced(), c.referencedColumns(),
                    c.match(), c.onUpdate(), c.onDelete(), c.deleteColumns(), c.attributes(), c.position());
            default -> constraint;
        };
    }

    private void addColumn(TableDraft draft, TableStatement.ColumnDefinition column, List<Placed> placed) {
        if (draft.columns.size() >= COLUMNS_MAX) {
            throw new PgException(SqlState.TOO_MANY_COLUMNS, "tables can have at most 1600 columns");
        }
        if (SYSTEM_COLUMNS.contains(column.name())) {
            throw new PgException(SqlState.DUPLICATE_COLUMN, "column name \"" + column.name() + "\" conflicts with a system column name");
        }
        if (draft.columnNumber(column.name()) != 0) {
            throw new PgException(SqlState.DUPLICATE_COLUMN, "column \"" + column.name() + "\" specified more than once");
        }
        int number = draft.columns.size() + 1;
        draft.columns.add(column(draft, column, number, placed));
    }

    private static PgException given(String what, TableStatement.ColumnDefinition column, TableDraft draft) {
        return new PgException(SqlState.SYNTAX_ERROR, what + " specified for column \"" + column.name() + "\" of table \"" + draft.name + "\"");
    }

    /** One column; its constraints but for NOT NULL, DEFAULT, IDENTITY and GENERATED go to {@code placed}. Used by ADD COLUMN too. */
    private ColumnDef column(TableDraft draft, TableStatement.ColumnDefinition column, int number, List<Placed> placed) {
        TypeName typeName = java.util.Objects.requireNonNull(column.type());
        int serial = serialType(typeName);
        TypeResolution.TypeRef type = serial != 0
                ? new TypeResolution.TypeRef(PgTypes.get(serial), -1)
                : new TypeResolution(scope.names()).resolve(typeName);
        checkType(column.name(), type.type(), typeName);
        Ownership.requireUsage(type.type(), scope);
        int collation = CollationNames.of(type.type(), column.collation(), scope);
        return column(draft, column, type, collation, serial, number, placed);
    }

    /** @param serial type of the numbers that fill it; 0 for a column that says itself what fills it */
    private ColumnDef column(TableDraft draft, TableStatement.ColumnDefinition column, TypeResolution.TypeRef type, int collation, int serial, int number,
            List<Placed> placed) {
        boolean notNull = serial != 0;
        boolean nullGiven = false;
        String defaultText = null;
        Expr defaultExpression = null;
        char identity = 0;
        char generated = 0;
        if (serial != 0) defaultText = serialDefault(draft, column.name(), number, serial, Map.of(), false);
        for (Constraint constraint : column.constraints()) {
            switch (constraint) {
                case Constraint.NotNull n -> {
                    if (nullGiven) throw conflictingNull(column, draft, n.position());
                    notNull = true;
                }
                case Constraint.Null n -> {
                    if (notNull) throw conflictingNull(column, draft, n.position());
                    nullGiven = true;
                }
                case Constraint.Default value -> {
                    if (identity != 0) throw given("both default and identity", column, draft);
                    if (generated != 0) throw given("both default and generation expression", column, draft);
                    if (defaultText != null || defaultExpression != null) {
                        throw new PgException(SqlState.SYNTAX_ERROR, "multiple default values specified for column \"" + column.name()
                                + "\" of table \"" + draft.name + "\"").at(value.position());
                    }
                    defaultExpression = value.value();
                }
                case Constraint.Identity value -> {
                    if (draft.ofTypeOid != 0) throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, "identity columns are not supported on typed tables");
                    if (identity != 0) {
                        throw new PgException(SqlState.SYNTAX_ERROR, "multiple identity specifications for column \"" + column.name() + "\" of table \"" + draft.name + "\"")
                                .at(value.position());
                    }
                    if (nullGiven) throw conflictingNull(column, draft, value.position());
                    if (generated != 0) throw given("both identity and generation expression", column, draft);
                    if (defaultText != null || defaultExpression != null) throw given("both default and identity", column, draft);
                    identity = value.always() ? 'a' : 'd';
                    notNull = true;
                    if (!Set.of(TypeOid.INT2, TypeOid.INT4, TypeOid.INT8).contains(type.type().oid())) {
                        throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "identity column type must be smallint, integer, or bigint");
                    }
                    defaultText = serialDefault(draft, column.name(), number, type.type().oid(), SequenceDdl.byName(value.sequenceOptions()), true);
                }
                case Constraint.Generated value -> {
                    if (draft.ofTypeOid != 0) throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, "generated columns are not supported on typed tables");
                    if (generated != 0) throw given("multiple generation clauses", column, draft).at(value.position());
                    if (identity != 0) throw given("both identity and generation expression", column, draft).at(value.position());
                    if (defaultExpression != null) throw given("both default and generation expression", column, draft);
                    generated = 's';
                    defaultExpression = value.value();
                }
                default -> placed.add(new Placed(constraint, column.name()));
            }
        }
        if (generated != 0 && defaultText != null) {
            throw new PgException(SqlState.SYNTAX_ERROR, (identity != 0 ? "both identity and generation expression"
                    : "both default and generation expression") + " specified for column \"" + column.name() + "\" of table \"" + draft.name + "\"");
        }
        if (defaultExpression != null && generated == 0) {
            if (identity != 0) {
                throw new PgException(SqlState.SYNTAX_ERROR, "both default and identity specified for column \"" + column.name()
                        + "\" of table \"" + draft.name + "\"");
            }
            if (!(defaultExpression instanceof Expr.NullLiteral) || type.type().kind() == 'd') { // a domain may have a default of its own
                defaultText = StoredSql.expression(defaultExpression, null, ExpressionKind.COLUMN_DEFAULT, type.type(), type.typmod(),
                        column.name(), scope.names()).text();
            }
        } else if (generated != 0) {
            draft.generated.put(number, defaultExpression);
        }
        return new ColumnDef(number, column.name(), type.type().oid(), type.typmod(), collation, notNull, defaultText, identity, generated,
                null, false, false, -1, null,
                new ColumnTuning((char) 0, column.compression() == null ? 0 : ColumnTunings.compression(column.compression(), type.type(), scope), Map.of()));
    }

    private static PgException conflictingNull(TableStatement.ColumnDefinition column, TableDraft draft, int position) {
        return new PgException(SqlState.SYNTAX_ERROR, "conflicting NULL/NOT NULL declarations for column \"" + column.name()
                + "\" of table \"" + draft.name + "\"").at(position);
    }

    static void checkType(String column, PgType type, TypeName name) {
        if (name.setOf()) {
            throw new PgException(SqlState.INVALID_TABLE_DEFINITION, "column \"" + column + "\" cannot be declared SETOF").at(name.position());
        }
        if (type.isPseudo()) {
            throw new PgException(SqlState.INVALID_TABLE_DEFINITION, "column \"" + column + "\" has pseudo-type " + type.name());
        }
    }

    private static int serialType(TypeName name) {
        if (name.names().size() != 1 || !name.arrayBounds().isEmpty()) return 0;
        return switch (name.names().getFirst()) {
            case "smallserial", "serial2" -> TypeOid.INT2;
            case "serial", "serial4" -> TypeOid.INT4;
            case "bigserial", "serial8" -> TypeOid.INT8;
            default -> 0;
        };
    }

    /** Makes the sequence of a serial or identity column and answers the default that takes from it (null for identity). */
    private @Nullable String serialDefault(TableDraft draft, String column, int number, int typeOid, Map<String, Option> options,
            boolean identity) {
        String name = ObjectNames.free(draft.name, column, "seq", draft.schemaOid, scope.context().catalog(), draft.relationNames);
        draft.relationNames.add(name);
        SequenceDef sequence = SequenceDdl.make(scope, draft.schemaOid, name, draft.persistence, typeOid, options, draft.oid, number, identity);
        draft.sequences.add(sequence);
        if (identity) return null;
        return StoredSql.nextval(sequence.oid());
    }

    private static void requireNotGenerated(List<ColumnDef> columns, int number, int position) {
        if (number <= 0 || columns.get(number - 1).generated() == 0) return;
        throw PgError.error(SqlState.INVALID_OBJECT_DEFINITION,
                        "cannot use generated column \"" + columns.get(number - 1).name() + "\" in column generation expression")
                .withDetail("A generated column cannot reference another generated column.").withPosition(position).exception();
    }

    /** Generation expressions, once all columns are known. */
    private void generate(TableDraft draft) {
        draft.generated.forEach((number, expression) -> {
            ColumnDef column = draft.columns.get(number - 1);
            StoredSql.Stored stored = StoredSql.expression(expression, draft.table(), ExpressionKind.GENERATED_COLUMN,
                    scope.names().requireType(column.typeOid()), column.typmod(), column.name(), scope.names());
            Integer whole = stored.uses().get(0);
            if (whole != null) {
                throw PgError.error(SqlState.INVALID_OBJECT_DEFINITION, "cannot use whole-row variable in column generation expression")
                        .withDetail("This would cause the generated column to depend on its own value.").withPosition(whole).exception();
            }
            stored.uses().forEach((used, position) -> requireNotGenerated(draft.columns, used, position));
            Volatility.requireImmutable(stored.value(), "generation expression is not immutable");
            draft.columns.set(number - 1, Tables.withDefault(column, stored.text()));
        });
    }

    /** Adds constraints in PostgreSQL's order: checks, then keys; generation expressions are checked once all columns are known. */
    private List<Placed> addConstraints(TableDraft draft, List<Placed> placed) {
        generate(draft);
        List<Placed> whole = withAttributes(placed);
        boolean primary = false;
        for (Placed item : whole) {
            if (item.constraint() instanceof Constraint.Unique unique && unique.primaryKey()) {
                if (primary) {
                    throw new PgException(SqlState.INVALID_TABLE_DEFINITION,
                            "multiple primary keys for table \"" + draft.name + "\" are not allowed").at(unique.position());
                }
                primary = true;
                for (String name : columns(item, unique.columns())) {
                    int number = draft.columnNumber(name);
                    if (number != 0) draft.setNotNull(number);
                }
            }
        }
        for (Placed item : whole) {
            if (item.constraint() instanceof Constraint.Check check) {
                draft.constraints.add(Tables.validated(builder.check(draft.table(), check, item.column(), draft.constraintNames)));
            }
        }
        // The primary key is named and numbered first, as PostgreSQL does.
        for (Placed item : whole) {
            if (item.constraint() instanceof Constraint.Unique unique && unique.primaryKey()) addUnique(draft, unique, item);
        }
        for (Placed item : whole) {
            if (item.constraint() instanceof Constraint.Unique unique && !unique.primaryKey()) addUnique(draft, unique, item);
        }
        return whole;
    }

    /** When all keys are there, copied ones too: a table may refer to itself. */
    private void addForeignKeys(TableDraft draft, List<Placed> whole) {
        for (Placed item : whole) {
            if (item.constraint() instanceof Constraint.ForeignKey key) {
                draft.constraints.add(Tables.validated(builder.foreignKey(draft.table(), key, columns(item, key.columns()), draft.constraintNames,
                        draft.indexes)));
            } else if (item.constraint() instanceof Constraint.Exclusion) {
                throw PgException.notSupported("exclusion constraints");
            }
        }
    }

    private void addUnique(TableDraft draft, Constraint.Unique unique, Placed item) {
        if (unique.existingIndex() != null) {
            throw new PgException(SqlState.SYNTAX_ERROR, "index \"" + unique.existingIndex() + "\" does not exist").at(unique.position());
        }
        boolean clustered = unique.primaryKey() && unique.include().isEmpty() && !unique.attributes().deferrable();
        ConstraintBuilder.Keyed keyed = builder.unique(draft.table(), unique, columns(item, unique.columns()), clustered, draft.relationNames);
        draft.indexes.add(keyed.index());
        draft.constraints.add(keyed.constraint());
        draft.constraintNames.add(keyed.constraint().name());
        if (clustered) draft.keyColumns = keyed.index().keyParts().stream().map(part -> part.column()).toList();
    }

    private static List<String> columns(Placed item, List<String> written) {
        return item.column() != null ? List.of(item.column()) : written;
    }

    /** Joins deferrability words of column constraints with the constraint before them. */
    private static List<Placed> withAttributes(List<Placed> placed) {
        List<Placed> result = new ArrayList<>();
        Deferrability words = new Deferrability();
        for (Placed item : placed) {
            if (!(item.constraint() instanceof Constraint.Attribute attribute)) {
                result.add(item);
                words = new Deferrability();
                continue;
            }
            Placed before = result.isEmpty() ? null : result.getLast();
            if (before == null || !java.util.Objects.equals(before.column(), item.column())) {
                throw new PgException(SqlState.SYNTAX_ERROR, "misplaced " + attribute.kind().name().replace('_', ' ') + " clause")
                        .at(attribute.position());
            }
            result.set(result.size() - 1, new Placed(words.apply(before.constraint(), attribute), before.column()));
        }
        return result;
    }
}
