package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.core.batch.Vector;
import io.craton.core.batch.VectorBuilder;
import io.craton.core.type.PgType;
import io.craton.sql.expr.RowSource;
import io.craton.sql.expr.Scope;
import io.craton.sql.logical.Relation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows kept in the order in which they come, numbered from 0, in pages of {@link #PAGE_ROWS}: in memory as long as the statement's budget allows, in a file beyond. Read
 * any number of times, by page or by number. One thread at a time.
 */
final class StoredRows {
    static final int PAGE_ROWS = Batch.SIZE;

    private final Scope scope;
    private final PgType[] types;
    private final VectorBuilder[] filling;
    private final List<Batch> inMemory = new ArrayList<>();
    private @Nullable SpillFile file;
    private long rows;
    private int fillingRows;
    /** The rows of the builders, which are empty then. */
    private @Nullable Batch tail;
    private long charged;
    private int cachedPage = -1;
    private @Nullable Batch cached;
    private int olderPage = -1;
    private @Nullable Batch older;

    StoredRows(Scope scope, PgType[] types) {
        this.scope = scope;
        this.types = types;
        this.filling = new VectorBuilder[types.length];
        for (int i = 0; i < types.length; i++) filling[i] = VectorBuilder.of(types[i].repr(), 16);
    }

    StoredRows(Scope scope, List<Relation.Field> fields) {
        this(scope, fields.stream().map(Relation.Field::type).toArray(PgType[]::new));
    }

    /** All rows of an opened source; where spilling is impossible, 53200 over the budget. */
    static StoredRows of(Scope scope, RowSource source, List<Relation.Field> fields) {
        StoredRows kept = new StoredRows(scope, fields);
        for (Batch batch = source.next(); batch != null; batch = source.next()) {
            scope.context().checkInterrupts();
            kept.add(batch);
        }
        return kept;
    }

    long rows() {
        return rows;
    }

    void add(Batch batch) {
        int[] positions = batch.positions();
        int from = 0;
        if (tail != null) {
            for (int i = 0; i < filling.length; i++) filling[i].append(tail.columns()[i], tail.positions(), tail.rows());
            tail = null;
        }
        while (from < batch.selected()) {
            int count = Math.min(batch.selected() - from, PAGE_ROWS - fillingRows);
            int[] part = from == 0 && count == batch.selected() ? positions : java.util.Arrays.copyOfRange(positions, from, from + count);
            for (int i = 0; i < filling.length; i++) filling[i].append(batch.columns()[i], part, count);
            fillingRows += count;
            rows += count;
            from += count;
            if (fillingRows == PAGE_ROWS) endPage();
        }
    }

    private void endPage() {
        Batch page = fillingPage();
        fillingRows = 0;
        if (file != null) {
            file.write(page);
            return;
        }
        inMemory.add(page);
        long bytes = bytes(page);
        charged += bytes;
        if (!scope.context().charge(bytes)) spill();
    }

    private Batch fillingPage() {
        Vector[] columns = new Vector[filling.length];
        for (int i = 0; i < columns.length; i++) columns[i] = filling[i].build();
        return Batch.of(columns, fillingRows);
    }

    static long bytes(Batch batch) {
        long bytes = 64;
        for (Vector column : batch.columns()) bytes += column.bytes();
        return bytes;
    }

    private void spill() {
        file = SpillFile.create(scope, types);
        for (Batch page : inMemory) file.write(page);
        inMemory.clear();
        scope.context().charge(-charged);
        charged = 0;
    }

    int pages() {
        return (int) ((rows + PAGE_ROWS - 1) / PAGE_ROWS);
    }

    /** Rows {@code number * PAGE_ROWS} and following; all pages but the last one are full. */
    Batch page(int number) {
        if (number == cachedPage) return java.util.Objects.requireNonNull(cached);
        int full = (int) ((rows - fillingRows) / PAGE_ROWS);
        if (number == full && fillingRows > 0) {
            if (tail == null) tail = fillingPage();
            return tail;
        }
        if (file == null) return inMemory.get(number);
        if (number == olderPage) {
            Batch swap = java.util.Objects.requireNonNull(older);
            remember(number, swap);
            return swap;
        }
        Batch page = file.read(number);
        remember(number, page);
        return page;
    }

    private void remember(int number, Batch page) {
        older = cached;
        olderPage = cachedPage;
        cached = page;
        cachedPage = number;
    }

    @Nullable Object datum(long row, int column) {
        return page((int) (row / PAGE_ROWS)).columns()[column].datum((int) (row % PAGE_ROWS));
    }

    /** Forgets all rows and gives the memory back; more may be added. */
    void release() {
        if (file != null) file.close();
        file = null;
        inMemory.clear();
        rows = 0;
        fillingRows = 0;
        tail = null;
        for (int i = 0; i < filling.length; i++) filling[i] = VectorBuilder.of(types[i].repr(), 16);
        cached = null;
        cachedPage = -1;
        older = null;
        olderPage = -1;
        scope.context().charge(-charged);
        charged = 0;
    }
}
