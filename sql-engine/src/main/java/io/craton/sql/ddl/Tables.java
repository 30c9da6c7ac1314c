package io.craton.sql.ddl;

import io.craton.core.type.PgType;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.ColumnTuning;
import io.craton.storage.catalog.CatalogObject.ConstraintDef;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.IndexMarks;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.ArrayList;
import io.craton.storage.row.KeySecret;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Copies of catalog objects with one thing changed. Pure. */
final class Tables {
    private Tables() {}

    static TableDef withColumns(TableDef t, List<ColumnDef> columns) {
        return new TableDef(t.oid(), t.schemaOid(), t.name(), t.owner(), t.kind(), t.persistence(), t.storageId(), t.rowTypeOid(),
                t.arrayTypeOid(), columns, t.keyColumns(), t.options(), t.viewQuery(), t.populated(), t.hasTriggers(), t.acl(), t.replicaIdentity(), t.ofTypeOid());
    }

    static TableDef withColumn(TableDef t, ColumnDef column) {
        List<ColumnDef> columns = new ArrayList<>(t.columns());
        columns.set(column.number() - 1, column);
        return withColumns(t, columns);
    }

    static TableDef withStorage(TableDef t, long storageId) {
        return new TableDef(t.oid(), t.schemaOid(), t.name(), t.owner(), t.kind(), t.persistence(), storageId, t.rowTypeOid(),
                t.arrayTypeOid(), t.columns(), t.keyColumns(), t.options(), t.viewQuery(), t.populated(), t.hasTriggers(), t.acl(), t.replicaIdentity(), t.ofTypeOid());
    }

    static TableDef withKey(TableDef t, List<Integer> keyColumns) {
        return new TableDef(t.oid(), t.schemaOid(), t.name(), t.owner(), t.kind(), t.persistence(), t.storageId(), t.rowTypeOid(),
                t.arrayTypeOid(), t.columns(), keyColumns, t.options(), t.viewQuery(), t.populated(), t.hasTriggers(), t.acl(), t.replicaIdentity(), t.ofTypeOid());
    }

    /** @param typeOid 0 for none */
    static TableDef ofType(TableDef t, int typeOid) {
        return new TableDef(t.oid(), t.schemaOid(), t.name(), t.owner(), t.kind(), t.persistence(), t.storageId(), t.rowTypeOid(),
                t.arrayTypeOid(), t.columns(), t.keyColumns(), t.options(), t.viewQuery(), t.populated(), t.hasTriggers(), t.acl(), t.replicaIdentity(), typeOid);
    }

    static TableDef withName(TableDef t, int schemaOid, String name) {
        return new TableDef(t.oid(), schemaOid, name, t.owner(), t.kind(), t.persistence(), t.storageId(), t.rowTypeOid(),
                t.arrayTypeOid(), t.columns(), t.keyColumns(), t.options(), t.viewQuery(), t.populated(), t.hasTriggers(), t.acl(), t.replicaIdentity(), t.ofTypeOid());
    }

    static TableDef withOwner(TableDef t, int owner) {
        return new TableDef(t.oid(), t.schemaOid(), t.name(), owner, t.kind(), t.persistence(), t.storageId(), t.rowTypeOid(),
                t.arrayTypeOid(), t.columns(), t.keyColumns(), t.options(), t.viewQuery(), t.populated(), t.hasTriggers(), t.acl(), t.replicaIdentity(), t.ofTypeOid());
    }

    static TableDef withAcl(TableDef t, @Nullable String acl) {
        return new TableDef(t.oid(), t.schemaOid(), t.name(), t.owner(), t.kind(), t.persistence(), t.storageId(), t.rowTypeOid(),
                t.arrayTypeOid(), t.columns(), t.keyColumns(), t.options(), t.viewQuery(), t.populated(), t.hasTriggers(), acl, t.replicaIdentity(), t.ofTypeOid());
    }

