package io.craton.jepsen.history;

import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * All operations of a run in order of completion. Thread-safe. Operations go to the EDN file as the clients saw them; settling an
 * unknown outcome later changes only the copy in memory.
 */
public final class History implements Closeable {
    private final List<Op> ops = new ArrayList<>();
    private final List<Txn> txns = new ArrayList<>();
    private final BufferedWriter file;
    private final long startedNanos = System.nanoTime();

    public History(Path file) throws IOException {
        this.file = Files.newBufferedWriter(file);
    }

    /** Nanoseconds since the run began. */
    public long now() {
        return System.nanoTime() - startedNanos;
    }

    public synchronized void add(Op op) {
        ops.add(op);
        write(op.process(), ":invoke", op, op.invokedNanos());
        write(op.process(), op.outcome().edn(), op, op.completedNanos());
    }

    public synchronized void add(Txn txn) {
        txns.add(txn);
        write(txn, ":invoke", txn.mops().stream().map(Mop::ednAsked).collect(Collectors.joining(" ")), txn.invokedNanos());
        write(txn, txn.outcome().edn(), txn.mops().stream().map(Mop::edn).collect(Collectors.joining(" ")), txn.completedNanos());
    }

    private void write(Txn txn, String type, String mops, long time) {
        line("{:process " + txn.process() + ", :type " + type + ", :f :" + txn.workload() + "/txn, :value [" + mops + "], :node " + txn.node() + ", :time " + time + "}");
    }

    public synchronized List<Txn> txns() {
        return List.copyOf(txns);
    }

    public synchronized List<Txn> txns(String workload) {
        return txns.stream().filter(txn -> txn.workload().equals(workload)).toList();
    }

    public synchronized List<Op> ops() {
        return List.copyOf(ops);
    }

    /** Notes a fault or a restart. */
    public synchronized void event(String what) {
        line("{:process :nemesis, :type :info, :f :" + what + ", :value nil, :time " + now() + "}");
    }

    private void write(int process, String type, Op op, long time) {
        StringBuilder value = new StringBuilder("[");
        for (long number : op.value()) value.append(value.length() > 1 ? " " : "").append(number);
        line("{:process " + process + ", :type " + type + ", :f :" + op.workload() + "/" + op.action() + ", :value " + value + "], :time " + time + "}");
    }

    private void line(String text) {
        try {
            file.write(text);
            file.newLine();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Number of operations of all workloads so far. */
    public synchronized int size() {
        return ops.size() + txns.size();
    }

    public synchronized List<Op> of(String workload) {
        return ops.stream().filter(op -> op.workload().equals(workload)).toList();
    }

    public synchronized long count(String workload, Outcome outcome) {
        return ops.stream().filter(op -> op.workload().equals(workload) && op.outcome() == outcome).count()
                + txns.stream().filter(txn -> txn.workload().equals(workload) && txn.outcome() == outcome).count();
    }

    /** Replaces the operations of one workload by what is known about them now. */
    public synchronized void settle(String workload, UnaryOperator<Op> known) {
        ops.replaceAll(op -> op.workload().equals(workload) && op.outcome() == Outcome.UNKNOWN ? known.apply(op) : op);
    }

    @Override
    public synchronized void close() throws IOException {
        file.close();
    }
}
