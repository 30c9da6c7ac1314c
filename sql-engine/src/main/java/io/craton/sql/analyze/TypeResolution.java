package io.craton.sql.analyze;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.core.type.TypeOid;
import io.craton.sql.syntax.Expr;
import io.craton.sql.syntax.TypeName;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Types as written become types of the catalog with their typmod (parse_type). */
public final class TypeResolution {
    /** A type and its modifier. */
    public record TypeRef(PgType type, int typmod) {}

    private static final int CHARACTERS_MAX = 10485760;
    private static final int FULL_RANGE = 0x7FFF;

    private final CatalogView catalog;

    TypeResolution(Analysis analysis) {
        this.catalog = analysis.catalog;
    }

    /** For DDL and everybody else who meets a type name. */
    public TypeResolution(CatalogView catalog) {
        this.catalog = catalog;
    }

    /** Throws 42704 for an unknown type, 22023 for bad modifiers. */
    public TypeRef resolve(TypeName name) {
        TypeRef found = find(name);
        if (found == null) {
            throw PgError.error(SqlState.UNDEFINED_OBJECT, "type \"" + text(name) + "\" does not exist")
                    .withPosition(name.position()).exception();
        }
        return found;
    }

    /** As {@link #resolve}, null for an unknown type. */
    public @Nullable TypeRef find(TypeName name) {
        if (name.percentType()) return percentType(name);
        List<String> names = name.names();
        @Nullable String schema = names.size() > 1 ? names.get(names.size() - 2) : null;
        if (names.size() > 3) {
            throw PgError.error(SqlState.SYNTAX_ERROR, "improper qualified name (too many dotted names): " + String.join(".", names))
                    .withPosition(name.position()).exception();
        }
        if (schema != null && !catalog.schemaExists(schema)) {
            throw PgError.error(SqlState.UNDEFINED_SCHEMA, "schema \"" + schema + "\" does not exist")
                    .withPosition(name.position()).exception();
        }
        PgType type = catalog.typeByName(schema, names.getLast());
        if (type == null) return null;
        int typmod = name.modifiers().isEmpty() ? -1 : typmod(type, name);
        if (!name.arrayBounds().isEmpty()) {
            PgType array = catalog.arrayType(type);
            if (array == null) {
                throw PgError.error(SqlState.UNDEFINED_OBJECT, "type \"" + text(name) + "\" does not exist")
                        .withPosition(name.position()).exception();
            }
            type = array;
        }
        return new TypeRef(type, typmod);
    }

    private TypeRef percentType(TypeName name) {
        List<String> names = name.names();
        int n = names.size();
        if (n < 2) {
            throw PgError.error(SqlState.SYNTAX_ERROR,
                    "improper %TYPE reference (too few dotted names): " + String.join(".", names)).withPosition(name.position()).exception();
        }
        String relation = names.get(n - 2);
        RelationRef found = catalog.relation(n > 2 ? names.get(n - 3) : null, relation);
        if (!(found instanceof RelationRef.Stored stored)) {
            throw PgError.error(SqlState.UNDEFINED_TABLE,
                    "relation \"" + String.join(".", names.subList(0, n - 1)) + "\" does not exist").withPosition(name.position()).exception();
        }
        ColumnDef column = stored.table().column(names.getLast());
        if (column == null) {
            throw PgError.error(SqlState.UNDEFINED_COLUMN, "column \"" + names.getLast() + "\" of relation \"" + relation
                    + "\" does not exist").withPosition(name.position()).exception();
        }
        PgType type = catalog.requireType(column.typeOid());
        if (!name.arrayBounds().isEmpty()) return new TypeRef(catalog.arrayType(type), -1);
        return new TypeRef(type, column.typmod());
    }

    private static String text(TypeName name) {
        StringBuilder text = new StringBuilder(String.join(".", name.names()));
        if (!name.arrayBounds().isEmpty()) text.append("[]");
        return text.toString();
    }

