package io.craton.sql.fuzz;

import io.craton.sql.fuzz.RandomTables.Column;
import io.craton.sql.fuzz.RandomTables.Kind;
import io.craton.sql.fuzz.RandomTables.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Random SELECT statements over {@link RandomTables} whose rows PostgreSQL's documentation determines: sums of floats are exact, LIMIT stands behind an ORDER BY
 * of everything, frames of rows behind a unique order.
 */
final class RandomSelect {
    /** An expression that a query level may use. */
    private record Item(String sql, Kind kind) {}

    /** FROM: its text, what it offers, and columns that together tell its rows apart (empty when none are known). */
    private record From(String sql, List<Item> items, List<Item> unique) {}

    /** A query: its text and the kinds of its columns, named c0, c1 and so on. */
    private record Query(String sql, List<Kind> kinds) {}

    private static final int DEPTH_MAX = 3;

    private final Random random;
    private final RandomTables tables;
    private final List<String> ctes = new ArrayList<>();
    private final List<Query> cteQueries = new ArrayList<>();
    private int names;
    /** How often the large table may still come. */
    private int largeLeft;

    RandomSelect(Random random, RandomTables tables) {
        this.random = random;
        this.tables = tables;
    }

    /** A statement; the order of its rows is determined. */
    String statement() {
        ctes.clear();
        cteQueries.clear();
        names = 0;
        largeLeft = 1 + random.nextInt(2);
        if (random.nextInt(4) == 0) cte();
        if (random.nextInt(8) == 0) cte();
        Query query = query(0, List.of(), 0);
        String with = ctes.isEmpty() ? "" : "with recursive " + String.join(", ", ctes) + " ";
        StringBuilder order = new StringBuilder(" order by ");
        for (int i = 0; i < query.kinds.size(); i++) {
            order.append(i == 0 ? "" : ", ").append(i + 1).append(random.nextInt(4) == 0 ? " desc" : "").append(random.nextInt(6) == 0 ? " nulls first" : "");
        }
        String limit = random.nextInt(4) == 0 ? " limit " + random.nextInt(8) + (random.nextBoolean() ? " offset " + random.nextInt(4) : "") : "";
        return with + query.sql + order + limit;
    }

    private boolean chance(int oneIn) {
        return random.nextInt(oneIn) == 0;
    }