    static IndexDef withStorage(IndexDef i, long storageId) {
        return new IndexDef(i.oid(), i.schemaOid(), i.name(), i.tableOid(), storageId, i.unique(), i.primary(), i.nullsNotDistinct(),
                i.keyParts(), i.includedColumns(), i.predicateColumn(), i.predicate(), i.method(), i.valid(), i.options(), i.marks());
    }

    static IndexDef withValidity(IndexDef i, boolean valid) {
        return new IndexDef(i.oid(), i.schemaOid(), i.name(), i.tableOid(), i.storageId(), i.unique(), i.primary(), i.nullsNotDistinct(),
                i.keyParts(), i.includedColumns(), i.predicateColumn(), i.predicate(), i.method(), valid, i.options(), i.marks());
    }

    static IndexDef withTexts(IndexDef i, List<IndexDef.KeyPart> parts, @Nullable String predicate) {
        return new IndexDef(i.oid(), i.schemaOid(), i.name(), i.tableOid(), i.storageId(), i.unique(), i.primary(), i.nullsNotDistinct(),
                parts, i.includedColumns(), i.predicateColumn(), predicate, i.method(), i.valid(), i.options(), i.marks());
    }

    static IndexDef withMarks(IndexDef i, IndexMarks marks) {
        return new IndexDef(i.oid(), i.schemaOid(), i.name(), i.tableOid(), i.storageId(), i.unique(), i.primary(), i.nullsNotDistinct(),
                i.keyParts(), i.includedColumns(), i.predicateColumn(), i.predicate(), i.method(), i.valid(), i.options(), marks);
    }

    static TableDef withReplicaIdentity(TableDef t, char identity) {
        return new TableDef(t.oid(), t.schemaOid(), t.name(), t.owner(), t.kind(), t.persistence(), t.storageId(), t.rowTypeOid(),
                t.arrayTypeOid(), t.columns(), t.keyColumns(), t.options(), t.viewQuery(), t.populated(), t.hasTriggers(), t.acl(), identity, t.ofTypeOid());
    }

    static IndexDef withSchema(IndexDef i, int schemaOid) {
        return new IndexDef(i.oid(), schemaOid, i.name(), i.tableOid(), i.storageId(), i.unique(), i.primary(), i.nullsNotDistinct(),
                i.keyParts(), i.includedColumns(), i.predicateColumn(), i.predicate(), i.method(), i.valid(), i.options(), i.marks());
    }

    static ConstraintDef withExpression(ConstraintDef c, @Nullable String expression) {
        return constraint(c, c.schemaOid(), c.name(), expression);
    }

    /** A constraint of a new table: there are no rows that it could be wrong about. */
    static ConstraintDef validated(ConstraintDef c) {
        return new ConstraintDef(c.oid(), c.schemaOid(), c.name(), c.type(), c.tableOid(), c.domainOid(), c.indexOid(), c.columns(), c.foreignTableOid(),
                c.foreignColumns(), c.updateAction(), c.deleteAction(), c.deleteSetColumns(), c.match(), c.deferrable(), c.initiallyDeferred(),
                true, c.noInherit(), c.expression());
    }

    static ConstraintDef constraint(ConstraintDef c, int schemaOid, String name, @Nullable String expression) {
        return new ConstraintDef(c.oid(), schemaOid, name, c.type(), c.tableOid(), c.domainOid(), c.indexOid(), c.columns(), c.foreignTableOid(),
                c.foreignColumns(), c.updateAction(), c.deleteAction(), c.deleteSetColumns(), c.match(), c.deferrable(), c.initiallyDeferred(),
                c.validated(), c.noInherit(), expression);
    }

    static SequenceDef sequence(SequenceDef s, int schemaOid, String name, int owner, @Nullable String acl) {
        return new SequenceDef(s.oid(), schemaOid, name, owner, s.persistence(), s.typeOid(), s.start(), s.increment(), s.minimum(), s.maximum(),
                s.cache(), s.cycle(), s.ownerTable(), s.ownerColumn(), s.internal(), s.storageId(), acl);
    }

