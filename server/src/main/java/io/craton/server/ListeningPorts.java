package io.craton.server;

import io.craton.server.config.NodeConfig;
import io.craton.server.config.StartException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** The addresses that a node listens on, before there is a node. */
final class ListeningPorts {
    private ListeningPorts() {}

    /** @throws StartException naming the first address that somebody else listens on, or that is not this machine's */
    static void requireFree(NodeConfig config) {
        requireFree(config.wire().bindAddress(), "--bind");
        if (config.cluster() != null) requireFree(config.cluster().listen(), "--cluster-address");
        if (config.metrics() != null) requireFree(config.metrics(), "metrics_address");
    }

    private static void requireFree(InetSocketAddress address, String name) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(address);
        } catch (IOException e) {
            throw cannotListen(address, e.getMessage(), name);
        }
    }

    /** @param name of the flag or key that says another */
    static StartException cannotListen(InetSocketAddress address, String reason, String name) {
        return new StartException(StartException.FAILURE, "cannot listen on " + address.getHostString() + ":" + address.getPort() + ": " + reason + "; choose another " +
                (name.startsWith("--") ? "with " : "") + name);
    }
}
