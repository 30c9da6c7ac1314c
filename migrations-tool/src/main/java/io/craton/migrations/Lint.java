package io.craton.migrations;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds dangerous statements by their words alone: no database is asked. A comment {@code lint: allow RULE} in front of a statement, or in it, says that it is meant. */
final class Lint {
    /**
     * Something found.
     *
     * @param table whose rows it is about; null when it is about none
     * @param allowed the file says that it is meant
     */
    record Finding(Migration file, Place place, String statement, Rule rule, @Nullable String table, boolean allowed) {
        String where() {
            return file.file() + ":" + place;
        }
    }

    private static final Set<String> TRANSACTION_WORDS = Set.of("BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE");
    private static final Set<String> VOLATILE = Set.of("RANDOM", "GEN_RANDOM_UUID", "CLOCK_TIMESTAMP", "TIMEOFDAY", "NEXTVAL", "UUID_GENERATE_V4", "UUID_GENERATE_V1");

    private final Set<String> newTables = new HashSet<>();
    private final List<Finding> findings = new ArrayList<>();
    private final Migration file;
    private final SqlScript.Statement statement;
    private final SqlWords words;
    private final boolean alone;

    private Lint(Migration file, SqlScript.Statement statement, boolean alone, Set<String> newTables) {
        this.file = file;
        this.statement = statement;
        this.words = new SqlWords(statement.sql());
        this.alone = alone;
        this.newTables.addAll(newTables);
    }

    /** Files in the order in which they run: a table that an earlier one makes is new to the later ones. */
    static List<Finding> check(List<Migration> files) {
        Set<String> newTables = new HashSet<>();
        List<Finding> all = new ArrayList<>();
        for (Migration file : files) {
            List<SqlScript.Statement> statements = SqlScript.split(file.sql());
            int previous = 0;
            for (SqlScript.Statement statement : statements) {
                Lint lint = new Lint(file, statement, statements.size() == 1, newTables);
                lint.statement();
                newTables.addAll(lint.newTables);
                Set<String> allowed = allowed(file.sql().substring(previous, statement.offset()) + statement.sql());
                for (Finding found : lint.findings) {
                    all.add(allowed.contains(found.rule().id())
                            ? new Finding(file, found.place(), found.statement(), found.rule(), found.table(), true) : found);
                }
                previous = statement.offset() + statement.sql().length();
            }
        }
        return all;
    }

    private static Set<String> allowed(String text) {
        Set<String> rules = new HashSet<>();
        for (String comment : new SqlWords(text).comments()) {
            String lower = comment.toLowerCase(Locale.ROOT);
            if (lower.startsWith("lint: allow ")) rules.addAll(List.of(lower.substring("lint: allow ".length()).split("[ ,]+")));
        }
        return rules;
    }

    /** Must the statement run outside of a transaction? */
    static boolean outsideTransaction(SqlWords words) {
        if (words.at(0, "CREATE|DROP", "DATABASE|TABLESPACE") || words.at(0, "ALTER", "SYSTEM") || words.at(0, "VACUUM")) return true;
        if (words.at(0, "CREATE", "INDEX", "CONCURRENTLY") || words.at(0, "CREATE", "UNIQUE", "INDEX", "CONCURRENTLY")) return true;
        if (words.at(0, "DROP", "INDEX", "CONCURRENTLY")) return true;
        if (words.at(0, "REINDEX")) return words.find(1, 9, "CONCURRENTLY") > 0 || words.find(1, 4, "DATABASE|SYSTEM") > 0;
        return words.at(0, "ALTER", "TABLE") && words.find(2, words.size(), "DETACH", "PARTITION") > 0 && words.find(2, words.size(), "CONCURRENTLY") > 0;
    }

    static boolean transactionControl(SqlWords words) {
        return TRANSACTION_WORDS.contains(words.word(0));
    }

    private void statement() {
        if (transactionControl(words)) {
            found(Rule.TRANSACTION_CONTROL, 0, null);
            return;
        }
        if (outsideTransaction(words) && !alone) found(Rule.OUTSIDE_TRANSACTION, 0, null);
        switch (words.word(0)) {
            case "CREATE" -> create();
            case "DROP" -> drop();
            case "ALTER" -> {
                if (words.at(1, "TABLE")) alterTable();
                else if (words.at(1, "VIEW|TYPE|SCHEMA|SEQUENCE|INDEX|FUNCTION|DATABASE")) rename(2);
            }
            case "TRUNCATE" -> {
                int name = skip(1, "TABLE", "ONLY");
                found(Rule.TRUNCATE, 0, words.name(name));
            }
            case "UPDATE" -> everyRow(skip(1, "ONLY"));
            case "DELETE" -> everyRow(skip(2, "ONLY"));
            case "LOCK" -> found(Rule.LOCK_TABLE, 0, words.name(skip(1, "TABLE", "ONLY")));
            case "CLUSTER" -> found(Rule.WHOLE_TABLE, 0, words.name(1));
            case "VACUUM" -> {
                if (words.find(1, 4, "FULL") > 0) found(Rule.WHOLE_TABLE, 0, null);
            }
            case "REINDEX" -> {
                if (!outsideTransaction(words)) found(Rule.REINDEX, 0, words.at(1, "TABLE") ? words.name(2) : null);
            }
            default -> { }
        }
    }

