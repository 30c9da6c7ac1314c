package io.craton.sql.analyze;

import io.craton.sql.pgcatalog.VirtualTable;
import io.craton.storage.catalog.CatalogObject;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * What a statement does with one relation, for the check of privileges: filled while the statement is analysed, then only read.
 * Relations inside a view are used with the rights of the view's owner.
 */
public final class Access {
    private final @Nullable CatalogObject relation;
    private final @Nullable VirtualTable system;
    private final int asRole;
    private final StringBuilder letters = new StringBuilder();
    /** The view's use by which this relation is used: it needs the same rights. */
    private final @Nullable Access through;
    private int lockMode = 1;
    private boolean past;
    private final BitSet read = new BitSet();
    private final BitSet inserted = new BitSet();
    private final BitSet updated = new BitSet();

    Access(CatalogObject relation, int asRole) {
        this(relation, asRole, null);
    }

    private Access(CatalogObject relation, int asRole, @Nullable Access through) {
        this.relation = relation;
        this.system = null;
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

    Access(VirtualTable system, int asRole) {
        this.relation = null;
        this.system = system;
        this.asRole = asRole;
        this.through = null;
    }

    /** A table, view or sequence, or the rights of a built-in function that is called; null for one of the {@link #system}'s. */
    public @Nullable CatalogObject relation() {
        return relation;
    }

    public @Nullable VirtualTable system() {
        return system;
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

    /** Attribute numbers of the columns that the privilege is needed on. */
    public BitSet columns(char letter) {
        return switch (letter) {
            case 'r' -> read;
            case 'a' -> inserted;
            case 'w' -> updated;
            default -> new BitSet();
        };
    }

    /** Mode of the table lock that it takes, by PostgreSQL's numbers: 1 ACCESS SHARE, 2 ROW SHARE, 3 ROW EXCLUSIVE. */
    public int lockMode() {
        return lockMode;
    }

    void past() {
        past = true;
    }

    /** Whether it is read as it was once: nobody changes that any more. */
    public boolean isPast() {
        return past;
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

    /** Needs the privilege on the column. */
    void uses(char letter, int attribute) {
        if (letter == 'r') reads(attribute);
        else columns(letter).set(attribute);
    }
}
