package io.craton.sql.function;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.core.type.TypeCodecs;
import io.craton.sql.analyze.CatalogView;
import io.craton.sql.analyze.RoutineTypes;
import io.craton.sql.exec.ExecContext;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.AggregateDef;
import io.craton.storage.catalog.CatalogObject.RoutineDef;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An aggregate that a user made of functions: the state goes through the transition function row by row, and its result through the final function. One that is made
 * of the very functions of a built-in aggregate is computed as that. One call of a plan; any thread.
 */
final class UserAggregate implements AggregateKernel {
    private final Kernels kernels;
    private volatile @Nullable Parts parts;

    UserAggregate(Kernels kernels) {
        this.kernels = kernels;
    }

    /** A function and how it is called here. */
    private record Step(FunctionDef function, ScalarKernel kernel, CallInfo call) {
        @Nullable Object apply(ExecContext context, @Nullable Object[] arguments) {
            if (function.strict()) for (Object argument : arguments) if (argument == null) return null;
            return kernel.apply(context, call, arguments);
        }
    }

    /** What the catalog says of the aggregate. */
    private record Parts(Catalog catalog, AggregateDef definition, PgType stateType, @Nullable Step transition, @Nullable Step finish,
            @Nullable AggregateKernel builtin) {}

    private static final class State {
        final Parts parts;
        @Nullable Object value;
        /** Nothing has been put into a state that begins as null. */
        boolean fresh;

        State(Parts parts) {
            this.parts = parts;
        }
    }

    @Override
    public boolean strict() {
        return false; // the transition function says what becomes of nulls
    }

    @Override
    public Object create(ExecContext context, CallInfo call) {
        requireExecute(context, call.function());
        Parts known = parts;
        if (known == null || known.catalog != context.catalog()) parts = known = resolve(context, call);
        State state = new State(known);
        if (known.builtin != null) {
            state.value = known.builtin.create(context, call);
        } else if (known.definition.initial() != null) {
            state.value = TypeCodecs.fromText(known.stateType, known.definition.initial(), -1, context.format());
        } else {
            state.fresh = true;
        }
        return state;
    }

    private static void requireExecute(ExecContext context, FunctionDef function) {
        RoutineDef routine = context.catalog().find(RoutineDef.class, function.oid());
        if (routine == null || routine.acl() == null) return;
        if (Privileges.any(context, context.session().currentUserOid(), routine.owner(), routine.acl(), "X", 'f')) return;
        throw new PgException(SqlState.INSUFFICIENT_PRIVILEGE, "permission denied for aggregate " + function.name());
    }

    private Parts resolve(ExecContext context, CallInfo call) {
        CatalogView names = context.session().names();
        AggregateDef definition = java.util.Objects.requireNonNull(context.catalog().find(AggregateDef.class, call.function().oid()));
        List<PgType> inputs = call.argumentTypes();
        PgType stateType = RoutineTypes.resolved(inputs, call.function().argumentTypes(), definition.stateTypeOid(), names);
        FunctionDef transition = java.util.Objects.requireNonNull(names.function(definition.transitionOid()));
        FunctionDef finish = definition.finalOid() == 0 ? null : names.function(definition.finalOid());
        AggregateKernel builtin = builtin(transition, finish, definition);
        if (builtin != null) return new Parts(context.catalog(), definition, stateType, null, null, builtin);
        List<PgType> aggregated = definition.kind() == 'n' ? inputs : inputs.subList(definition.directArguments(), inputs.size());
        Step first = step(transition, stateType, aggregated, stateType, call.collation());
        List<PgType> rest = definition.finalExtra() ? inputs : inputs.subList(0, definition.kind() == 'n' ? 0 : definition.directArguments());
        Step last = finish == null ? null : step(finish, stateType, rest, call.resultType(), call.collation());
        return new Parts(context.catalog(), definition, stateType, first, last, null);
    }

    private Step step(FunctionDef function, PgType state, List<PgType> others, PgType result, int collation) {
        ScalarKernel kernel = kernels.scalar(function);
        if (kernel == null) throw PgException.notSupported("function " + function.name());
        List<PgType> types = new ArrayList<>(List.of(state));
        types.addAll(others);
        return new Step(function, kernel, new CallInfo(function, types, result, collation));
    }

    /** The kernel of a built-in aggregate of the same functions whose state only it knows. */
    private @Nullable AggregateKernel builtin(FunctionDef transition, @Nullable FunctionDef finish, AggregateDef definition) {
        if (!transition.builtIn() || kernels.scalar(transition) != null) return null;
        for (AggregateRow row : BuiltinCatalog.aggregates()) {
            boolean same = row.transition().equals(transition.name()) && row.finish().equals(finish == null ? "-" : finish.name())
                    && row.kind() == definition.kind();
            AggregateKernel kernel = same ? kernels.aggregate(java.util.Objects.requireNonNull(BuiltinCatalog.function(row.functionOid()))) : null;
            if (kernel != null) return kernel;
        }
        return null;
    }

    @Override
    public Object add(ExecContext context, Object held, @Nullable Object[] arguments) {
        State state = (State) held;
        Parts own = state.parts;
        if (own.builtin != null) {
            if (own.builtin.strict()) for (Object argument : arguments) if (argument == null) return state;
            state.value = own.builtin.add(context, state.value, arguments);
            return state;
        }
        Step transition = java.util.Objects.requireNonNull(own.transition);
        if (transition.function.strict()) {
            for (Object argument : arguments) if (argument == null) return state;
            if (state.fresh) {
                state.value = arguments[0];
                state.fresh = false;
                return state;
            }
            if (state.value == null) return state;
        }
        @Nullable Object[] all = new Object[arguments.length + 1];
        all[0] = state.value;
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        state.value = transition.apply(context, all);
        state.fresh = false;
        return state;
    }

    @Override
    public @Nullable Object result(ExecContext context, CallInfo call, Object held, @Nullable Object[] direct) {
        State state = (State) held;
        Parts own = state.parts;
        if (own.builtin != null) return own.builtin.result(context, call, state.value, direct);
        if (own.finish == null) return state.value;
        @Nullable Object[] all = new Object[own.finish.call.argumentTypes().size()];
        all[0] = state.value;
        System.arraycopy(direct, 0, all, 1, Math.min(direct.length, all.length - 1));
        return own.finish.apply(context, all);
    }
}
