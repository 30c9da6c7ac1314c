package io.craton.conformance.run;

import io.craton.conformance.psql.Conditions;
import io.craton.conformance.psql.Item;
import io.craton.conformance.psql.Scanner;
import io.craton.conformance.psql.Variables;
import io.craton.conformance.wire.Answer;
import io.craton.conformance.wire.Connection;
import io.craton.conformance.wire.Report;
import io.craton.conformance.wire.Result;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One script on one server, from its first statement to its last. */
public final class ScriptRun {
    private final Side side;
    private final ScriptFiles files;
    private final Scanner scanner;
    private final Variables variables = new Variables();
    private final Conditions conditions;
    private final @Nullable ScriptRun leader;
    private final @Nullable Follower follower;
    private final Map<Exchange.Key, Exchange> exchanges = new LinkedHashMap<>();
    private final Map<Integer, Integer> ordinals = new HashMap<>();
    private String last = "";

    private ScriptRun(Side side, String text, ScriptFiles files, @Nullable ScriptRun leader) {
        this.side = side;
        this.files = files;
        this.leader = leader;
        this.follower = leader == null ? null : new Follower(side);
        this.conditions = leader == null ? new Conditions() : new Conditions(leader.conditions);
        this.scanner = new Scanner(text, variables, conditions);
    }

    /**
     * Runs a script.
     *
     * @param source the folder src/test/regress
     * @param written a folder for the files that this server's scripts write
     * @param leader the run of the same script on the reference; null for the reference itself
     */
    public static ScriptRun run(Side side, String name, String text, Path source, Path written, @Nullable ScriptRun leader) throws IOException {
        ScriptRun run = new ScriptRun(side, text, new ScriptFiles(source, written), leader);
        side.begin(name);
        try {
            run.run();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } finally {
            side.closeSession();
        }
        return run;
    }

    /** What was sent and answered, in order. */
    public Map<Exchange.Key, Exchange> exchanges() {
        return exchanges;
    }

    /** How often the transaction state was not the reference's. */
    public int corrections() {
        return follower == null ? 0 : follower.corrections();
    }

    private void run() {
        variables.set("HIDE_TABLEAM", "on");
        variables.set("HIDE_TOAST_COMPRESSION", "on");
        variables.set("DBNAME", "regression");
        variables.set("USER", "postgres");
        while (true) {
            switch (scanner.next()) {
                case Item.Statement statement -> send(statement.sql(), statement.offset(), statement.line());
                case Item.Command command -> {
                    if (!command(command)) return;
                }
                case Item.End end -> {
                    if (!end.buffer().isBlank()) send(end.buffer(), end.offset(), end.line());
                    return;
                }
            }
        }
    }

    /** Carries out a backslash command; false when the script ends with it. */
    private boolean command(Item.Command command) {
        List<String> words = command.arguments();
        switch (command.name()) {
            case "g", "gx", "crosstabview", "watch" -> sendBuffer(command);
            case "gset" -> sendBuffer(command).ifPresent(answer -> setFrom(answer, words.isEmpty() ? "" : words.getFirst()));
            case "gexec" -> sendBuffer(command).ifPresent(answer -> execute(answer, command));
            case "gdesc" -> {
                apart(command, Exchange.Kind.META);
                scanner.clear();
            }
            case "set" -> {
                if (!words.isEmpty()) variables.set(words.getFirst(), String.join("", words.subList(1, words.size())));
            }
            case "unset" -> words.forEach(variables::unset);
            case "getenv" -> {
                String value = words.size() == 2 ? files.environment().get(words.get(1)) : null;
                if (value != null) variables.set(words.getFirst(), value);
            }
            case "encoding" -> {
                if (!words.isEmpty()) send("SET client_encoding TO '" + words.getFirst() + "'", command.offset(), command.line());
            }
            case "copy" -> copy(command);
            case "c", "connect" -> connect(command);
            case "r", "reset" -> scanner.clear();
            case "q", "quit" -> {
                return false;
            }
            case "echo", "qecho", "warn", "pset", "x", "t", "a", "f", "H", "timing", "o", "p", "w", "setenv", "errverbose", "C", "T", "cd" -> {}
            default -> apart(command, Exchange.Kind.META);
        }
        return true;
    }

    private Optional<Answer> sendBuffer(Item.Command command) {
        String sql = command.buffer().isBlank() ? last : command.buffer();
        scanner.clear();
        return sql.isBlank() ? Optional.empty() : send(sql, command.offset(), command.line());
    }

    private void setFrom(Answer answer, String prefix) {
        if (answer.failed() || !(answer.results().getLast() instanceof Result.Rows rows) || rows.rows().size() != 1) return;
        for (int i = 0; i < rows.fields().size(); i++) {
            String value = rows.rows().getFirst().get(i);
            if (value == null) variables.unset(prefix + rows.fields().get(i).name());
            else variables.set(prefix + rows.fields().get(i).name(), value);
        }
    }

