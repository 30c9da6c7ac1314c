package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.core.type.PgType;
import io.craton.sql.expr.RowSource;
import io.craton.sql.expr.Scope;
import io.craton.sql.logical.Relation;
import io.craton.sql.plan.PlanNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** WITH: common table expressions that are kept, and recursion. */
public final class WithOperators {
    private WithOperators() {}

    /** Rows of one CTE, computed as far as its scans have asked for, in pieces that any number of scans read. */
    static final class Kept {
        private final RowSource source;
        private final ExecContext context;
        private final List<Relation.Field> fields;
        private final List<RowStore> pieces = new ArrayList<>();
        private final boolean modifies;
        private boolean started;
        private boolean ended;

        Kept(RowSource source, ExecContext context, List<Relation.Field> fields, boolean modifies) {
            this.modifies = modifies;
            this.source = source;
            this.context = context;
            this.fields = fields;
        }

        /** Piece number {@code at}; null behind the last one. */
        @Nullable RowStore piece(int at) {
            while (at >= pieces.size() && !ended) read();
            return at < pieces.size() ? pieces.get(at) : null;
        }

        /** Small pieces first, for a LIMIT above; then larger ones; changes at once and whole. */
        private void read() {
            if (!started) {
                started = true;
                source.open();
            }
            int enough = modifies ? Integer.MAX_VALUE : pieces.isEmpty() ? 1 : Batch.SIZE;
            RowStore piece = new RowStore(context, RowStore.reprs(fields));
            while (piece.rows() < enough) {
                Batch batch = source.next();
                if (batch == null) {
                    ended = true;
                    source.close();
                    break;
                }
                piece.add(batch);
            }
            if (piece.rows() > 0) pieces.add(piece);
        }

        /** Runs to the end, read or not. */
        void finish() {
            while (!ended) read();
        }

        void forget() {
            if (started && !ended) source.close();
            for (RowStore piece : pieces) piece.release();
            pieces.clear();
            started = false;
            ended = false;
        }
    }

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
            Kept kept = new Kept(source, scope.context(), definition.plan().fields(), definition.modifies());
            scope.statement().byId().put(definition.id(), kept);
        }

        @Override
        public void open() {
            for (Definition definition : definitions) {
                Kept kept = (Kept) scope.statement().byId().get(definition.id());
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
        private int piece;
        private int at;

        public CteScan(Scope scope, int id) {
            super(scope);
            this.id = id;
        }

        @Override
        public void open() {
            piece = 0;
            at = 0;
        }

        @Override
        public @Nullable Batch next() {
            Kept kept = (Kept) scope.statement().byId().get(id);
            RowStore store = kept.piece(piece);
            if (store != null && at >= store.rows()) {
                store = kept.piece(++piece);
                at = 0;
            }
            if (store == null) return null;
            int count = Math.min(Batch.SIZE, store.rows() - at);
            Batch batch = store.slice(at, count);
            at += count;
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
        private KeyTable seen;
        private RowStore next;
        private boolean inBase;
        private boolean ended;

        public RecursiveUnion(Scope scope, int id, boolean all, PlanNode base, PlanNode recursive) {
            super(scope);
            this.id = id;
            this.all = all;
            this.base = start(base);
            this.recursive = start(recursive);
            this.fields = base.fields();
            this.types = fields.stream().map(Relation.Field::type).toArray(PgType[]::new);
            this.seen = KeyTable.of(types, KeyTable.NullKeys.EQUAL);
            this.next = new RowStore(scope.context(), RowStore.reprs(fields));
        }

        /** Key of the work table: apart from CTEs of the same number. */
        static int workTable(int id) {
            return -1 - id;
        }

        @Override
        public void open() {
            seen = KeyTable.of(types, KeyTable.NullKeys.EQUAL);
            next = new RowStore(scope.context(), RowStore.reprs(fields));
            inBase = true;
            ended = false;
            base.open();
        }

        @Override
        public @Nullable Batch next() {
            while (!ended) {
                Batch batch = inBase ? base.next() : recursive.next();
                if (batch == null) {
                    nextRound();
                    continue;
                }
                scope.context().checkInterrupts();
                Batch fresh = all ? batch : fresh(batch);
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
            if (next.rows() == 0) {
                ended = true;
                return;
            }
            Object before = scope.statement().byId().put(workTable(id), next);
            if (before instanceof RowStore store) store.release();
            next = new RowStore(scope.context(), RowStore.reprs(fields));
            recursive.open();
        }

        private Batch fresh(Batch batch) {
            int known = seen.size();
            int[] numbers = new int[batch.rows()];
            seen.add(batch.columns(), batch, numbers);
            int[] passed = new int[batch.selected()];
            int count = 0;
            int[] positions = batch.positions();
            for (int i = 0; i < batch.selected(); i++) {
                if (numbers[positions[i]] == known) {
                    known++;
                    passed[count++] = positions[i];
                }
            }
            return batch.select(passed, count);
        }

        @Override
        public void close() {
            base.close();
            recursive.close();
        }
    }

    public static final class WorkTableScan extends Operator {
        private final int id;
        private int at;
        private @Nullable RowStore store;

        public WorkTableScan(Scope scope, int id) {
            super(scope);
            this.id = id;
        }

        @Override
        public void open() {
            at = 0;
            store = (RowStore) scope.statement().byId().get(RecursiveUnion.workTable(id));
        }

        @Override
        public @Nullable Batch next() {
            if (store == null || at >= store.rows()) return null;
            int count = Math.min(Batch.SIZE, store.rows() - at);
            Batch batch = store.slice(at, count);
            at += count;
            return batch;
        }

        @Override
        public void close() {
            store = null;
        }
    }
}
