package io.craton.sql.ddl;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.TypeOid;
import io.craton.sql.analyze.Findings;
import io.craton.sql.analyze.RelationRef;
import io.craton.sql.analyze.TableExpressions;
import io.craton.sql.deparse.StoredSql;
import io.craton.sql.exec.TriggerEvent;
import io.craton.sql.function.FunctionDef;
import io.craton.sql.function.Privileges;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.syntax.AlterTableCommand;
import io.craton.sql.syntax.ObjectReference;
import io.craton.sql.syntax.ObjectStatement;
import io.craton.sql.syntax.QualifiedName;
import io.craton.sql.syntax.RoutineStatement.CreateTrigger;
import io.craton.sql.syntax.RoutineStatement.Timing;
import io.craton.sql.syntax.RoutineStatement.TransitionTable;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.ConstraintDef;
import io.craton.storage.catalog.CatalogObject.RoutineDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.catalog.CatalogObject.TriggerDef;
import io.craton.storage.txn.WaitPolicy;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** CREATE TRIGGER, its renaming, and switching triggers on and off. One statement. */
final class TriggerDdl {
    private static final int SHARE_ROW_EXCLUSIVE = 6;
    private static final int FOREIGN_KEY_CHECK = 1644;
    private static final int FOREIGN_KEY_ACTION = 1654;

    private final Scope scope;

    TriggerDdl(Scope scope) {
        this.scope = scope;
    }

    // ---- CREATE --------------------------------------------------------------------------------------------------

    String create(CreateTrigger create) {
        TableDef table = table(create.table());
        scope.context().transaction().lockTable(table.oid(), SHARE_ROW_EXCLUSIVE, WaitPolicy.WAIT);
        table = Found.current(table, scope);
        requireKind(create, table);
        if (create.constraintFrom() != null) requireTableOf(create.constraintFrom());
        Ownership.requireTable(table, "t", scope);
        int type = type(create, table);
        String oldTable = null;
        String newTable = null;
        for (TransitionTable transition : create.transitions()) {
            requireTransition(transition, create, table, type);
            if (transition.isNew()) {
                if ((type & (TriggerDef.INSERT | TriggerDef.UPDATE)) == 0) throw wrong("NEW TABLE can only be specified for an INSERT or UPDATE trigger");
                if (newTable != null) throw wrong("NEW TABLE cannot be specified multiple times");
                newTable = transition.name();
            } else {
                if ((type & (TriggerDef.DELETE | TriggerDef.UPDATE)) == 0) throw wrong("OLD TABLE can only be specified for a DELETE or UPDATE trigger");
                if (oldTable != null) throw wrong("OLD TABLE cannot be specified multiple times");
                oldTable = transition.name();
            }
        }
        if (newTable != null && newTable.equals(oldTable)) throw wrong("OLD TABLE name and NEW TABLE name cannot be the same");
        String when = create.when() == null ? null : condition(create, table, type);
        int function = function(create.function());
        TriggerDef existing = find(table, create.name());
        if (existing != null) requireReplaceable(existing, create, table);
        List<Integer> columns = columns(create, table);
        int oid = existing != null ? existing.oid() : scope.context().transaction().newOid();
        int constraint = create.constraint() ? constraint(create, table) : 0;
        put(new TriggerDef(oid, create.name(), table.oid(), function, type, 'O', false, columns, create.arguments(), when, oldTable, newTable, constraint,
                create.attributes().deferrable(), create.attributes().initiallyDeferred()));
        return "CREATE TRIGGER";
    }

    private TableDef table(QualifiedName name) {
        ObjectNames.checkDatabase(name, scope);
        RelationRef found = scope.names().relation(name.schema(), name.name());
        return switch (found) {
            case RelationRef.Stored stored -> stored.table();
            case RelationRef.Builtin builtin -> throw new PgException(SqlState.INSUFFICIENT_PRIVILEGE,
                    "permission denied: \"" + builtin.table().name() + "\" is a system catalog");
            case RelationRef.Sequence sequence -> throw cannotHave(sequence.sequence().name(), "sequences");
            case RelationRef.Index index -> throw cannotHave(index.index().name(), "indexes");
            case null -> throw new PgException(SqlState.UNDEFINED_TABLE, "relation \"" + name + "\" does not exist");
        };
    }

    private void requireTableOf(QualifiedName name) {
        if (scope.names().relation(name.schema(), name.name()) == null) {
            throw new PgException(SqlState.UNDEFINED_TABLE, "relation \"" + name + "\" does not exist");
        }
    }

    private static PgException cannotHave(String name, String kinds) {
        return PgError.error(SqlState.WRONG_OBJECT_TYPE, "relation \"" + name + "\" cannot have triggers")
                .withDetail("This operation is not supported for " + kinds + ".").exception();
    }