    private <T> T pick(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private String name(String prefix) {
        return prefix + names++;
    }

    private void cte() {
        String name = name("w");
        if (chance(3)) {
            int bound = 1 + random.nextInt(6);
            String union = random.nextBoolean() ? "union all" : "union";
            ctes.add(name + "(c0, c1) as (select 0, " + tables.literal(Kind.TEXT, 3) + " " + union + " select c0 + 1, "
                    + (random.nextBoolean() ? "c1" : "c1 || 'x'") + " from " + name + " where c0 < " + bound + ")");
            cteQueries.add(new Query(name, List.of(Kind.INT, Kind.TEXT)));
            return;
        }
        Query query = query(1, List.of(), 0);
        String hint = chance(3) ? random.nextBoolean() ? "materialized " : "not materialized " : "";
        ctes.add(name + " as " + hint + "(" + query.sql + ")");
        cteQueries.add(new Query(name, query.kinds));
    }

    // ---- queries -------------------------------------------------------------------------------------------------

    /** @param columns how many; 0 for any number */
    private Query query(int depth, List<Item> outer, int columns) {
        if (depth < 2 && chance(6)) return setOperation(depth, outer, columns);
        return select(depth, outer, columns == 0 ? kinds(1 + random.nextInt(4)) : kinds(columns));
    }

    private List<Kind> kinds(int count) {
        List<Kind> kinds = new ArrayList<>();
        for (int i = 0; i < count; i++) kinds.add(pick(List.of(Kind.values())));
        return kinds;
    }

    private Query setOperation(int depth, List<Item> outer, int columns) {
        List<Kind> kinds = kinds(columns == 0 ? 1 + random.nextInt(3) : columns);
        StringBuilder sql = new StringBuilder("(" + select(depth + 1, outer, kinds).sql + ")");
        int parts = 1 + random.nextInt(2);
        for (int i = 0; i < parts; i++) {
            String operation = pick(List.of("union", "union all", "intersect", "intersect all", "except", "except all"));
            sql.append(' ').append(operation).append(" (").append(select(depth + 1, outer, kinds).sql).append(')');
        }
        return new Query("select * from (" + sql + ") as " + name("u") + "(" + names(kinds.size()) + ")", kinds);
    }

    private static String names(int count) {
        StringBuilder sql = new StringBuilder();
        for (int i = 0; i < count; i++) sql.append(i == 0 ? "c" : ", c").append(i);
        return sql.toString();
    }

    private Query select(int depth, List<Item> outer, List<Kind> kinds) {
        From from = from(depth, outer);
        List<Item> items = from.items;
        String where = chance(4) ? "" : " where " + condition(items, outer, depth);
        int shape = random.nextInt(10);
        if (shape < 3) return grouped(depth, outer, kinds, from, where);
        List<String> list = new ArrayList<>();
        for (int i = 0; i < kinds.size(); i++) {
            String expression = shape < 5 && depth < 2 ? window(kinds.get(i), from) : expression(kinds.get(i), items, outer, depth, 2);
            list.add(expression + " as c" + i);
        }
        String distinct = "";
        if (shape == 5) {
            distinct = "distinct ";
        } else if (shape == 6 && chance(2)) {
            return new Query("select * from (select distinct on (c0) * from (select " + String.join(", ", list) + from.sql + where + ") as " + name("o")
                    + " order by " + names(kinds.size()) + ") as " + name("o"), kinds);
        }
        return new Query("select " + distinct + String.join(", ", list) + from.sql + where, kinds);
    }

    private Query grouped(int depth, List<Item> outer, List<Kind> kinds, From from, String where) {
        int keys = random.nextInt(3);
        List<Item> grouped = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < keys; i++) {
            Item item = pick(from.items);
            String computed = expression(pick(List.of(Kind.INT, Kind.TEXT, Kind.DATE)), from.items, List.of(), DEPTH_MAX, 1);
            boolean plain = !computed.contains(".") || !chance(3);
            if (texts.contains(item.sql) || !item.sql.contains(".")) continue;
            texts.add(plain ? item.sql : computed);
            if (plain) grouped.add(item);
        }
        String clause = "";
        if (!texts.isEmpty()) {
            String all = String.join(", ", texts);
            boolean plain = grouped.size() == texts.size();
            clause = " group by " + (plain && chance(4) ? pick(List.of("rollup (", "cube (")) + all + ")"
                    : plain && texts.size() == 2 && chance(4) ? "grouping sets ((" + all + "), (" + texts.get(1) + "), ())" : all);
        }
        List<String> list = new ArrayList<>();
        for (int i = 0; i < kinds.size(); i++) {
            Kind kind = kinds.get(i);
            Item key = grouped.stream().filter(item -> item.kind == kind).findFirst().orElse(null);
            list.add((key != null && chance(2) ? key.sql : aggregate(kind, from, outer, depth)) + " as c" + i);
        }
        String having = chance(4) ? " having " + aggregate(Kind.INT, from, outer, depth) + " " + comparison() + " " + tables.literal(Kind.INT, 4) : "";
        return new Query("select " + String.join(", ", list) + from.sql + where + clause + having, kinds);
    }

    private String aggregate(Kind kind, From from, List<Item> outer, int depth) {
        Kind argument = kind;
        String call = switch (kind) {
            case INT -> pick(List.of("count(%s)::int", "count(distinct %s)::int", "min(%s)", "max(%s)", "sum(%s)::int", "count(*)::int"));
            case BIG -> pick(List.of("count(*)", "count(%s)", "min(%s)", "count(distinct %s)"));
            case NUMERIC -> pick(List.of("sum(%s)", "avg(%s)", "min(%s)", "max(%s)", "sum(distinct %s)"));
            case TEXT -> pick(List.of("min(%s)", "max(%s)", "string_agg(%s, ',' order by %1$s)", "string_agg(distinct %s, '')"));
            case DATE, STAMP -> pick(List.of("min(%s)", "max(%s)"));
            case FIXED -> pick(List.of("min(%s)", "max(%s)"));
            case BOOL -> pick(List.of("bool_and(%s)", "bool_or(%s)", "every(%s)"));
            case FLOAT -> pick(List.of("sum(%s)", "min(%s)", "max(%s)"));
        };
        if (call.startsWith("count")) argument = pick(List.of(Kind.values()));
        String text = call.formatted(chance(3) ? expression(argument, from.items, List.of(), DEPTH_MAX, 1) : column(argument, from.items));
        if (!chance(5)) return text;
        String filter = " filter (where " + condition(from.items, List.of(), DEPTH_MAX) + ")";
        int cast = text.lastIndexOf("::int");
        return cast == text.length() - 5 && cast > 0 ? text.substring(0, cast) + filter + "::int" : text + filter;
    }

