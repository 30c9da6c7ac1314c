package io.craton.sql.analyze;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.syntax.Expr;
import io.craton.sql.syntax.FromItem;
import io.craton.sql.syntax.SelectStatement;
import io.craton.sql.syntax.SelectStatement.CommonTable;
import io.craton.sql.syntax.SelectStatement.WithClause;
import io.craton.sql.syntax.Statement;
import io.craton.sql.syntax.TreeWalker;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What WITH RECURSIVE asks of its raw queries (parse_cte): an order without forward references, and self-references only where recursion may have one. */
final class Recursion {
    private Recursion() {}

    /** The queries of a WITH RECURSIVE, each after those that it names. */
    static List<CommonTable> order(WithClause with) {
        List<CommonTable> left = new ArrayList<>(with.tables());
        List<Set<String>> needs = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (CommonTable table : left) names.add(table.name());
        for (CommonTable table : left) {
            Set<String> found = new Names(names).of(table.query());
            found.remove(table.name());
            needs.add(found);
        }
        List<CommonTable> ordered = new ArrayList<>();
        for (int at = 0; at < left.size(); at++) {
            int next = at;
            while (next < left.size() && !needs.get(next).isEmpty()) next++;
            if (next == left.size()) {
                throw PgError.error(SqlState.FEATURE_NOT_SUPPORTED, "mutual recursion between WITH items is not implemented")
                        .withPosition(left.get(at).position()).exception();
            }
            Collections.swap(left, at, next);
            Collections.swap(needs, at, next);
            ordered.add(left.get(at));
            for (Set<String> need : needs) need.remove(left.get(at).name());
        }
        return ordered;
    }

    static boolean refersToItself(CommonTable table) {
        return !new Names(Set.of(table.name())).of(table.query()).isEmpty();
    }

    /** Complains about a query that names itself in any form but {@code non-recursive UNION [ALL] recursive}; the two sides otherwise. */
    static SelectStatement.SetOperationBody check(CommonTable table) {
        if (!(table.query() instanceof SelectStatement select)) {
            throw invalid("recursive query \"" + table.name() + "\" must not contain data-modifying statements", table.position());
        }
        if (!(select.body() instanceof SelectStatement.SetOperationBody body && body.operator() == SelectStatement.SetOperator.UNION)) {
            throw invalid("recursive query \"" + table.name() + "\" does not have the form non-recursive-term UNION [ALL] recursive-term",
                    table.position());
        }
        if (select.with() != null) {
            for (CommonTable inner : select.with().tables()) new SelfReferences(table.name(), Place.SUBLINK).statement(inner.query());
        }
        if (!select.orderBy().isEmpty()) throw unsupported("ORDER BY", Positions.of(select.orderBy().getFirst().value()));
        SelectStatement.@Nullable Limit limit = select.limit();
        if (limit != null && limit.offset() != null) throw unsupported("OFFSET", Positions.of(limit.offset()));
        if (limit != null && limit.count() != null) throw unsupported("LIMIT", Positions.of(limit.count()));
        if (!select.locking().isEmpty()) throw unsupported("FOR UPDATE/SHARE", 0);
        new SelfReferences(table.name(), Place.NON_RECURSIVE_TERM).statement(body.left());
        new SelfReferences(table.name(), Place.ALLOWED).statement(body.right());
        return body;
    }

    private static PgException invalid(String message, int position) {
        return PgError.error(SqlState.INVALID_RECURSION, message).withPosition(position).exception();
    }

    private static PgException unsupported(String clause, int position) {
        return PgError.error(SqlState.FEATURE_NOT_SUPPORTED, clause + " in a recursive query is not implemented").withPosition(position)
                .exception();
    }

    /** Follows which WITH queries further in hide a name. */
    private abstract static class Naming extends TreeWalker {
        private final Deque<Set<String>> hidden = new ArrayDeque<>();

        abstract void named(FromItem.RelationItem item);

        /** A query without its WITH. */
        abstract void shallow(SelectStatement query);