    private static void requireKind(CreateTrigger create, TableDef table) {
        String detail = null;
        switch (table.kind()) {
            case 'r' -> {
                if (create.timing() == Timing.INSTEAD_OF) detail = "Tables cannot have INSTEAD OF triggers.";
            }
            case 'v' -> {
                if (create.timing() != Timing.INSTEAD_OF && create.forEachRow()) detail = "Views cannot have row-level BEFORE or AFTER triggers.";
                else if (create.events().stream().anyMatch(event -> event.name().equals("TRUNCATE"))) detail = "Views cannot have TRUNCATE triggers.";
            }
            case 'm' -> throw cannotHave(table.name(), "materialized views");
            default -> throw cannotHave(table.name(), "composite types");
        }
        if (detail == null) return;
        throw PgError.error(SqlState.WRONG_OBJECT_TYPE, "\"" + table.name() + "\" is a " + (table.kind() == 'v' ? "view" : "table")).withDetail(detail)
                .exception();
    }

    private static int type(CreateTrigger create, TableDef table) {
        int type = create.forEachRow() ? TriggerDef.ROW : 0;
        type |= switch (create.timing()) {
            case BEFORE -> TriggerDef.BEFORE;
            case INSTEAD_OF -> TriggerDef.INSTEAD;
            case AFTER -> 0;
        };
        for (var event : create.events()) type |= TriggerEvent.valueOf(event.name()).bit();
        if ((type & TriggerDef.TRUNCATE) != 0 && create.forEachRow()) throw unsupported("TRUNCATE FOR EACH ROW triggers are not supported");
        if (create.timing() == Timing.INSTEAD_OF) {
            if (!create.forEachRow()) throw unsupported("INSTEAD OF triggers must be FOR EACH ROW");
            if (create.when() != null) throw unsupported("INSTEAD OF triggers cannot have WHEN conditions");
            if (!create.updateColumns().isEmpty()) throw unsupported("INSTEAD OF triggers cannot have column lists");
        }
        return type;
    }

    private static PgException unsupported(String message) {
        return new PgException(SqlState.FEATURE_NOT_SUPPORTED, message);
    }

    private static PgException wrong(String message) {
        return new PgException(SqlState.INVALID_OBJECT_DEFINITION, message);
    }

    private static void requireTransition(TransitionTable transition, CreateTrigger create, TableDef table, int type) {
        if (!transition.isTable()) {
            throw PgError.error(SqlState.FEATURE_NOT_SUPPORTED, "ROW variable naming in the REFERENCING clause is not supported")
                    .withHint("Use OLD TABLE or NEW TABLE for naming transition tables.").exception();
        }
        if (table.kind() == 'v') {
            throw PgError.error(SqlState.WRONG_OBJECT_TYPE, "\"" + table.name() + "\" is a view").withDetail("Triggers on views cannot have transition tables.")
                    .exception();
        }
        if (create.timing() != Timing.AFTER) throw wrong("transition table name can only be specified for an AFTER trigger");
        if ((type & TriggerDef.TRUNCATE) != 0) throw unsupported("TRUNCATE triggers with transition tables are not supported");
        if (create.events().size() > 1) throw unsupported("transition tables cannot be specified for triggers with more than one event");
        if (!create.updateColumns().isEmpty()) throw unsupported("transition tables cannot be specified for triggers with column lists");
    }

    private String condition(CreateTrigger create, TableDef table, int type) {
        TableExpressions.Explored explored = TableExpressions.exploreTrigger(java.util.Objects.requireNonNull(create.when()), table, scope.names());
        List<Findings.Variable> uses = new ArrayList<>(explored.findings().uses());
        uses.sort(java.util.Comparator.comparing(use -> !use.wholeRow())); // a whole row is also used column by column
        for (Findings.Variable use : uses) requireVisible(use, explored, create, table, type);
        for (Findings.Variable use : uses) {
            if (use.systemAttribute() != 0) throw PgException.notSupported("a system column in the condition of a trigger").at(use.position());
        }
        return StoredSql.triggerCondition(explored, scope.names());
    }