    /** A window call whose value does not depend on the order of peers, or any with a unique order. */
    private String window(Kind kind, From from) {
        String partition = chance(2) ? "partition by " + pick(from.items).sql + " " : "";
        boolean unique = !from.unique.isEmpty() && chance(2);
        StringBuilder order = new StringBuilder();
        if (unique || chance(2)) {
            order.append("order by ").append(pick(from.items).sql).append(chance(3) ? " desc" : "");
            if (unique) for (Item item : from.unique) order.append(", ").append(item.sql);
        }
        String over = " over (" + partition + order + (order.isEmpty() ? "" : frame(unique)) + ")";
        String value = column(kind, from.items);
        List<String> calls = new ArrayList<>(switch (kind) {
            case INT -> List.of("min(%s)", "max(%s)", "count(%s)");
            case BIG -> List.of("rank()", "dense_rank()", "count(*)", "sum(" + column(Kind.INT, from.items) + ")");
            case NUMERIC -> List.of("sum(%s)", "avg(%s)", "max(%s)");
            case FLOAT -> List.of("sum(%s)", "min(%s)", "percent_rank()", "cume_dist()");
            case BOOL -> List.of("bool_or(%s)", "bool_and(%s)");
            case TEXT, FIXED, DATE, STAMP -> List.of("min(%s)", "max(%s)");
        });
        if (unique) {
            calls.addAll(List.of("lag(%s)", "lead(%s, 2)", "first_value(%s)", "last_value(%s)", "nth_value(%s, 2)"));
            if (kind == Kind.BIG) calls.addAll(List.of("row_number()", "ntile(3)"));
        }
        String call = pick(calls).formatted(value);
        String suffix = kind == Kind.INT ? "::int" : kind == Kind.BIG ? "::bigint" : "";
        return call + over + suffix;
    }

    private String frame(boolean unique) {
        if (!chance(3)) return "";
        String unit = unique ? pick(List.of("rows", "groups", "range")) : pick(List.of("groups", "range"));
        String start = unit.equals("range") ? pick(List.of("unbounded preceding", "current row")) : pick(List.of("unbounded preceding", "2 preceding", "current row"));
        String end = unit.equals("range") ? pick(List.of("current row", "unbounded following")) : pick(List.of("current row", "1 following", "unbounded following"));
        String exclude = chance(4) ? pick(unique ? List.of(" exclude current row", " exclude group", " exclude ties") : List.of(" exclude group", " exclude no others")) : "";
        return " " + unit + " between " + start + " and " + end + exclude;
    }

    // ---- FROM ----------------------------------------------------------------------------------------------------

    private From from(int depth, List<Item> outer) {
        if (chance(25)) return new From("", List.of(new Item(tables.literal(Kind.INT, 4), Kind.INT)), List.of());
        int count = depth == 0 ? 1 + random.nextInt(4) : 1 + random.nextInt(2);
        From all = source(depth);
        String sql = " from " + all.sql;
        List<Item> items = new ArrayList<>(all.items);
        List<Item> unique = new ArrayList<>(all.unique);
        boolean known = !unique.isEmpty();
        for (int i = 1; i < count; i++) {
            int kind = random.nextInt(10);
            boolean lateral = kind == 9 && depth < 2;
            From next = lateral ? lateral(depth, outer, items) : source(depth);
            String on = kind == 8 ? equality(items, next.items) : lateral ? "true" : joinCondition(items, next.items, outer);
            sql += switch (kind) {
                case 0 -> " cross join " + next.sql;
                case 5, 6, 9 -> " left join " + next.sql + " on " + on;
                case 7 -> " right join " + next.sql + " on " + on;
                case 8 -> " full join " + next.sql + " on " + on;
                default -> " join " + next.sql + " on " + on;
            };
            items.addAll(next.items);
            unique.addAll(next.unique);
            known &= !next.unique.isEmpty();
        }
        return new From(sql, items, known ? unique : List.of());
    }

