package io.craton.sql.ddl;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.sql.analyze.TypeNames;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.syntax.AlterTableCommand;
import io.craton.sql.syntax.Option;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.ColumnTuning;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.IndexMarks;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.row.KeySecret;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What ALTER COLUMN says about how a column is kept and counted: SET STORAGE, COMPRESSION, STATISTICS and (n_distinct = ..). One statement. */
final class ColumnTunings {
    private static final int TARGET_MAX = 10_000;
    private static final Map<String, Character> STORAGES = Map.of("plain", 'p', "external", 'e', "extended", 'x', "main", 'm');

    private final Scope scope;

    ColumnTunings(Scope scope) {
        this.scope = scope;
    }

    void set(AlterTableCommand.SetStorage set, TableDef table) {
        Character storage = STORAGES.get(set.storage().toLowerCase(Locale.ROOT));
        if (storage == null) throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "invalid storage type \"" + set.storage() + "\"");
        ColumnDef column = column(table, set.column());
        PgType type = scope.names().requireType(column.typeOid());
        if (storage != 'p' && type.storage() == 'p') {
            throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, "column data type " + TypeNames.of(type, scope.names()) + " can only have storage PLAIN");
        }
        ColumnTuning before = column.tuning();
        put(table, column, column.statisticsTarget(),
                new ColumnTuning(storage == type.storage() ? 0 : storage, before.compression(), before.options()));
    }

    void set(AlterTableCommand.SetCompression set, TableDef table) {
        ColumnDef column = column(table, set.column());
        char compression = compression(set.compression(), scope.names().requireType(column.typeOid()), scope);
        put(table, column, column.statisticsTarget(), new ColumnTuning(column.tuning().storage(), compression, column.tuning().options()));
    }

    /** attcompression of a method's name. */
    static char compression(String method, PgType type, Scope scope) {
        if (method.equals("default")) return 0;
        if (type.storage() == 'p') {
            throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, "column data type " + TypeNames.of(type, scope.names()) + " does not support compression");
        }
        return switch (method) {
            case "pglz" -> 'p';
            case "lz4" -> 'l';
            default -> throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "invalid compression method \"" + method + "\"");
        };
    }

    void set(AlterTableCommand.SetColumnOptions set, TableDef table) {
        ColumnDef column = column(table, set.column());
        Map<String, String> options = StorageParameters.changed(column.tuning().options(), set.options(), set.reset(), StorageParameters.COLUMN);
        String before = column.tuning().options().get(KeySecret.OPTION);
        String secret = keyed(set, before, options);
        if (secret == null) options.remove(KeySecret.OPTION);
        else options.put(KeySecret.OPTION, secret);
        ColumnDef changed = Tables.withTuning(column, column.statisticsTarget(), new ColumnTuning(column.tuning().storage(), column.tuning().compression(), options));
        if (Objects.equals(before, secret)) {
            put(Tables.withColumn(table, changed));
            return;
        }
        if (table.kind() != 'r') throw PgException.notSupported(KeySecret.OPTION + " on what is not a plain table");
        new TableRewrite(scope).rewrite(table, Tables.withColumn(table, changed), Map.of());
    }

    /** The secret of a column that is keyed from now on: the one it has, or a new one; null where it is not. */
    private static @Nullable String keyed(AlterTableCommand.SetColumnOptions set, @Nullable String before, Map<String, String> after) {
        String said = after.get(KeySecret.OPTION);
        if (said == null || said.equals(before)) return said;
        for (Option option : set.options()) {
            if (KeySecret.OPTION.equals(option.namespace() + "." + option.name()) && !OptionTexts.flag(option)) return null;
        }
        return before == null ? KeySecret.create() : before;
    }

    void set(AlterTableCommand.SetStatistics set, TableDef table) {
        if (set.column() == null) throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, "cannot refer to non-index column by number");
        int target = target(set);
        ColumnDef column = column(table, set.column());
        put(table, column, target, column.tuning());
    }

    /** Of an index: its expressions have statistics of their own. */
    void set(AlterTableCommand.SetStatistics set, IndexDef index) {
        int target = target(set);
        TableDef table = java.util.Objects.requireNonNull(scope.context().catalog().table(index.tableOid()));
        int parts = index.keyParts().size() + index.includedColumns().size();
        int number = set.columnNumber();
        if (set.column() != null) {
            number = io.craton.sql.pgcatalog.IndexColumns.names(index, table, scope.context().catalog()).indexOf(set.column()) + 1;
            if (number == 0) throw TableAlteration.noColumn(set.column(), index.name());
        }
        if (number > parts) {
            throw new PgException(SqlState.UNDEFINED_COLUMN, "column number " + number + " of relation \"" + index.name() + "\" does not exist");
        }
        boolean included = number > index.keyParts().size();
        if (included || index.keyParts().get(number - 1).expression() == null) {
            int column = included ? index.includedColumns().get(number - 1 - index.keyParts().size()) : index.keyParts().get(number - 1).column();
            PgError refusal = PgError.error(SqlState.FEATURE_NOT_SUPPORTED, "cannot alter statistics on " + (included ? "included" : "non-expression")
                    + " column \"" + table.column(column).name() + "\" of index \"" + index.name() + "\"");
            throw included ? refusal.exception() : refusal.withHint("Alter statistics on table column instead.").exception();
        }
        Map<Integer, Integer> targets = new TreeMap<>(index.marks().statistics());
        if (target < 0) targets.remove(number);
        else targets.put(number, target);
        put(Tables.withMarks(index, new IndexMarks(index.marks().cluster(), index.marks().replica(), targets)));
    }

    private int target(AlterTableCommand.SetStatistics set) {
        if (set.target() < -1) throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "statistics target " + set.target() + " is too low");
        if (set.target() <= TARGET_MAX) return set.target();
        scope.context().notice(PgError.warning(SqlState.INVALID_PARAMETER_VALUE, "lowering statistics target to " + TARGET_MAX));
        return TARGET_MAX;
    }

    private static ColumnDef column(TableDef table, String name) {
        if (table.column(name) == null && TableCreation.isSystemColumn(name)) {
            throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, "cannot alter system column \"" + name + "\"");
        }
        return TableAlteration.column(table, name);
    }

    private void put(TableDef table, ColumnDef column, int statisticsTarget, ColumnTuning tuning) {
        put(Tables.withColumn(table, Tables.withTuning(column, statisticsTarget, tuning)));
    }

    private void put(CatalogObject object) {
        scope.context().transaction().change(new CatalogChange.Put(object));
    }
}
