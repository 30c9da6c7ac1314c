package io.craton.sql.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.craton.core.type.FormatContext;
import io.craton.sql.analyze.Analyzer;
import io.craton.sql.analyze.BuiltinRelations;
import io.craton.sql.analyze.CatalogView;
import io.craton.sql.analyze.ExpressionKind;
import io.craton.sql.exec.TableExpressions;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Scalar;
import io.craton.sql.logical.Scalar.NamedCheck;
import io.craton.sql.syntax.Identifiers;
import io.craton.sql.syntax.SqlParser;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.SchemaDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.catalog.CatalogObject.TriggerDef;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Defaults and checks of tables that a foreign key's action changes: those of an INSERT into them; and what indexes compute. Any thread. */
final class AnalyzedTables implements TableExpressions {
    private record Key(long catalogVersion, int table) {}

    private final BuiltinRelations builtins;
    private final Cache<Key, Relation.Modify> cache = Caffeine.newBuilder().maximumSize(256).build();
    private final Cache<Key, Map<Integer, Scalar>> hidden = Caffeine.newBuilder().maximumSize(4096).build();

    AnalyzedTables(BuiltinRelations builtins) {
        this.builtins = builtins;
    }

    @Override
    public List<Relation.Assignment> defaults(TableDef table, Catalog catalog) {
        return insert(table, catalog).defaults();
    }

    @Override
    public Map<Integer, Scalar> hidden(TableDef table, Catalog catalog) {
        return hidden.get(new Key(catalog.version(), table.oid()), key -> {
            CatalogView view = view(table, catalog);
            Map<Integer, Scalar> expressions = new HashMap<>();
            for (ColumnDef column : table.columns()) {
                if (!column.hidden() || column.dropped() || column.defaultExpression() == null) continue;
                expressions.put(column.number(), io.craton.sql.analyze.TableExpressions.compile(SqlParser.parseStoredExpression(column.defaultExpression()), table,
                        ExpressionKind.INDEX_EXPRESSION, null, -1, null, view));
            }
            return Map.copyOf(expressions);
        });
    }

    @Override
    public List<NamedCheck> checks(TableDef table, Catalog catalog) {
        return insert(table, catalog).checks();
    }

    @Override
    public Scalar triggerCondition(TriggerDef trigger, TableDef table, Catalog catalog) {
        return io.craton.sql.analyze.TableExpressions.exploreTrigger(SqlParser.parseStoredExpression(java.util.Objects.requireNonNull(trigger.when())), table,
                view(table, catalog)).value();
    }

    private CatalogView view(TableDef table, Catalog catalog) {
        return new CatalogView(catalog, builtins, List.of(SearchPath.PG_CATALOG, table.schemaOid()), FormatContext.DEFAULT, "");
    }

    private Relation.Modify insert(TableDef table, Catalog catalog) {
        return cache.get(new Key(catalog.version(), table.oid()), key -> analyze(table, catalog));
    }

    private Relation.Modify analyze(TableDef table, Catalog catalog) {
        SchemaDef schema = java.util.Objects.requireNonNull(catalog.find(SchemaDef.class, table.schemaOid()));
        String sql = "insert into " + Identifiers.quote(schema.name()) + "." + Identifiers.quote(table.name()) + " default values";
        CatalogView view = view(table, catalog);
        return (Relation.Modify) Analyzer.analyzeQuery(
                (io.craton.sql.syntax.Statement.Optimizable) SqlParser.parse(sql).getFirst().statement(), view, List.of()).relation();
    }
}