    private From source(int depth) {
        int kind = random.nextInt(12);
        if (kind == 0 && depth < DEPTH_MAX - 1) return derived(query(depth + 1, List.of(), 0), "");
        if (kind == 1 && !cteQueries.isEmpty()) return derivedFrom(pick(cteQueries));
        if (kind == 2 && chance(2)) {
            String alias = name("g");
            return new From("generate_series(1, " + (1 + random.nextInt(5)) + ") as " + alias + "(c0)", List.of(new Item(alias + ".c0", Kind.INT)),
                    List.of(new Item(alias + ".c0", Kind.INT)));
        }
        if (kind == 3 && chance(2)) {
            String alias = name("v");
            StringBuilder rows = new StringBuilder();
            for (int i = 0; i < 1 + random.nextInt(4); i++) {
                rows.append(i == 0 ? "" : ", ").append('(').append(tables.literal(Kind.INT, 5)).append(", ").append(tables.literal(Kind.TEXT, 5)).append(')');
            }
            return new From("(values " + rows + ") as " + alias + "(c0, c1)", List.of(new Item(alias + ".c0", Kind.INT), new Item(alias + ".c1", Kind.TEXT)),
                    List.of());
        }
        boolean large = largeLeft > 0 && chance(depth == 0 ? 4 : 8);
        if (large) largeLeft--;
        Table table = large ? tables.tables.getLast() : pick(tables.tables.subList(0, tables.tables.size() - 1));
        String alias = name("a");
        List<Item> items = new ArrayList<>();
        List<Item> unique = new ArrayList<>();
        for (Column column : table.columns()) {
            Item item = new Item(alias + "." + column.name(), column.kind());
            items.add(item);
            if (column.key()) unique.add(item);
        }
        return new From(table.name() + " as " + alias, items, unique);
    }

    private From lateral(int depth, List<Item> outer, List<Item> left) {
        List<Item> visible = new ArrayList<>(left);
        visible.addAll(outer);
        return derived(query(depth + 1, visible, 0), "lateral ");
    }

    private From derived(Query query, String prefix) {
        String alias = name("d");
        return new From(prefix + "(" + query.sql + ") as " + alias, items(alias, query.kinds), List.of());
    }

    private From derivedFrom(Query cte) {
        String alias = name("d");
        return new From(cte.sql + " as " + alias, items(alias, cte.kinds), List.of());
    }

    private static List<Item> items(String alias, List<Kind> kinds) {
        List<Item> items = new ArrayList<>();
        for (int i = 0; i < kinds.size(); i++) items.add(new Item(alias + ".c" + i, kinds.get(i)));
        return items;
    }

    private String joinCondition(List<Item> left, List<Item> right, List<Item> outer) {
        if (chance(6)) {
            List<Item> both = new ArrayList<>(left);
            both.addAll(right);
            return condition(both, outer, DEPTH_MAX);
        }
        String equality = equality(left, right);
        if (!chance(3)) return equality;
        List<Item> both = new ArrayList<>(left);
        both.addAll(right);
        return equality + " and " + condition(both, outer, DEPTH_MAX);
    }

    private String equality(List<Item> left, List<Item> right) {
        for (int i = 0; i < 20; i++) {
            Item a = pick(left);
            List<Item> fitting = right.stream().filter(item -> item.kind == a.kind || number(a.kind) && number(item.kind)).toList();
            if (a.kind != Kind.BOOL && !fitting.isEmpty()) return a.sql + " = " + pick(fitting).sql;
        }
        return pick(left).sql + " is null = (" + pick(right).sql + " is null)";
    }

    private static boolean number(Kind kind) {
        return kind == Kind.INT || kind == Kind.BIG || kind == Kind.NUMERIC;
    }

    // ---- expressions ---------------------------------------------------------------------------------------------

