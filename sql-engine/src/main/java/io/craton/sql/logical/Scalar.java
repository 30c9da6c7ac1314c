package io.craton.sql.logical;

import io.craton.core.type.PgType;
import io.craton.sql.function.FunctionDef;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A typed scalar expression. {@code typmod} -1 is none. Immutable. Source positions are 1-based characters of the statement, 0 unknown. */
public sealed interface Scalar {
    PgType type();

    int typmod();

    /** A value; {@code value} is a datum of the type, null for SQL null. */
    record Constant(@Nullable Object value, PgType type, int typmod) implements Scalar {}

    /** $n, 0-based. */
    record Parameter(int index, PgType type, int typmod) implements Scalar {}

    /** Field of the current row. */
    record Column(int index, PgType type, int typmod) implements Scalar {}

    /** Field of an enclosing row; level 1 is the nearest. */
    record OuterColumn(int level, int index, PgType type, int typmod) implements Scalar {}

    /**
     * A function or operator applied; arguments are already coerced, defaults filled in, variadic ones packed into an array.
     * {@code collation} 0 is the default collation. {@code variadicArray}: a function over VARIADIC "any" was called with VARIADIC, so its last
     * argument is an array of the arguments.
     */
    record Call(FunctionDef function, List<Scalar> arguments, PgType type, int typmod, int collation, int position, boolean variadicArray)
            implements Scalar {
        public Call {
            arguments = List.copyOf(arguments);
        }

        public Call(FunctionDef function, List<Scalar> arguments, PgType type, int typmod, int collation, int position) {
            this(function, arguments, type, typmod, collation, position, false);
        }
    }

    enum Logic { AND, OR }

    record Logical(Logic kind, List<Scalar> arguments) implements Scalar, BooleanResult {
        public Logical {
            arguments = List.copyOf(arguments);
        }
    }

    record Not(Scalar argument) implements Scalar, BooleanResult {}

    /** IS [NOT] NULL of a scalar; for rows every (no) field. */
    record IsNull(Scalar argument, boolean negated) implements Scalar, BooleanResult {}

    enum Truth { TRUE, FALSE, UNKNOWN }

    /** IS [NOT] TRUE/FALSE/UNKNOWN. */
    record TruthTest(Scalar argument, Truth truth, boolean negated) implements Scalar, BooleanResult {}

    /** IS [NOT] DISTINCT FROM with the type's equality. */
    record Distinct(FunctionDef equality, Scalar left, Scalar right, boolean negated) implements Scalar, BooleanResult {}

    record When(Scalar condition, Scalar result) {}

    /** CASE. With an operand, conditions are comparisons with {@link CaseOperand}, which is evaluated once. */
    record Case(@Nullable Scalar operand, List<When> whens, Scalar otherwise, PgType type, int typmod) implements Scalar {
        public Case {
            whens = List.copyOf(whens);
        }
    }

    /** The operand of the innermost enclosing CASE; also the element in an {@link ArrayCoercion} and VALUE in a domain's check. */
    record CaseOperand(PgType type, int typmod) implements Scalar {}

    record Coalesce(List<Scalar> arguments, PgType type, int typmod) implements Scalar {
        public Coalesce {
            arguments = List.copyOf(arguments);
        }
    }

    /** NULLIF: the left value unless equality says they are equal. */
    record NullIf(FunctionDef equality, Scalar left, Scalar right, PgType type, int typmod) implements Scalar {}

    /** GREATEST or LEAST; {@code less} is the type's {@code <}. */
    record Extreme(boolean greatest, FunctionDef less, List<Scalar> arguments, PgType type, int typmod) implements Scalar {
        public Extreme {
            arguments = List.copyOf(arguments);
        }
    }

    /** ARRAY[..]; {@code nested}: the elements are arrays that become one of a dimension more. */
    record ArrayValue(List<Scalar> elements, boolean nested, PgType type) implements Scalar {
        public ArrayValue {
            elements = List.copyOf(elements);
        }

        @Override
        public int typmod() {
            return -1;
        }
    }

    /** ROW(..): an anonymous record, or a value of a composite type. {@code names} may be empty. */
    record RowValue(List<Scalar> fields, List<String> names, PgType type) implements Scalar {
        public RowValue {
            fields = List.copyOf(fields);
            names = List.copyOf(names);
        }

        @Override
        public int typmod() {
            return -1;
        }
    }

    /** (composite).field, 0-based. */
    record Field(Scalar argument, int index, PgType type, int typmod) implements Scalar {}

    /** One subscript: {@code a[upper]}, or a slice {@code a[lower:upper]} whose bounds may be left out. */
    record Subscript(@Nullable Scalar lower, @Nullable Scalar upper, boolean slice) {}

    /** Array element or slice; for jsonb, a path step for each subscript. */
    record Element(Scalar argument, List<Subscript> subscripts, PgType type, int typmod) implements Scalar {
        public Element {
            subscripts = List.copyOf(subscripts);
        }
    }

