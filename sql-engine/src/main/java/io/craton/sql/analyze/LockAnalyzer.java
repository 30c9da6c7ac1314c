package io.craton.sql.analyze;

import io.craton.core.error.PgError;
import io.craton.core.error.SqlState;
import io.craton.sql.logical.Relation;
import io.craton.sql.syntax.Mark;
import io.craton.sql.syntax.QualifiedName;
import io.craton.sql.syntax.SelectStatement;
import io.craton.sql.syntax.SelectStatement.Locking;
import java.util.ArrayList;
import java.util.List;

/** FOR UPDATE and its kin (transformLockingClause). One analysis. */
final class LockAnalyzer {
    private final Analysis analysis;

    LockAnalyzer(Analysis analysis) {
        this.analysis = analysis;
    }

    static String name(Locking locking) {
        return switch (locking.strength()) {
            case KEY_SHARE -> "FOR KEY SHARE";
            case SHARE -> "FOR SHARE";
            case NO_KEY_UPDATE -> "FOR NO KEY UPDATE";
            case UPDATE -> "FOR UPDATE";
        };
    }

    /** Before FROM is analysed: tells it whose rows need keys. */
    void announce(SelectStatement statement, SelectStatement.SelectBody body, Scope scope) {
        List<String> names = new ArrayList<>();
        for (Locking locking : statement.locking()) {
            if (locking.relations().isEmpty()) scope.lockAll = true;
            for (QualifiedName name : locking.relations()) names.add(name.name());
        }
        scope.lockNames = names;
    }

    /** Whether the entry that is analysed next is named for locking. */
    static boolean names(Scope scope, String alias) {
        for (String name : scope.lockNames) {
            boolean same = Mark.of(name) instanceof Mark.Column(int _, int item, int _) ? item == scope.items.size() : name.equals(alias);
            if (same) return true;
        }
        return false;
    }

    void check(SelectStatement.SelectBody body, boolean grouped, boolean windows, TargetList targets, SelectStatement statement) {
        String name = name(statement.locking().getFirst());
        String with = body.distinct() != SelectStatement.DistinctKind.ALL ? "DISTINCT clause"
                : body.groupBy() != null ? "GROUP BY clause"
                : body.having() != null ? "HAVING clause"
                : grouped ? "aggregate functions"
                : windows ? "window functions" : null;
        if (with == null) {
            for (TargetList.Entry entry : targets.entries) {
                if (SetReturning.in(entry.value)) with = "set-returning functions in the target list";
            }
        }
        if (with != null) {
            throw PgError.error(SqlState.FEATURE_NOT_SUPPORTED, name + " is not allowed with " + with).exception();
        }
    }

    Relation lock(SelectStatement statement, Relation input, Scope scope) {
        List<Relation.LockTarget> targets = new ArrayList<>();
        for (Locking locking : statement.locking()) {
            if (locking.relations().isEmpty()) {
                for (RangeItem item : scope.items) if (item.kind == RangeItem.Kind.TABLE) add(targets, item, locking);
            }
            for (QualifiedName name : locking.relations()) named(targets, name, locking, scope);
        }
        for (Relation.LockTarget target : targets) if (target.table().persistence() != 't') analysis.readOnly = false;
        return targets.isEmpty() ? input : new Relation.LockRows(input, targets);
    }

    private static void named(List<Relation.LockTarget> targets, QualifiedName name, Locking locking, Scope scope) {
        if (name.parts().size() > 1) {
            throw PgError.error(SqlState.SYNTAX_ERROR, name(locking) + " must specify unqualified relation names")
                    .withPosition(name.position()).exception();
        }
        for (Visible visible : scope.namespace) {
            RangeItem item = visible.item;
            boolean named = Mark.of(name.name()) instanceof Mark.Column(int _, int number, int _) ? item.number() == number
                    : item.name.equals(name.name());
            if (!visible.relation || !named) continue;
            String what = switch (item.kind) {
                case TABLE, SUBQUERY, VIRTUAL -> null;
                case JOIN -> "a join";
                case FUNCTION -> "a function";
                case VALUES -> "VALUES";
                case CTE -> "a WITH query";
            };
            if (what != null) {
                throw PgError.error(SqlState.FEATURE_NOT_SUPPORTED, name(locking) + " cannot be applied to " + what)
                        .withPosition(name.position()).exception();
            }
            if (item.kind == RangeItem.Kind.TABLE) add(targets, item, locking);
            return;
        }
        throw PgError.error(SqlState.UNDEFINED_TABLE, "relation \"" + name.name() + "\" in " + name(locking)
                + " clause not found in FROM clause").withPosition(name.position()).exception();
    }

    private static void add(List<Relation.LockTarget> targets, RangeItem item, Locking locking) {
        Relation.LockStrength strength = switch (locking.strength()) {
            case KEY_SHARE -> Relation.LockStrength.KEY_SHARE;
            case SHARE -> Relation.LockStrength.SHARE;
            case NO_KEY_UPDATE -> Relation.LockStrength.NO_KEY_UPDATE;
            case UPDATE -> Relation.LockStrength.UPDATE;
        };
        Relation.LockWait wait = switch (locking.waiting()) {
            case BLOCK -> Relation.LockWait.WAIT;
            case SKIP -> Relation.LockWait.SKIP_LOCKED;
            case NOWAIT -> Relation.LockWait.NO_WAIT;
        };
        for (int i = 0; i < targets.size(); i++) {
            Relation.LockTarget other = targets.get(i);
            if (other.firstField() != item.offset) continue;
            // the strongest lock and the least patient policy win
            targets.set(i, new Relation.LockTarget(other.table(), other.firstField(), other.keyField(),
                    other.strength().compareTo(strength) >= 0 ? other.strength() : strength,
                    other.policy() == Relation.LockWait.NO_WAIT || wait == Relation.LockWait.NO_WAIT ? Relation.LockWait.NO_WAIT
                            : other.policy() == Relation.LockWait.SKIP_LOCKED || wait == Relation.LockWait.SKIP_LOCKED
                                    ? Relation.LockWait.SKIP_LOCKED : Relation.LockWait.WAIT));
            return;
        }
        java.util.Objects.requireNonNull(item.access).locksRows();
        targets.add(new Relation.LockTarget(item.table, item.offset, item.offset + item.fields.size() + 6, strength, wait));
    }
}
