package io.craton.sql.procedure;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.type.PgType;
import io.craton.sql.analyze.CatalogView;
import io.craton.sql.syntax.LexerSettings;
import io.craton.sql.syntax.SqlParser;
import io.craton.storage.catalog.CatalogObject.RoutineDef;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Checks of bodies when they are defined. Positions of errors are those in the body. Stateless. */
public final class BodyCheck {
    private BodyCheck() {}

    /** @param setting values of settings by name */
    public static void plpgsql(RoutineDef routine, CatalogView names, LexerSettings settings, Function<String, @Nullable String> setting,
            Consumer<PgError> notices) {
        Programs.compile(routine, names, null, settings, true, setting, notices);
    }

    /** @param polymorphic only the syntax can be checked */
    public static void sql(RoutineDef routine, List<PgType> inputs, PgType result, boolean polymorphic, CatalogView names, LexerSettings settings) {
        try {
            if (polymorphic) SqlParser.parse(routine.body(), settings);
            else SqlBody.analyze(routine, inputs, result, names, settings);
        } catch (PgException e) {
            throw SqlRunner.within(e, "SQL function \"" + routine.name() + "\"");
        }
    }
}
