package io.craton.sql.ddl;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.analyze.RelationRef;
import io.craton.sql.deparse.StoredSql;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.syntax.AlterTableCommand;
import io.craton.sql.syntax.Constraint;
import io.craton.sql.syntax.Expr;
import io.craton.sql.syntax.ObjectKind;
import io.craton.sql.syntax.SqlParser;
import io.craton.sql.syntax.Statement.DropBehavior;
import io.craton.sql.syntax.TableStatement;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.ConstraintDef;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.txn.WaitPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** ALTER TABLE: its commands one after the other, each on the table as the one before left it. One statement. */
final class TableAlteration {
    private final Scope scope;
    private final ConstraintBuilder builder;
    /** The table is locked in a mode in which others write to it. */
    private boolean online;

    TableAlteration(Scope scope) {
        this.scope = scope;
        this.builder = new ConstraintBuilder(scope);
    }

    String run(TableStatement.AlterTable alter) {
        String tag = "ALTER " + alter.kind().name().replace('_', ' ');
        ObjectNames.checkDatabase(alter.name(), scope);
        RelationRef found = scope.names().relation(alter.name().schema(), alter.name().name());
        if (found == null) {
            if (!alter.ifExists()) throw new PgException(SqlState.UNDEFINED_TABLE, "relation \"" + alter.name() + "\" does not exist");
            scope.context().notice(PgError.notice(SqlState.SUCCESSFUL_COMPLETION,
                    "relation \"" + alter.name() + "\" does not exist, skipping"));
            return tag;
        }
        switch (found) {
            case RelationRef.Stored stored -> {
                checkKind(alter, stored.table());
                Ownership.require(stored.table(), scope);
                scope.context().transaction().lockTable(stored.table().oid(), mode(stored.table(), alter.commands()), WaitPolicy.WAIT);
                Ownership.requireUnused(stored.table(), "ALTER TABLE", scope);
                for (AlterTableCommand command : alter.commands()) AlterAction.of(command).requireFor(stored.table().kind(), stored.table().name());
                for (AlterTableCommand command : alter.commands()) apply(command, current(stored.table()));
            }
            case RelationRef.Sequence sequence -> {
                Ownership.require(sequence.sequence(), scope);
                for (AlterTableCommand command : alter.commands()) onSequence(command, sequence.sequence());
            }
            case RelationRef.Index index -> {
                Ownership.require(index.index(), scope);
                for (AlterTableCommand command : alter.commands()) onIndex(command, index.index());
            }
            case RelationRef.Builtin builtin -> throw new PgException(SqlState.INSUFFICIENT_PRIVILEGE,
                    "permission denied: \"" + builtin.table().name() + "\" is a system catalog");
        }
        return tag;
    }

    private int mode(TableDef table, List<AlterTableCommand> commands) {
        online = commands.size() == 1 && AlterLocks.mayWriteRowsAgain(commands.getFirst()) && new OnlineRewrite(scope).fits(table);
        return online ? OnlineRewrite.LOCK : AlterLocks.mode(commands);
    }

    private static void checkKind(TableStatement.AlterTable alter, TableDef table) {
        boolean fits = switch (alter.kind()) {
            case VIEW -> table.kind() == 'v';
            case MATERIALIZED_VIEW -> table.kind() == 'm';
            case TABLE -> true;
            default -> alter.kind() != ObjectKind.INDEX && alter.kind() != ObjectKind.SEQUENCE;
        };
        if (!fits) {
            throw new PgException(SqlState.WRONG_OBJECT_TYPE,
                    "\"" + table.name() + "\" is not " + (alter.kind() == ObjectKind.INDEX ? "an " : "a ")
                            + alter.kind().name().toLowerCase(java.util.Locale.ROOT).replace('_', ' '));
        }
    }

    private TableDef current(TableDef table) {
        return Found.current(table, scope);
    }

    private void put(CatalogObject object) {
        scope.context().transaction().change(new CatalogChange.Put(object));
    }

