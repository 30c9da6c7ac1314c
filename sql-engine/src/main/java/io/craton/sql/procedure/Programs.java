package io.craton.sql.procedure;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgArray;
import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.core.type.TypeOid;
import io.craton.sql.analyze.CatalogView;
import io.craton.sql.analyze.TypeNames;
import io.craton.sql.exec.ExecContext;
import io.craton.sql.exec.TriggerCall;
import io.craton.sql.function.CallInfo;
import io.craton.sql.syntax.LexerSettings;
import io.craton.storage.catalog.CatalogObject.RoutineDef;
import io.craton.storage.catalog.CatalogObject.TriggerDef;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Programs of the session's routines, read when first called and kept while the catalog is the same. A session's, its thread. */
final class Programs {
    private static final int KEPT_MAX = 1000;

    /** One program for each set of actual types of a polymorphic routine, and for each trigger. */
    private record Key(int routine, List<PgType> arguments, PgType result, int trigger) {}

    private final Host host;
    private final Map<Key, Program> known = new HashMap<>();
    private long catalogVersion;

    Programs(Host host) {
        this.host = host;
    }

    /** A frame for a call. */
    Frame frame(ExecContext caller, RoutineDef routine, CallInfo call) {
        Frame frame = new Frame(program(caller, routine, call), caller);
        PgType result = call.resultType();
        frame.rowType = host.names().baseType(result);
        if (result.oid() == TypeOid.RECORD && frame.program.datum(Math.max(frame.program.output, 0)) instanceof Datum.Row row && frame.program.output >= 0) {
            List<PgType.Field> fields = new ArrayList<>();
            for (int i = 0; i < row.members().size(); i++) {
                Datum.Variable member = (Datum.Variable) frame.program.datum(row.members().get(i));
                fields.add(new PgType.Field(row.names().get(i), member.type().oid(), -1));
            }
            frame.rowType = PgTypes.RECORD.withFields(fields);
        }
        return frame;
    }

    /** A frame for a firing. */
    Frame frame(ExecContext caller, RoutineDef routine, TriggerCall call) {
        Program program = program(caller, routine, new Key(routine.oid(), List.of(), PgTypes.get(TypeOid.TRIGGER), call.trigger().oid()), null);
        Frame frame = new Frame(program, caller);
        frame.trigger = call;
        frame.set(program.oldRow, call.old());
        frame.set(program.newRow, call.current());
        TriggerDef trigger = call.trigger();
        boolean row = trigger.is(TriggerDef.ROW);
        String when = trigger.is(TriggerDef.INSTEAD) ? "INSTEAD OF" : trigger.is(TriggerDef.BEFORE) ? "BEFORE" : "AFTER";
        Object[] facts = {trigger.name(), when, row ? "ROW" : "STATEMENT", call.event().name(), Integer.toUnsignedLong(call.table().oid()), call.table().name(),
            call.table().name(), host.names().schemaName(call.table().schemaOid()), (long) trigger.arguments().size(), arguments(trigger)};
        for (int i = 0; i < facts.length; i++) frame.set(program.triggerFacts + i, facts[i]);
        return frame;
    }

    private static @Nullable PgArray arguments(TriggerDef trigger) {
        int count = trigger.arguments().size();
        return count == 0 ? null : new PgArray(PgTypes.TEXT, new int[] {count}, new int[] {0}, trigger.arguments().toArray());
    }

    private Program program(ExecContext caller, RoutineDef routine, CallInfo call) {
        return program(caller, routine, new Key(routine.oid(), call.argumentTypes(), call.resultType(), 0), call);
    }

    private Program program(ExecContext caller, RoutineDef routine, Key key, @Nullable CallInfo call) {
        long version = caller.catalog().version();
        if (version != catalogVersion || known.size() > KEPT_MAX) {
            known.clear();
            catalogVersion = version;
        }
        Program program = known.get(key);
        if (program == null) {
            if (call != null && routine.returnTypeOid() == TypeOid.TRIGGER) {
                throw PgError.error(SqlState.FEATURE_NOT_SUPPORTED, "trigger functions can only be called as triggers")
                        .withWhere("compilation of PL/pgSQL function \"" + routine.name() + "\" near line 1").exception();
            }
            try {
                program = compile(routine, host.names(), call, host.lexerSettings(), false, caller.session()::settingValue, notice -> { });
            } catch (PgException e) {
                throw compilation(e, routine.body());
            }
            known.put(key, program);
        }
        return program;
    }

    /** A DO block. */
    Program inline(ExecContext caller, String body) {
        ProgramBuilder builder = new ProgramBuilder("inline_code_block", host.names(),
                new Program.Signature("inline_code_block", PgTypes.get(TypeOid.VOID), false, false, false, false));
        builder.options(caller.session()::settingValue);
        builder.level(Namespace.Kind.BLOCK, "inline_code_block");
        return ProgramParser.parse(body, builder, host.lexerSettings(), true);
    }

    /** An error of reading at run time shows the body. */
    private static PgException compilation(PgException e, String body) {
        PgError error = e.error();
        return error.position() > 0 ? new PgException(error.withPosition(0).withInternal(error.position(), body)) : e;
    }

    // ---- reading -------------------------------------------------------------------------------------------------

