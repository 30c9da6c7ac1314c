package io.craton.storage.catalog;

import io.craton.core.type.PgType;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One object of a tenant's catalog. Each has an oid of 16384 or above, unique in the tenant, or a fixed one for objects that every
 * tenant is born with (schema public 2200, pg_catalog 11, information_schema, role postgres 10). Expressions and queries are kept as SQL text with
 * marks for names (decision 0013).
 */
public sealed interface CatalogObject {
    int oid();

    /** A namespace. */
    record SchemaDef(int oid, String name, int owner, @Nullable String acl) implements CatalogObject {}

    /**
     * A table, view, materialized view or composite type's relation.
     *
     * @param kind relkind: r table, v view, m materialized view, c composite type, p partitioned table
     * @param persistence p permanent, t temporary, u unlogged (treated as permanent)
     * @param storageId where its rows live; a rewrite or TRUNCATE gives a new one; 0 when it has no rows
     * @param rowTypeOid pg_type oid of its row type
     * @param columns by attribute number; dropped ones stay in place, hidden ones (of expression and partial indexes) too
     * @param keyColumns attribute numbers of the clustering key, which is the primary key declared when the table was empty;
     *     empty: rows are keyed by a hidden row id in order of insertion
     * @param options in the order that they were set in
     * @param viewQuery canonical SQL of a view or materialized view
     * @param replicaIdentity d default, n nothing, f full, i the index with {@link IndexMarks#replica}
     * @param ofTypeOid the composite type of a typed table, else 0
     */
    record TableDef(
            int oid,
            int schemaOid,
            String name,
            int owner,
            char kind,
            char persistence,
            long storageId,
            int rowTypeOid,
            int arrayTypeOid,
            List<ColumnDef> columns,
            List<Integer> keyColumns,
            Map<String, String> options,
            @Nullable String viewQuery,
            boolean populated,
            boolean hasTriggers,
            @Nullable String acl,
            char replicaIdentity,
            int ofTypeOid)
            implements CatalogObject {
        public TableDef {
            columns = List.copyOf(columns);
            keyColumns = List.copyOf(keyColumns);
            options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
        }

        /** The column with this attribute number (1-based). */
        public ColumnDef column(int attributeNumber) {
            return columns.get(attributeNumber - 1);
        }

        public @Nullable ColumnDef column(String columnName) {
            for (ColumnDef column : columns) {
                if (!column.dropped() && !column.hidden() && column.name().equals(columnName)) return column;
            }
            return null;
        }
    }

    /**
     * A column.
     *
     * @param number attribute number, 1-based, never reused
     * @param defaultExpression SQL of the default, or of the generation expression when {@code generated} is 's'
     * @param identity 'a' always, 'd' by default, 0 none
     * @param generated 's' stored, 0 none
     * @param missingText text form of the value that rows written before this column was added have; null is SQL null
     * @param hidden computed for an index, seen by nobody
     */
    record ColumnDef(
            int number,
            String name,
            int typeOid,
            int typmod,
            int collationOid,
            boolean notNull,
            @Nullable String defaultExpression,
            char identity,
            char generated,
            @Nullable String missingText,
            boolean dropped,
            boolean hidden,
            int statisticsTarget,
            @Nullable String acl,
            ColumnTuning tuning) {}

    /**
     * What a column's definition says about how its values are kept. Rows are kept as they are here whatever it says; it is there to be shown, dumped and loaded.
     *
     * @param storage attstorage when it is not the type's, else 0
     * @param compression attcompression: p pglz, l lz4, 0 the default
     * @param options attoptions, in the order that they were set in
     */
    record ColumnTuning(char storage, char compression, Map<String, String> options) {
        public static final ColumnTuning DEFAULT = new ColumnTuning((char) 0, (char) 0, Map.of());

        public ColumnTuning {
            options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
        }
    }

