package io.craton.sql.analyze;

import io.craton.core.type.PgType;
import io.craton.sql.logical.Scalar;
import io.craton.sql.syntax.SqlParser;
import io.craton.storage.catalog.CatalogObject.ConstraintDef;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The constraints of domains as expressions over {@link Scalar.CaseOperand}, those of base domains first. One analysis. */
final class DomainConstraints {
    record Compiled(boolean notNull, List<Scalar.NamedCheck> checks) {}

    private final CatalogView catalog;
    private final Map<Integer, Compiled> compiled = new HashMap<>();

    DomainConstraints(CatalogView catalog) {
        this.catalog = catalog;
    }

    Compiled of(PgType domain) {
        Compiled known = compiled.get(domain.oid());
        if (known == null) compiled.put(domain.oid(), known = compile(domain));
        return known;
    }

    private Compiled compile(PgType domain) {
        List<Scalar.NamedCheck> checks = new ArrayList<>();
        boolean notNull = domain.notNull();
        PgType base = catalog.requireType(domain.baseTypeOid());
        if (base.kind() == 'd') {
            Compiled below = of(base);
            notNull |= below.notNull();
            checks.addAll(below.checks());
        }
        PgType valueType = catalog.baseType(domain);
        List<ConstraintDef> own = new ArrayList<>();
        for (ConstraintDef constraint : catalog.catalog().all(ConstraintDef.class)) {
            if (constraint.domainOid() == domain.oid() && constraint.type() == 'c') own.add(constraint);
        }
        own.sort(java.util.Comparator.comparing(ConstraintDef::name));
        for (ConstraintDef constraint : own) {
            Analysis analysis = new Analysis(catalog, List.of(), new BitSet());
            Scope scope = new Scope(analysis, null, null);
            scope.domainValue = new Scalar.CaseOperand(valueType, catalog.baseTypmod(domain, -1));
            Scalar condition = analysis.expressions.analyze(SqlParser.parseExpression(constraint.expression()), scope,
                    ExpressionKind.DOMAIN_CHECK);
            checks.add(new Scalar.NamedCheck(constraint.name(), analysis.coercions.toBoolean(condition, "CHECK", 0)));
        }
        return new Compiled(notNull, checks);
    }
}
