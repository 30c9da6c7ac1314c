package io.craton.core.type;

import io.craton.core.error.PgError;
import io.craton.core.error.SqlState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A row of pg_type, built in or user defined. Immutable; two types are the same when their oids are.
 *
 * @param kind typtype: b base, c composite, d domain, e enum, p pseudo, r range, m multirange
 * @param category typcategory
 * @param length typlen: bytes, -1 varlena, -2 cstring
 * @param elementOid typelem, 0 when none; {@link #isArray} tells true arrays from int2vector and the like
 * @param arrayOid typarray
 * @param relationOid typrelid of composite types
 * @param baseTypeOid typbasetype of domains
 * @param baseTypmod typtypmod of domains
 * @param labels labels of an enum in sort order
 * @param fields attributes of a composite type in order (dropped ones left out)
 */
public record PgType(
        int oid,
        String name,
        int namespaceOid,
        char kind,
        char category,
        boolean preferred,
        int length,
        char align,
        char storage,
        char delimiter,
        int elementOid,
        int arrayOid,
        int relationOid,
        int baseTypeOid,
        int baseTypmod,
        int collationOid,
        boolean notNull,
        @Nullable String defaultExpression,
        int ownerOid,
        List<EnumLabel> labels,
        List<Field> fields,
        Repr repr) {

    /**
     * One label of an enum; {@code oid} is the datum.
     *
     * @param uncommitted added to an enum by the transaction at hand, which may not use it: an index that it went into could outlive its rollback
     */
    public record EnumLabel(int oid, String label, float sortOrder, boolean uncommitted) {
        public EnumLabel(int oid, String label, float sortOrder) {
            this(oid, label, sortOrder, false);
        }

        /** 55P04 when the label may not be used yet. */
        public void requireCommitted(PgType type) {
            if (!uncommitted) return;
            throw PgError.error(SqlState.UNSAFE_NEW_ENUM_VALUE_USAGE, "unsafe use of new value \"" + label + "\" of enum type " + type.name())
                    .withHint("New enum values must be committed before they can be used.").exception();
        }
    }

    /**
     * One attribute of a composite type.
     *
     * @param number from 1, never given again when the attribute is dropped: what stored values go by; 0 where none are stored
     */
    public record Field(String name, int typeOid, int typmod, int number) {
        public Field(String name, int typeOid, int typmod) {
            this(name, typeOid, typmod, 0);
        }
    }

    public PgType {
        labels = List.copyOf(labels);
        fields = List.copyOf(fields);
    }

    /** A true array type, whose values are {@link PgArray}. */
    public boolean isArray() {
        return (category == 'A' || oid == TypeOid._RECORD) && elementOid != 0 && length == -1;
    }

    /** The same type with these attributes: a record whose columns a query names. */
    public PgType withFields(List<Field> attributes) {
        return new PgType(oid, name, namespaceOid, kind, category, preferred, length, align, storage, delimiter, elementOid, arrayOid, relationOid,
                baseTypeOid, baseTypmod, collationOid, notNull, defaultExpression, ownerOid, labels, attributes, repr);
    }

    public boolean isPseudo() {
        return kind == 'p';
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PgType that && that.oid == oid;
    }

    @Override
    public int hashCode() {
        return oid;
    }

    @Override
    public String toString() {
        return name + "(" + oid + ")";
    }
}
