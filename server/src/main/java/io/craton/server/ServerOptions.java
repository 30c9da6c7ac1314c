package io.craton.server;

import io.craton.server.config.ConfigFlags;
import io.craton.server.config.ConfigKey;
import io.craton.server.config.StartException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.apache.commons.cli.AlreadySelectedException;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.ParseException;
import org.apache.commons.cli.help.HelpFormatter;
import org.jspecify.annotations.Nullable;

/**
 * What a node is started with. The other programs describe theirs by annotations; reading those, and looking for what a richer library can be extended with, takes a
 * tenth of a start (docs/decisions/0039).
 *
 * @param file the configuration file, null when there is none
 * @param flags keys of the configuration that the command line gives
 */
record ServerOptions(@Nullable Path file, Map<ConfigKey, String> flags, boolean validate, boolean forceRecover, boolean help, boolean version) {
    private static final String CONFIG = "config";
    private static final String VALIDATE = "validate";
    private static final String FORCE_RECOVER = "force-recover";
    private static final String HELP = "help";
    private static final String VERSION = "version";
    private static final Options OPTIONS = options();

    private static Options options() {
        Options options = new Options();
        options.addOption(Option.builder().longOpt(CONFIG).hasArg().argName("PATH").desc("Configuration file (TOML)").get());
        options.addOption(flag(null, VALIDATE, "Check the configuration, and the files that it names, and exit"));
        options.addOption(flag(null, FORCE_RECOVER,
                "A majority of the cluster is lost for good: go on with what this node has, alone, in a new cluster that others may join"));
        options.addOption(flag("h", HELP, "Print help"));
        options.addOption(flag("V", VERSION, "Print version"));
        ConfigFlags.addTo(options);
        return options;
    }

    private static Option flag(@Nullable String letter, String name, String description) {
        return Option.builder(letter).longOpt(name).desc(description).get();
    }

    /** @throws StartException for what is not an option, given twice, or without its value */
    static ServerOptions parse(String... args) {
        CommandLine line;
        try {
            line = DefaultParser.builder().setAllowPartialMatching(false).get().parse(OPTIONS, args);
            for (Option option : line.getOptions()) {
                if (line.getOptionValues(option) instanceof String[] values && values.length > 1) throw new AlreadySelectedException("Option --" + option.getLongOpt() + " was given twice");
            }
        } catch (ParseException e) {
            throw new StartException(StartException.USAGE, e.getMessage() + " (see craton-server --help)");
        }
        if (!line.getArgList().isEmpty()) throw new StartException(StartException.USAGE, "Unrecognized argument: " + line.getArgList().getFirst() + " (see craton-server --help)");
        String file = line.getOptionValue(CONFIG, System.getenv().getOrDefault("CRATON_CONFIG", ""));
        return new ServerOptions(file.isEmpty() ? null : Path.of(file), ConfigFlags.given(line), line.hasOption(VALIDATE), line.hasOption(FORCE_RECOVER),
                line.hasOption(HELP), line.hasOption(VERSION));
    }

    static void printHelp() {
        try {
            HelpFormatter.builder().setComparator((a, b) -> 0).setShowSince(false).get()
                    .printHelp("craton-server", "A PostgreSQL-wire-compatible database whose only truth is a hash-chained event log.", OPTIONS,
                            "Exit status: 0 stopped as asked, 1 failure, 2 wrong command line or configuration, 78 no JDK 25 found", true);
        } catch (IOException e) {
            throw new StartException(StartException.FAILURE, "cannot print: " + e.getMessage());
        }
    }
}
