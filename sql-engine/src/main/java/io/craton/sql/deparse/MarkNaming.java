package io.craton.sql.deparse;

import io.craton.core.type.FormatContext;
import io.craton.core.type.PgType;
import io.craton.core.type.TypeResolver;
import io.craton.core.type.Zone;
import io.craton.sql.analyze.RangeItem;
import io.craton.sql.function.FunctionDef;
import io.craton.sql.function.OperatorDef;
import io.craton.sql.function.Quoting;
import io.craton.sql.function.TypeNaming;
import io.craton.sql.syntax.Mark;
import java.util.List;

/** Names as marks; what is built in keeps its name, which nobody can change. Constants in forms that no setting reads differently. */
final class MarkNaming implements Naming {
    /** Objects with smaller oids are built in. */
    static final int FIRST_OWN = 16384;

    private static final int PG_CATALOG = 11;

    private final TypeResolver types;
    private final FormatContext format;

    MarkNaming(TypeResolver types, FormatContext session) {
        this.types = types;
        this.format = new FormatContext("ISO", "YMD", "iso_8601", Zone.UTC, true, 1, types, FormatContext.RegNames.NONE, session.nowMicros());
    }

    @Override
    public String identifier(String name) {
        return Quoting.identifier(name);
    }

    @Override
    public String relation(RangeItem item, Level level) {
        return item.relationOid() < FIRST_OWN ? Quoting.identifier(String.valueOf(item.schema())) + "." + Quoting.identifier(item.relationName())
                : new Mark.Relation(item.relationOid()).text();
    }

    @Override
    public String type(PgType type, int typmod) {
        PgType element = type.isArray() ? types.type(type.elementOid()) : null;
        if ((element == null ? type : element).oid() >= FIRST_OWN) return new Mark.Type(type.oid()).text();
        return TypeNaming.format(type.oid(), typmod, types, plain -> (plain.namespaceOid() == PG_CATALOG ? "pg_catalog." : "information_schema.") + Quoting.identifier(plain.name()));
    }

    @Override
    public String function(FunctionDef function, List<PgType> arguments, List<String> names, boolean variadic, boolean hidden) {
        if (function.oid() >= FIRST_OWN) return new Mark.Function(function.oid()).text();
        return (function.namespace() == PG_CATALOG ? "pg_catalog." : "information_schema.") + Quoting.identifier(function.name());
    }

    @Override
    public String operator(OperatorDef operator, List<PgType> operands) {
        return operator.oid() < FIRST_OWN ? operator.name() : "OPERATOR(" + new Mark.Operator(operator.oid()).text() + ")";
    }

    @Override
    public String collation(int oid) {
        return new Mark.Collation(oid).text();
    }

    @Override
    public FormatContext format() {
        return format;
    }

    @Override
    public boolean byIdentity() {
        return true;
    }
}