    static PgType type(PgType t, String name, int namespaceOid, int ownerOid) {
        return new PgType(t.oid(), name, namespaceOid, t.kind(), t.category(), t.preferred(), t.length(), t.align(), t.storage(), t.delimiter(),
                t.elementOid(), t.arrayOid(), t.relationOid(), t.baseTypeOid(), t.baseTypmod(), t.collationOid(), t.notNull(),
                t.defaultExpression(), ownerOid, t.labels(), t.fields(), t.repr());
    }

    static PgType withLabels(PgType t, List<PgType.EnumLabel> labels) {
        return new PgType(t.oid(), t.name(), t.namespaceOid(), t.kind(), t.category(), t.preferred(), t.length(), t.align(), t.storage(),
                t.delimiter(), t.elementOid(), t.arrayOid(), t.relationOid(), t.baseTypeOid(), t.baseTypmod(), t.collationOid(), t.notNull(),
                t.defaultExpression(), t.ownerOid(), labels, t.fields(), t.repr());
    }

    static PgType domain(PgType t, boolean notNull, @Nullable String defaultExpression) {
        return new PgType(t.oid(), t.name(), t.namespaceOid(), t.kind(), t.category(), t.preferred(), t.length(), t.align(), t.storage(),
                t.delimiter(), t.elementOid(), t.arrayOid(), t.relationOid(), t.baseTypeOid(), t.baseTypmod(), t.collationOid(), notNull,
                defaultExpression, t.ownerOid(), t.labels(), t.fields(), t.repr());
    }

    static IndexDef withName(IndexDef i, String name) {
        return new IndexDef(i.oid(), i.schemaOid(), name, i.tableOid(), i.storageId(), i.unique(), i.primary(), i.nullsNotDistinct(),
                i.keyParts(), i.includedColumns(), i.predicateColumn(), i.predicate(), i.method(), i.valid(), i.options(), i.marks());
    }

    static ColumnDef column(ColumnDef c, String name, int typeOid, int typmod, boolean notNull, @Nullable String defaultExpression, char identity,
            char generated) {
        return new ColumnDef(c.number(), name, typeOid, typmod, c.collationOid(), notNull, defaultExpression, identity, generated,
                c.missingText(), c.dropped(), c.hidden(), c.statisticsTarget(), c.acl(), c.tuning());
    }

    static ColumnDef withTuning(ColumnDef c, int statisticsTarget, ColumnTuning tuning) {
        return new ColumnDef(c.number(), c.name(), c.typeOid(), c.typmod(), c.collationOid(), c.notNull(), c.defaultExpression(), c.identity(),
                c.generated(), c.missingText(), c.dropped(), c.hidden(), statisticsTarget, c.acl(), tuning);
    }

    static ColumnDef withNotNull(ColumnDef c, boolean notNull) {
        return column(c, c.name(), c.typeOid(), c.typmod(), notNull, c.defaultExpression(), c.identity(), c.generated());
    }

    static ColumnDef withDefault(ColumnDef c, @Nullable String expression) {
        return column(c, c.name(), c.typeOid(), c.typmod(), c.notNull(), expression, c.identity(), c.generated());
    }

    /** A keyed column's secret stays: indexes on expressions go on under it. */
    static ColumnDef dropped(ColumnDef c) {
        String secret = c.tuning().options().get(KeySecret.OPTION);
        ColumnTuning tuning = secret == null ? ColumnTuning.DEFAULT : new ColumnTuning((char) 0, (char) 0, Map.of(KeySecret.OPTION, secret));
        return new ColumnDef(c.number(), "........pg.dropped." + c.number() + "........", c.typeOid(), c.typmod(), c.collationOid(), false, null,
                (char) 0, (char) 0, c.missingText(), true, c.hidden(), 0, null, tuning);
    }
}
