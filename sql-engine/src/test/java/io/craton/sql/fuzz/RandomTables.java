package io.craton.sql.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Tables with few different values and many nulls, so that joins meet and groups repeat; one is large enough to be read by column. */
final class RandomTables {
    /** What a column holds; {@code key}: unique and not null. */
    record Column(String name, Kind kind, boolean key) {}

    record Table(String name, List<Column> columns) {}

    enum Kind {
        INT("int"), BIG("bigint"), NUMERIC("numeric(8,2)"), TEXT("text"), FIXED("char(4)"), DATE("date"), BOOL("boolean"), FLOAT("float8"), STAMP("timestamp");

        final String sql;

        Kind(String sql) {
            this.sql = sql;
        }
    }

    private static final String[] WORDS = {"", "a", "ab", "abc", "b", "ba", "Zürich", "zz", "a%b", "x_y"};

    private final Random random;
    final List<Table> tables = new ArrayList<>();
    /** Statements that make and fill the tables. */
    final List<String> statements = new ArrayList<>();

    /** @param large rows of the largest table */
    RandomTables(Random random, int large) {
        this.random = random;
        int[] sizes = {0, 7, 25, 60, large};
        for (int i = 0; i < sizes.length; i++) table("t" + i, sizes[i]);
        statements.add("analyze");
    }

    private void table(String name, int rows) {
        List<Column> columns = new ArrayList<>();
        boolean keyed = rows > 0 && random.nextInt(4) > 0;
        columns.add(new Column("id", Kind.INT, keyed));
        Kind[] kinds = Kind.values();
        for (int i = 0; i < kinds.length; i++) columns.add(new Column(kinds[i].name().toLowerCase(java.util.Locale.ROOT).charAt(0) + "" + i, kinds[i], false));
        Table table = new Table(name, List.copyOf(columns));
        tables.add(table);
        StringBuilder create = new StringBuilder("create table " + name + " (");
        for (Column column : columns) {
            if (!create.toString().endsWith("(")) create.append(", ");
            create.append(column.name()).append(' ').append(column.kind().sql).append(column.key() ? " primary key" : "");
        }
        statements.add(create + ")");
        for (int from = 0; from < rows; from += 500) {
            List<String> values = new ArrayList<>();
            for (int row = from; row < Math.min(rows, from + 500); row++) values.add(row(table, row, rows));
            statements.add("insert into " + name + " values " + String.join(", ", values));
        }
        for (Column column : columns) {
            if (random.nextInt(5) == 0) statements.add("create index on " + name + " (" + column.name() + ")");
        }
        if (random.nextInt(3) == 0) statements.add("create index on " + name + " (i0, t3)");
    }

    private String row(Table table, int number, int rows) {
        List<String> values = new ArrayList<>();
        for (Column column : table.columns()) {
            values.add(column.name().equals("id") ? column.key() ? Integer.toString(number) : Integer.toString(random.nextInt(rows)) : value(column.kind(), rows));
        }
        return "(" + String.join(", ", values) + ")";
    }

    private String value(Kind kind, int rows) {
        return random.nextInt(6) == 0 ? "null" : literal(kind, rows > 100 ? 60 : 6);
    }

    /** A value as the tables have it, with its type written down. */
    String literal(Kind kind, int variety) {
        return switch (kind) {
            case INT -> random.nextInt(variety) == 0 ? "(-1)" : Integer.toString(random.nextInt(variety));
            case BIG -> random.nextInt(8) == 0 ? "3000000000" : random.nextInt(variety) + "::bigint";
            case NUMERIC -> "%d.%02d".formatted(random.nextInt(variety), random.nextInt(4) * 25) + "::numeric";
            case TEXT -> "'" + WORDS[random.nextInt(WORDS.length)] + "'::text";
            case FIXED -> "'" + WORDS[random.nextInt(6)] + "'::char(4)";
            case DATE -> "date '2020-02-%02d'".formatted(1 + random.nextInt(Math.min(28, variety)));
            case BOOL -> random.nextBoolean() ? "true" : "false";
            case FLOAT -> random.nextInt(variety) * 0.25 + "::float8";
            case STAMP -> "timestamp '2020-02-%02d %02d:00:00'".formatted(1 + random.nextInt(Math.min(28, variety)), random.nextInt(3) * 6);
        };
    }
}