    private void create() {
        int table = words.find(1, 5, "TABLE");
        if (table > 0) {
            newTables.add(words.name(ifExists(table + 1)));
            return;
        }
        int index = words.at(1, "INDEX") ? 1 : words.at(1, "UNIQUE", "INDEX") ? 2 : -1;
        if (index < 0 || words.at(index + 1, "CONCURRENTLY")) return;
        int on = words.find(index, words.size(), "ON");
        if (on > 0) found(Rule.CREATE_INDEX, 0, words.name(skip(on + 1, "ONLY")));
    }

    private void drop() {
        if (words.at(1, "TABLE")) found(Rule.DROP_TABLE, 0, words.name(ifExists(2)));
        else if (words.at(1, "SCHEMA")) found(Rule.DROP_SCHEMA, 0, null);
        else if (words.at(1, "DATABASE")) found(Rule.DROP_DATABASE, 0, null);
    }

    private void everyRow(int name) {
        if (words.find(name, words.size(), "WHERE") < 0) found(Rule.EVERY_ROW, 0, words.name(name));
    }

    private void rename(int from) {
        int at = words.find(from, words.size(), "RENAME");
        if (at > 0 && words.find(from, words.size(), "RENAME", "VALUE|CONSTRAINT") < 0) found(Rule.RENAME, at, null);
    }

    private void alterTable() {
        int name = skip(ifExists(2), "ONLY");
        String table = words.name(name);
        int at = words.afterName(name);
        while (at < words.size()) {
            int end = words.find(at, words.size(), ",");
            if (end < 0) end = words.size();
            action(table, at, end);
            at = end + 1;
        }
    }

    private void action(@Nullable String table, int at, int end) {
        switch (words.word(at)) {
            case "ADD" -> {
                if (words.at(at + 1, "CONSTRAINT")) constraint(table, at, at + 3, end);
                else if (words.at(at + 1, "CHECK|FOREIGN|UNIQUE|PRIMARY|EXCLUDE")) constraint(table, at, at + 1, end);
                else addColumn(table, at, end);
            }
            case "DROP" -> {
                if (!words.at(at + 1, "CONSTRAINT")) found(Rule.DROP_COLUMN, at, table);
            }
            case "ALTER" -> {
                if (words.find(at, end, "TYPE") > 0) found(Rule.COLUMN_TYPE, at, table);
                else if (words.find(at, end, "SET", "NOT", "NULL") > 0) found(Rule.SET_NOT_NULL, at, table);
            }
            case "RENAME" -> {
                if (!words.at(at + 1, "CONSTRAINT")) found(Rule.RENAME, at, table);
            }
            case "SET" -> {
                if (words.at(at + 1, "LOGGED|UNLOGGED|TABLESPACE")) found(Rule.SET_LOGGED, at, table);
            }
            default -> { }
        }
    }

    private void addColumn(@Nullable String table, int at, int end) {
        int fallback = words.find(at, end, "DEFAULT");
        if (fallback > 0) {
            for (int i = fallback + 1; i < end; i++) {
                if (VOLATILE.contains(words.word(i)) && words.word(i + 1).equals("(")) {
                    found(Rule.VOLATILE_DEFAULT, at, table);
                    break;
                }
            }
        } else if (words.find(at, end, "SERIAL|BIGSERIAL|SMALLSERIAL|IDENTITY") > 0) {
            found(Rule.VOLATILE_DEFAULT, at, table);
        } else if (words.find(at, end, "STORED") > 0) {
            found(Rule.STORED_COLUMN, at, table);
        } else if (words.find(at, end, "NOT", "NULL") > 0) {
            found(Rule.NOT_NULL_COLUMN, at, table);
        }
        if (words.find(at, end, "PRIMARY|UNIQUE") > 0) found(Rule.UNIQUE_CONSTRAINT, at, table);
    }

    private void constraint(@Nullable String table, int action, int at, int end) {
        boolean later = words.find(at, end, "NOT", "VALID") > 0;
        switch (words.word(at)) {
            case "CHECK" -> { if (!later) found(Rule.CHECK, action, table); }
            case "FOREIGN" -> { if (!later) found(Rule.FOREIGN_KEY, action, table); }
            case "UNIQUE", "PRIMARY", "EXCLUDE" -> {
                if (words.find(at, end, "USING", "INDEX") < 0) found(Rule.UNIQUE_CONSTRAINT, action, table);
            }
            default -> { }
        }
    }

    private int ifExists(int at) {
        return words.at(at, "IF", "NOT", "EXISTS") ? at + 3 : words.at(at, "IF", "EXISTS") ? at + 2 : at;
    }

    private int skip(int at, String... optional) {
        int next = at;
        for (String word : optional) if (words.at(next, word)) next++;
        return next;
    }

    private void found(Rule rule, int word, @Nullable String table) {
        if (table != null && newTables.contains(table) && rule.harmlessOnNewTables()) return;
        String text = words.text(0, words.size()).replaceAll("\\s+", " ");
        findings.add(new Finding(file, Place.of(file.sql(), statement.offset() + words.offset(word)), text.length() > 100 ? text.substring(0, 97) + "..." : text,
                rule, table, false));
    }
}