    private void apply(AlterTableCommand command, TableDef table) {
        TypedTables.requireUntyped(command, table);
        switch (command) {
            case AlterTableCommand.AddColumn add -> new ColumnAddition(scope).run(add, table, online);
            case AlterTableCommand.DropColumn drop -> new ColumnDropping(scope).run(drop, table);
            case AlterTableCommand.AlterColumnType type -> new ColumnTypeChange(scope).run(type, table, online);
            case AlterTableCommand.SetColumnDefault set -> ColumnDefaults.set(set, table, scope);
            case AlterTableCommand.SetNotNull set -> setNotNull(set.column(), table);
            case AlterTableCommand.DropNotNull drop -> dropNotNull(drop.column(), table);
            case AlterTableCommand.AddConstraint add -> addConstraint(add.constraint(), table);
            case AlterTableCommand.DropConstraint drop -> dropConstraint(drop, table);
            case AlterTableCommand.AlterConstraint alter -> alterConstraint(alter, table);
            case AlterTableCommand.ValidateConstraint validate -> validate(validate, table);
            case AlterTableCommand.OwnerTo owner -> new OwnerDdl(scope).change(table, RoleNames.require(owner.owner(), scope));
            case AlterTableCommand.SetOptions set -> setOptions(set, table);
            case AlterTableCommand.SetStatistics set -> new ColumnTunings(scope).set(set, table);
            case AlterTableCommand.SetStorage set -> new ColumnTunings(scope).set(set, table);
            case AlterTableCommand.SetCompression set -> new ColumnTunings(scope).set(set, table);
            case AlterTableCommand.SetColumnOptions set -> new ColumnTunings(scope).set(set, table);
            case AlterTableCommand.SetTrigger set -> new TriggerDdl(scope).fire(set, table);
            case AlterTableCommand.ReplicaIdentity identity -> new IndexMarking(scope).identify(identity, table);
            case AlterTableCommand.ClusterOn on -> new IndexMarking(scope).clusterOn(table, on.index());
            case AlterTableCommand.SetWithoutCluster without -> new IndexMarking(scope).withoutCluster(table);
            case AlterTableCommand.SetLogged set -> setLogged(set, table);
            case AlterTableCommand.OfType of -> TypedTables.attach(table, of.type(), scope);
            case AlterTableCommand.NotOfType not -> TypedTables.detach(table, scope);
            case AlterTableCommand.SetWithoutOids without -> { }
            case AlterTableCommand.SetRule set -> throw new PgException(SqlState.UNDEFINED_OBJECT,
                    "rule \"" + set.name() + "\" for relation \"" + table.name() + "\" does not exist");
            case AlterTableCommand.SetTablespace set -> Placement.tablespace(set.tablespace());
            case AlterTableCommand.SetAccessMethod set -> Placement.method(set.method());
            case AlterTableCommand.SetIdentity set -> ColumnDefaults.setIdentity(set, table, scope);
            case AlterTableCommand.AddIdentity add -> ColumnDefaults.addIdentity(add, table, scope);
            case AlterTableCommand.DropIdentity drop -> ColumnDefaults.dropIdentity(drop, table, scope);
            case AlterTableCommand.DropExpression drop -> ColumnDefaults.dropExpression(drop, table, scope);
            default -> throw PgException.notSupported("ALTER TABLE .. " + command.getClass().getSimpleName()
                    .replaceAll("(?<=[a-z])(?=[A-Z])", " ").toUpperCase(java.util.Locale.ROOT));
        }
    }

    static ColumnDef column(TableDef table, String name) {
        ColumnDef column = table.column(name);
        if (column == null) throw noColumn(name, table.name());
        return column;
    }

    static PgException noColumn(String name, String relation) {
        return new PgException(SqlState.UNDEFINED_COLUMN, "column \"" + name + "\" of relation \"" + relation + "\" does not exist");
    }

    private void setNotNull(String name, TableDef table) {
        ColumnDef column = column(table, name);
        if (column.notNull()) return;
        if (!provedNotNull(table, column)) RowChecks.notNull(table, column, scope);
        put(Tables.withColumn(table, Tables.withNotNull(column, true)));
    }

