package io.craton.server.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that does its work over one connection to a node. */
abstract class SqlCommand implements Callable<Integer> {
    @Mixin
    private SqlOptions node = new SqlOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** The connection that it works with. */
    Connection open() throws SQLException {
        return node.connect();
    }

    Connection connectTo(String database) throws SQLException {
        return node.connectTo(database);
    }

    abstract void run(Connection connection, PrintWriter out) throws SQLException, JsonProcessingException;

    @Override
    public Integer call() throws JsonProcessingException {
        try (Connection connection = open()) {
            run(connection, spec.commandLine().getOut());
            spec.commandLine().getOut().flush();
            return 0;
        } catch (SQLException e) {
            throw node.failure(e);
        }
    }
}
