package io.craton.sql.procedure;

import io.craton.core.error.PgError;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.core.type.TypeOid;
import io.craton.sql.analyze.CatalogView;
import io.craton.sql.procedure.Program.Precedence;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A program while it is read: variables so far, names of the place at hand. One parse, one thread. */
final class ProgramBuilder {
    final CatalogView catalog;
    final Program.Signature signature;
    final List<Datum> datums = new ArrayList<>();
    final List<Integer> arguments = new ArrayList<>();
    @Nullable Namespace names;
    int output = -1;
    int found = -1;
    int newRow = -1;
    int oldRow = -1;
    int triggerFacts = -1;
    Precedence precedence = Precedence.ERROR;
    boolean printStrict;
    /** Warnings about the body. */
    final List<PgError> notices = new ArrayList<>();
    ExtraChecks checks = ExtraChecks.NONE;

    /** The routine's bare name. */
    final String routine;

    ProgramBuilder(String routine, CatalogView catalog, Program.Signature signature) {
        this.routine = routine;
        this.catalog = catalog;
        this.signature = signature;
    }

    /** What holds where the body says nothing else. */
    void options(Function<String, @Nullable String> setting) {
        precedence = Precedence.of(setting.apply("plpgsql.variable_conflict"));
        printStrict = "on".equals(setting.apply("plpgsql.print_strict_params"));
    }

    void level(Namespace.Kind kind, @Nullable String label) {
        names = new Namespace(kind, label == null ? "" : label, -1, names);
    }

    /** Leaves the innermost level. */
    void leave() {
        Namespace item = names;
        while (item != null && item.datum() >= 0) item = item.before();
        names = java.util.Objects.requireNonNull(item).before();
    }

    void name(String name, int datum) {
        Namespace.Kind kind = datums.get(datum) instanceof Datum.Single ? Namespace.Kind.VARIABLE : Namespace.Kind.RECORD;
        names = new Namespace(kind, name, datum, names);
    }

    /** Whether values of the type are kept field by field. */
    boolean composite(PgType type) {
        PgType base = catalog.baseType(type);
        return base.kind() == 'c' || base.oid() == TypeOid.RECORD;
    }

    /** A new variable, by its bare name from here on when {@code visible}. */
    int variable(String name, PgType type, int typmod, boolean visible) {
        return variable(name, type, typmod, false, false, null, null, visible);
    }

    int variable(String name, PgType type, int typmod, boolean constant, boolean notNull, @Nullable Fragment initial,
            Datum.@Nullable CursorQuery cursor, boolean visible) {
        int number = datums.size();
        if (composite(type)) {
            datums.add(new Datum.Composite(number, name, type, constant, notNull, initial));
        } else {
            if (type.kind() == 'p') {
                throw PgError.error(SqlState.FEATURE_NOT_SUPPORTED, "variable \"" + name + "\" has pseudo-type " + type.name()).exception();
            }
            datums.add(new Datum.Single(number, name, type, typmod, constant, notNull, initial, cursor));
        }
        if (visible) name(name, number);
        return number;
    }

    int row(String name, List<String> memberNames, List<Integer> members) {
        datums.add(new Datum.Row(datums.size(), name, memberNames, members));
        return datums.size() - 1;
    }

    /** NEW, OLD and the variables tg_... of a trigger's function. */
    void triggerVariables() {
        newRow = variable("new", PgTypes.RECORD, -1, true);
        oldRow = variable("old", PgTypes.RECORD, -1, true);
        triggerFacts = datums.size();
        PgType name = PgTypes.NAME;
        PgType text = PgTypes.TEXT;
        variable("tg_name", name, -1, true);
        variable("tg_when", text, -1, true);
        variable("tg_level", text, -1, true);
        variable("tg_op", text, -1, true);
        variable("tg_relid", PgTypes.OID, -1, true);
        variable("tg_relname", name, -1, true);
        variable("tg_table_name", name, -1, true);
        variable("tg_table_schema", name, -1, true);
        variable("tg_nargs", PgTypes.INT4, -1, true);
        variable("tg_argv", java.util.Objects.requireNonNull(catalog.arrayType(text)), -1, true);
    }
}