    /** Whether a valid CHECK says so: no row has to be read. */
    private boolean provedNotNull(TableDef table, ColumnDef column) {
        for (ConstraintDef constraint : scope.context().catalog().constraints(table.oid())) {
            if (constraint.type() != 'c' || !constraint.validated() || constraint.expression() == null) continue;
            if (demands(SqlParser.parseStoredExpression(constraint.expression()), column.number())) return true;
        }
        return false;
    }

    private static boolean demands(Expr condition, int column) {
        return switch (condition) {
            case Expr.BoolExpr both when both.junction() == Expr.Junction.AND -> both.arguments().stream().anyMatch(each -> demands(each, column));
            case Expr.NullTest test when test.negated() -> StoredSql.isColumn(test.argument(), column);
            default -> false;
        };
    }

    private void dropNotNull(String name, TableDef table) {
        ColumnDef column = column(table, name);
        for (IndexDef index : scope.context().catalog().indexes(table.oid())) {
            if (index.primary() && index.keyParts().stream().anyMatch(part -> part.column() == column.number())) {
                throw new PgException(SqlState.INVALID_TABLE_DEFINITION, "column \"" + name + "\" is in a primary key");
            }
        }
        if (column.identity() != 0) {
            throw new PgException(SqlState.SYNTAX_ERROR,
                    "column \"" + name + "\" of relation \"" + table.name() + "\" is an identity column");
        }
        IndexMarking.requireNullable(table, column, scope);
        put(Tables.withColumn(table, Tables.withNotNull(column, false)));
    }

    /** Also the way of constraints written at ADD COLUMN, with {@code columns} filled in. */
    void addConstraint(Constraint constraint, TableDef table) {
        switch (constraint) {
            case Constraint.Check check -> {
                ConstraintDef def = builder.check(table, check, null, new ArrayList<>());
                if (def.validated()) RowChecks.check(table, def, scope);
                put(def);
            }
            case Constraint.Unique unique -> addUnique(unique, table);
            case Constraint.ForeignKey key -> {
                ConstraintDef def = builder.foreignKey(table, key, key.columns(), new ArrayList<>(), null);
                TableDef referenced = java.util.Objects.requireNonNull(scope.context().catalog().table(def.foreignTableOid()));
                scope.context().transaction().lockTable(referenced.oid(), 6, WaitPolicy.WAIT);
                if (def.validated()) RowChecks.foreignKey(table, def, referenced, scope);
                put(def);
            }
            default -> throw PgException.notSupported("this constraint in ALTER TABLE");
        }
    }

    private void addUnique(Constraint.Unique unique, TableDef table) {
        if (unique.primaryKey()) {
            for (IndexDef index : scope.context().catalog().indexes(table.oid())) {
                if (index.primary()) {
                    throw new PgException(SqlState.INVALID_TABLE_DEFINITION,
                            "multiple primary keys for table \"" + table.name() + "\" are not allowed");
                }
            }
        }
        if (unique.existingIndex() != null) {
            useIndex(unique, table);
            return;
        }
        boolean clustered = unique.primaryKey() && unique.include().isEmpty() && !unique.attributes().deferrable()
                && table.keyColumns().isEmpty() && table.kind() == 'r';
        ConstraintBuilder.Keyed keyed = builder.unique(table, unique, unique.columns(), clustered, new ArrayList<>());
        TableDef changed = table;
        if (online && !clustered) new OnlineRewrite(scope).lockStrongly(table);
        if (unique.primaryKey()) {
            for (IndexDef.KeyPart part : keyed.index().keyParts()) {
                ColumnDef column = changed.column(part.column());
                if (column.notNull()) continue;
                RowChecks.notNull(table, column, scope);
                changed = Tables.withColumn(changed, Tables.withNotNull(column, true));
            }
        }
        if (clustered) {
            changed = Tables.withKey(changed, keyed.index().keyParts().stream().map(IndexDef.KeyPart::column).toList());
            put(keyed.index());
            put(keyed.constraint());
            if (online) new OnlineRewrite(scope).rewrite(table, changed, Map.of());
            else new TableRewrite(scope).rewrite(table, changed, Map.of());
            return;
        }
        if (changed != table) put(changed);
        IndexBuild.checkUnique(keyed.index(), changed, scope);
        put(keyed.index());
        put(keyed.constraint());
    }