    /** Assignment to array elements, slices or composite fields in UPDATE and INSERT: the new whole value. */
    record ElementAssignment(Scalar target, List<Subscript> subscripts, Scalar value, PgType type) implements Scalar {
        public ElementAssignment {
            subscripts = List.copyOf(subscripts);
        }

        @Override
        public int typmod() {
            return -1;
        }
    }

    record FieldAssignment(Scalar target, int index, Scalar value, PgType type) implements Scalar {
        @Override
        public int typmod() {
            return -1;
        }
    }

    /** {@code left op ANY/ALL (array)}; IN lists are this with an {@link ArrayValue} or array constant. */
    record AnyAll(FunctionDef operator, boolean all, Scalar left, Scalar array, int collation) implements Scalar, BooleanResult {}

    /** Row comparison {@code (a,b) < (c,d)} by B-tree semantics. Kind is one of {@code < <= > >=}; = and <> become AND/OR. */
    record RowCompare(String kind, List<Scalar> left, List<Scalar> right, List<FunctionDef> less, List<FunctionDef> equal)
            implements Scalar, BooleanResult {
        public RowCompare {
            left = List.copyOf(left);
            right = List.copyOf(right);
            less = List.copyOf(less);
            equal = List.copyOf(equal);
        }
    }

    /** The same bits under another type (varchar as text, int4 as oid, domain over base). */
    record Relabel(Scalar argument, PgType type, int typmod) implements Scalar {}

    /**
     * COLLATE, or a column whose own collation is not the default one. It changes no value: whoever compares has its collation already in the
     * {@link Call}, {@link AnyAll} or sort key, so evaluation passes the argument through.
     */
    record Collate(Scalar argument, int collation, boolean explicit) implements Scalar {
        @Override
        public PgType type() {
            return argument.type();
        }

        @Override
        public int typmod() {
            return argument.typmod();
        }
    }

    /** Through the text form: output function of one type, input function of the other. */
    record CoerceViaIo(Scalar argument, PgType type, int typmod, boolean explicit) implements Scalar {}

    /** Each element of an array coerced; {@code element} is an expression over {@link CaseOperand}. */
    record ArrayCoercion(Scalar argument, Scalar element, PgType type, int typmod) implements Scalar {}

    /** Checks a domain's constraints: NOT NULL and named checks over {@link CaseOperand}. */
    record DomainCheck(Scalar argument, boolean notNull, List<NamedCheck> checks, PgType type) implements Scalar {
        public DomainCheck {
            checks = List.copyOf(checks);
        }

        @Override
        public int typmod() {
            return -1;
        }
    }

    /** @param view whether it is a view's CHECK OPTION, of which the name is the view's and which null does not fulfil */
    record NamedCheck(String name, Scalar condition, boolean view) {
        public NamedCheck(String name, Scalar condition) {
            this(name, condition, false);
        }
    }

    record Exists(Relation relation) implements Scalar, BooleanResult {}

    /** A subquery of one column: null for no row, 21000 for more than one. */
    record ScalarSubquery(Relation relation, PgType type, int typmod) implements Scalar {}

    /** A subquery in an UPDATE's {@code (a, b) = (SELECT ..)}: a record of its columns. */
    record RowSubquery(Relation relation, PgType type) implements Scalar {
        @Override
        public int typmod() {
            return -1;
        }
    }

    record ArraySubquery(Relation relation, PgType type) implements Scalar {
        @Override
        public int typmod() {
            return -1;
        }
    }

    /**
     * {@code (left..) op ANY/ALL (subquery)}; IN is = ANY, NOT IN is NOT of it. {@code comparison} is over a row made of
     * the left values followed by the subquery's fields and contains only Columns of that row.
     */
    record QuantifiedSubquery(boolean all, List<Scalar> left, Relation relation, Scalar comparison)
            implements Scalar, BooleanResult {
        public QuantifiedSubquery {
            left = List.copyOf(left);
        }
    }

    /** current_date, current_user and the like, by name, when no pg_proc row stands for them. */
    record SessionValue(String name, PgType type, int typmod) implements Scalar {}

    /**
     * Of WHERE CURRENT OF: the key of the row that a cursor of the session stands on, for a table it reads (bytea, as the key of a scan); null where the cursor's row has
     * none of that table.
     *
     * @param cursor its name, or the variable that has the name
     */
    record CursorKey(String cursor, @Nullable Scalar variable, int tableOid, String tableName, PgType type) implements Scalar {
        @Override
        public int typmod() {
            return -1;
        }
    }

    /** DEFAULT in VALUES or SET, before it is replaced by the column's default. */
    record DefaultMarker(PgType type, int typmod) implements Scalar {}

    /** Mixin of scalars whose type is boolean. */
    sealed interface BooleanResult extends Scalar
            permits Logical, Not, IsNull, TruthTest, Distinct, AnyAll, RowCompare, Exists, QuantifiedSubquery {
        @Override
        default PgType type() {
            return io.craton.core.type.PgTypes.BOOL;
        }

        @Override
        default int typmod() {
            return -1;
        }
    }
}