    /**
     * An index. Key parts name columns; expressions and the predicate are hidden columns of the table, their SQL is kept for display.
     *
     * @param predicateColumn attribute number of the hidden boolean column, 0 when the index is not partial
     * @param method access method's name as declared: btree, hash, gin, ...
     * @param valid false while it is being built
     */
    record IndexDef(
            int oid,
            int schemaOid,
            String name,
            int tableOid,
            long storageId,
            boolean unique,
            boolean primary,
            boolean nullsNotDistinct,
            List<KeyPart> keyParts,
            List<Integer> includedColumns,
            int predicateColumn,
            @Nullable String predicate,
            String method,
            boolean valid,
            Map<String, String> options,
            IndexMarks marks)
            implements CatalogObject {
        public IndexDef {
            keyParts = List.copyOf(keyParts);
            includedColumns = List.copyOf(includedColumns);
            options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
        }

        /** @param expression SQL when the part is an expression (then {@code column} is hidden), else null */
        public record KeyPart(int column, @Nullable String expression, boolean descending, boolean nullsFirst,
                int operatorClassOid, int collationOid) {}

        /** This index is the table's own clustering key and has no storage of its own. */
        public boolean clustered() {
            return storageId == 0;
        }
    }

    /**
     * What was said about an index by other commands.
     *
     * @param cluster CLUSTER ON
     * @param replica REPLICA IDENTITY USING INDEX
     * @param statistics targets of its expressions' statistics, by the part's number from 1 on
     */
    record IndexMarks(boolean cluster, boolean replica, Map<Integer, Integer> statistics) {
        public static final IndexMarks NONE = new IndexMarks(false, false, Map.of());

        public IndexMarks {
            statistics = Collections.unmodifiableMap(new TreeMap<>(statistics));
        }
    }

    /**
     * A constraint.
     *
     * @param type contype: c check, f foreign key, p primary key, u unique, x exclusion
     * @param tableOid 0 for a domain's constraint (then {@code domainOid} is set)
     * @param indexOid index behind p and u; for f the referenced unique index
     * @param updateAction a no action, r restrict, c cascade, n set null, d set default
     * @param match s simple, f full
     */
    record ConstraintDef(
            int oid,
            int schemaOid,
            String name,
            char type,
            int tableOid,
            int domainOid,
            int indexOid,
            List<Integer> columns,
            int foreignTableOid,
            List<Integer> foreignColumns,
            char updateAction,
            char deleteAction,
            List<Integer> deleteSetColumns,
            char match,
            boolean deferrable,
            boolean initiallyDeferred,
            boolean validated,
            boolean noInherit,
            @Nullable String expression)
            implements CatalogObject {
        public ConstraintDef {
            columns = List.copyOf(columns);
            foreignColumns = List.copyOf(foreignColumns);
            deleteSetColumns = List.copyOf(deleteSetColumns);
        }

        /** The same, and all rows are known to obey it. */
        public ConstraintDef asValidated() {
            return new ConstraintDef(oid, schemaOid, name, type, tableOid, domainOid, indexOid, columns, foreignTableOid, foreignColumns, updateAction, deleteAction,
                    deleteSetColumns, match, deferrable, initiallyDeferred, true, noInherit, expression);
        }
    }

    /**
     * A sequence; its value is not part of the catalog.
     *
     * @param ownerTable table that owns it (serial, identity, OWNED BY), 0 none
     * @param internal owned by an identity column
     */
    record SequenceDef(
            int oid,
            int schemaOid,
            String name,
            int owner,
            char persistence,
            int typeOid,
            long start,
            long increment,
            long minimum,
            long maximum,
            long cache,
            boolean cycle,
            int ownerTable,
            int ownerColumn,
            boolean internal,
            long storageId,
            @Nullable String acl)
            implements CatalogObject {}

    /** An enum, domain, composite or array type made by a user. */
    record TypeDef(PgType type, @Nullable String acl) implements CatalogObject {
        @Override
        public int oid() {
            return type.oid();
        }
    }