    /** ADD CONSTRAINT .. USING INDEX: the index becomes the constraint's and takes its name. */
    private void useIndex(Constraint.Unique unique, TableDef table) {
        IndexDef index = null;
        for (IndexDef candidate : scope.context().catalog().indexes(table.oid())) {
            if (candidate.name().equals(unique.existingIndex())) index = candidate;
        }
        if (index == null) {
            throw new PgException(SqlState.UNDEFINED_OBJECT, "index \"" + unique.existingIndex() + "\" does not exist").at(unique.position());
        }
        if (!index.valid()) {
            throw new PgException(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE, "index \"" + index.name() + "\" is not valid").at(unique.position());
        }
        if (!index.unique()) {
            throw PgError.error(SqlState.WRONG_OBJECT_TYPE, "\"" + index.name() + "\" is not a unique index")
                    .withDetail("Cannot create a primary key or unique constraint using such an index.").withPosition(unique.position()).exception();
        }
        requireForConstraint(index, unique);
        String name = unique.name() == null ? index.name() : unique.name();
        IndexDef own = new IndexDef(index.oid(), index.schemaOid(), name, index.tableOid(), index.storageId(), true, unique.primaryKey(),
                index.nullsNotDistinct(), index.keyParts(), index.includedColumns(), index.predicateColumn(), index.predicate(), index.method(),
                index.valid(), index.options(), index.marks());
        if (unique.primaryKey()) {
            TableDef changed = table;
            for (IndexDef.KeyPart part : index.keyParts()) {
                ColumnDef column = changed.column(part.column());
                if (column.notNull()) continue;
                RowChecks.notNull(table, column, scope);
                changed = Tables.withColumn(changed, Tables.withNotNull(column, true));
            }
            if (changed != table) put(changed);
        }
        put(own);
        put(new ConstraintDef(scope.context().transaction().newOid(), table.schemaOid(), name, unique.primaryKey() ? 'p' : 'u', table.oid(), 0,
                own.oid(), own.keyParts().stream().map(IndexDef.KeyPart::column).toList(), 0, List.of(), ' ', ' ', List.of(), ' ',
                unique.attributes().deferrable(), unique.attributes().initiallyDeferred(), true, true, null));
    }

    private void requireForConstraint(IndexDef index, Constraint.Unique unique) {
        for (ConstraintDef constraint : scope.context().catalog().constraints(index.tableOid())) {
            if (constraint.indexOid() != index.oid() || constraint.type() == 'f') continue;
            throw new PgException(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE, "index \"" + index.name() + "\" is already associated with a constraint").at(unique.position());
        }
        String fault = index.keyParts().stream().anyMatch(part -> part.expression() != null) ? "index \"" + index.name() + "\" contains expressions"
                : index.predicate() != null ? "\"" + index.name() + "\" is a partial index" : null;
        for (int i = 0; i < index.keyParts().size() && fault == null; i++) {
            IndexDef.KeyPart part = index.keyParts().get(i);
            ColumnDef column = java.util.Objects.requireNonNull(scope.context().catalog().table(index.tableOid())).column(part.column());
            if (part.descending() || part.nullsFirst() || part.collationOid() != column.collationOid()) fault = "index \"" + index.name() + "\" column number " + (i + 1) + " does not have default sorting behavior";
        }
        if (fault == null) return;
        throw PgError.error(SqlState.WRONG_OBJECT_TYPE, fault).withDetail("Cannot create a primary key or unique constraint using such an index.")
                .withPosition(unique.position()).exception();
    }

