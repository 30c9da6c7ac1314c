package io.craton.sql.ddl;

import io.craton.core.error.PgException;
import io.craton.core.type.PgType;
import io.craton.sql.analyze.Analyzer;
import io.craton.sql.analyze.CatalogView;
import io.craton.sql.analyze.ExpressionKind;
import io.craton.sql.analyze.NameListener;
import io.craton.sql.analyze.RelationRef;
import io.craton.sql.analyze.TableExpressions;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.syntax.SelectStatement;
import io.craton.sql.syntax.SqlParser;
import io.craton.sql.syntax.SyntaxNames;
import io.craton.sql.syntax.TextEdits;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.ConstraintDef;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * SQL texts that the catalog keeps (views, defaults, generated columns, checks, index expressions) while names change. PostgreSQL stores trees over
 * oids; here the texts are analysed before the change, and the names that stand for changed objects are written anew. One statement.
 */
final class StoredTexts {
    /** What is called otherwise from now on: one of the three is set. */
    record Renaming(Map<Integer, String> relations, int tableOid, int attribute, @Nullable String column, Map<Integer, String> types) {
        /** @param relations new qualified names, as written in SQL, by oid */
        static Renaming ofRelations(Map<Integer, String> relations) {
            return new Renaming(relations, 0, 0, null, Map.of());
        }

        static Renaming ofColumn(int tableOid, int attribute, String name) {
            return new Renaming(Map.of(), tableOid, attribute, name, Map.of());
        }

        static Renaming ofTypes(Map<Integer, String> types) {
            return new Renaming(Map.of(), 0, 0, null, types);
        }
    }

    private final Scope scope;
    private final CatalogView names;
    private final List<CatalogObject> changed = new ArrayList<>();

    /** Takes the names as they are: make it before the change. */
    StoredTexts(Scope scope) {
        this.scope = scope;
        this.names = scope.names();
    }

    /** A view's text for the catalog: relations with their schema, stars written out. */
    static String canonical(SelectStatement query, Scope scope) {
        String text = SqlText.print(query);
        TextEdits edits = new TextEdits(text);
        CatalogView names = scope.names();
        Analyzer.analyzeQuery(parse(text), names, new NameListener() {
            @Override
            public void relation(int position, RelationRef found, boolean aliased) {
                String name = qualified(found, names);
                if (name != null) edits.replaceName(position, 0, name);
            }

            @Override
            public void column(int position, int parts, int relationOid, int attribute) {}

            @Override
            public void star(int position, List<List<String>> columns) {
                List<String> written = new ArrayList<>();
                for (List<String> column : columns) written.add(String.join(".", column.stream().map(SqlText::identifier).toList()));
                edits.replaceName(position, 0, String.join(", ", written));
            }

            @Override
            public void target(int position, String name) {}

            @Override
            public void type(int position, PgType type) {
                if (type.namespaceOid() != 11) {
                    edits.replaceName(position, 0, SqlText.qualified(names.schemaName(type.namespaceOid()), type.name()));
                }
            }
        });
        String edited = edits.apply();
        try {
            Analyzer.analyzeQuery(parse(edited), names, List.of());
            return edited;
        } catch (PgException e) {
            return text; // a star over columns of one name: it must stay a star
        }
    }

    private static @Nullable String qualified(RelationRef found, CatalogView names) {
        return switch (found) {
            case RelationRef.Stored stored -> SqlText.qualified(names.schemaName(stored.table().schemaOid()), stored.table().name());
            case RelationRef.Sequence sequence -> SqlText.qualified(names.schemaName(sequence.sequence().schemaOid()), sequence.sequence().name());
            case RelationRef.Index index -> null;
            case RelationRef.Builtin builtin -> SqlText.qualified(builtin.table().schema(), builtin.table().name());
        };
    }

    private static SelectStatement parse(String text) {
        return (SelectStatement) SqlParser.parse(text).getFirst().statement();
    }

    /** Oids of the relations that a view's query reads, directly. */
    static Set<Integer> relationsIn(String viewQuery, CatalogView names) {
        Set<Integer> found = new HashSet<>();
        try {
            Analyzer.analyzeQuery(parse(viewQuery), names, new Collector(found, null));
        } catch (PgException e) {
            return found; // a view that no longer works depends on what was seen so far
        }
        return found;
    }

    /** Attribute numbers of a relation's columns that a view's query names. */
    static Set<Integer> columnsIn(String viewQuery, int relationOid, CatalogView names) {
        Map<Integer, Set<Integer>> columns = new HashMap<>();
        try {
            Analyzer.analyzeQuery(parse(viewQuery), names, new Collector(new HashSet<>(), columns));
        } catch (PgException e) {
            return columns.getOrDefault(relationOid, Set.of());
        }
        return columns.getOrDefault(relationOid, Set.of());
    }

