package io.craton.sql.analyze;

import io.craton.core.type.PgType;
import io.craton.core.type.TypeOid;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Relation.Field;
import io.craton.sql.logical.Scalar;
import io.craton.sql.syntax.SelectStatement;
import java.util.ArrayList;
import java.util.List;

/** Gives the output columns of a query wanted types. Literals and parameters of unknown type are settled where they stand, so that they are read as that type. */
final class OutputTypes {
    private OutputTypes() {}

    static Relation coerce(Relation relation, List<PgType> types, String construct, SelectStatement source, Analysis analysis) {
        Relation settled = settle(relation, types, source, analysis);
        List<Field> fields = settled.fields();
        boolean same = true;
        for (int i = 0; i < types.size(); i++) same &= fields.get(i).type().oid() == types.get(i).oid();
        if (same) return settled;
        List<Scalar> columns = new ArrayList<>();
        List<Field> typed = new ArrayList<>();
        for (int i = 0; i < types.size(); i++) {
            Field field = fields.get(i);
            Scalar column = new Scalar.Column(i, field.type(), field.typmod());
            Scalar value = analysis.coercions.toCommon(column, types.get(i), construct, SetOperationAnalyzer.targetPosition(source, i));
            columns.add(value);
            typed.add(new Field(field.name(), value.type(), value.typmod()));
        }
        return new Relation.Project(settled, columns, typed);
    }

    /** Replaces unknown constants and parameters in the topmost projection by typed ones. */
    private static Relation settle(Relation relation, List<PgType> types, SelectStatement source, Analysis analysis) {
        boolean unknown = false;
        for (Field field : relation.fields()) unknown |= field.type().oid() == TypeOid.UNKNOWN;
        if (!unknown) return relation;
        return switch (relation) {
            case Relation.Project project -> {
                List<Scalar> expressions = new ArrayList<>(project.expressions());
                List<Field> fields = new ArrayList<>(project.fields());
                for (int i = 0; i < types.size(); i++) {
                    Scalar value = expressions.get(i);
                    if (value.type().oid() != TypeOid.UNKNOWN) continue;
                    Scalar typed = analysis.coercions.coerce(value, types.get(i), -1, CoercionContext.IMPLICIT,
                            SetOperationAnalyzer.targetPosition(source, i));
                    expressions.set(i, typed);
                    if (analysis.findings != null) analysis.findings.settled(source, i, typed);
                    fields.set(i, new Field(fields.get(i).name(), typed.type(), typed.typmod()));
                }
                yield new Relation.Project(project.input(), expressions, fields);
            }
            case Relation.DistinctRows distinct -> distinct;
            case Relation.Sort sort -> new Relation.Sort(settle(sort.input(), types, source, analysis), sort.keys());
            case Relation.Limit limit -> new Relation.Limit(settle(limit.input(), types, source, analysis), limit.offset(),
                    limit.count(), limit.withTies(), limit.tieKeys());
            case Relation.With with -> new Relation.With(with.ctes(), settle(with.body(), types, source, analysis));
            default -> relation;
        };
    }
}