    private String comparison() {
        return pick(List.of("=", "=", "=", "<", "<=", ">", ">=", "<>"));
    }

    private String condition(List<Item> items, List<Item> outer, int depth) {
        int count = 1 + random.nextInt(3);
        if (count == 1 || chance(2)) return simple(items, outer, depth);
        String operator = chance(3) ? " or " : " and ";
        StringBuilder sql = new StringBuilder();
        for (int i = 0; i < count; i++) sql.append(i == 0 ? "(" : operator).append(chance(6) ? condition(items, outer, depth) : simple(items, outer, depth));
        return sql + ")";
    }

    private String simple(List<Item> items, List<Item> outer, int depth) {
        String text = bare(items, outer, depth);
        return chance(9) ? "not (" + text + ")" : text;
    }

    private String bare(List<Item> items, List<Item> outer, int depth) {
        Kind kind = pick(List.of(Kind.INT, Kind.INT, Kind.BIG, Kind.NUMERIC, Kind.TEXT, Kind.FIXED, Kind.DATE, Kind.FLOAT, Kind.STAMP));
        boolean deep = depth < DEPTH_MAX;
        String left = chance(4) ? expression(kind, items, outer, depth, 1) : column(kind, items);
        return switch (random.nextInt(deep ? 22 : 14)) {
            case 0 -> pick(items).sql + " is " + (chance(2) ? "not null" : "null");
            case 1 -> left + " between " + tables.literal(kind, 3) + " and " + tables.literal(kind, 8);
            case 2 -> left + (chance(3) ? " not in (" : " in (") + tables.literal(kind, 5) + ", " + tables.literal(kind, 5) + (chance(5) ? ", null" : "") + ")";
            case 3 -> column(Kind.TEXT, items) + (chance(3) ? " not like " : " like ") + pick(List.of("'a%'", "'%b'", "'%b%'", "'_'", "'%'", "'a\\%%'"));
            case 4 -> left + " is " + (chance(2) ? "not " : "") + "distinct from " + expression(kind, items, outer, depth, 1);
            case 5 -> expression(Kind.BOOL, items, outer, depth, 1) + pick(List.of("", " is true", " is not false", " is unknown"));
            case 6, 7, 8 -> left + " " + comparison() + " " + column(kind, with(items, outer));
            case 9 -> column(Kind.DATE, items) + " " + comparison() + " " + column(Kind.STAMP, items);
            case 10 -> column(Kind.INT, items) + " " + comparison() + " " + column(pick(List.of(Kind.BIG, Kind.NUMERIC, Kind.FLOAT)), with(items, outer));
            case 11, 12, 13 -> left + " " + comparison() + " " + tables.literal(kind, 6);
            case 14, 15 -> (chance(2) ? "not " : "") + "exists (" + query(depth + 1, with(items, outer), 1).sql + ")";
            case 16, 17 -> left + (chance(3) ? " not in (" : " in (") + select(depth + 1, with(items, outer), List.of(kind)).sql + ")";
            case 18 -> left + " " + comparison() + (chance(2) ? " any (" : " all (") + select(depth + 1, with(items, outer), List.of(kind)).sql + ")";
            case 19 -> "(" + column(Kind.INT, items) + ", " + column(Kind.TEXT, items) + ") in (" + select(depth + 1, with(items, outer), List.of(Kind.INT, Kind.TEXT)).sql + ")";
            default -> left + " " + comparison() + " (" + single(kind, depth, with(items, outer)) + ")";
        };
    }

    private static List<Item> with(List<Item> items, List<Item> outer) {
        if (outer.isEmpty()) return items;
        List<Item> all = new ArrayList<>(items);
        all.addAll(outer);
        return all;
    }

    /** A subquery that gives one row, or none. */
    private String single(Kind kind, int depth, List<Item> outer) {
        From from = from(depth + 1, outer);
        String where = chance(5) ? "" : " where " + (outer.isEmpty() || chance(3) ? condition(from.items, outer, depth + 1)
                : column(Kind.INT, from.items) + " " + comparison() + " " + column(Kind.INT, outer));
        return "select " + aggregate(kind, from, outer, depth) + from.sql + where;
    }

