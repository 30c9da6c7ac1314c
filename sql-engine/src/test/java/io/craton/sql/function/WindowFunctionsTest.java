package io.craton.sql.function;

import static org.assertj.core.api.Assertions.assertThat;

import io.craton.core.type.PgTypes;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Window kernels over the partition 1, 1, 2, 3, 3, 3 with the default frame. Expected values are PostgreSQL's. */
class WindowFunctionsTest {
    private static final long[] VALUES = {1, 1, 2, 3, 3, 3};
    private static final Kernels KERNELS = BuiltinFunctions.kernels();

    private record Row(int row, Object second) implements WindowView {
        @Override
        public int rowCount() {
            return VALUES.length;
        }

        @Override
        public int peerStart() {
            int at = row;
            while (at > 0 && VALUES[at - 1] == VALUES[row]) at--;
            return at;
        }

        @Override
        public int peerEnd() {
            int at = row;
            while (at < VALUES.length && VALUES[at] == VALUES[row]) at++;
            return at;
        }

        @Override
        public int peerGroup() {
            return (int) VALUES[row] - 1;
        }

        @Override
        public int frameStart() {
            return 0;
        }

        @Override
        public int frameEnd() {
            return peerEnd();
        }

        @Override
        public Object argument(int at, int index) {
            return index == 0 && second == null ? (Object) 4L : index == 0 ? VALUES[at] : index == 1 ? second : (Object) (-1L);
        }
    }

    private static List<Object> run(String name, int arguments, Object second) {
        FunctionDef function = BuiltinCatalog.functions(name).stream()
                .filter(f -> f.kind() == 'w' && f.argumentTypes().size() == arguments).findFirst().orElseThrow();
        WindowKernel kernel = KERNELS.window(function);
        CallInfo call = new CallInfo(function, List.of(PgTypes.INT8), PgTypes.INT8, 0);
        List<Object> results = new ArrayList<>();
        for (int i = 0; i < VALUES.length; i++) results.add(kernel.value(new PureContext(), call, new Row(i, second)));
        return results;
    }

    @Test
    void ranksFollowPeers() {
        assertThat(run("row_number", 0, null)).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
        assertThat(run("rank", 0, null)).containsExactly(1L, 1L, 3L, 4L, 4L, 4L);
        assertThat(run("dense_rank", 0, null)).containsExactly(1L, 1L, 2L, 3L, 3L, 3L);
        assertThat(run("percent_rank", 0, null)).containsExactly(0.0, 0.0, 0.4, 0.6, 0.6, 0.6);
        assertThat(run("cume_dist", 0, null)).containsExactly(2 / 6.0, 2 / 6.0, 0.5, 1.0, 1.0, 1.0);
    }

    @Test
    void ntileGivesTheFirstBucketsOneRowMore() {
        assertThat(run("ntile", 1, null)).containsExactly(1L, 1L, 2L, 2L, 3L, 4L);
    }

    @Test
    void lagAndLeadStayInThePartition() {
        assertThat(run("lag", 2, 2L)).containsExactly(null, null, 1L, 1L, 2L, 3L);
        assertThat(run("lead", 3, 4L)).containsExactly(3L, 3L, -1L, -1L, -1L, -1L);
    }

    @Test
    void valuesComeFromTheFrame() {
        assertThat(run("first_value", 1, 0L)).containsExactly(1L, 1L, 1L, 1L, 1L, 1L);
        assertThat(run("last_value", 1, 0L)).containsExactly(1L, 1L, 2L, 3L, 3L, 3L);
        assertThat(run("nth_value", 2, 3L)).containsExactly(null, null, 2L, 2L, 2L, 2L);
    }
}
