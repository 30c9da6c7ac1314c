package io.craton.sql.analyze;

import io.craton.core.type.PgType;
import io.craton.sql.logical.Relation.Field;
import io.craton.sql.logical.Scalar;
import io.craton.sql.syntax.Expr;
import java.util.ArrayList;
import java.util.List;

/** The common type of each column of VALUES. */
final class ValuesTypes {
    private ValuesTypes() {}

    /** Coerces the rows in place and returns the columns. */
    static List<Field> unify(List<List<Scalar>> rows, List<List<Expr>> sources, Analysis analysis) {
        int width = rows.getFirst().size();
        List<Field> fields = new ArrayList<>();
        for (int c = 0; c < width; c++) {
            List<Scalar> column = new ArrayList<>();
            int[] positions = new int[rows.size()];
            for (int r = 0; r < rows.size(); r++) {
                column.add(rows.get(r).get(c));
                positions[r] = Positions.of(sources.get(r).get(c));
            }
            PgType type = CommonTypes.select(column, positions, "VALUES", analysis.rules, analysis.catalog);
            List<Scalar> typed = new ArrayList<>();
            for (int r = 0; r < rows.size(); r++) {
                Scalar value = analysis.coercions.toCommon(column.get(r), type, "VALUES", positions[r]);
                rows.get(r).set(c, value);
                typed.add(value);
            }
            fields.add(new Field("column" + (c + 1), type, CommonTypes.typmod(typed, type)));
        }
        return fields;
    }
}
