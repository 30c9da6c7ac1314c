package io.craton.sql.analyze;

import io.craton.core.type.PgType;
import java.util.List;

/**
 * Told which object every name of an analysed text stands for, with the name's position: DDL learns what to rewrite when something is renamed, and
 * which objects a view reads. Texts of views inside the text are not reported. One analysis.
 */
public interface NameListener {
    /** A relation in FROM or as a target. {@code aliased}: an alias follows. */
    void relation(int position, RelationRef found, boolean aliased);

    /** A column of a stored relation, written with {@code parts} dotted names. */
    void column(int position, int parts, int relationOid, int attribute);

    /** A {@code *} or {@code t.*} and the columns that it stands for, ready to be written instead. */
    void star(int position, List<List<String>> columns);

    /** An entry of a select list without an alias of its own, and the name that it gives its column. */
    void target(int position, String name);

    /** A type; for arrays its element type. */
    void type(int position, PgType type);
}
