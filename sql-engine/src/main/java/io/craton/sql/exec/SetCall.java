package io.craton.sql.exec;

import io.craton.core.error.PgException;
import io.craton.sql.expr.Evaluator;
import io.craton.sql.expr.RowView;
import io.craton.sql.expr.Scope;
import io.craton.sql.function.CallInfo;
import io.craton.sql.function.SetKernel;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A call in a place where a set of rows may come: a set-returning function, or a scalar that gives one row. Immutable. */
public sealed interface SetCall {
    Iterator<@Nullable Object[]> rows(Scope scope, RowView row);

    record Function(SetKernel kernel, CallInfo info, List<Evaluator> arguments) implements SetCall {
        public Function {
            arguments = List.copyOf(arguments);
        }

        @Override
        public Iterator<@Nullable Object[]> rows(Scope scope, RowView row) {
            Object[] values = new Object[arguments.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = arguments.get(i).value(scope, row);
                if (values[i] == null && info.function().strict()) return Collections.emptyIterator();
            }
            return kernel.open(scope.context(), info, values);
        }
    }

    record Single(Evaluator value) implements SetCall {
        @Override
        public Iterator<@Nullable Object[]> rows(Scope scope, RowView row) {
            return Collections.singletonList(new Object[] {value.value(scope, row)}).iterator();
        }
    }

    static PgException unknown(String name) {
        return PgException.notSupported("function " + name);
    }
}
