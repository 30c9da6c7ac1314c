package io.craton.sql.plan;

import io.craton.sql.analyze.Access;
import io.craton.sql.analyze.AnalyzedStatement;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.ArrayList;
import java.util.List;

/** A lock that a statement takes of a table before it runs, by PostgreSQL's number. */
public record TableLock(TableDef table, int mode) {
    public static List<TableLock> of(AnalyzedStatement.Query query) {
        List<TableLock> locks = new ArrayList<>(query.accesses().size());
        for (Access access : query.accesses()) {
            if (access.isPast() || !(access.relation() instanceof TableDef table)) continue;
            TableLock lock = new TableLock(table, access.lockMode());
            if (!locks.contains(lock)) locks.add(lock);
        }
        return locks;
    }
}