    private void execute(Answer answer, Item.Command command) {
        if (answer.failed() || !(answer.results().getLast() instanceof Result.Rows rows)) return;
        for (List<@Nullable String> row : rows.rows()) {
            for (String cell : row) {
                if (cell != null) send(cell, command.offset(), command.line());
            }
        }
    }

    private void apart(Item.Command command, Exchange.Kind kind) {
        Exchange.Key key = key(command.offset());
        exchanges.put(key, new Exchange(key, command.line(), "\\" + command.name() + " " + String.join(" ", command.arguments()), kind, null, 0, 0));
    }

    private Exchange.Key key(int offset) {
        return new Exchange.Key(offset, ordinals.merge(offset, 1, Integer::sum));
    }

    private Optional<Answer> send(String sql, int offset, int line) {
        last = sql;
        if (sql.contains(ScriptFiles.LIBRARY)) {
            Exchange.Key key = key(offset);
            exchanges.put(key, new Exchange(key, line, sql, Exchange.Kind.LIBRARY, null, 0, 0));
            return Optional.empty();
        }
        return Optional.of(send(sql, files.serverCopy(sql).orElse(null), offset, line));
    }

    private void copy(Item.Command command) {
        files.clientCopy(command.arguments().getFirst()).ifPresentOrElse(
                transfer -> send(transfer.sql(), transfer, command.offset(), command.line()), () -> apart(command, Exchange.Kind.META));
    }

    private Answer send(String sql, ScriptFiles.@Nullable Transfer transfer, int offset, int line) {
        Exchange.Key key = key(offset);
        Exchange reference = leader == null ? null : leader.exchanges.get(key);
        int[] copies = new int[1];
        Supplier<@Nullable String> data = () -> {
            if (transfer != null && transfer.from() != null) return read(transfer);
            if (reference != null && copies[0] >= reference.copies()) return null;
            copies[0]++;
            return scanner.copyData();
        };
        if (follower != null) follower.before(sql);
        long began = System.nanoTime();
        Answer answer = side.query(transfer == null ? sql : transfer.sql(), data);
        exchanges.put(key, new Exchange(key, line, sql, Exchange.Kind.STATEMENT, answer, copies[0], System.nanoTime() - began));
        for (int i = copies[0]; reference != null && i < reference.copies(); i++) scanner.copyData();
        if (transfer != null) write(transfer, answer);
        settle(answer, reference);
        return answer;
    }

    private void settle(Answer answer, @Nullable Exchange reference) {
        if (answer.end() == Answer.End.CLOSED || answer.end() == Answer.End.HUNG) recover();
        if (follower != null && reference != null && reference.answer() != null) follower.after(answer, reference.answer().state());
        scanner.standardStrings(!side.connection().parameter("standard_conforming_strings").equals("off"));
        remember(answer);
    }

    private void recover() {
        try {
            side.recover();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static @Nullable String read(ScriptFiles.Transfer transfer) {
        try {
            return transfer.data();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(ScriptFiles.Transfer transfer, Answer answer) {
        if (answer.failed() || !(answer.results().getLast() instanceof Result.CopyOut copied)) return;
        try {
            transfer.write(String.join("", copied.data()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The variables in which psql leaves the outcome of a statement. */
    private void remember(Answer answer) {
        Report error = null;
        String tag = "";
        for (Result result : answer.results()) {
            switch (result) {
                case Result.Failure failure -> error = failure.report();
                case Result.Rows rows -> tag = rows.tag();
                case Result.Command command -> tag = command.tag();
                case Result.CopyOut copy -> tag = copy.tag();
                case Result.Empty empty -> tag = "";
            }
        }
        variables.set("ERROR", error == null ? "false" : "true");
        variables.set("SQLSTATE", error == null ? "00000" : error.state());
        if (error != null) {
            variables.set("LAST_ERROR_MESSAGE", error.message());
            variables.set("LAST_ERROR_SQLSTATE", error.state());
        }
        String count = tag.substring(tag.lastIndexOf(' ') + 1);
        variables.set("ROW_COUNT", error == null && !count.isEmpty() && count.chars().allMatch(Character::isDigit) ? count : "0");
    }

    private void connect(Item.Command command) {
        List<String> words = new ArrayList<>();
        for (String word : command.arguments()) {
            words.add(word.length() > 1 && word.startsWith("\"") && word.endsWith("\"") ? word.substring(1, word.length() - 1) : word);
        }
        Exchange.Key key = key(command.offset());
        List<Result> results = new ArrayList<>();
        try {
            side.connect(word(words, 0), word(words, 1));
        } catch (Connection.RefusedException e) {
            results.add(new Result.Failure(e.report()));
        } catch (IOException e) {
            recover();
            results.add(new Result.Failure(new Report(Map.of('C', "08006", 'M', "connection failed"))));
        }
        Answer answer = new Answer(results, List.of(), Answer.End.READY, 'I');
        exchanges.put(key, new Exchange(key, command.line(), "\\connect " + String.join(" ", words), Exchange.Kind.STATEMENT, answer, 0, 0));
    }

    private static @Nullable String word(List<String> words, int index) {
        return index >= words.size() || words.get(index).equals("-") ? null : words.get(index);
    }
}