    /**
     * Reads a routine's body.
     *
     * @param call actual types; null when the definition is only checked: polymorphic types then count as integers
     * @param setting values of settings by name
     */
    static Program compile(RoutineDef routine, CatalogView catalog, @Nullable CallInfo call, LexerSettings settings, boolean checkSyntax,
            Function<String, @Nullable String> setting, Consumer<PgError> notices) {
        List<PgType> all = types(routine, catalog, call);
        PgType declared = catalog.requireType(routine.returnTypeOid());
        PgType result = call != null ? call.resultType() : concrete(declared, catalog);
        boolean trigger = declared.oid() == TypeOid.TRIGGER;
        boolean procedure = routine.kind() == 'p';
        ProgramBuilder builder = new ProgramBuilder(routine.name(), catalog, new Program.Signature(signature(routine, catalog), result, routine.returnsSet(),
                procedure, trigger, routine.volatility() != 'v'));
        builder.level(Namespace.Kind.BLOCK, routine.name());
        if (trigger) {
            if (!routine.allArgTypes().isEmpty()) {
                throw PgError.error(SqlState.INVALID_FUNCTION_DEFINITION, "trigger functions cannot have declared arguments")
                        .withHint("The arguments of the trigger can be accessed through TG_NARGS and TG_ARGV instead.").exception();
            }
            builder.triggerVariables();
        }
        arguments(builder, routine, all);
        if (builder.output < 0 && polymorphic(declared)) builder.variable("$0", result, -1, true);
        builder.options(setting);
        if (checkSyntax) builder.checks = ExtraChecks.of(setting);
        Program program = ProgramParser.parse(routine.body(), builder, settings, checkSyntax);
        builder.notices.forEach(notices);
        return program;
    }

    private static void arguments(ProgramBuilder builder, RoutineDef routine, List<PgType> all) {
        List<String> names = new ArrayList<>();
        List<Integer> outputs = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            char mode = i < routine.argModes().length() ? routine.argModes().charAt(i) : 'i';
            String name = i < routine.argNames().size() ? routine.argNames().get(i) : "";
            if (all.get(i).kind() == 'p' && all.get(i).oid() != TypeOid.RECORD) {
                throw PgError.error(SqlState.FEATURE_NOT_SUPPORTED, "PL/pgSQL functions cannot accept type "
                        + TypeNames.of(all.get(i), builder.catalog)).exception();
            }
            int variable = builder.variable(name.isEmpty() ? "$" + (i + 1) : name, all.get(i), -1, false);
            if (mode != 'o' && mode != 't') builder.arguments.add(variable);
            if (mode == 'o' || mode == 't' || mode == 'b') {
                outputs.add(variable);
                names.add(name.isEmpty() ? "column" + outputs.size() : name);
            }
            builder.name("$" + (i + 1), variable);
            if (!name.isEmpty()) {
                if (Namespace.find(builder.names, true, name, null, null) != null) {
                    throw PgError.error(SqlState.INVALID_FUNCTION_DEFINITION, "parameter name \"" + name + "\" used more than once").exception();
                }
                builder.name(name, variable);
            }
        }
        if (outputs.size() > 1 || outputs.size() == 1 && routine.kind() == 'p') builder.output = builder.row("(unnamed row)", names, outputs);
        else if (outputs.size() == 1) builder.output = outputs.getFirst();
    }

    private static boolean polymorphic(PgType type) {
        return io.craton.sql.analyze.RoutineTypes.polymorphic(type.oid());
    }

    private static PgType concrete(PgType type, CatalogView catalog) {
        if (!polymorphic(type)) return type;
        boolean array = type.oid() == TypeOid.ANYARRAY || type.oid() == TypeOid.ANYCOMPATIBLEARRAY;
        return array ? java.util.Objects.requireNonNull(catalog.arrayType(PgTypes.INT4)) : PgTypes.INT4;
    }

    /** Actual types of all arguments. */
    private static List<PgType> types(RoutineDef routine, CatalogView catalog, @Nullable CallInfo call) {
        if (call != null) return io.craton.sql.analyze.RoutineTypes.actual(routine.allArgTypes(), routine.argModes(), call.argumentTypes(), catalog);
        List<PgType> types = new ArrayList<>();
        for (int oid : routine.allArgTypes()) types.add(concrete(catalog.requireType(oid), catalog));
        return types;
    }

    /** {@code f(integer,text)} as contexts show it: types of the input arguments. */
    static String signature(RoutineDef routine, CatalogView catalog) {
        List<String> types = new ArrayList<>();
        for (int i = 0; i < routine.allArgTypes().size(); i++) {
            char mode = i < routine.argModes().length() ? routine.argModes().charAt(i) : 'i';
            if (mode == 'o' || mode == 't') continue;
            types.add(TypeNames.of(catalog.requireType(routine.allArgTypes().get(i)), catalog));
        }
        boolean visible = catalog.searchPath().contains(routine.schemaOid());
        String name = io.craton.sql.syntax.Identifiers.quote(routine.name());
        return (visible ? name : io.craton.sql.syntax.Identifiers.quote(catalog.schemaName(routine.schemaOid())) + "." + name) + "("
                + String.join(",", types) + ")";
    }
}
