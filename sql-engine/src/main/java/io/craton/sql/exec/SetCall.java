package io.craton.sql.exec;

import io.craton.core.error.PgException;
import io.craton.core.type.PgRecord;
import io.craton.core.type.PgType;
import io.craton.sql.expr.Evaluator;
import io.craton.sql.expr.RowView;
import io.craton.sql.expr.Scope;
import io.craton.sql.function.CallInfo;
import io.craton.sql.function.RowShape;
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

    /** A scalar that gives a record whose columns the query names: the row is the record's values. */
    record Spread(Evaluator value, List<PgType> types) implements SetCall {
        public Spread {
            types = List.copyOf(types);
        }

        @Override
        public Iterator<@Nullable Object[]> rows(Scope scope, RowView row) {
            Object result = value.value(scope, row);
            if (!(result instanceof PgRecord record)) return Collections.singletonList(new Object[types.size()]).iterator();
            RowShape.require(record, types, scope.context().format().types());
            return Collections.singletonList(record.values()).iterator();
        }
    }

    static PgException unknown(String name) {
        return PgException.notSupported("function " + name);
    }
}
