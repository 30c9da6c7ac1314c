package io.craton.sql.logical;

import io.craton.core.type.PgType;
import io.craton.sql.function.FunctionDef;
import io.craton.sql.pgcatalog.VirtualTable;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A node of relational algebra. {@link #fields} describe its rows. Immutable. */
public sealed interface Relation {
    List<Field> fields();

    /** A field of a row. Names only serve display, EXPLAIN and results. */
    record Field(String name, PgType type, int typmod, int tableOid, int attributeNumber) {
        public Field(String name, PgType type, int typmod) {
            this(name, type, typmod, 0, 0);
        }
    }

    /**
     * Rows of a table: first one field for each live, visible column in order, then, when {@code systemColumns} says so, tableoid, xmin, cmin,
     * xmax, cmax, ctid and last the row's key (a bytea-like handle that Modify and LockRows need).
     *
     * @param asOfPosition -1 for the statement's snapshot
     */
    record TableScan(TableDef table, String alias, List<Field> fields, boolean systemColumns, long asOfPosition)
            implements Relation {
        public TableScan {
            fields = List.copyOf(fields);
        }
    }

    /** Rows of a system catalog or view that is computed. */
    record VirtualScan(VirtualTable table, String alias, List<Field> fields) implements Relation {
        public VirtualScan {
            fields = List.copyOf(fields);
        }
    }

    /** The one row of a sequence named in FROM: last_value int8, log_cnt int8, is_called bool. */
    record SequenceScan(SequenceDef sequence, String alias, List<Field> fields) implements Relation {
        public SequenceScan {
            fields = List.copyOf(fields);
        }
    }

    record Values(List<List<Scalar>> rows, List<Field> fields) implements Relation {
        public Values {
            rows = rows.stream().map(List::copyOf).toList();
            fields = List.copyOf(fields);
        }
    }

    /**
     * Functions in FROM, side by side (ROWS FROM). Each contributes the fields of its result; shorter ones are padded with nulls.
     *
     * @param widths number of fields that each call contributes; a scalar result is one, a composite or OUT result may be more
     */
    record FunctionScan(List<Scalar> calls, List<Integer> widths, boolean ordinality, String alias, List<Field> fields)
            implements Relation {
        public FunctionScan {
            calls = List.copyOf(calls);
            widths = List.copyOf(widths);
            fields = List.copyOf(fields);
        }
    }

    record Filter(Relation input, Scalar condition) implements Relation {
        @Override
        public List<Field> fields() {
            return input.fields();
        }
    }

    record Project(Relation input, List<Scalar> expressions, List<Field> fields) implements Relation {
        public Project {
            expressions = List.copyOf(expressions);
            fields = List.copyOf(fields);
        }
    }

    /** A projection in which some expressions are (or contain) set-returning calls: they run in lockstep, shorter ones give null. */
    record ProjectSet(Relation input, List<Scalar> expressions, List<Field> fields) implements Relation {
        public ProjectSet {
            expressions = List.copyOf(expressions);
            fields = List.copyOf(fields);
        }
    }

    enum JoinKind { INNER, LEFT, RIGHT, FULL, SEMI, ANTI }

    /**
     * A join. The condition sees left fields, then right fields; null is true. The result of SEMI and ANTI is the left's fields.
     *
     * @param lateral the right side sees the left row as OuterColumn level 1 (INNER, LEFT, SEMI and ANTI only)
     */
    record Join(JoinKind kind, Relation left, Relation right, @Nullable Scalar condition, boolean lateral) implements Relation {
        @Override
        public List<Field> fields() {
            return kind == JoinKind.SEMI || kind == JoinKind.ANTI
                    ? left.fields()
                    : Stream.concat(left.fields().stream(), right.fields().stream()).toList();
        }
    }

    /** ORDER BY item. {@code less} and {@code equal} are the sort operators' functions (DESC: the type's less still, with descending). */
    record SortKey(Scalar expression, boolean descending, boolean nullsFirst, FunctionDef less, FunctionDef equal, int collation) {
        public SortKey under(int other) {
            return new SortKey(expression, descending, nullsFirst, less, equal, other);
        }
    }

    /** One aggregate call; its result becomes a field. */
    record AggregateCall(
            FunctionDef function,
            List<Scalar> directArguments,
            List<Scalar> arguments,
            boolean distinct,
            List<SortKey> orderBy,
            @Nullable Scalar filter,
            PgType type,
            int typmod,
            int collation) {
        public AggregateCall {
            directArguments = List.copyOf(directArguments);
            arguments = List.copyOf(arguments);
            orderBy = List.copyOf(orderBy);
        }
    }

    /**
     * Fields: group keys (null where a grouping set leaves them out), then aggregates, then, when there are grouping sets, one int4 bit mask of the keys
     * that the row's set leaves out (bit 0 is the last key), from which GROUPING() is computed.
     *
     * @param groupingSets indexes of keys in each set; empty list: one set of all keys. No keys and no sets: one row always
     * @param equalities the equality function of each key
     */
    record Aggregate(Relation input, List<Scalar> keys, List<FunctionDef> equalities, List<List<Integer>> groupingSets,
            List<AggregateCall> calls, List<Field> fields)
            implements Relation {
        public Aggregate {
            keys = List.copyOf(keys);
            equalities = List.copyOf(equalities);
            groupingSets = groupingSets.stream().map(List::copyOf).toList();
            calls = List.copyOf(calls);
            fields = List.copyOf(fields);
        }
    }

    enum FrameUnit { ROWS, RANGE, GROUPS }

    enum FrameBoundKind { UNBOUNDED_PRECEDING, PRECEDING, CURRENT_ROW, FOLLOWING, UNBOUNDED_FOLLOWING }

    record FrameBound(FrameBoundKind kind, @Nullable Scalar offset) {}

    enum FrameExclusion { NONE, CURRENT_ROW, GROUP, TIES }

    /** @param inRange for RANGE with offset: the in_range support function of the order key's type */
    record Frame(FrameUnit unit, FrameBound start, FrameBound end, FrameExclusion exclusion, @Nullable FunctionDef inRange) {}

    /** One window function or windowed aggregate. */
    record WindowCall(
            FunctionDef function,
            List<Scalar> arguments,
            @Nullable Scalar filter,
            PgType type,
            int typmod,
            int collation) {
        public WindowCall {
            arguments = List.copyOf(arguments);
        }
    }

    /** Window functions over one partitioning, order and frame. Fields: the input's, then one for each call. */
    record Window(Relation input, List<Scalar> partitionBy, List<FunctionDef> partitionEqualities, List<SortKey> orderBy,
            Frame frame, List<WindowCall> calls, List<Field> fields)
            implements Relation {
        public Window {
            partitionBy = List.copyOf(partitionBy);
            partitionEqualities = List.copyOf(partitionEqualities);
            orderBy = List.copyOf(orderBy);
            calls = List.copyOf(calls);
            fields = List.copyOf(fields);
        }
    }

    enum SetKind { UNION, INTERSECT, EXCEPT }

    /** Inputs have the same types. {@code equalities} one for each field; unused for UNION ALL. */
    record SetOperation(SetKind kind, boolean all, Relation left, Relation right, List<FunctionDef> equalities, List<Field> fields)
            implements Relation {
        public SetOperation {
            equalities = List.copyOf(equalities);
            fields = List.copyOf(fields);
        }
    }

    /** SELECT DISTINCT: over all fields. */
    record DistinctRows(Relation input, List<FunctionDef> equalities) implements Relation {
        public DistinctRows {
            equalities = List.copyOf(equalities);
        }

        @Override
        public List<Field> fields() {
            return input.fields();
        }
    }

    /** DISTINCT ON: the first row of each run of equal keys of a sorted input. */
    record DistinctOn(Relation input, List<Scalar> keys, List<FunctionDef> equalities) implements Relation {
        public DistinctOn {
            keys = List.copyOf(keys);
            equalities = List.copyOf(equalities);
        }

        @Override
        public List<Field> fields() {
            return input.fields();
        }
    }

    record Sort(Relation input, List<SortKey> keys) implements Relation {
        public Sort {
            keys = List.copyOf(keys);
        }

        @Override
        public List<Field> fields() {
            return input.fields();
        }
    }

    /** LIMIT and OFFSET as int8 scalars; {@code withTies} needs the sort keys below. */
    record Limit(Relation input, @Nullable Scalar offset, @Nullable Scalar count, boolean withTies, List<SortKey> tieKeys)
            implements Relation {
        public Limit {
            tieKeys = List.copyOf(tieKeys);
        }

        @Override
        public List<Field> fields() {
            return input.fields();
        }
    }

    enum Materialization { DEFAULT, MATERIALIZED, NOT_MATERIALIZED }

    /** One WITH query; {@code id} is unique in the statement. Data-modifying ones run to the end exactly once. */
    record Cte(int id, String name, Relation relation, Materialization materialization, boolean modifies, int references) {}

    record With(List<Cte> ctes, Relation body) implements Relation {
        public With {
            ctes = List.copyOf(ctes);
        }

        @Override
        public List<Field> fields() {
            return body.fields();
        }
    }

    /** The rows that the statement whose trigger is at work took away or brought. */
    record TransitionScan(String name, String alias, List<Field> fields) implements Relation {
        public TransitionScan {
            fields = List.copyOf(fields);
        }
    }

    record CteScan(int id, String alias, List<Field> fields) implements Relation {
        public CteScan {
            fields = List.copyOf(fields);
        }
    }

    /** WITH RECURSIVE: the recursive side reads the rows of the round before through {@link WorkTableScan} with the same id. */
    record RecursiveUnion(int id, boolean all, Relation base, Relation recursive, List<FunctionDef> equalities, List<Field> fields)
            implements Relation {
        public RecursiveUnion {
            equalities = List.copyOf(equalities);
            fields = List.copyOf(fields);
        }
    }

    record WorkTableScan(int id, List<Field> fields) implements Relation {
        public WorkTableScan {
            fields = List.copyOf(fields);
        }
    }

    enum LockStrength { KEY_SHARE, SHARE, NO_KEY_UPDATE, UPDATE }

    enum LockWait { WAIT, NO_WAIT, SKIP_LOCKED }

    /** @param keyField index of the row's key in the input's row */
    record LockTarget(TableDef table, int firstField, int keyField, LockStrength strength, LockWait policy) {}

    /** FOR UPDATE/SHARE: locks rows as they pass; after a wait re-evaluates {@code input}'s conditions on the new version (READ COMMITTED). */
    record LockRows(Relation input, List<LockTarget> targets) implements Relation {
        public LockRows {
            targets = List.copyOf(targets);
        }

        @Override
        public List<Field> fields() {
            return input.fields();
        }
    }

    enum ModifyKind { INSERT, UPDATE, DELETE, MERGE }

    /** ON CONFLICT. Assignments and condition see the existing row's columns, then the row proposed for insertion (excluded). */
    record OnConflict(List<IndexDef> arbiters, boolean update, List<Assignment> assignments, @Nullable Scalar condition) {
        public OnConflict {
            arbiters = List.copyOf(arbiters);
            assignments = List.copyOf(assignments);
        }
    }

    /** New value of a column (attribute number). */
    record Assignment(int attributeNumber, Scalar value) {}

    /** One WHEN of MERGE. */
    record MergeAction(boolean matched, @Nullable Scalar condition, @Nullable ModifyKind kind, List<Assignment> assignments) {
        public MergeAction {
            assignments = List.copyOf(assignments);
        }
    }

    /**
     * INSERT, UPDATE, DELETE or MERGE.
     *
     * <p>INSERT: the input's fields are the values of {@code targetColumns} (attribute numbers) in order; other columns take defaults.
     * UPDATE/DELETE: the input's row begins with the target TableScan's fields (system columns and key included); assignments see the input's row.
     *
     * @param defaults expressions for columns that are not given (defaults, generated columns, hidden index columns), which see the new row's columns
     * @param checks NOT NULL is the executor's own; these are named CHECK constraints and view check options over the new row's columns
     * @param returning over the new row's columns (the old row's for DELETE) followed by the input's row; empty: no result
     */
    record Modify(
            ModifyKind kind,
            TableDef table,
            String alias,
            Relation input,
            List<Integer> targetColumns,
            List<Assignment> assignments,
            List<Assignment> defaults,
            List<Scalar.NamedCheck> checks,
            @Nullable OnConflict onConflict,
            List<MergeAction> mergeActions,
            boolean overridingUserValue,
            List<Scalar> returning,
            List<Field> fields)
            implements Relation {
        public Modify {
            targetColumns = List.copyOf(targetColumns);
            assignments = List.copyOf(assignments);
            defaults = List.copyOf(defaults);
            checks = List.copyOf(checks);
            mergeActions = List.copyOf(mergeActions);
            returning = List.copyOf(returning);
            fields = List.copyOf(fields);
        }
    }
}
