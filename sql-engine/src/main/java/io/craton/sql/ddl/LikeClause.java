package io.craton.sql.ddl;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.analyze.RelationRef;
import io.craton.sql.deparse.StoredSql;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.syntax.TableStatement;
import io.craton.sql.syntax.TableStatement.LikeOption;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.ColumnTuning;
import io.craton.storage.catalog.CatalogObject.ConstraintDef;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.IndexMarks;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** LIKE in CREATE TABLE: copies columns and what INCLUDING names. */
final class LikeClause {
    private final Scope scope;

    LikeClause(Scope scope, ConstraintBuilder builder) {
        this.scope = scope;
    }

    void copy(TableStatement.LikeElement like, TableDraft draft) {
        RelationRef found = scope.names().relation(like.source().schema(), like.source().name());
        if (found == null) {
            throw new PgException(SqlState.UNDEFINED_TABLE, "relation \"" + like.source() + "\" does not exist").at(like.source().position());
        }
        if (!(found instanceof RelationRef.Stored stored)) throw PgException.notSupported("LIKE of this relation");
        TableDef source = stored.table();
        List<LikeOption> including = like.including();
        int[] numbers = new int[source.columns().size() + 1];
        int before = draft.columns.size();
        for (ColumnDef column : source.columns()) {
            if (column.dropped() || column.hidden()) continue;
            if (draft.columnNumber(column.name()) != 0) {
                throw new PgException(SqlState.DUPLICATE_COLUMN, "column \"" + column.name() + "\" specified more than once");
            }
            boolean generated = column.generated() != 0 && including.contains(LikeOption.GENERATED);
            boolean defaults = column.generated() == 0 && column.identity() == 0 && including.contains(LikeOption.DEFAULTS);
            if (column.identity() != 0 && including.contains(LikeOption.IDENTITY)) throw PgException.notSupported("LIKE INCLUDING IDENTITY");
            int number = draft.columns.size() + 1;
            numbers[column.number()] = number;
            ColumnTuning tuning = new ColumnTuning(including.contains(LikeOption.STORAGE) ? column.tuning().storage() : 0,
                    including.contains(LikeOption.COMPRESSION) ? column.tuning().compression() : 0, Map.of());
            draft.columns.add(new ColumnDef(number, column.name(), column.typeOid(), column.typmod(), column.collationOid(), column.notNull(),
                    generated || defaults ? column.defaultExpression() : null, (char) 0, generated ? column.generated() : 0, null, false, false,
                    -1, null, tuning));
        }
        for (ColumnDef column : draft.columns.subList(before, draft.columns.size())) {
            if (column.generated() == 0) continue;
            String text = StoredSql.remapped(java.util.Objects.requireNonNull(column.defaultExpression()), number -> numbers[number]);
            draft.columns.set(column.number() - 1, Tables.withDefault(column, text));
        }
        if (including.contains(LikeOption.CONSTRAINTS)) copyChecks(source, draft, numbers);
        if (including.contains(LikeOption.INDEXES)) copyIndexes(source, draft, numbers);
    }

    private void copyChecks(TableDef source, TableDraft draft, int[] numbers) {
        for (ConstraintDef check : scope.context().catalog().constraints(source.oid())) {
            if (check.type() != 'c') continue;
            draft.constraintNames.add(check.name());
            draft.constraints.add(new ConstraintDef(scope.context().transaction().newOid(), draft.schemaOid, check.name(), 'c', draft.oid, 0, 0,
                    mapped(check.columns(), numbers), 0, List.of(), ' ', ' ', List.of(), ' ', false, false, true,
                    check.noInherit(), StoredSql.remapped(java.util.Objects.requireNonNull(check.expression()), number -> numbers[number])));
        }
    }

    private void copyIndexes(TableDef source, TableDraft draft, int[] numbers) {
        for (IndexDef index : scope.context().catalog().indexes(source.oid())) {
            List<IndexDef.KeyPart> parts = new ArrayList<>();
            List<String> names = new ArrayList<>();
            for (IndexDef.KeyPart part : index.keyParts()) {
                if (part.expression() != null) throw PgException.notSupported("LIKE INCLUDING INDEXES with expressions");
                parts.add(new IndexDef.KeyPart(numbers[part.column()], null, part.descending(), part.nullsFirst(), part.operatorClassOid(),
                        part.collationOid()));
                names.add(source.column(part.column()).name());
            }
            if (index.predicateColumn() != 0) throw PgException.notSupported("LIKE INCLUDING INDEXES with a predicate");
            ConstraintDef constraint = constraintOf(index);
            String name = index.primary()
                    ? ObjectNames.free(draft.name, null, "pkey", draft.schemaOid, scope.context().catalog(), draft.relationNames)
                    : ObjectNames.free(draft.name, String.join("_", names), constraint == null ? "idx" : "key", draft.schemaOid,
                            scope.context().catalog(), draft.relationNames);
            draft.relationNames.add(name);
            boolean clustered = index.primary() && draft.keyColumns.isEmpty() && index.includedColumns().isEmpty()
                    && (constraint == null || !constraint.deferrable());
            int oid = scope.context().transaction().newOid();
            draft.indexes.add(new IndexDef(oid, draft.schemaOid, name, draft.oid,
                    clustered ? 0 : scope.context().transaction().newStorageId(), index.unique(), index.primary(), index.nullsNotDistinct(), parts,
                    mapped(index.includedColumns(), numbers), 0, null, index.method(), true, index.options(), IndexMarks.NONE));
            if (clustered) draft.keyColumns = parts.stream().map(IndexDef.KeyPart::column).toList();
            if (index.primary()) parts.forEach(part -> draft.setNotNull(part.column()));
            if (constraint != null) {
                draft.constraints.add(new ConstraintDef(scope.context().transaction().newOid(), draft.schemaOid, name, constraint.type(), draft.oid,
                        0, oid, mapped(constraint.columns(), numbers), 0, List.of(), ' ', ' ', List.of(), ' ', constraint.deferrable(),
                        constraint.initiallyDeferred(), true, true, null));
            }
        }
    }

    private @org.jspecify.annotations.Nullable ConstraintDef constraintOf(IndexDef index) {
        for (ConstraintDef constraint : scope.context().catalog().constraints(index.tableOid())) {
            if (constraint.indexOid() == index.oid() && constraint.type() != 'f') return constraint;
        }
        return null;
    }

    private static List<Integer> mapped(List<Integer> columns, int[] numbers) {
        return columns.stream().map(number -> numbers[number]).toList();
    }
}
