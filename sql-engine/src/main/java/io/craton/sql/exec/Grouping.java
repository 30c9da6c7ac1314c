package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.core.batch.Vector;
import io.craton.core.type.PgType;
import io.craton.sql.expr.Evaluator;
import io.craton.sql.expr.RowSource;
import io.craton.sql.expr.Scope;
import io.craton.sql.logical.Relation;
import io.craton.sql.plan.Nodes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Groups rows by all grouping sets of an aggregate. Over the memory budget no group is added any more: rows of unknown groups go to files by their hash, for each set its
 * own, to be grouped when the groups that are here were given. One thread.
 */
final class Grouping {
    /** Fewer groups are kept however small the budget is, so that every file makes progress. */
    private static final int GROUPS_MIN = 256;

    private final Scope scope;
    private final Nodes.Aggregate plan;
    private final List<Relation.Field> inputFields;
    private final GroupTable[] tables;
    private final @Nullable SpillPartitions[] overflows;
    private final int level;
    private long charged;

    /** @param level how often the rows were put into files already */
    Grouping(Scope scope, Nodes.Aggregate plan, int[][] sets, int level) {
        this.scope = scope;
        this.plan = plan;
        this.inputFields = plan.input().fields();
        this.level = level;
        tables = new GroupTable[sets.length];
        for (int i = 0; i < sets.length; i++) tables[i] = new GroupTable(scope, plan.keys(), sets[i], plan.specs());
        overflows = new SpillPartitions[sets.length];
    }

    /** Reads an opened source to its end. */
    Grouping read(RowSource source) {
        Evaluator[] keys = plan.keys();
        for (Batch batch = source.next(); batch != null; batch = source.next()) {
            scope.context().checkInterrupts();
            Vector[] keyVectors = HashBuild.vectors(scope, keys, batch);
            AggregateInput[] inputs = new AggregateInput[plan.specs().length];
            for (int i = 0; i < inputs.length; i++) inputs[i] = AggregateInput.of(scope, plan.specs()[i], batch);
            for (int i = 0; i < tables.length; i++) {
                Batch rejected = tables[i].add(batch, keyVectors, inputs);
                if (rejected != null) overflow(i).write(rejected, tables[i].own(keyVectors));
            }
            charge();
        }
        return this;
    }

    private SpillPartitions overflow(int set) {
        SpillPartitions files = overflows[set];
        if (files == null) {
            int[] numbers = tables[set].set();
            PgType[] types = new PgType[numbers.length];
            for (int i = 0; i < types.length; i++) types[i] = plan.keys()[numbers[i]].type();
            overflows[set] = files = new SpillPartitions(scope.leader(), inputFields, types, level);
        }
        return files;
    }

    private void charge() {
        long bytes = 0;
        for (GroupTable table : tables) bytes += table.bytes();
        long more = bytes - charged;
        if (more == 0) return;
        charged = bytes;
        if (scope.context().charge(more)) return;
        boolean spills = scope.context().spillFolder() != null && level < SpillPartitions.LEVELS_MAX;
        for (GroupTable table : tables) if (spills && table.groups() >= GROUPS_MIN) table.close();
        scope.context().insist();
    }

    /** Adds what another thread has grouped. */
    void merge(Grouping other) {
        for (int i = 0; i < tables.length; i++) {
            tables[i].merge(other.tables[i]);
            SpillPartitions more = other.overflows[i];
            if (more == null) continue;
            // Groups that are in files there may be in memory here: their rows are added, or go to files again.
            other.overflows[i] = null;
            for (int part = 0; part < SpillPartitions.COUNT; part++) readAgain(i, new SpillSource(more.file(part)));
        }
        other.release();
        charge();
    }

    private void readAgain(int set, RowSource source) {
        tables[set].close();
        source.open();
        for (Batch batch = source.next(); batch != null; batch = source.next()) {
            Vector[] keyVectors = HashBuild.vectors(scope, plan.keys(), batch);
            AggregateInput[] inputs = new AggregateInput[plan.specs().length];
            for (int i = 0; i < inputs.length; i++) inputs[i] = AggregateInput.of(scope, plan.specs()[i], batch);
            Batch rejected = tables[set].add(batch, keyVectors, inputs);
            if (rejected != null) overflow(set).write(rejected, tables[set].own(keyVectors));
        }
        source.close();
    }

    int sets() {
        return tables.length;
    }

    GroupTable table(int set) {
        return tables[set];
    }

    /** Files with rows of other groups of a set; the caller closes them. Null for none. */
    @Nullable SpillPartitions takeOverflow(int set) {
        SpillPartitions files = overflows[set];
        overflows[set] = null;
        return files;
    }

    int level() {
        return level;
    }

    /** Gives the memory back. */
    void release() {
        scope.context().charge(-charged);
        charged = 0;
        for (int i = 0; i < overflows.length; i++) {
            SpillPartitions files = overflows[i];
            if (files != null) files.close();
            overflows[i] = null;
        }
    }
}
