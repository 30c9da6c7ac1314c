package io.craton.migrations;

import java.util.Locale;

/** What can be dangerous about a statement, and what to do instead. */
enum Rule {
    DROP_TABLE(Effect.LOSES_DATA, "the table's rows are gone for all who still read them", "first release a version of the application that does not use the table"),
    DROP_COLUMN(Effect.LOSES_DATA, "the column's values are gone, and statements that name the column fail", "first release a version of the application that does not use the column"),
    DROP_SCHEMA(Effect.LOSES_DATA, "everything in the schema is gone", "drop its tables one by one, when nobody uses them"),
    DROP_DATABASE(Effect.LOSES_DATA, "the whole database is gone", "no migration should do this: use craton-admin tenant drop"),
    TRUNCATE(Effect.LOSES_DATA, "all rows of the table are gone", "delete what must go, by a condition"),
    RENAME(Effect.BREAKS_CLIENTS, "statements of running applications that use the old name fail", "add the new one beside the old one, move over, drop the old one later"),
    COLUMN_TYPE(Effect.REWRITES, "every row is written again, unless the type is merely wider; the table is locked from there to the file's end", "leave it the file's only or last statement; or add a column of the new type, fill it in steps, switch over, drop the old one"),
    VOLATILE_DEFAULT(Effect.REWRITES, "a default that differs from row to row is written into every row; the table is locked from there to the file's end",
            "add the column without default, set the default, fill old rows in steps"),
    NOT_NULL_COLUMN(Effect.FAILS, "rows that are there already have no value for the column", "give the column a DEFAULT"),
    STORED_COLUMN(Effect.REWRITES, "the generated value is written into every row; the table is locked from there to the file's end", "leave it the file's only or last statement; or compute it in a view or an expression index"),
    SET_NOT_NULL(Effect.SCANS, "every row is looked at, and the table is locked meanwhile", "add CHECK (column IS NOT NULL) NOT VALID, validate it, then SET NOT NULL"),
    FOREIGN_KEY(Effect.SCANS, "every row is looked at, and both tables are locked against writers meanwhile", "add it NOT VALID, and VALIDATE CONSTRAINT in a file behind"),
    CHECK(Effect.SCANS, "every row is looked at, and the table is locked meanwhile", "add it NOT VALID, and VALIDATE CONSTRAINT in a file behind"),
    UNIQUE_CONSTRAINT(Effect.LOCKS, "its index is built while the table is locked", "CREATE UNIQUE INDEX CONCURRENTLY in a file of its own, then ADD CONSTRAINT ... USING INDEX"),
    CREATE_INDEX(Effect.LOCKS, "writers of the table wait until the index is built", "CREATE INDEX CONCURRENTLY in a file of its own"),
    REINDEX(Effect.LOCKS, "writers of the table wait until the index is built", "REINDEX ... CONCURRENTLY in a file of its own"),
    OUTSIDE_TRANSACTION(Effect.FAILS, "the statement cannot be part of a transaction", "give it a file of its own: a file with this statement alone runs outside of one"),
    TRANSACTION_CONTROL(Effect.FAILS, "each file is one transaction already", "leave it out"),
    EVERY_ROW(Effect.CHANGES_ROWS, "there is no WHERE: every row is changed in one transaction, and its locks are held to the end", "change rows in steps, by ranges of the key"),
    LOCK_TABLE(Effect.LOCKS, "others wait for the lock until the file's end", "leave it out: statements take the locks they need"),
    WHOLE_TABLE(Effect.REWRITES, "the table is written again and locked meanwhile", "leave it out"),
    SET_LOGGED(Effect.REWRITES, "the table is written again and locked meanwhile", "create the table as it should be");

    /** What a statement does to others. */
    enum Effect {
        LOSES_DATA("loses data"), BREAKS_CLIENTS("breaks clients"), REWRITES("rewrites"), SCANS("scans under a lock"), LOCKS("locks"), CHANGES_ROWS("changes every row"),
        FAILS("fails");

        final String words;

        Effect(String words) {
            this.words = words;
        }
    }

    final Effect effect;
    final String why;
    final String instead;

    Rule(Effect effect, String why, String instead) {
        this.effect = effect;
        this.why = why;
        this.instead = instead;
    }

    /** As {@code -- lint: allow drop-column} names it. */
    String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** On a table that the same files make, which has no rows that anybody knows, this is no danger. */
    boolean harmlessOnNewTables() {
        return effect != Effect.FAILS || this == NOT_NULL_COLUMN;
    }
}
