package io.craton.sql.ddl;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.analyze.RelationRef;
import io.craton.sql.deparse.StoredSql;
import io.craton.sql.pgcatalog.IndexColumns;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.syntax.TableStatement;
import io.craton.sql.syntax.TableStatement.LikeOption;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.ColumnTuning;
import io.craton.storage.catalog.CatalogObject.CommentDef;
import io.craton.storage.catalog.CatalogObject.ConstraintDef;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.IndexMarks;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** LIKE in CREATE TABLE: copies columns and what INCLUDING names; indexes once all columns and the table's own constraints are there. One statement. */
final class LikeClause {
    private final Scope scope;
    private final TableStatement.LikeElement like;
    private final List<LikeOption> including;
    /** The table that is copied; null when it is a catalog, which has nothing but columns. */
    private @Nullable TableDef source;
    /** New attribute numbers by old ones. */
    private int[] numbers = new int[0];

    LikeClause(Scope scope, TableStatement.LikeElement like) {
        this.scope = scope;
        this.like = like;
        this.including = like.including();
    }

    void copyColumns(TableDraft draft) {
        RelationRef found = scope.names().relation(like.source().schema(), like.source().name());
        switch (found) {
            case null -> throw new PgException(SqlState.UNDEFINED_TABLE, "relation \"" + like.source() + "\" does not exist").at(like.source().position());
            case RelationRef.Stored stored -> copyColumns(stored.table(), draft);
            case RelationRef.Builtin builtin -> builtin.table().columns().forEach(column -> {
                requireNew(column.name(), draft);
                draft.columns.add(new ColumnDef(draft.columns.size() + 1, column.name(), column.type().oid(), -1, column.type().collationOid(), column.notNull(),
                        null, (char) 0, (char) 0, null, false, false, -1, null, ColumnTuning.DEFAULT));
            });
            case RelationRef.Index index -> throw invalid("indexes");
            case RelationRef.Sequence sequence -> throw invalid("sequences");
        }
    }

    private PgException invalid(String kind) {
        return PgError.error(SqlState.WRONG_OBJECT_TYPE, "relation \"" + like.source().name() + "\" is invalid in LIKE clause")
                .withDetail("This operation is not supported for " + kind + ".").withPosition(like.source().position()).exception();
    }

    private static void requireNew(String column, TableDraft draft) {
        if (draft.columnNumber(column) != 0) {
            throw new PgException(SqlState.DUPLICATE_COLUMN, "column \"" + column + "\" specified more than once");
        }
    }

    private void copyColumns(TableDef from, TableDraft draft) {
        source = from;
        numbers = new int[from.columns().size() + 1];
        int before = draft.columns.size();
        for (ColumnDef column : from.columns()) {
            if (column.dropped() || column.hidden()) continue;
            requireNew(column.name(), draft);
            int number = draft.columns.size() + 1;
            numbers[column.number()] = number;
            boolean generated = column.generated() != 0 && including.contains(LikeOption.GENERATED);
            boolean identity = column.identity() != 0 && including.contains(LikeOption.IDENTITY);
            boolean defaults = column.generated() == 0 && column.identity() == 0 && including.contains(LikeOption.DEFAULTS);
            if (identity) copySequence(from, column, number, draft);
            ColumnTuning tuning = new ColumnTuning(including.contains(LikeOption.STORAGE) ? column.tuning().storage() : 0,
                    including.contains(LikeOption.COMPRESSION) ? column.tuning().compression() : 0, Map.of());
            draft.columns.add(new ColumnDef(number, column.name(), column.typeOid(), column.typmod(), column.collationOid(), column.notNull(),
                    generated || defaults ? column.defaultExpression() : null, identity ? column.identity() : 0, generated ? column.generated() : 0, null,
                    false, false, -1, null, tuning));
            if (including.contains(LikeOption.COMMENTS)) copyComment(Comments.PG_CLASS, from.oid(), column.number(), draft.oid, number, draft);
        }
        for (ColumnDef column : draft.columns.subList(before, draft.columns.size())) {
            if (column.generated() == 0) continue;
            draft.columns.set(column.number() - 1, Tables.withDefault(column, remapped(Objects.requireNonNull(column.defaultExpression()))));
        }
        if (including.contains(LikeOption.CONSTRAINTS)) copyChecks(from, draft);
    }

    private void copySequence(TableDef from, ColumnDef column, int number, TableDraft draft) {
        for (SequenceDef s : scope.context().catalog().all(SequenceDef.class)) {
            if (s.ownerTable() != from.oid() || s.ownerColumn() != column.number() || !s.internal()) continue;
            String name = ObjectNames.free(draft.name, column.name(), "seq", draft.schemaOid, scope.context().catalog(), draft.relationNames);
            draft.relationNames.add(name);
            draft.sequences.add(new SequenceDef(scope.context().transaction().newOid(), draft.schemaOid, name, draft.owner, draft.persistence, s.typeOid(),
                    s.start(), s.increment(), s.minimum(), s.maximum(), s.cache(), s.cycle(), draft.oid, number, true,
                    scope.context().transaction().newStorageId(), DefaultPrivileges.of('S', draft.schemaOid, scope)));
        }
    }

