package io.craton.sql.analyze;

import io.craton.core.type.PgType;
import io.craton.sql.logical.Scalar;
import io.craton.sql.syntax.Expr;
import io.craton.sql.syntax.SqlParser;
import io.craton.storage.catalog.CatalogObject.ConstraintDef;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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
        List<ConstraintDef> own = new ArrayList<>();
        for (ConstraintDef constraint : catalog.catalog().all(ConstraintDef.class)) {
            if (constraint.domainOid() == domain.oid() && constraint.type() == 'c') own.add(constraint);
        }
        own.sort(java.util.Comparator.comparing(ConstraintDef::name));
        for (ConstraintDef constraint : own) {
            checks.add(new Scalar.NamedCheck(constraint.name(),
                    check(SqlParser.parseStoredExpression(constraint.expression()), domain, catalog, null)));
        }
        return new Compiled(notNull, checks);
    }

    /** A check's condition over VALUE. */
    static Scalar check(Expr condition, PgType domain, CatalogView catalog, @Nullable Findings findings) {
        Analysis analysis = new Analysis(catalog, List.of(), new BitSet());
        analysis.findings = findings;
        Scope scope = new Scope(analysis, null, null);
        scope.domainValue = new Scalar.CaseOperand(catalog.baseType(domain), catalog.baseTypmod(domain, -1));
        Scalar value = analysis.expressions.analyze(condition, scope, ExpressionKind.DOMAIN_CHECK);
        return analysis.coercions.toBoolean(value, "CHECK", Positions.of(condition));
    }
}