    private void dropConstraint(AlterTableCommand.DropConstraint drop, TableDef table) {
        ConstraintDef found = constraint(table, drop.name());
        if (found == null) {
            if (!drop.ifExists()) throw undefined(drop.name(), table);
            scope.context().notice(PgError.notice(SqlState.SUCCESSFUL_COMPLETION,
                    "constraint \"" + drop.name() + "\" of relation \"" + table.name() + "\" does not exist, skipping"));
            return;
        }
        if (found.type() == 't') {
            String trigger = "trigger " + SqlText.identifier(found.name()) + " on " + ObjectText.of(table, scope.names());
            throw PgError.error(SqlState.DEPENDENT_OBJECTS_STILL_EXIST, "cannot drop " + ObjectText.of(found, scope.names()) + " because " + trigger
                    + " requires it").withHint("You can drop " + trigger + " instead.").exception();
        }
        IndexDef index = found.type() == 'f' || found.indexOid() == 0 ? null : scope.context().catalog().find(IndexDef.class, found.indexOid());
        new ObjectDropping(scope).drop(List.of(found), drop.behavior() == DropBehavior.CASCADE ? DropBehavior.CASCADE : DropBehavior.RESTRICT);
        if (index != null && index.clustered()) {
            // Rows stay where they are: the old key goes on to order them, without being unique by name.
            TableDef unkeyed = Tables.withKey(current(table), List.of());
            TableRewrite rewrite = new TableRewrite(scope);
            if (rewrite.hasRows(table)) rewrite.rewrite(current(table), unkeyed, Map.of());
            else put(Tables.withStorage(unkeyed, scope.context().transaction().newStorageId()));
        }
    }

    private @Nullable ConstraintDef constraint(TableDef table, String name) {
        for (ConstraintDef constraint : scope.context().catalog().constraints(table.oid())) {
            if (constraint.name().equals(name)) return constraint;
        }
        return null;
    }

    private static PgException undefined(String name, TableDef table) {
        return new PgException(SqlState.UNDEFINED_OBJECT,
                "constraint \"" + name + "\" of relation \"" + table.name() + "\" does not exist");
    }

    /** Deferrability of a foreign key. */
    private void alterConstraint(AlterTableCommand.AlterConstraint alter, TableDef table) {
        ConstraintDef found = constraint(table, alter.name());
        if (found == null) throw undefined(alter.name(), table);
        if (found.type() != 'f') {
            throw new PgException(SqlState.WRONG_OBJECT_TYPE,
                    "constraint \"" + alter.name() + "\" of relation \"" + table.name() + "\" is not a foreign key constraint");
        }
        put(new ConstraintDef(found.oid(), found.schemaOid(), found.name(), found.type(), found.tableOid(), found.domainOid(), found.indexOid(),
                found.columns(), found.foreignTableOid(), found.foreignColumns(), found.updateAction(), found.deleteAction(),
                found.deleteSetColumns(), found.match(), alter.attributes().deferrable(), alter.attributes().initiallyDeferred(),
                found.validated(), found.noInherit(), found.expression()));
    }

    private void validate(AlterTableCommand.ValidateConstraint validate, TableDef table) {
        ConstraintDef found = constraint(table, validate.name());
        if (found == null) throw undefined(validate.name(), table);
        if (found.type() != 'c' && found.type() != 'f') {
            throw new PgException(SqlState.WRONG_OBJECT_TYPE, "constraint \"" + validate.name() + "\" of relation \"" + table.name()
                    + "\" is not a foreign key or check constraint");
        }
        if (found.validated()) return;
        if (found.type() == 'c') RowChecks.check(table, found, scope);
        else {
            TableDef referenced = java.util.Objects.requireNonNull(scope.context().catalog().table(found.foreignTableOid()));
            scope.context().transaction().lockTable(referenced.oid(), 2, WaitPolicy.WAIT);
            RowChecks.foreignKey(table, found, referenced, scope);
        }
        put(found.asValidated());
    }

