package io.craton.jepsen.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HistoryTest {
    @Test
    void writesEdnAsTheClientsSawIt(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("history.edn");
        try (History history = new History(file)) {
            history.add(new Op(3, "bank", "transfer", List.of(1L, 2L), Outcome.UNKNOWN, 10, 20));
            history.settle("bank", op -> op.settled(Outcome.FAIL));
            assertThat(history.count("bank", Outcome.FAIL)).isEqualTo(1);
        }
        assertThat(Files.readAllLines(file)).containsExactly(
                "{:process 3, :type :invoke, :f :bank/transfer, :value [1 2], :time 10}",
                "{:process 3, :type :info, :f :bank/transfer, :value [1 2], :time 20}");
    }

    @Test
    void settlesOnlyWhatIsUnknown(@TempDir Path folder) throws IOException {
        try (History history = new History(folder.resolve("history.edn"))) {
            history.add(new Op(1, "bank", "transfer", List.of(1L), Outcome.OK, 1, 2));
            history.add(new Op(1, "bank", "transfer", List.of(2L), Outcome.UNKNOWN, 3, 4));
            history.add(new Op(1, "list", "append", List.of(2L), Outcome.UNKNOWN, 3, 4));
            history.settle("bank", op -> op.settled(Outcome.FAIL));
            assertThat(history.of("bank")).extracting(Op::outcome).containsExactly(Outcome.OK, Outcome.FAIL);
            assertThat(history.of("list")).extracting(Op::outcome).containsExactly(Outcome.UNKNOWN);
        }
    }

    @Test
    void writesTransactionsStepByStep(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("history.edn");
        try (History history = new History(file)) {
            history.add(new Txn(3, 2, "append", List.of(new Mop.Append(1, 5), new Mop.ListRead(1, List.of(4L, 5L)), new Mop.Get(2, List.of())), Outcome.OK, 10, 20));
        }
        assertThat(Files.readAllLines(file)).containsExactly(
                "{:process 3, :type :invoke, :f :append/txn, :value [[:append 1 5] [:r 1 nil] [:r 2 nil]], :node 2, :time 10}",
                "{:process 3, :type :ok, :f :append/txn, :value [[:append 1 5] [:r 1 [4 5]] [:r 2 nil]], :node 2, :time 20}");
    }
}