    private String column(Kind kind, List<Item> items) {
        List<Item> fitting = items.stream().filter(item -> item.kind == kind).toList();
        return fitting.isEmpty() ? tables.literal(kind, 5) : pick(fitting).sql;
    }

    private String expression(Kind kind, List<Item> items, List<Item> outer, int depth, int size) {
        if (size == 0 || chance(3)) return chance(5) ? chance(4) ? "null::" + kind.sql : tables.literal(kind, 5) : column(kind, with(items, chance(2) ? outer : List.of()));
        if (depth < DEPTH_MAX - 1 && chance(10)) return "(" + single(kind, depth, with(items, outer)) + ")";
        switch (random.nextInt(6)) {
            case 0 -> {
                return "case when " + condition(items, outer, DEPTH_MAX) + " then " + expression(kind, items, outer, depth, size - 1)
                        + (chance(3) ? "" : " else " + expression(kind, items, outer, depth, size - 1)) + " end";
            }
            case 1 -> {
                return "coalesce(" + expression(kind, items, outer, depth, size - 1) + ", " + expression(kind, items, outer, depth, size - 1) + ")";
            }
            case 2 -> {
                return pick(List.of("nullif", "greatest", "least")) + "(" + expression(kind, items, outer, depth, size - 1) + ", "
                        + expression(kind, items, outer, depth, size - 1) + ")";
            }
            default -> {
                return operation(kind, items, outer, depth, size - 1);
            }
        }
    }

    private String operation(Kind kind, List<Item> items, List<Item> outer, int depth, int size) {
        return switch (kind) {
            case INT -> pick(List.of("(%1$s + %2$s)", "(%1$s - %2$s)", "(%1$s * 2)", "(- %1$s)", "abs(%1$s)", "length(%3$s)", "(%1$s %% 3)"))
                    .formatted(expression(Kind.INT, items, outer, depth, size), expression(Kind.INT, items, outer, depth, size),
                            expression(Kind.TEXT, items, outer, depth, size));
            case BIG -> pick(List.of("(%1$s + %2$s)", "(%1$s - 1)", "%2$s::bigint"))
                    .formatted(expression(Kind.BIG, items, outer, depth, size), expression(Kind.INT, items, outer, depth, size));
            case NUMERIC -> pick(List.of("(%1$s + %2$s)", "(%1$s - %2$s)", "(%1$s * %2$s)", "round(%1$s, 1)", "abs(%1$s)", "%3$s::numeric", "(%1$s / 4)"))
                    .formatted(expression(Kind.NUMERIC, items, outer, depth, size), expression(Kind.NUMERIC, items, outer, depth, size),
                            expression(Kind.INT, items, outer, depth, size));
            case TEXT -> pick(List.of("(%1$s || %2$s)", "upper(%1$s)", "lower(%1$s)", "substr(%1$s, 1, 2)", "%3$s::text", "%4$s::text", "replace(%1$s, 'a', 'b')"))
                    .formatted(expression(Kind.TEXT, items, outer, depth, size), expression(Kind.TEXT, items, outer, depth, size),
                            expression(Kind.INT, items, outer, depth, size), expression(Kind.FIXED, items, outer, depth, size));
            case FIXED -> expression(Kind.FIXED, items, outer, depth, size);
            case DATE -> pick(List.of("(%1$s + %2$s)", "(%1$s - 3)", "%3$s::date"))
                    .formatted(expression(Kind.DATE, items, outer, depth, size), expression(Kind.INT, items, outer, depth, size),
                            expression(Kind.STAMP, items, outer, depth, size));
            case STAMP -> pick(List.of("(%1$s + interval '1 day')", "date_trunc('day', %1$s)", "%2$s::timestamp"))
                    .formatted(expression(Kind.STAMP, items, outer, depth, size), expression(Kind.DATE, items, outer, depth, size));
            case BOOL -> "(" + condition(items, outer, DEPTH_MAX) + ")";
            case FLOAT -> pick(List.of("(%1$s + %2$s)", "(%1$s - %2$s)", "(%1$s * 0.5)", "%3$s::float8"))
                    .formatted(expression(Kind.FLOAT, items, outer, depth, size), expression(Kind.FLOAT, items, outer, depth, size),
                            expression(Kind.INT, items, outer, depth, size));
        };
    }
}
