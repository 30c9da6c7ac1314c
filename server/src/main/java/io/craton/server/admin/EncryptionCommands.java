package io.craton.server.admin;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code craton-admin encryption}: keys of encryption at rest, while the node runs. */
@Command(name = "encryption", sortOptions = false, subcommands = {EncryptionCommands.Rotate.class, EncryptionCommands.Rewrap.class},
        description = "The keys of encryption at rest.", synopsisSubcommandLabel = "COMMAND")
public final class EncryptionCommands {
    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Print help")
    private boolean help;

    private static long ask(SqlOptions node, String function) {
        try (Connection connection = node.connect(); Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("select " + function + "()")) {
            result.next();
            return result.getLong(1);
        } catch (SQLException e) {
            throw node.failure(e);
        }
    }

    /** {@code craton-admin encryption rotate}. */
    @Command(name = "rotate", sortOptions = false, description = "Makes new data keys: what is written from now on is encrypted by them, what is there stays readable.",
            exitCodeListHeading = "%nExit status:%n", exitCodeList = {"0:done, on all nodes", "1:not, or not for all databases", "2:wrong command line"})
    static final class Rotate implements Callable<Integer> {
        @Mixin
        private SqlOptions node = new SqlOptions();

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() {
            spec.commandLine().getOut().printf("%d new data keys; what is written from now on is encrypted by them%n", ask(node, "craton_new_data_keys"));
            return 0;
        }
    }

    /** {@code craton-admin encryption rewrap}. */
    @Command(name = "rewrap", sortOptions = false, description = {"Has the data keys wrapped by the newest master key.",
            "For kms_provider local: first add a line with the new key to the end of the key file on every node."},
            exitCodeListHeading = "%nExit status:%n", exitCodeList = {"0:all data keys are wrapped by the newest master key", "1:not all", "2:wrong command line"})
    static final class Rewrap implements Callable<Integer> {
        @Mixin
        private SqlOptions node = new SqlOptions();

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() {
            long wrapped = ask(node, "craton_rewrap_data_keys");
            spec.commandLine().getOut().println(wrapped == 0 ? "the newest master key has wrapped all data keys already" : wrapped + " data keys are wrapped by the newest master key now");
            return 0;
        }
    }
}
