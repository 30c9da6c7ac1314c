package io.craton.sql.analyze;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.type.PgType;
import io.craton.sql.logical.Relation.Field;
import io.craton.sql.syntax.SqlParser;
import java.util.List;

/** What Craton says about a statement, in the form of the recorded answers. */
final class Recording {
    private Recording() {}

    /** {@code ok name:type:typmod ... / params} or {@code SQLSTATE|position|message|detail|hint}. */
    static String answer(String sql, CatalogView catalog) {
        try {
            AnalyzedStatement statement = Analyzer.analyze(SqlParser.parse(sql).getFirst(), catalog, List.of());
            StringBuilder text = new StringBuilder("ok");
            if (statement instanceof AnalyzedStatement.Query query && query.returnsRows()) {
                for (Field field : query.columns()) {
                    // as RowDescription does, domains are shown as their base types
                    text.append(' ').append(field.name()).append(':').append(name(catalog.baseType(field.type()), catalog)).append(':')
                            .append(field.typmod());
                }
            }
            if (!statement.parameterTypes().isEmpty()) {
                text.append(" /");
                for (PgType type : statement.parameterTypes()) text.append(' ').append(name(type, catalog));
            }
            return text.toString();
        } catch (PgException e) {
            PgError error = e.error();
            return error.state().code + "|" + error.position() + "|" + error.message() + "|" + text(error.detail()) + "|"
                    + text(error.hint());
        }
    }

    static String name(PgType type, CatalogView catalog) {
        return type.oid() < 16384 ? type.name() : TypeNames.of(type, catalog);
    }

    private static String text(String value) {
        return value == null ? "" : value;
    }
}
