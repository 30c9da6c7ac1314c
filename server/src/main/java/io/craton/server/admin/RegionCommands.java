package io.craton.server.admin;

import io.craton.server.config.StartException;
import io.craton.server.region.RegionDirectory;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code craton-admin region}: the directory of regions, in the cluster that is asked. */
@Command(name = "region", sortOptions = false, subcommands = {RegionCommands.Add.class, RegionCommands.Show.class, RegionCommands.Locate.class, RegionCommands.Remove.class},
        description = "The directory that says which region's cluster each database is in.", synopsisSubcommandLabel = "COMMAND")
public final class RegionCommands {
    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Print help")
    private boolean help;

    /** What each of them does with a connection to the directory's database. */
    abstract static sealed class OverDirectory extends SqlCommand {
        @Override
        Connection open() throws SQLException {
            Connection directory = connectTo(RegionDirectory.DATABASE);
            try {
                RegionDirectory.prepare(directory);
            } catch (SQLException e) {
                directory.close();
                throw e;
            }
            return directory;
        }
    }

    private static int update(Connection directory, String sql, String... parameters) throws SQLException {
        try (PreparedStatement statement = directory.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) statement.setString(i + 1, parameters[i]);
            return statement.executeUpdate();
        }
    }

    /** {@code craton-admin region add}. */
    @Command(name = "add", sortOptions = false, description = "Adds a region, or gives one another address.")
    static final class Add extends OverDirectory {
        @Parameters(paramLabel = "<REGION>", description = "Its name, as region.region has it on its nodes")
        private String region = "";

        @Option(names = "--address", paramLabel = "<HOST:PORT>", required = true, description = "Where its clients connect")
        private String address = "";

        @Override
        void run(Connection directory, PrintWriter out) throws SQLException {
            update(directory, "INSERT INTO craton_directory.regions VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET address = excluded.address", region, address);
            out.printf("region %s: %s%n", region, address);
        }
    }

    /** {@code craton-admin region list}. */
    @Command(name = "list", sortOptions = false, description = "Shows all regions.")
    static final class Show extends OverDirectory {
        @Override
        void run(Connection directory, PrintWriter out) throws SQLException {
            out.printf("%-24s %-32s %s%n", "region", "address", "databases");
            try (PreparedStatement query = directory.prepareStatement(
                    "SELECT r.name, r.address, count(d.name) FROM craton_directory.regions r LEFT JOIN craton_directory.databases d ON d.region = r.name GROUP BY 1, 2 ORDER BY 1");
                    ResultSet row = query.executeQuery()) {
                while (row.next()) out.printf("%-24s %-32s %s%n", row.getString(1), row.getString(2), row.getString(3));
            }
        }
    }

    /** {@code craton-admin region locate}. */
    @Command(name = "locate", sortOptions = false, description = "Says which region a database is in.")
    static final class Locate extends OverDirectory {
        @Parameters(paramLabel = "<DATABASE>", description = "Its name")
        private String database = "";

        @Override
        void run(Connection directory, PrintWriter out) throws SQLException {
            try (PreparedStatement query = directory.prepareStatement(
                    "SELECT r.name, r.address FROM craton_directory.databases d JOIN craton_directory.regions r ON r.name = d.region WHERE d.name = ?")) {
                query.setString(1, database);
                try (ResultSet row = query.executeQuery()) {
                    if (!row.next()) throw new StartException(StartException.FAILURE, "database \"" + database + "\" is in no region");
                    out.printf("database %s: region %s, %s%n", database, row.getString(1), row.getString(2));
                }
            }
        }
    }

    /** {@code craton-admin region remove}. */
    @Command(name = "remove", sortOptions = false, description = "Removes a region that has no databases.")
    static final class Remove extends OverDirectory {
        @Parameters(paramLabel = "<REGION>", description = "Its name")
        private String region = "";

        @Override
        void run(Connection directory, PrintWriter out) throws SQLException {
            if (update(directory, "DELETE FROM craton_directory.regions WHERE name = ?", region) == 0) {
                throw new StartException(StartException.FAILURE, "region \"" + region + "\" does not exist");
            }
            out.printf("removed region %s%n", region);
        }
    }
}
