package io.craton.server.admin;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** {@code craton-admin migrate}: {@code craton-migrate apply} for one file and one tenant. */
@Command(name = "migrate", sortOptions = false, description = "Applies one migration file to one tenant: craton-migrate apply, whose other options it takes as well.")
public final class MigrateCommand implements Callable<Integer> {
    @Option(names = "--tenant", required = true, paramLabel = "<NAME>", description = "The tenant, by name or number")
    private String tenant = "";

    @Option(names = "--migration-file", required = true, paramLabel = "<PATH>", description = "The file: V<version>__<name>.sql, R__<name>.sql or <number>_<name>.sql")
    private Path file = Path.of("");

    @Mixin
    private SqlOptions node = new SqlOptions();

    @Unmatched
    private List<String> others = new ArrayList<>();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        List<String> arguments = new ArrayList<>(List.of("apply", "--url", node.address(), "--user", node.user(), "--tenant", tenant, "--file", file.toString()));
        arguments.addAll(others);
        return io.craton.migrations.Main.execute(spec.commandLine().getOut(), spec.commandLine().getErr(), arguments.toArray(String[]::new));
    }
}