        @Override
        protected void relation(FromItem.RelationItem item) {
            String name = item.relation().name();
            boolean free = item.relation().parts().size() == 1;
            for (Set<String> names : hidden) free &= !names.contains(name);
            if (free) named(item);
            super.relation(item);
        }

        @Override
        protected void select(SelectStatement query) {
            if (query.with() == null) {
                shallow(query);
                return;
            }
            enter(query.with());
            shallow(query);
            hidden.pop();
        }

        /** Leaves the names of this WITH hidden. */
        private void enter(WithClause with) {
            Set<String> names = new HashSet<>();
            hidden.push(names);
            if (with.recursive()) for (CommonTable table : with.tables()) names.add(table.name());
            for (CommonTable table : with.tables()) {
                statement(table.query());
                names.add(table.name());
            }
        }

        @Override
        protected void with(@Nullable WithClause with) {
            if (with != null) enter(with);
        }

        @Override
        public void statement(Statement.Optimizable statement) {
            int depth = hidden.size();
            super.statement(statement);
            while (hidden.size() > depth) hidden.pop();
        }
    }

    /** Which of some names a query uses. */
    private static final class Names extends Naming {
        private final Set<String> sought;
        private final Set<String> found = new HashSet<>();

        Names(Set<String> sought) {
            this.sought = sought;
        }

        Set<String> of(Statement.Optimizable query) {
            statement(query);
            return found;
        }

        @Override
        void named(FromItem.RelationItem item) {
            if (sought.contains(item.relation().name())) found.add(item.relation().name());
        }

        @Override
        void shallow(SelectStatement query) {
            body(query);
        }
    }

    /** Where a reference stands. */
    private enum Place {
        ALLOWED(""),
        NON_RECURSIVE_TERM("its non-recursive term"),
        SUBLINK("a subquery"),
        OUTER_JOIN("an outer join"),
        INTERSECT("INTERSECT"),
        EXCEPT("EXCEPT");

        private final String phrase;

        Place(String phrase) {
            this.phrase = phrase;
        }
    }

    private static final class SelfReferences extends Naming {
        private final String name;
        private Place place;
        private boolean seen;

        SelfReferences(String name, Place place) {
            this.name = name;
            this.place = place;
        }

        @Override
        void named(FromItem.RelationItem item) {
            if (!item.relation().name().equals(name)) return;
            if (place != Place.ALLOWED) {
                throw invalid("recursive reference to query \"" + name + "\" must not appear within " + place.phrase, item.position());
            }
            if (seen) throw invalid("recursive reference to query \"" + name + "\" must not appear more than once", item.position());
            seen = true;
        }

        @Override
        void shallow(SelectStatement query) {
            if (place != Place.ALLOWED || !(query.body() instanceof SelectStatement.SetOperationBody body)
                    || body.operator() == SelectStatement.SetOperator.UNION) {
                body(query);
                return;
            }
            boolean except = body.operator() == SelectStatement.SetOperator.EXCEPT;
            Place all = except ? Place.EXCEPT : Place.INTERSECT;
            within(body.all() ? all : place, () -> select(body.left()));
            within(body.all() || except ? all : place, () -> select(body.right()));
            tail(query);
        }

        @Override
        protected void join(FromItem.JoinItem join) {
            FromItem.JoinKind kind = join.kind();
            boolean leftOuter = kind == FromItem.JoinKind.RIGHT || kind == FromItem.JoinKind.FULL;
            boolean rightOuter = kind == FromItem.JoinKind.LEFT || kind == FromItem.JoinKind.FULL;
            within(leftOuter && place == Place.ALLOWED ? Place.OUTER_JOIN : place, () -> from(join.left()));
            within(rightOuter && place == Place.ALLOWED ? Place.OUTER_JOIN : place, () -> from(join.right()));
            expression(join.condition());
        }

        @Override
        protected void subLink(Expr.SubLink link) {
            within(Place.SUBLINK, () -> select(link.query()));
            expression(link.test());
        }

        private void within(Place inner, Runnable walk) {
            Place outer = place;
            place = inner;
            walk.run();
            place = outer;
        }
    }
}