    private static void requireVisible(Findings.Variable use, TableExpressions.Explored explored, CreateTrigger create, TableDef table, int type) {
        String what = null;
        SqlState state = SqlState.INVALID_OBJECT_DEFINITION;
        String detail = null;
        boolean isNew = use.item() == explored.rows().getLast();
        boolean before = create.timing() == Timing.BEFORE;
        if (!create.forEachRow()) {
            what = "statement trigger's WHEN condition cannot reference column values";
        } else if (!isNew) {
            if ((type & TriggerDef.INSERT) != 0) what = "INSERT trigger's WHEN condition cannot reference OLD values";
        } else if ((type & TriggerDef.DELETE) != 0) {
            what = "DELETE trigger's WHEN condition cannot reference NEW values";
        } else if (before && use.systemAttribute() != 0) {
            what = "BEFORE trigger's WHEN condition cannot reference NEW system columns";
            state = SqlState.FEATURE_NOT_SUPPORTED;
        } else if (before) {
            ColumnDef generated = null;
            for (ColumnDef column : table.columns()) {
                if (column.generated() == 0 || column.dropped() || column.hidden()) continue;
                if (use.wholeRow() || use.item().columnNumber(use.column()) == column.number()) generated = column;
            }
            if (generated != null) {
                what = "BEFORE trigger's WHEN condition cannot reference NEW generated columns";
                detail = use.wholeRow() ? "A whole-row reference is used and the table contains generated columns."
                        : "Column \"" + generated.name() + "\" is a generated column.";
            }
        }
        if (what == null) return;
        PgError error = PgError.error(state, what).withPosition(use.position());
        throw (detail == null ? error : error.withDetail(detail)).exception();
    }

    private int function(QualifiedName name) {
        if (name.schema() != null && !scope.names().schemaExists(name.schema())) {
            throw new PgException(SqlState.UNDEFINED_SCHEMA, "schema \"" + name.schema() + "\" does not exist");
        }
        FunctionDef found = null;
        for (FunctionDef candidate : scope.names().functions(name.schema(), name.name())) {
            if (candidate.argumentTypes().isEmpty() && candidate.kind() != 'p' && found == null) found = candidate;
        }
        if (found == null) throw new PgException(SqlState.UNDEFINED_FUNCTION, "function " + name + "() does not exist");
        RoutineDef routine = scope.context().catalog().find(RoutineDef.class, found.oid());
        if (routine != null && routine.acl() != null && !Privileges.any(scope.context(), scope.context().session().currentUserOid(), routine.owner(),
                routine.acl(), "X", 'f')) {
            throw new PgException(SqlState.INSUFFICIENT_PRIVILEGE, "permission denied for function " + name.name());
        }
        if (found.returnType() != TypeOid.TRIGGER) throw wrong("function " + name + " must return type trigger");
        return found.oid();
    }

    private static void requireReplaceable(TriggerDef existing, CreateTrigger create, TableDef table) {
        String which = "trigger \"" + create.name() + "\" for relation \"" + table.name() + "\"";
        if (!create.orReplace()) throw new PgException(SqlState.DUPLICATE_OBJECT, which + " already exists");
        if (existing.internal()) throw new PgException(SqlState.DUPLICATE_OBJECT, which + " is an internal or a child trigger");
        if (existing.constraintOid() != 0) throw new PgException(SqlState.DUPLICATE_OBJECT, which + " is a constraint trigger");
    }

    private static List<Integer> columns(CreateTrigger create, TableDef table) {
        List<Integer> columns = new ArrayList<>();
        for (String name : create.updateColumns()) {
            int number = TableAlteration.column(table, name).number();
            if (columns.contains(number)) throw new PgException(SqlState.DUPLICATE_COLUMN, "column \"" + name + "\" specified more than once");
            columns.add(number);
        }
        return columns;
    }

    private int constraint(CreateTrigger create, TableDef table) {
        ConstraintDef constraint = new ConstraintDef(scope.context().transaction().newOid(), table.schemaOid(), create.name(), 't', table.oid(), 0, 0, List.of(),
                0, List.of(), ' ', ' ', List.of(), ' ', create.attributes().deferrable(), create.attributes().initiallyDeferred(), true, true, null);
        put(constraint);
        return constraint.oid();
    }

    private void put(CatalogObject object) {
        scope.context().transaction().change(new CatalogChange.Put(object));
    }

    // ---- what names a trigger --------------------------------------------------------------------------------------

    private @Nullable TriggerDef find(TableDef table, String name) {
        for (TriggerDef trigger : scope.context().catalog().triggers(table.oid())) if (trigger.name().equals(name)) return trigger;
        return null;
    }

    /** 42704 when there is none. */
    TriggerDef require(ObjectReference.OnRelation on) {
        TableDef table = table(on.relation());
        TriggerDef found = find(table, on.name());
        if (found == null) throw missing(on.name(), table);
        return found;
    }

    private static PgException missing(String name, TableDef table) {
        return new PgException(SqlState.UNDEFINED_OBJECT, "trigger \"" + name + "\" for table \"" + table.name() + "\" does not exist");
    }

