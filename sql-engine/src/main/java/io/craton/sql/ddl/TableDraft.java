package io.craton.sql.ddl;

import io.craton.core.type.PgType;
import io.craton.core.type.PgType.Field;
import io.craton.core.type.Repr;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.CommentDef;
import io.craton.storage.catalog.CatalogObject.ConstraintDef;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.catalog.CatalogObject.TypeDef;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A table being put together: columns first, then what refers to them. {@link #write} turns it into catalog changes. One statement. */
final class TableDraft {
    final int oid;
    final int schemaOid;
    final String name;
    final int owner;
    final char kind;
    final char persistence;
    final long storageId;
    final int rowTypeOid;
    final int arrayTypeOid;
    final List<ColumnDef> columns = new ArrayList<>();
    List<Integer> keyColumns = List.of();
    Map<String, String> options = Map.of();
    @Nullable String viewQuery;
    int ofTypeOid;
    boolean populated = true;
    final List<IndexDef> indexes = new ArrayList<>();
    final List<ConstraintDef> constraints = new ArrayList<>();
    final List<SequenceDef> sequences = new ArrayList<>();
    /** Generation expressions by attribute number, to be checked when all columns are known. */
    final Map<Integer, io.craton.sql.syntax.Expr> generated = new java.util.LinkedHashMap<>();
    final List<CommentDef> comments = new ArrayList<>();
    final List<String> constraintNames = new ArrayList<>();
    final List<String> relationNames = new ArrayList<>();

    TableDraft(Scope scope, int schemaOid, String name, char kind, char persistence) {
        this.oid = scope.context().transaction().newOid();
        this.schemaOid = schemaOid;
        this.name = name;
        this.owner = scope.context().session().currentUserOid();
        this.kind = kind;
        this.persistence = persistence;
        if ((kind == 'r' || kind == 'm') && persistence != 't') TenantLimits.checkTables(scope);
        this.storageId = kind == 'v' || kind == 'c' ? 0 : scope.context().transaction().newStorageId();
        this.rowTypeOid = scope.context().transaction().newOid();
        this.arrayTypeOid = scope.context().transaction().newOid();
    }

    /** A table that is there and gets another column. */
    TableDraft(Scope scope, TableDef table) {
        this.oid = table.oid();
        this.schemaOid = table.schemaOid();
        this.name = table.name();
        this.owner = table.owner();
        this.kind = table.kind();
        this.persistence = table.persistence();
        this.storageId = table.storageId();
        this.rowTypeOid = table.rowTypeOid();
        this.arrayTypeOid = table.arrayTypeOid();
        this.columns.addAll(table.columns());
        this.keyColumns = table.keyColumns();
        this.options = table.options();
        this.ofTypeOid = table.ofTypeOid();
    }

    TableDef table() {
        return new TableDef(oid, schemaOid, name, owner, kind, persistence, storageId, rowTypeOid, arrayTypeOid, columns, keyColumns,
                options, viewQuery, populated, false, null, 'd', ofTypeOid);
    }

    /** The column's number, 0 when there is none. */
    int columnNumber(String column) {
        for (ColumnDef def : columns) {
            if (!def.dropped() && !def.hidden() && def.name().equals(column)) return def.number();
        }
        return 0;
    }

    void setNotNull(int number) {
        ColumnDef c = columns.get(number - 1);
        columns.set(number - 1, new ColumnDef(c.number(), c.name(), c.typeOid(), c.typmod(), c.collationOid(), true, c.defaultExpression(),
                c.identity(), c.generated(), c.missingText(), c.dropped(), c.hidden(), c.statisticsTarget(), c.acl(), c.tuning()));
    }

    /** Puts sequences, row type, table, indexes and constraints into the transaction, in this order. */
    void write(Scope scope) {
        for (SequenceDef sequence : sequences) put(scope, new CatalogChange.Put(sequence));
        TableDef table = table();
        if (kind != 'c' && persistence != 't') table = Tables.withAcl(table, DefaultPrivileges.of('r', schemaOid, scope));
        String typeAcl = kind == 'c' ? DefaultPrivileges.of('T', schemaOid, scope) : null;
        for (PgType type : rowTypes(table, scope)) put(scope, new CatalogChange.Put(new TypeDef(type, type.isArray() ? null : typeAcl)));
        put(scope, new CatalogChange.Put(table));
        for (IndexDef index : indexes) put(scope, new CatalogChange.Put(index));
        for (ConstraintDef constraint : constraints) put(scope, new CatalogChange.Put(constraint));
        for (CommentDef comment : comments) put(scope, new CatalogChange.Put(comment));
    }

    private static void put(Scope scope, CatalogChange change) {
        scope.context().transaction().change(change);
    }

    /** The composite type of a table's rows and its array type. */
    static List<PgType> rowTypes(TableDef table, Scope scope) {
        List<Field> fields = new ArrayList<>();
        for (ColumnDef column : table.columns()) {
            if (!column.dropped() && !column.hidden()) fields.add(new Field(column.name(), column.typeOid(), column.typmod(), column.number()));
        }
        PgType row = new PgType(table.rowTypeOid(), table.name(), table.schemaOid(), 'c', 'C', false, -1, 'd', 'x', ',', 0,
                table.arrayTypeOid(), table.oid(), 0, -1, 0, false, null, table.owner(), List.of(), fields, Repr.OBJECT);
        String arrayName = arrayTypeName(table, scope);
        PgType array = arrayOf(row, table.arrayTypeOid(), arrayName);
        return List.of(row, array);
    }

    static PgType arrayOf(PgType element, int oid, String name) {
        return new PgType(oid, name, element.namespaceOid(), 'b', 'A', false, -1, element.align() == 'd' ? 'd' : 'i', 'x', element.delimiter(),
                element.oid(), 0, 0, 0, -1, element.collationOid(), false, null, element.ownerOid(), List.of(), List.of(), Repr.OBJECT);
    }

    private static String arrayTypeName(TableDef table, Scope scope) {
        TypeDef existing = scope.context().catalog().find(TypeDef.class, table.arrayTypeOid());
        return existing != null ? existing.type().name()
                : TypeNaming.arrayName(table.name(), table.schemaOid(), scope.context().catalog());
    }
}
