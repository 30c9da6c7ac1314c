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
}
