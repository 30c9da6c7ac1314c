package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.core.type.PgType;
import io.craton.sql.expr.RowSource;
import io.craton.sql.expr.Scope;
import io.craton.sql.logical.Relation;
import io.craton.sql.plan.PlanNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** WITH: common table expressions that are kept, and recursion. */
public final class WithOperators {
    private WithOperators() {}

    /** A CTE's plan and its number. */
    public record Definition(int id, PlanNode plan, boolean modifies) {}

    public static final class With extends Operator {
        private final List<Definition> definitions;
        private final RowSource body;

        public With(Scope scope, List<Definition> definitions, PlanNode body) {
            super(scope);
            this.definitions = definitions;
            for (Definition definition : definitions) define(definition);
            this.body = start(body);
        }

        private void define(Definition definition) {
            RowSource source = start(definition.plan());
            scope.statement().own(source);
            LazyRows kept = new LazyRows(source, scope, definition.plan().fields(), definition.modifies());
            scope.statement().byId().put(definition.id(), kept);
        }

        @Override
        public void open() {
            for (Definition definition : definitions) {
                LazyRows kept = (LazyRows) scope.statement().byId().get(definition.id());
                if (definition.modifies()) {
                    scope.statement().atEnd(kept::finish); // runs to the end exactly once, read or not
                } else {
                    kept.forget();
                }
            }
            body.open();
        }

        @Override
        public @Nullable Batch next() {
            return body.next();
        }

        @Override
        public void close() {
            body.close();
        }
    }

    public static final class CteScan extends Operator {
        private final int id;
        private long at;

        public CteScan(Scope scope, int id) {
            super(scope);
            this.id = id;
        }

        @Override
        public void open() {
            at = 0;
        }

        @Override
        public @Nullable Batch next() {
            Batch batch = ((LazyRows) scope.statement().byId().get(id)).from(at);
            if (batch != null) at += batch.selected();
            return batch;
        }

        @Override
        public void close() {}
    }

    /** WITH RECURSIVE: rounds over the work table until a round gives nothing new. */
    public static final class RecursiveUnion extends Operator {
        private final int id;
        private final boolean all;
        private final RowSource base;
        private final RowSource recursive;
        private final List<Relation.Field> fields;
        private final PgType[] types;
        private @Nullable SeenRows seen;
        private StoredRows next;
        private boolean inBase;
        private boolean roundEnded;
        private boolean ended;

        public RecursiveUnion(Scope scope, int id, boolean all, PlanNode base, PlanNode recursive) {
            super(scope);
            this.id = id;
            this.all = all;
            this.base = start(base);
            this.recursive = start(recursive);
            this.fields = base.fields();
            this.types = fields.stream().map(Relation.Field::type).toArray(PgType[]::new);
            this.next = new StoredRows(scope, fields);
        }

        /** Key of the work table: apart from CTEs of the same number. */
        static int workTable(int id) {
            return -1 - id;
        }

        @Override
        public void open() {
            release();
            seen = all ? null : new SeenRows(scope, types);
            inBase = true;
            ended = false;
            base.open();
        }

        @Override
        public @Nullable Batch next() {
            while (!ended) {
                Batch late = seen == null ? null : seen.nextLate();
                if (late != null) {
                    next.add(late);
                    return late;
                }
                Batch batch = roundEnded ? null : inBase ? base.next() : recursive.next();
                if (batch == null) {
                    // Rows that were put off are told apart when the round is through.
                    if (!roundEnded && seen != null && seen.startLate()) roundEnded = true;
                    else nextRound();
                    continue;
                }
                scope.context().checkInterrupts();
                if (seen != null && !seen.inMemory()) {
                    seen.later(batch);
                    continue;
                }
                Batch fresh = seen == null ? batch : seen.fresh(batch);
                if (fresh.selected() == 0) continue;
                next.add(fresh);
                return fresh;
            }
            return null;
        }

        private void nextRound() {
            if (inBase) base.close();
            else recursive.close();
            inBase = false;
            roundEnded = false;
            if (next.rows() == 0) {
                ended = true;
                return;
            }
            Object before = scope.statement().byId().put(workTable(id), next);
            if (before instanceof StoredRows rows) rows.release();
            next = new StoredRows(scope, fields);
            recursive.open();
        }

        private void release() {
            next.release();
            if (seen != null) seen.release();
            seen = null;
            roundEnded = false;
            if (scope.statement().byId().remove(workTable(id)) instanceof StoredRows rows) rows.release();
        }

        @Override
        public void close() {
            base.close();
            recursive.close();
            release();
        }
    }

    public static final class WorkTableScan extends Operator {
        private final int id;
        private int page;
        private @Nullable StoredRows rows;

        public WorkTableScan(Scope scope, int id) {
            super(scope);
            this.id = id;
        }

        @Override
        public void open() {
            page = 0;
            rows = (StoredRows) scope.statement().byId().get(RecursiveUnion.workTable(id));
        }

        @Override
        public @Nullable Batch next() {
            return rows == null || page == rows.pages() ? null : rows.page(page++);
        }

        @Override
        public void close() {
            rows = null;
        }
    }
}