    private record Collector(Set<Integer> relations, @Nullable Map<Integer, Set<Integer>> columns) implements NameListener {
        @Override
        public void relation(int position, RelationRef found, boolean aliased) {
            switch (found) {
                case RelationRef.Stored stored -> relations.add(stored.table().oid());
                case RelationRef.Sequence sequence -> relations.add(sequence.sequence().oid());
                default -> { }
            }
        }

        @Override
        public void column(int position, int parts, int relationOid, int attribute) {
            if (columns != null) columns.computeIfAbsent(relationOid, oid -> new HashSet<>()).add(attribute);
        }

        @Override
        public void star(int position, List<List<String>> names) {}

        @Override
        public void target(int position, String name) {}

        @Override
        public void type(int position, PgType type) {}
    }

    /** Finds the texts to change; {@code oldName} is a word that each of them must hold. Nothing is written yet. */
    void collect(Renaming renaming, String oldName) {
        Catalog catalog = names.catalog();
        for (TableDef table : catalog.all(TableDef.class)) {
            TableDef after = table;
            if (table.viewQuery() != null && mentions(table.viewQuery(), oldName)) {
                String text = renamedQuery(table, renaming);
                if (!text.equals(table.viewQuery())) after = withQuery(after, text);
            }
            for (ColumnDef column : table.columns()) {
                if (column.dropped() || column.defaultExpression() == null || !mentions(column.defaultExpression(), oldName)) continue;
                boolean own = column.generated() != 0 || column.hidden();
                String text = renamedExpression(column.defaultExpression(), own ? table : null, renaming);
                if (!text.equals(column.defaultExpression())) after = Tables.withColumn(after, Tables.withDefault(column, text));
            }
            if (after != table) changed.add(after);
        }
        for (ConstraintDef check : catalog.all(ConstraintDef.class)) {
            if (check.expression() == null || !mentions(check.expression(), oldName) || check.tableOid() == 0) continue;
            String text = renamedExpression(check.expression(), catalog.table(check.tableOid()), renaming);
            if (!text.equals(check.expression())) changed.add(Tables.withExpression(check, text));
        }
        for (IndexDef index : catalog.all(IndexDef.class)) {
            TableDef table = catalog.table(index.tableOid());
            List<IndexDef.KeyPart> parts = new ArrayList<>();
            for (IndexDef.KeyPart part : index.keyParts()) {
                String text = part.expression() == null || !mentions(part.expression(), oldName) ? part.expression()
                        : renamedExpression(part.expression(), table, renaming);
                parts.add(new IndexDef.KeyPart(part.column(), text, part.descending(), part.nullsFirst(), part.operatorClassOid(),
                        part.collationOid()));
            }
            String predicate = index.predicate() == null || !mentions(index.predicate(), oldName) ? index.predicate()
                    : renamedExpression(index.predicate(), table, renaming);
            if (!parts.equals(index.keyParts()) || !java.util.Objects.equals(predicate, index.predicate())) {
                changed.add(Tables.withTexts(index, parts, predicate));
            }
        }
    }

    private static boolean mentions(String text, String name) {
        return SyntaxNames.in(text).contains(name);
    }

    private String renamedQuery(TableDef view, Renaming renaming) {
        TextEdits edits = new TextEdits(view.viewQuery());
        Map<Integer, String> targets = new HashMap<>();
        Set<Integer> renamedColumns = new HashSet<>();
        Analyzer.analyzeQuery(parse(view.viewQuery()), names, new Rewriter(edits, renaming, targets, renamedColumns, false));
        for (int position : renamedColumns) {
            String name = targets.get(position);
            if (name != null) edits.append(position, " AS " + SqlText.identifier(name));
        }
        return edits.apply();
    }

    private String renamedExpression(String text, @Nullable TableDef table, Renaming renaming) {
        TextEdits edits = new TextEdits(text);
        try {
            TableExpressions.compile(SqlParser.parseExpression(text), table, table == null ? ExpressionKind.COLUMN_DEFAULT
                    : ExpressionKind.CHECK_CONSTRAINT, null, -1, null, names, new Rewriter(edits, renaming, new HashMap<>(), new HashSet<>(), true));
        } catch (PgException e) {
            return text; // the word stands for something else, as in a string
        }
        return edits.apply();
    }

