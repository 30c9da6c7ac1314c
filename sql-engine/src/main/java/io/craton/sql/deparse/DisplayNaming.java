package io.craton.sql.deparse;

import io.craton.core.type.FormatContext;
import io.craton.core.type.PgType;
import io.craton.sql.analyze.CatalogView;
import io.craton.sql.analyze.RangeItem;
import io.craton.sql.analyze.RelationRef;
import io.craton.sql.function.FunctionDef;
import io.craton.sql.function.OperatorDef;
import io.craton.sql.function.TypeNaming;
import io.craton.core.type.TypeOid;
import io.craton.storage.catalog.CatalogObject;
import java.util.List;

/** Names as PostgreSQL prints them: with their schema only where the search path would not find them. */
final class DisplayNaming implements Naming {
    private final CatalogView names;
    private final String routine;
    private final List<String> arguments;

    DisplayNaming(CatalogView names) {
        this(names, "", List.of());
    }

    /**
     * @param routine name of the routine that the text belongs to
     * @param arguments names of its arguments, empty for those without
     */
    DisplayNaming(CatalogView names, String routine, List<String> arguments) {
        this.names = names;
        this.routine = routine;
        this.arguments = arguments;
    }

    @Override
    public String identifier(String name) {
        return names.format().names().identifier(name);
    }

    @Override
    public String argument(int index, boolean amongColumns) {
        String name = index < arguments.size() ? arguments.get(index) : "";
        if (name.isEmpty()) return Naming.super.argument(index, amongColumns);
        return (amongColumns ? identifier(routine) + "." : "") + identifier(name);
    }

    @Override
    public String relation(RangeItem item, Level level) {
        String name = identifier(item.relationName());
        boolean hidden = false;
        for (Level at = level; at != null && !hidden; at = at.parent()) hidden = at.commonTables().contains(item.relationName());
        return hidden || !visible(item) ? identifier(String.valueOf(item.schema())) + "." + name : name;
    }

    private boolean visible(RangeItem item) {
        int found = switch (names.relation(null, item.relationName())) {
            case RelationRef.Stored stored -> stored.table().oid();
            case RelationRef.Sequence sequence -> sequence.sequence().oid();
            case RelationRef.Index index -> index.index().oid();
            case RelationRef.Builtin builtin -> builtin.table().oid();
            case null -> 0;
        };
        return found == item.relationOid();
    }

    @Override
    public String type(PgType type, int typmod) {
        return TypeNaming.format(type.oid(), typmod, names, plain -> names.visible(plain) ? identifier(plain.name())
                : identifier(names.schemaName(plain.namespaceOid())) + "." + identifier(plain.name()));
    }

    @Override
    public String function(FunctionDef function, List<PgType> arguments, List<String> argumentNames, boolean variadic, boolean hidden) {
        String name = identifier(function.name());
        boolean bare = !hidden && names.means(function, arguments, argumentNames, variadic);
        return bare ? name : identifier(names.schemaName(function.namespace())) + "." + name;
    }

    @Override
    public String operator(OperatorDef operator, List<PgType> operands) {
        if (operator.oid() < 16384) return operator.name();
        CatalogObject.UserOperatorDef own = names.catalog().find(CatalogObject.UserOperatorDef.class, operator.oid());
        boolean bare = own == null || names.operators(null, operator.name()).stream().anyMatch(each -> each.oid() == operator.oid());
        return bare ? operator.name() : "OPERATOR(" + identifier(names.schemaName(own.schemaOid())) + "." + operator.name() + ")";
    }

    @Override
    public String collation(int oid) {
        return names.format().names().print(TypeOid.REGCOLLATION, oid & 0xffffffffL);
    }

    @Override
    public FormatContext format() {
        return names.format();
    }

    @Override
    public boolean byIdentity() {
        return false;
    }
}
