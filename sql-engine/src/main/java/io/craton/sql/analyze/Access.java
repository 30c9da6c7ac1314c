package io.craton.sql.analyze;

import io.craton.storage.catalog.CatalogObject;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * What a statement does with one relation, for the check of privileges: filled while the statement is analysed, then only read.
 * Relations inside a view are used with the rights of the view's owner.
 */
public final class Access {
    private final CatalogObject relation;
    private final int asRole;
    private final StringBuilder letters = new StringBuilder();
    /** The view's use by which this relation is used: it needs the same rights. */
    private final @Nullable Access through;
    private int lockMode = 1;
    private final BitSet read = new BitSet();
    private final BitSet changed = new BitSet();

    Access(CatalogObject relation, int asRole) {
        this(relation, asRole, null);
    }

    private Access(CatalogObject relation, int asRole, @Nullable Access through) {
        this.relation = relation;
        this.asRole = asRole;
        this.through = through;
    }

    /** The use of a relation that a view stands for when rows are changed through the view: it is read as far as the view is. */
    static Access through(Access read, Access view) {
        Access access = new Access(read.relation, read.asRole, view);
        access.read.or(read.read);
        access.changesRows();
        return access;
    }

    /** A table, view or sequence. */
    public CatalogObject relation() {
        return relation;
    }

    /** Oid of the role whose rights count; 0: the session's current user. */
    public int asRole() {
        return asRole;
    }

    /** Privileges as in an ACL: a insert, r select, w update, d delete. */
    public String letters() {
        return through == null ? letters.toString() : through.letters();
    }

    /** Attribute numbers of columns that are read; 0 stands for the whole row. */
    public BitSet read() {
        return read;
    }

    /** Attribute numbers of columns that are given values. */
    public BitSet changed() {
        return changed;
    }

    /** Mode of the table lock that it takes, by PostgreSQL's numbers: 1 ACCESS SHARE, 2 ROW SHARE, 3 ROW EXCLUSIVE. */
    public int lockMode() {
        return lockMode;
    }

    void locksRows() {
        lockMode = Math.max(lockMode, 2);
    }

    void changesRows() {
        lockMode = 3;
    }

    void need(char letter) {
        if (letters.indexOf(String.valueOf(letter)) < 0) letters.append(letter);
    }

    /** System columns count as the whole row. */
    void reads(int attribute) {
        need('r');
        read.set(Math.max(attribute, 0));
    }

    void changes(int attribute) {
        changed.set(attribute);
    }
}