    /**
     * A function or procedure made by a user. Oids of arguments as in pg_proc.
     *
     * @param argModes i in, o out, b inout, v variadic, t table; one for each of {@code allArgTypes}
     * @param argDefaults SQL of the defaults of the last input arguments
     * @param settings what SET clauses say, in their order
     * @param sqlBody the body was written as SQL itself (RETURN, BEGIN ATOMIC): names in it are those of the objects that it was made with
     */
    record RoutineDef(
            int oid,
            int schemaOid,
            String name,
            int owner,
            char kind,
            String language,
            List<Integer> allArgTypes,
            String argModes,
            List<String> argNames,
            List<String> argDefaults,
            int returnTypeOid,
            boolean returnsSet,
            int variadicTypeOid,
            boolean strict,
            char volatility,
            char parallel,
            boolean securityDefiner,
            boolean leakproof,
            double cost,
            double rows,
            Map<String, String> settings,
            String body,
            boolean sqlBody,
            @Nullable String acl)
            implements CatalogObject {
        public RoutineDef {
            allArgTypes = List.copyOf(allArgTypes);
            argNames = List.copyOf(argNames);
            argDefaults = List.copyOf(argDefaults);
            settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
        }
    }

    /**
     * How a {@link RoutineDef} of kind 'a' computes: a row of pg_aggregate, under the routine's oid. Functions by oid, 0 none.
     *
     * @param kind n plain, o ordered-set, h hypothetical-set
     * @param finalExtra the final function gets nulls in place of the aggregated arguments
     * @param finalModify r read only, s shareable, w read write
     * @param initial text of the first state; null: null
     */
    record AggregateDef(
            int oid,
            char kind,
            int directArguments,
            int transitionOid,
            int finalOid,
            int combineOid,
            int serialOid,
            int deserialOid,
            int movingTransitionOid,
            int movingInverseOid,
            int movingFinalOid,
            boolean finalExtra,
            boolean movingFinalExtra,
            char finalModify,
            char movingFinalModify,
            int sortOperatorOid,
            int stateTypeOid,
            int stateSpace,
            int movingStateTypeOid,
            int movingStateSpace,
            @Nullable String initial,
            @Nullable String movingInitial)
            implements CatalogObject {}

    /**
     * A user's operator: a row of pg_operator.
     *
     * @param leftOid 0 for a prefix operator
     * @param functionOid 0 for a shell, which another operator names as its commutator or negator
     */
    record UserOperatorDef(
            int oid,
            int schemaOid,
            String name,
            int owner,
            boolean merges,
            boolean hashes,
            int leftOid,
            int rightOid,
            int resultOid,
            int commutatorOid,
            int negatorOid,
            int functionOid,
            int restrictOid,
            int joinOid)
            implements CatalogObject {}

    /** A trigger; {@code type} is pg_trigger.tgtype's bits. */
    record TriggerDef(
            int oid,
            String name,
            int tableOid,
            int functionOid,
            int type,
            char enabled,
            boolean internal,
            List<Integer> columns,
            List<String> arguments,
            @Nullable String when,
            @Nullable String oldTable,
            @Nullable String newTable,
            int constraintOid,
            boolean deferrable,
            boolean initiallyDeferred)
            implements CatalogObject {
        public static final int ROW = 1;
        public static final int BEFORE = 2;
        public static final int INSERT = 4;
        public static final int DELETE = 8;
        public static final int UPDATE = 16;
        public static final int TRUNCATE = 32;
        public static final int INSTEAD = 64;

        public TriggerDef {
            columns = List.copyOf(columns);
            arguments = List.copyOf(arguments);
        }

        /** Whether all these bits are set in its type. */
        public boolean is(int bits) {
            return (type & bits) == bits;
        }

        /** After the rows were changed, that is neither before nor instead. */
        public boolean after() {
            return (type & (BEFORE | INSTEAD)) == 0;
        }

        /** Fires in a session that is no replica. */
        public boolean fires() {
            return enabled == 'O' || enabled == 'A';
        }

        public TriggerDef enabled(char how) {
            return new TriggerDef(oid, name, tableOid, functionOid, type, how, internal, columns, arguments, when, oldTable, newTable, constraintOid, deferrable,
                    initiallyDeferred);
        }

        public TriggerDef named(String newName) {
            return new TriggerDef(oid, newName, tableOid, functionOid, type, enabled, internal, columns, arguments, when, oldTable, newTable, constraintOid,
                    deferrable, initiallyDeferred);
        }
    }

