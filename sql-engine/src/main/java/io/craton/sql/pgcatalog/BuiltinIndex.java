package io.craton.sql.pgcatalog;

import java.util.ArrayList;
import java.util.List;

/** An index of a system catalog, as PostgreSQL 15 has it. Its lookups are this package's; it is here for those who read pg_index. */
record BuiltinIndex(int oid, String name, int tableOid, boolean unique, boolean primary, List<Integer> columns,
        List<Integer> operatorClasses, List<Integer> collations, int constraintOid) {
    private static final List<BuiltinIndex> ALL = Resources.lines("indexes.tsv").stream().map(BuiltinIndex::parse).toList();

    static List<BuiltinIndex> all() {
        return ALL;
    }

    private static BuiltinIndex parse(String[] c) {
        return new BuiltinIndex(Integer.parseInt(c[0]), c[1], Integer.parseInt(c[2]), c[3].equals("t"), c[4].equals("t"), numbers(c[5]),
                numbers(c[6]), numbers(c[7]), Integer.parseInt(c[8]));
    }

    private static List<Integer> numbers(String text) {
        List<Integer> numbers = new ArrayList<>();
        for (String number : text.split(" ")) numbers.add(Integer.valueOf(number));
        return List.copyOf(numbers);
    }
}
