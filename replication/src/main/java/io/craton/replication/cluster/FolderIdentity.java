package io.craton.replication.cluster;

import io.craton.storage.io.DurableRecord;
import io.craton.storage.io.FileStore;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Properties;
import java.util.function.UnaryOperator;

/**
 * Who a data folder is: its node, its incarnation, its cluster. An incarnation is made with the folder, and made anew whenever the log is found empty: whatever that
 * folder once acknowledged is gone, and it must not vote as if it were not.
 */
public final class FolderIdentity implements AutoCloseable {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String FILE = "node";

    private final DurableRecord record;
    private final int node;
    private String incarnation;
    private String cluster;
    private boolean removed;
    private String recovery;

    private FolderIdentity(DurableRecord record, int node, String incarnation, String cluster, boolean removed, String recovery) {
        this.record = record;
        this.node = node;
        this.incarnation = incarnation;
        this.cluster = cluster;
        this.removed = removed;
        this.recovery = recovery;
    }

    static FolderIdentity open(FileStore meta, int node, boolean logIsEmpty) throws IOException {
        DurableRecord record = DurableRecord.open(meta, FILE);
        Properties known = new Properties();
        if (record.value().isPresent()) known.load(new StringReader(new String(record.value().get(), StandardCharsets.UTF_8)));
        String before = known.getProperty("node");
        if (before != null && !logIsEmpty && Integer.parseInt(before) != node) {
            record.close();
            throw new IOException("the data folder belongs to node " + before + ", not to node " + node + "; start it with --node-id " + before);
        }
        var identity = new FolderIdentity(record, node, known.getProperty("incarnation", ""), logIsEmpty ? "" : known.getProperty("cluster", ""),
                !logIsEmpty && Boolean.parseBoolean(known.getProperty("removed")), logIsEmpty ? "" : known.getProperty("recovery", ""));
        if (logIsEmpty || identity.incarnation.isEmpty()) {
            identity.incarnation = random();
            identity.save();
        }
        return identity;
    }

    /** Which cluster a folder belongs to; empty when to none, or unknown. Changes nothing. */
    public static String clusterOf(FileStore meta) throws IOException {
        if (!meta.exists(FILE)) return "";
        Properties known = new Properties();
        try (DurableRecord record = DurableRecord.open(meta, FILE)) {
            if (record.value().isPresent()) known.load(new StringReader(new String(record.value().get(), StandardCharsets.UTF_8)));
        }
        return known.getProperty("cluster", "");
    }

    /** The folder has a log of this cluster's, and whatever node starts with it is another incarnation: it joins the cluster before it votes. */
    public static void begin(FileStore meta, String cluster) throws IOException {
        try (DurableRecord record = DurableRecord.open(meta, FILE)) {
            record.set(("cluster=" + cluster + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }

    private static String random() {
        return Long.toString(RANDOM.nextLong() >>> 1 | 1L << 62, 36);
    }

    static String newCluster() {
        return random();
    }

    int node() {
        return node;
    }

    synchronized String incarnation() {
        return incarnation;
    }

    /** Another member of another cluster from now on: who was left behind can neither vote for it nor lead it. {@code told} says what is given up, for the new cluster's name. */
    synchronized void leaveBehind(UnaryOperator<String> told) throws IOException {
        incarnation = random();
        cluster = random();
        removed = false;
        recovery = told.apply(cluster);
        save();
    }

    /** What was given up when others were left behind, until that is in the log; else empty. */
    synchronized String recovery() {
        return recovery;
    }

    synchronized void recoveryTold() throws IOException {
        recovery = "";
        save();
    }

    /** Empty before the node belongs to one. */
    synchronized String cluster() {
        return cluster;
    }

    synchronized void cluster(String joined) throws IOException {
        if (cluster.equals(joined)) return;
        cluster = joined;
        save();
    }

    /** Its cluster has let it go for good. */
    synchronized boolean removed() {
        return removed;
    }

    synchronized void markRemoved() throws IOException {
        removed = true;
        save();
    }

    private void save() throws IOException {
        record.set(("node=" + node + "\nincarnation=" + incarnation + "\ncluster=" + cluster + "\nremoved=" + removed + "\nrecovery=" + recovery + "\n").getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public synchronized void close() throws IOException {
        record.close();
    }
}
