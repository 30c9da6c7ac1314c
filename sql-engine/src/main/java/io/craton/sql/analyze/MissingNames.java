package io.craton.sql.analyze;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import org.jspecify.annotations.Nullable;

/** Errors about names that mean nothing, with PostgreSQL's guesses at what was meant (errorMissingColumn, errorMissingRTE). */
final class MissingNames {
    private static final int DISTANCE_MAX = 3;

    private MissingNames() {}

    static PgException column(@Nullable String relation, String name, int position, Scope scope) {
        PgError error = PgError.error(SqlState.UNDEFINED_COLUMN, relation == null
                ? "column \"" + name + "\" does not exist" : "column " + relation + "." + name + " does not exist")
                .withPosition(position);
        Guess guess = new Guess();
        for (Scope level = scope; level != null; level = level.parent) {
            for (RangeItem item : level.items) {
                if (item.kind == RangeItem.Kind.JOIN) continue;
                int penalty = relation == null ? 0 : Math.min(distance(relation, item.name), DISTANCE_MAX + 1);
                for (int i = 0; i < item.fields.size(); i++) {
                    String candidate = item.fields.get(i).name();
                    if (candidate.equals(name) && penalty == 0) {
                        return error.withHint("There is a column named \"" + name + "\" in table \"" + item.name
                                + "\", but it cannot be referenced from this part of the query.").exception();
                    }
                    guess.consider(item.name + "." + candidate, candidate, name, penalty);
                }
            }
        }
        if (guess.first != null && guess.second != null) {
            error = error.withHint("Perhaps you meant to reference the column \"" + guess.first + "\" or the column \""
                    + guess.second + "\".");
        } else if (guess.first != null) {
            error = error.withHint("Perhaps you meant to reference the column \"" + guess.first + "\".");
        }
        return error.exception();
    }

    static PgException relation(@Nullable String schema, String name, int position, Scope scope) {
        RelationRef real = scope.analysis.catalog.relation(schema, name);
        int oid = real instanceof RelationRef.Stored stored ? stored.table().oid()
                : real instanceof RelationRef.Builtin builtin ? builtin.table().oid() : 0;
        RangeItem found = null;
        for (Scope level = scope; level != null && found == null; level = level.parent) {
            for (RangeItem item : level.items) {
                boolean same = oid != 0 && item.relationOid == oid || item.name.equals(name);
                if (same) {
                    found = item;
                    break;
                }
            }
        }
        if (found == null) {
            return PgError.error(SqlState.UNDEFINED_TABLE, "missing FROM-clause entry for table \"" + name + "\"")
                    .withPosition(position).exception();
        }
        PgError error = PgError.error(SqlState.UNDEFINED_TABLE, "invalid reference to FROM-clause entry for table \"" + name + "\"")
                .withPosition(position);
        if (found.aliased && !found.name.equals(name)
                && scope.analysis.columns.findItem(null, found.name, position, scope) == found) {
            return error.withHint("Perhaps you meant to reference the table alias \"" + found.name + "\".").exception();
        }
        return error.withHint("There is an entry for table \"" + name
                + "\", but it cannot be referenced from this part of the query.").exception();
    }

    /** The one or two nearest column names so far. */
    private static final class Guess {
        int distance = DISTANCE_MAX + 1;
        @Nullable String first;
        @Nullable String second;

        void consider(String label, String candidate, String wanted, int penalty) {
            if (penalty > distance) return;
            int columnDistance = distance(candidate, wanted);
            if (columnDistance > wanted.length() / 2) return;
            columnDistance += penalty;
            if (columnDistance < distance) {
                distance = columnDistance;
                first = label;
                second = null;
            } else if (columnDistance == distance) {
                if (second != null) {
                    first = null;
                    second = null;
                    distance = columnDistance - 1;
                } else if (first != null) {
                    second = label;
                } else if (distance <= DISTANCE_MAX) {
                    first = label;
                }
            }
        }
    }

    /** Levenshtein distance with cost 1 for each edit. */
    private static int distance(String left, String right) {
        int[] previous = new int[right.length() + 1];
        for (int j = 0; j <= right.length(); j++) previous[j] = j;
        for (int i = 1; i <= left.length(); i++) {
            int[] current = new int[right.length() + 1];
            current[0] = i;
            for (int j = 1; j <= right.length(); j++) {
                int change = left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1;
                current[j] = Math.min(Math.min(previous[j] + 1, current[j - 1] + 1), previous[j - 1] + change);
            }
            previous = current;
        }
        return previous[right.length()];
    }
}