    /** An installed extension. */
    record ExtensionDef(int oid, String name, int owner, int schemaOid, String version) implements CatalogObject {}

    /** A comment on an object: (classOid, objectOid, subId) as in pg_description. {@code oid} is its own. */
    record CommentDef(int oid, int classOid, int objectOid, int subId, String text) implements CatalogObject {}

    /** A user-made cast. */
    record CastDef(int oid, int sourceOid, int targetOid, int functionOid, char context, char method) implements CatalogObject {}

    /** What was granted on a language or function that every tenant is born with, under its oid. */
    record BuiltinRightsDef(int oid, @Nullable String acl) implements CatalogObject {}

    /** A collation made by a user or known by name. */
    record CollationDef(int oid, int schemaOid, String name, int owner, char provider, boolean deterministic, String locale)
            implements CatalogObject {}

    /** ALTER DEFAULT PRIVILEGES. */
    record DefaultAclDef(int oid, int roleOid, int schemaOid, char objectType, String acl) implements CatalogObject {}

    /** What ANALYZE found for one column, in the form of pg_statistic; numbers of rows are kept by the projections themselves. */
    record StatisticsDef(
            int oid,
            int tableOid,
            int column,
            double nullFraction,
            int averageWidth,
            double distinct,
            List<String> mostCommonValues,
            List<Double> mostCommonFrequencies,
            List<String> histogramBounds,
            double correlation)
            implements CatalogObject {
        public StatisticsDef {
            mostCommonValues = List.copyOf(mostCommonValues);
            mostCommonFrequencies = List.copyOf(mostCommonFrequencies);
            histogramBounds = List.copyOf(histogramBounds);
        }
    }

    /** ALTER DATABASE/ROLE .. SET; role 0 means all roles, database 0 all databases. Cluster-wide. */
    record RoleSettingDef(int oid, int databaseOid, int roleOid, Map<String, String> settings) implements CatalogObject {
        public RoleSettingDef {
            settings = Map.copyOf(settings);
        }
    }

    /** A role. Cluster-wide: lives in the system tenant's catalog. */
    record RoleDef(
            int oid,
            String name,
            boolean superuser,
            boolean inherit,
            boolean createRole,
            boolean createDatabase,
            boolean canLogin,
            boolean replication,
            boolean bypassRowSecurity,
            int connectionLimit,
            @Nullable String scramVerifier,
            @Nullable String validUntil)
            implements CatalogObject {}

    /** Membership of a role. Cluster-wide. */
    record MembershipDef(int oid, int roleOid, int memberOid, int grantorOid, boolean adminOption) implements CatalogObject {}

    /**
     * A database, that is a tenant. Cluster-wide. {@code tenantNumber} names its folder {@code projections/tenant_NNN}; {@code group} is the raft group whose log its
     * entries are in, {@code firstGroup} the one in which it was made.
     */
    record DatabaseDef(int oid, int tenantNumber, String name, int owner, boolean template, boolean allowConnections,
            int connectionLimit, @Nullable String acl, int group, int firstGroup, DatabaseLocale locale)
            implements CatalogObject {
        /** One of the locale that databases have when nothing else was asked for. */
        public DatabaseDef(int oid, int tenantNumber, String name, int owner, boolean template, boolean allowConnections, int connectionLimit, @Nullable String acl,
                int group, int firstGroup) {
            this(oid, tenantNumber, name, owner, template, allowConnections, connectionLimit, acl, group, firstGroup, DatabaseLocale.DEFAULT);
        }

        public DatabaseDef inGroup(int other) {
            return new DatabaseDef(oid, tenantNumber, name, owner, template, allowConnections, connectionLimit, acl, other, firstGroup, locale);
        }
    }
}
