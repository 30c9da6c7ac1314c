package io.craton.server.admin;

import io.craton.migrations.Main;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** {@code craton-admin migrate}: {@code craton-migrate}, with {@code apply} for one file and one tenant where no command is named. */
@Command(name = "migrate", sortOptions = false, description = {"Applies one migration file to one tenant: craton-migrate apply, whose other options it takes as well.",
        "Behind the name of another command of craton-migrate (migrate status --all-tenants --dir migrations) it does that."})
public final class MigrateCommand implements Callable<Integer> {
    @Option(names = "--tenant", paramLabel = "<NAME>", description = "The tenant, by name or number")
    private List<String> tenants = new ArrayList<>();

    @Option(names = "--migration-file", paramLabel = "<PATH>", description = "The file: V<version>__<name>.sql, R__<name>.sql or <number>_<name>.sql")
    private @Nullable Path file;

    @Mixin
    private SqlOptions node = new SqlOptions();

    @Unmatched
    private List<String> others = new ArrayList<>();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        List<String> arguments = new ArrayList<>();
        if (!others.isEmpty() && Main.isCommand(others.getFirst())) {
            arguments.add(others.removeFirst());
        } else {
            if (tenants.isEmpty()) throw new ParameterException(spec.commandLine(), "Missing required option: '--tenant=<NAME>'");
            if (file == null) throw new ParameterException(spec.commandLine(), "Missing required option: '--migration-file=<PATH>'");
            arguments.add("apply");
        }
        arguments.addAll(List.of("--url", node.address(), "--user", node.user()));
        for (String tenant : tenants) arguments.addAll(List.of("--tenant", tenant));
        if (file != null) arguments.addAll(List.of("--file", file.toString()));
        arguments.addAll(others);
        return Main.execute(spec.commandLine().getOut(), spec.commandLine().getErr(), arguments.toArray(String[]::new));
    }
}
