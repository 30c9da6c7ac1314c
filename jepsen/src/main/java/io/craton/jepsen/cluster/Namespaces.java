package io.craton.jepsen.cluster;

import io.craton.jepsen.node.Command;
import io.craton.jepsen.node.Namespace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A network namespace for each node, joined by a bridge; needs root, {@code ip}, {@code nsenter}, {@code iptables} and {@code tc}. The nodes talk over the bridge, clients come by each
 * namespace's own loopback and are not touched by what happens to the links.
 */
final class Namespaces implements Network {
    private static final int CLIENT_PORT = 5432;
    private static final int CLUSTER_PORT = 7001;

    private final String name;
    private final String subnet;
    private final int nodes;

    private Namespaces(int nodes) {
        long pid = ProcessHandle.current().pid();
        this.name = "ct" + Long.toString(pid, 36);
        this.subnet = "10.77." + pid % 250 + ".";
        this.nodes = nodes;
    }

    static Namespaces create(int nodes) throws IOException, InterruptedException {
        Namespaces network = new Namespaces(nodes);
        try {
            Command.run("ip", "link", "add", network.name + "b", "type", "bridge");
            Command.run("ip", "link", "set", network.name + "b", "up");
            for (int node = 1; node <= nodes; node++) network.join(node);
        } catch (IOException e) {
            network.close();
            throw e;
        }
        return network;
    }

    private void join(int node) throws IOException, InterruptedException {
        Command.run("ip", "netns", "add", name(node));
        Command.run("ip", "link", "add", name + "v" + node, "type", "veth", "peer", "name", "eth0", "netns", name(node));
        Command.run("ip", "link", "set", name + "v" + node, "master", name + "b", "up");
        in(node, "ip", "addr", "add", subnet + node + "/24", "dev", "eth0");
        in(node, "ip", "link", "set", "eth0", "up");
        in(node, "ip", "link", "set", "lo", "up");
    }

    private String name(int node) {
        return name + "n" + node;
    }

    private void in(int node, String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(prefix(node));
        command.addAll(List.of(words));
        Command.run(command.toArray(String[]::new));
    }

    @Override
    public String clusterAddress(int node) {
        return subnet + node + ":" + CLUSTER_PORT;
    }

    @Override
    public int clientPort(int node) {
        return CLIENT_PORT;
    }

    @Override
    public Namespace namespace(int node) {
        return new Namespace(name(node));
    }

    @Override
    public List<String> prefix(int node) {
        // Not "ip netns exec": it copies all mounts into a mount namespace of its own, and there a volume would live on after its power was cut.
        return List.of("nsenter", "--net=/run/netns/" + name(node));
    }

    @Override
    public boolean canCut() {
        return true;
    }

    @Override
    public Heal cut(int from, int to) throws IOException, InterruptedException {
        in(to, "iptables", "-w", "-A", "INPUT", "-s", subnet + from, "-j", "DROP");
        return () -> in(to, "iptables", "-w", "-D", "INPUT", "-s", subnet + from, "-j", "DROP");
    }

    @Override
    public Heal slow(int node, int kilobits) throws IOException, InterruptedException {
        in(node, "tc", "qdisc", "add", "dev", "eth0", "root", "tbf", "rate", kilobits + "kbit", "burst", "16kbit", "latency", "2s");
        return () -> in(node, "tc", "qdisc", "del", "dev", "eth0", "root");
    }

    @Override
    public Heal lose(int node, double share) throws IOException, InterruptedException {
        String probability = String.format(Locale.ROOT, "%.3f", share);
        in(node, "iptables", "-w", "-A", "INPUT", "-i", "eth0", "-m", "statistic", "--mode", "random", "--probability", probability, "-j", "DROP");
        return () -> in(node, "iptables", "-w", "-D", "INPUT", "-i", "eth0", "-m", "statistic", "--mode", "random", "--probability", probability, "-j", "DROP");
    }

    @Override
    public void close() throws InterruptedException {
        for (int node = 1; node <= nodes; node++) {
            quietly("ip", "link", "del", name + "v" + node);
            quietly("ip", "netns", "del", name(node));
        }
        quietly("ip", "link", "del", name + "b");
    }

    private static void quietly(String... words) throws InterruptedException {
        try {
            Command.run(words);
        } catch (IOException gone) {
            // It was never made, or is gone already.
        }
    }
}