    private final class Rewriter implements NameListener {
        private final TextEdits edits;
        private final Renaming renaming;
        private final Map<Integer, String> targets;
        private final Set<Integer> renamedColumns;
        private final boolean expression;

        Rewriter(TextEdits edits, Renaming renaming, Map<Integer, String> targets, Set<Integer> renamedColumns, boolean expression) {
            this.edits = edits;
            this.renaming = renaming;
            this.targets = targets;
            this.renamedColumns = renamedColumns;
            this.expression = expression;
        }

        @Override
        public void relation(int position, RelationRef found, boolean aliased) {
            int oid = switch (found) {
                case RelationRef.Stored stored -> stored.table().oid();
                case RelationRef.Sequence sequence -> sequence.sequence().oid();
                default -> 0;
            };
            String name = renaming.relations().get(oid);
            if (name == null) return;
            String old = found instanceof RelationRef.Stored stored ? stored.table().name() : ((RelationRef.Sequence) found).sequence().name();
            boolean sameName = name.endsWith("." + SqlText.identifier(old));
            edits.replaceName(position, 0, aliased || sameName ? name : name + " " + SqlText.identifier(old));
        }

        @Override
        public void column(int position, int parts, int relationOid, int attribute) {
            boolean renamed = relationOid == renaming.tableOid() && attribute == renaming.attribute();
            if (renamed) {
                edits.replaceName(position, expression ? 0 : parts - 1, SqlText.identifier(renaming.column()));
                renamedColumns.add(position);
            } else if (expression && parts > 1) {
                TableDef table = names.catalog().table(relationOid);
                if (table != null) edits.replaceName(position, 0, SqlText.identifier(table.column(attribute).name()));
            }
        }

        @Override
        public void star(int position, List<List<String>> columns) {}

        @Override
        public void target(int position, String name) {
            targets.put(position, name);
        }

        @Override
        public void type(int position, PgType type) {
            String name = renaming.types().get(type.oid());
            if (name != null) edits.replaceName(position, 0, name);
        }
    }

    private static TableDef withQuery(TableDef t, String query) {
        return new TableDef(t.oid(), t.schemaOid(), t.name(), t.owner(), t.kind(), t.persistence(), t.storageId(), t.rowTypeOid(),
                t.arrayTypeOid(), t.columns(), t.keyColumns(), t.options(), query, t.populated(), t.hasTriggers(), t.acl());
    }

    /** Sequences taken from by name in defaults: the string constants that {@code nextval} gets. */
    void collectSequence(String oldQualified, String newQualified) {
        String before = SqlText.literal(oldQualified);
        for (TableDef table : names.catalog().all(TableDef.class)) {
            TableDef after = table;
            for (ColumnDef column : table.columns()) {
                if (column.dropped() || column.defaultExpression() == null || !column.defaultExpression().contains(before)) continue;
                after = Tables.withColumn(after, Tables.withDefault(column,
                        column.defaultExpression().replace(before, SqlText.literal(newQualified))));
            }
            if (after != table) changed.add(after);
        }
    }

    /** Writes the texts; call it before the renamed objects are put, and take those from the catalog again after it. */
    void write() {
        Map<Integer, TableDef> tables = new HashMap<>();
        for (CatalogObject object : changed) {
            CatalogObject merged = object;
            if (object instanceof TableDef table) {
                TableDef before = tables.get(table.oid());
                if (before != null) merged = merge(java.util.Objects.requireNonNull(names.catalog().table(table.oid())), before, table);
                tables.put(table.oid(), (TableDef) merged);
            }
            scope.context().transaction().change(new CatalogChange.Put(merged));
        }
    }

    private static TableDef merge(TableDef original, TableDef first, TableDef second) {
        TableDef merged = java.util.Objects.equals(second.viewQuery(), original.viewQuery()) ? first : withQuery(first, second.viewQuery());
        for (ColumnDef column : second.columns()) {
            if (!column.equals(original.column(column.number()))) merged = Tables.withColumn(merged, column);
        }
        return merged;
    }

    /** After the change: every changed view must still say the same; else the change is refused. */
    void verify(String what) {
        for (CatalogObject object : changed) {
            if (!(object instanceof TableDef view) || view.viewQuery() == null) continue;
            TableDef now = scope.context().catalog().table(view.oid());
            try {
                Analyzer.analyzeQuery(parse(java.util.Objects.requireNonNull(java.util.Objects.requireNonNull(now).viewQuery())), scope.names(),
                        List.of());
            } catch (PgException e) {
                throw PgException.notSupported(what + " that view \"" + view.name() + "\" uses in this way");
            }
        }
    }
}