    private void setOptions(AlterTableCommand.SetOptions set, TableDef table) {
        Map<String, String> options = StorageParameters.changed(table.options(), set.options(), set.reset(),
                table.kind() == 'v' ? StorageParameters.VIEW : StorageParameters.HEAP);
        put(new TableDef(table.oid(), table.schemaOid(), table.name(), table.owner(), table.kind(), table.persistence(), table.storageId(),
                table.rowTypeOid(), table.arrayTypeOid(), table.columns(), table.keyColumns(), options, table.viewQuery(), table.populated(),
                table.hasTriggers(), table.acl(), table.replicaIdentity(), table.ofTypeOid()));
    }

    private static PgException notLogged(String name) {
        return new PgException(SqlState.INVALID_TABLE_DEFINITION, "cannot change logged status of table \"" + name + "\" because it is temporary");
    }

    /** Rows are in the log either way; what it says is kept, and shown. Sequences of the table's go with it. */
    private void setLogged(AlterTableCommand.SetLogged set, TableDef table) {
        if (table.persistence() == 't') {
            throw notLogged(table.name());
        }
        for (ConstraintDef key : scope.context().catalog().all(ConstraintDef.class)) {
            if (key.type() != 'f' || key.tableOid() == key.foreignTableOid()) continue;
            // A table that is logged must not refer to one that is not.
            int other = set.logged() ? key.tableOid() == table.oid() ? key.foreignTableOid() : 0 : key.foreignTableOid() == table.oid() ? key.tableOid() : 0;
            TableDef linked = other == 0 ? null : scope.context().catalog().table(other);
            if (linked == null || (linked.persistence() == 'u') != set.logged()) continue;
            throw new PgException(SqlState.INVALID_TABLE_DEFINITION, "could not change table \"" + table.name() + "\" to " + (set.logged() ? "logged" : "unlogged")
                    + " because it references " + (set.logged() ? "unlogged" : "logged") + " table \"" + linked.name() + "\"");
        }
        put(new TableDef(table.oid(), table.schemaOid(), table.name(), table.owner(), table.kind(), set.logged() ? 'p' : 'u', table.storageId(),
                table.rowTypeOid(), table.arrayTypeOid(), table.columns(), table.keyColumns(), table.options(), table.viewQuery(), table.populated(),
                table.hasTriggers(), table.acl(), table.replicaIdentity(), table.ofTypeOid()));
        for (SequenceDef sequence : List.copyOf(scope.context().catalog().all(SequenceDef.class))) {
            if (sequence.ownerTable() == table.oid()) put(SequenceDdl.withPersistence(sequence, set.logged() ? 'p' : 'u'));
        }
    }

    private void onSequence(AlterTableCommand command, SequenceDef s) {
        AlterAction.of(command).requireFor('S', s.name());
        if (command instanceof AlterTableCommand.SetLogged set) {
            if (s.persistence() == 't') throw notLogged(s.name());
            put(SequenceDdl.withPersistence(s, set.logged() ? 'p' : 'u'));
            return;
        }
        if (!(command instanceof AlterTableCommand.OwnerTo owner)) throw PgException.notSupported("this change of a sequence");
        new OwnerDdl(scope).change(s, RoleNames.require(owner.owner(), scope));
    }

    private void onIndex(AlterTableCommand command, IndexDef i) {
        AlterAction.of(command).requireFor('i', i.name());
        if (command instanceof AlterTableCommand.SetTablespace set) {
            Placement.tablespace(set.tablespace());
            return;
        }
        if (command instanceof AlterTableCommand.SetStatistics target) {
            new ColumnTunings(scope).set(target, i);
            return;
        }
        if (!(command instanceof AlterTableCommand.SetOptions set)) throw PgException.notSupported("this change of an index");
        Map<String, String> options = StorageParameters.changed(i.options(), set.options(), set.reset(), StorageParameters.index(i.method()));
        put(new IndexDef(i.oid(), i.schemaOid(), i.name(), i.tableOid(), i.storageId(), i.unique(), i.primary(), i.nullsNotDistinct(),
                i.keyParts(), i.includedColumns(), i.predicateColumn(), i.predicate(), i.method(), i.valid(), options, i.marks()));
    }
}
