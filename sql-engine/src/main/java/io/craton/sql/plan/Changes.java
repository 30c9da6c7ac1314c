package io.craton.sql.plan;

import io.craton.sql.exec.LockRowsOperator;
import io.craton.sql.exec.ModifyOperator;
import io.craton.sql.exec.ModifySpec;
import io.craton.sql.expr.RowSource;
import io.craton.sql.expr.Scope;
import io.craton.sql.logical.Relation;
import java.util.List;

/** Plan nodes that write or lock. */
public final class Changes {
    private Changes() {}

    public record Modify(PlanNode input, ModifySpec spec, String alias, List<Relation.Field> fields) implements PlanNode {
        @Override
        public double rows() {
            return fields.isEmpty() ? 0 : input.rows();
        }

        @Override
        public List<PlanNode> inputs() {
            return List.of(input);
        }

        @Override
        public RowSource source(Scope scope) {
            return new ModifyOperator(scope, input, spec, fields);
        }
    }

    public record LockRows(PlanNode input, List<LockRowsOperator.Target> targets) implements PlanNode {
        @Override
        public List<Relation.Field> fields() {
            return input.fields();
        }

        @Override
        public double rows() {
            return input.rows();
        }

        @Override
        public List<PlanNode> inputs() {
            return List.of(input);
        }

        @Override
        public RowSource source(Scope scope) {
            return new LockRowsOperator(scope, input, targets);
        }
    }
}