    /** What DROP TRIGGER names; null, with a notice, when it is not there and need not be. */
    @Nullable TriggerDef dropped(ObjectReference.OnRelation on, boolean ifExists) {
        QualifiedName name = on.relation();
        boolean noSchema = name.schema() != null && !scope.names().schemaExists(name.schema());
        if (noSchema && !ifExists) throw new PgException(SqlState.UNDEFINED_SCHEMA, "schema \"" + name.schema() + "\" does not exist");
        if (ifExists && scope.names().relation(name.schema(), name.name()) == null) {
            skip(noSchema ? "schema \"" + name.schema() + "\"" : "relation \"" + name + "\"");
            return null;
        }
        TableDef table = table(name);
        TriggerDef found = find(table, on.name());
        if (found == null) {
            if (!ifExists) throw missing(on.name(), table);
            skip("trigger \"" + on.name() + "\" for relation \"" + name + "\"");
            return null;
        }
        Ownership.require(table, scope);
        scope.context().transaction().lockTable(table.oid(), 8, WaitPolicy.WAIT);
        Ownership.requireUnused(table, "DROP TRIGGER", scope);
        return found;
    }

    private void skip(String what) {
        scope.context().notice(PgError.notice(SqlState.SUCCESSFUL_COMPLETION, what + " does not exist, skipping"));
    }

    // ---- ALTER ---------------------------------------------------------------------------------------------------

    void rename(ObjectStatement.Rename rename) {
        ObjectReference.OnRelation on = (ObjectReference.OnRelation) rename.object();
        TableDef table = table(on.relation());
        Ownership.require(table, scope);
        scope.context().transaction().lockTable(table.oid(), 8, WaitPolicy.WAIT);
        TriggerDef trigger = find(table, on.name());
        if (find(table, rename.newName()) != null) {
            throw new PgException(SqlState.DUPLICATE_OBJECT,
                    "trigger \"" + rename.newName() + "\" for relation \"" + table.name() + "\" already exists");
        }
        if (trigger == null) throw missing(on.name(), table);
        put(trigger.named(rename.newName()));
    }

    /** ENABLE and DISABLE TRIGGER. */
    void fire(AlterTableCommand.SetTrigger set, TableDef table) {
        char enabled = switch (set.firing()) {
            case ORIGIN -> 'O';
            case DISABLED -> 'D';
            case REPLICA -> 'R';
            case ALWAYS -> 'A';
        };
        boolean found = false;
        for (TriggerDef trigger : scope.context().catalog().triggers(table.oid())) {
            if (trigger.internal() || set.name() != null && !trigger.name().equals(set.name())) continue;
            found = true;
            if (trigger.enabled() != enabled) put(trigger.enabled(enabled));
        }
        if (set.name() != null && !found) throw missing(set.name(), table);
        if (set.scope() == AlterTableCommand.TriggerScope.ALL) foreignKeys(table, enabled);
    }

    /** The triggers that stand for foreign keys are in the catalog only while they are not what they are by themselves. */
    private void foreignKeys(TableDef table, char enabled) {
        List<ConstraintDef> checks = scope.context().catalog().constraints(table.oid()).stream().filter(each -> each.type() == 'f').toList();
        List<ConstraintDef> actions = scope.context().catalog().referencing(table.oid());
        if (checks.isEmpty() && actions.isEmpty()) return;
        if (!scope.context().session().superuser()) {
            String name = checks.isEmpty() ? name('a', actions.getFirst()) : name('c', checks.getFirst());
            throw new PgException(SqlState.INSUFFICIENT_PRIVILEGE, "permission denied: \"" + name + "\" is a system trigger");
        }
        for (TriggerDef trigger : scope.context().catalog().triggers(table.oid())) {
            if (trigger.internal()) scope.context().transaction().change(new CatalogChange.Drop(trigger));
        }
        if (enabled == 'O' || enabled == 'A') return;
        for (ConstraintDef key : checks) put(internal(name('c', key), table, FOREIGN_KEY_CHECK, TriggerDef.INSERT | TriggerDef.UPDATE, key, enabled));
        for (ConstraintDef key : actions) put(internal(name('a', key), table, FOREIGN_KEY_ACTION, TriggerDef.DELETE | TriggerDef.UPDATE, key, enabled));
    }

    private static String name(char side, ConstraintDef key) {
        return "RI_ConstraintTrigger_" + side + "_" + Integer.toUnsignedString(key.oid());
    }

    private TriggerDef internal(String name, TableDef table, int function, int events, ConstraintDef key, char enabled) {
        return new TriggerDef(scope.context().transaction().newOid(), name, table.oid(), function, TriggerDef.ROW | events, enabled, true, List.of(), List.of(),
                null, null, null, key.oid(), key.deferrable(), key.initiallyDeferred());
    }

    /** Whether a change of the column's type or its drop concerns the trigger. */
    static boolean reads(TriggerDef trigger, int column) {
        return trigger.columns().contains(column) || trigger.when() != null && StoredSql.readsOfTrigger(trigger.when(), column);
    }
}