    private static int typmod(PgType type, TypeName name) {
        int[] values = new int[name.modifiers().size()];
        for (int i = 0; i < values.length; i++) {
            if (name.modifiers().get(i) instanceof Expr.IntegerLiteral literal) {
                values[i] = literal.value();
            } else if (type.oid() == TypeOid.NUMERIC && name.modifiers().get(i) instanceof Expr.OperatorCall call
                    && call.left() == null && call.operator().getLast().equals("-")
                    && call.right() instanceof Expr.IntegerLiteral literal) {
                values[i] = -literal.value();
            } else if (builtinModifier(type)) {
                throw invalid("type modifiers must be simple constants or identifiers", SqlState.SYNTAX_ERROR, name);
            }
        }
        return switch (type.oid()) {
            case TypeOid.VARCHAR -> length("varchar", values, name);
            case TypeOid.BPCHAR -> length("char", values, name);
            case TypeOid.BIT -> bits("bit", values, name);
            case TypeOid.VARBIT -> bits("bit varying", values, name);
            case TypeOid.NUMERIC -> numeric(values, name);
            case TypeOid.TIME, TypeOid.TIMESTAMP -> precision(type, "", values, name);
            case TypeOid.TIMETZ, TypeOid.TIMESTAMPTZ -> precision(type, " WITH TIME ZONE", values, name);
            case TypeOid.INTERVAL -> interval(values, name);
            default -> throw invalid("type modifier is not allowed for type \"" + text(name) + "\"", SqlState.SYNTAX_ERROR, name);
        };
    }

    private static boolean builtinModifier(PgType type) {
        return switch (type.oid()) {
            case TypeOid.VARCHAR, TypeOid.BPCHAR, TypeOid.BIT, TypeOid.VARBIT, TypeOid.NUMERIC, TypeOid.TIME, TypeOid.TIMESTAMP,
                    TypeOid.TIMETZ, TypeOid.TIMESTAMPTZ, TypeOid.INTERVAL -> true;
            default -> false;
        };
    }

    private static int length(String type, int[] values, TypeName name) {
        if (values.length != 1) throw invalid("invalid type modifier", SqlState.INVALID_PARAMETER_VALUE, name);
        if (values[0] < 1) throw invalid("length for type " + type + " must be at least 1", SqlState.INVALID_PARAMETER_VALUE, name);
        if (values[0] > CHARACTERS_MAX) {
            throw invalid("length for type " + type + " cannot exceed " + CHARACTERS_MAX, SqlState.INVALID_PARAMETER_VALUE, name);
        }
        return values[0] + 4;
    }

    private static int bits(String type, int[] values, TypeName name) {
        if (values.length != 1) throw invalid("invalid type modifier", SqlState.INVALID_PARAMETER_VALUE, name);
        if (values[0] < 1) throw invalid("length for type " + type + " must be at least 1", SqlState.INVALID_PARAMETER_VALUE, name);
        return values[0];
    }

    private static int numeric(int[] values, TypeName name) {
        if (values.length > 2) throw invalid("invalid NUMERIC type modifier", SqlState.INVALID_PARAMETER_VALUE, name);
        if (values[0] < 1 || values[0] > 1000) {
            throw invalid("NUMERIC precision " + values[0] + " must be between 1 and 1000", SqlState.INVALID_PARAMETER_VALUE, name);
        }
        int scale = values.length == 2 ? values[1] : 0;
        if (scale < -1000 || scale > 1000) {
            throw invalid("NUMERIC scale " + scale + " must be between -1000 and 1000", SqlState.INVALID_PARAMETER_VALUE, name);
        }
        return (values[0] << 16 | scale & 0x7ff) + 4;
    }

    private static int precision(PgType type, String suffix, int[] values, TypeName name) {
        if (values.length != 1) throw invalid("invalid type modifier", SqlState.INVALID_PARAMETER_VALUE, name);
        if (values[0] < 0) {
            String word = type.oid() == TypeOid.TIME || type.oid() == TypeOid.TIMETZ ? "TIME" : "TIMESTAMP";
            throw invalid(word + "(" + values[0] + ")" + suffix + " precision must not be negative",
                    SqlState.INVALID_PARAMETER_VALUE, name);
        }
        return Math.min(values[0], 6);
    }

    private static int interval(int[] values, TypeName name) {
        if (values.length == 1) return values[0] == FULL_RANGE ? -1 : 0xFFFF | values[0] << 16;
        if (values[1] < 0) {
            throw invalid("INTERVAL(" + values[1] + ") precision must not be negative", SqlState.INVALID_PARAMETER_VALUE, name);
        }
        return Math.min(values[1], 6) & 0xFFFF | values[0] << 16;
    }

    private static PgException invalid(String message, SqlState state, TypeName name) {
        return PgError.error(state, message).withPosition(name.position()).exception();
    }
}
