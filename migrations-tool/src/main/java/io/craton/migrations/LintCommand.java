package io.craton.migrations;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code craton-migrate lint}. */
@Command(name = "lint", sortOptions = false, description = {"Finds dangerous statements in the files and explains them; no database is asked.",
        "A comment \"-- lint: allow <rule>\" in front of a statement says that it is meant."})
final class LintCommand implements Callable<Integer> {
    @Mixin
    private Source source = new Source();

    @Option(names = "--json", description = "As JSON")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException, MigrationException {
        MigrationSet files = source.read();
        List<Migration> all = new ArrayList<>(files.versioned());
        all.addAll(files.repeatable());
        List<Lint.Finding> findings = new ArrayList<>();
        for (Migration file : all) findings.addAll(Lint.check(List.of(file))); // each by itself: what an earlier one made has rows by now
        PrintWriter out = spec.commandLine().getOut();
        if (json) out.println(Json.text(Map.of("findings", findings.stream().map(LintCommand::json).toList())));
        else findings.forEach(found -> text(out, found));
        long meant = findings.stream().filter(Lint.Finding::allowed).count();
        long open = findings.size() - meant;
        if (!json) out.printf("%d files, %d dangerous statements%s%n", all.size(), open, meant == 0 ? "" : ", and " + meant + " that are meant");
        out.flush();
        return open == 0 ? 0 : Main.WRONG;
    }

    private static void text(PrintWriter out, Lint.Finding found) {
        if (found.allowed()) return;
        out.printf("%s: %s (%s)%n    %s%n    why:     %s%n    instead: %s%n", found.where(), found.rule().effect.words, found.rule().id(), found.statement(),
                found.rule().why, found.rule().instead);
    }

    private static Map<String, Object> json(Lint.Finding found) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("file", found.file().file());
        row.put("line", found.place().line());
        row.put("column", found.place().column());
        row.put("rule", found.rule().id());
        row.put("effect", found.rule().effect.words);
        row.put("table", found.table());
        row.put("why", found.rule().why);
        row.put("instead", found.rule().instead);
        row.put("allowed", found.allowed());
        return row;
    }
}