    private void copyComment(int classOid, int object, int sub, int newObject, int newSub, TableDraft draft) {
        for (CommentDef comment : scope.context().catalog().all(CommentDef.class)) {
            if (comment.classOid() != classOid || comment.objectOid() != object || comment.subId() != sub) continue;
            draft.comments.add(new CommentDef(scope.context().transaction().newOid(), classOid, newObject, newSub, comment.text()));
        }
    }

    private String remapped(String text) {
        return StoredSql.remapped(text, number -> numbers[number]);
    }

    private void copyChecks(TableDef from, TableDraft draft) {
        for (ConstraintDef check : scope.context().catalog().constraints(from.oid())) {
            if (check.type() != 'c') continue;
            draft.constraintNames.add(check.name());
            int oid = scope.context().transaction().newOid();
            draft.constraints.add(new ConstraintDef(oid, draft.schemaOid, check.name(), 'c', draft.oid, 0, 0,
                    mapped(check.columns()), 0, List.of(), ' ', ' ', List.of(), ' ', false, false, true,
                    check.noInherit(), remapped(Objects.requireNonNull(check.expression()))));
            if (including.contains(LikeOption.COMMENTS)) copyComment(Comments.PG_CONSTRAINT, check.oid(), 0, oid, 0, draft);
        }
    }

    /** To be called when all else of the table is there: expressions of indexes are columns behind all others. */
    void copyIndexes(TableDraft draft) {
        TableDef from = source;
        if (from == null || !including.contains(LikeOption.INDEXES)) return;
        for (IndexDef index : scope.context().catalog().indexes(from.oid())) copy(index, from, draft);
    }

    private void copy(IndexDef index, TableDef from, TableDraft draft) {
        if (index.primary() && draft.indexes.stream().anyMatch(IndexDef::primary)) {
            throw new PgException(SqlState.INVALID_TABLE_DEFINITION, "multiple primary keys for table \"" + draft.name + "\" are not allowed");
        }
        List<IndexDef.KeyPart> parts = new ArrayList<>();
        for (IndexDef.KeyPart part : index.keyParts()) {
            if (part.expression() != null) hide(from.column(part.column()), draft);
            parts.add(new IndexDef.KeyPart(numbers[part.column()], part.expression() == null ? null : remapped(part.expression()), part.descending(),
                    part.nullsFirst(), part.operatorClassOid(), part.collationOid()));
        }
        if (index.predicateColumn() != 0) hide(from.column(index.predicateColumn()), draft);
        ConstraintDef constraint = constraintOf(index);
        String columns = String.join("_", IndexColumns.names(index, from, scope.context().catalog()));
        String name = index.primary() ? ObjectNames.free(draft.name, null, "pkey", draft.schemaOid, scope.context().catalog(), draft.relationNames)
                : ObjectNames.free(draft.name, columns, constraint == null ? "idx" : "key", draft.schemaOid, scope.context().catalog(), draft.relationNames);
        draft.relationNames.add(name);
        boolean clustered = index.primary() && draft.keyColumns.isEmpty() && index.includedColumns().isEmpty()
                && (constraint == null || !constraint.deferrable());
        int oid = scope.context().transaction().newOid();
        draft.indexes.add(new IndexDef(oid, draft.schemaOid, name, draft.oid,
                clustered ? 0 : scope.context().transaction().newStorageId(), index.unique(), index.primary(), index.nullsNotDistinct(), parts,
                mapped(index.includedColumns()), index.predicateColumn() == 0 ? 0 : numbers[index.predicateColumn()],
                index.predicate() == null ? null : remapped(index.predicate()), index.method(), true, index.options(), IndexMarks.NONE));
        if (including.contains(LikeOption.COMMENTS)) copyComment(Comments.PG_CLASS, index.oid(), 0, oid, 0, draft);
        if (clustered) draft.keyColumns = parts.stream().map(IndexDef.KeyPart::column).toList();
        if (index.primary()) parts.forEach(part -> draft.setNotNull(part.column()));
        if (constraint != null) {
            draft.constraints.add(new ConstraintDef(scope.context().transaction().newOid(), draft.schemaOid, name, constraint.type(), draft.oid,
                    0, oid, mapped(constraint.columns()), 0, List.of(), ' ', ' ', List.of(), ' ', constraint.deferrable(),
                    constraint.initiallyDeferred(), true, true, null));
        }
    }

    /** Gives the draft the hidden column of an expression, once. */
    private void hide(ColumnDef c, TableDraft draft) {
        if (numbers[c.number()] != 0) return;
        int number = draft.columns.size() + 1;
        numbers[c.number()] = number;
        draft.columns.add(new ColumnDef(number, "........hidden." + number, c.typeOid(), c.typmod(), c.collationOid(), false,
                remapped(Objects.requireNonNull(c.defaultExpression())), (char) 0, c.generated(), null, false, true, c.statisticsTarget(), null,
                ColumnTuning.DEFAULT));
    }

    private @Nullable ConstraintDef constraintOf(IndexDef index) {
        for (ConstraintDef constraint : scope.context().catalog().constraints(index.tableOid())) {
            if (constraint.indexOid() == index.oid() && constraint.type() != 'f') return constraint;
        }
        return null;
    }

    private List<Integer> mapped(List<Integer> columns) {
        return columns.stream().map(number -> numbers[number]).toList();
    }
}
