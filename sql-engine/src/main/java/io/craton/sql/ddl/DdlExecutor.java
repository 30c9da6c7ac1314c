package io.craton.sql.ddl;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.session.ResultSink;
import io.craton.sql.analyze.AnalyzedStatement;
import io.craton.sql.session.DataStatements;
import io.craton.sql.syntax.ObjectStatement;
import io.craton.sql.syntax.ParsedStatement;
import io.craton.sql.syntax.RoleStatement;
import io.craton.sql.syntax.RoutineStatement;
import io.craton.sql.syntax.Statement;
import io.craton.sql.syntax.TableStatement;
import io.craton.sql.syntax.UtilityStatement;

/** The door of this package: gives each statement to the class of its family. Stateless. */
public final class DdlExecutor implements DataStatements {
    @Override
    public String run(ParsedStatement parsed, AnalyzedStatement.Utility analyzed, Scope scope, ResultSink sink) {
        Statement statement = analyzed.statement();
        scope.context().transaction().readsCluster();
        return switch (statement) {
            case TableStatement table -> table(table, analyzed, scope);
            case ObjectStatement object -> object(object, scope);
            case RoleStatement role -> new RoleDdl(scope).run(role);
            case RoutineStatement routine -> RoutineDdl.run(routine, scope);
            case UtilityStatement utility -> utility(utility, analyzed, scope, sink);
            default -> throw PgException.notSupported(name(statement));
        };
    }

    @Override
    public void drop(java.util.List<io.craton.storage.catalog.CatalogObject> objects, Scope scope) {
        new ObjectDropping(scope).dropQuietly(objects);
    }

    @Override
    public boolean exists(TableStatement.CreateTableAs create, Scope scope) {
        return TableAs.exists(create, scope);
    }

    @Override
    public io.craton.storage.catalog.CatalogObject.TableDef make(TableStatement.CreateTableAs create, AnalyzedStatement.Query query, Scope scope) {
        return TableAs.make(create, query, scope);
    }

    /** Runs an element of CREATE SCHEMA. */
    static void element(Statement statement, Scope scope) {
        AnalyzedStatement.Utility analyzed = new AnalyzedStatement.Utility(statement, null, java.util.List.of());
        switch (statement) {
            case TableStatement table -> table(table, analyzed, scope);
            case RoleStatement role -> new RoleDdl(scope).run(role);
            default -> throw PgException.notSupported(name(statement) + " in CREATE SCHEMA");
        }
    }

    private static String table(TableStatement statement, AnalyzedStatement.Utility analyzed, Scope scope) {
        return switch (statement) {
            case TableStatement.CreateTable create -> new TableCreation(scope).run(create);
            case TableStatement.CreateTableAs create -> TableAs.run(create, analyzed, scope);
            case TableStatement.CreateIndex create -> new IndexCreation(scope).run(create);
            case TableStatement.CreateSequence create -> SequenceDdl.create(create, scope);
            case TableStatement.AlterSequence alter -> SequenceDdl.alter(alter, scope);
            case TableStatement.AlterTable alter -> new TableAlteration(scope).run(alter);
            case TableStatement.CreateView create -> ViewDdl.create(create, scope);
            case TableStatement.RefreshMaterializedView refresh -> TableAs.refresh(refresh, scope);
            case TableStatement.AlterAllInTablespace move -> Placement.moveAll(move, scope);
            case TableStatement.Truncate truncate -> Truncation.run(truncate, scope);
            default -> throw PgException.notSupported(name(statement));
        };
    }

    private static String object(ObjectStatement statement, Scope scope) {
        return switch (statement) {
            case ObjectStatement.Drop drop -> new ObjectDropping(scope).run(drop);
            case ObjectStatement.CreateSchema create -> SchemaDdl.create(create, scope);
            case ObjectStatement.Rename rename -> new RenameDdl(scope).run(rename);
            case ObjectStatement.AlterOwner owner -> new OwnerDdl(scope).run(owner);
            case ObjectStatement.AlterObjectSchema move -> new SchemaMove(scope).run(move);
            case ObjectStatement.CreateEnum create -> TypeDdl.createEnum(create, scope);
            case ObjectStatement.AddEnumValue add -> TypeDdl.addValue(add, scope);
            case ObjectStatement.RenameEnumValue rename -> TypeDdl.renameValue(rename, scope);
            case ObjectStatement.CreateComposite create -> TypeDdl.createComposite(create, scope);
            case ObjectStatement.AlterCompositeType alter -> TypeDdl.alterComposite(alter, scope);
            case ObjectStatement.CreateDomain create -> DomainDdl.create(create, scope);
            case ObjectStatement.AlterDomain alter -> DomainDdl.alter(alter, scope);
            case ObjectStatement.Define define -> switch (define.kind()) {
                case AGGREGATE -> new AggregateDdl(define, scope).run();
                case OPERATOR -> new OperatorDdl(scope).create(define);
                case COLLATION -> new CollationDdl(scope).create(define);
                default -> throw PgException.notSupported("CREATE " + define.kind().name().replace('_', ' '));
            };
            case ObjectStatement.RefreshCollation refresh -> new CollationDdl(scope).refresh(refresh.collation());
            case ObjectStatement.CreateExtension create -> ExtensionDdl.create(create, scope);
            case ObjectStatement.DropTablespace drop -> UnmadeKinds.drop(drop, scope);
            case ObjectStatement.SecurityLabel label -> throw noProvider(label.provider());
            case ObjectStatement.Comment comment -> Comments.run(comment, scope);
            case ObjectStatement.CreateDatabase create -> DatabaseDdl.create(create, scope);
            case ObjectStatement.DropDatabase drop -> DatabaseDdl.drop(drop, scope);
            case ObjectStatement.AlterDatabase alter -> DatabaseDdl.alter(alter, scope);
            case ObjectStatement.AlterDatabaseSetting alter -> {
                RoleDdl.changeSetting(0, DatabaseDdl.require(alter.name(), scope).oid(), alter.change(), scope);
                yield "ALTER DATABASE";
            }
            default -> throw PgException.notSupported(name(statement));
        };
    }

    /** Providers of labels are libraries, and there are none to load. */
    private static PgException noProvider(@org.jspecify.annotations.Nullable String provider) {
        return new PgException(SqlState.INVALID_PARAMETER_VALUE, provider == null ? "no security label providers have been loaded"
                : "security label provider \"" + provider + "\" is not loaded");
    }

    private static String utility(UtilityStatement statement, AnalyzedStatement.Utility analyzed, Scope scope, ResultSink sink) {
        return switch (statement) {
            case UtilityStatement.Vacuum vacuum -> Maintenance.vacuum(vacuum, scope);
            case UtilityStatement.Cluster cluster -> Maintenance.cluster(cluster, scope);
            case UtilityStatement.Reindex reindex -> new Reindexing(scope).run(reindex);
            case UtilityStatement.Checkpoint checkpoint -> Maintenance.checkpoint(scope);
            case UtilityStatement.Copy copy -> new io.craton.sql.copy.CopyStatement(copy, scope, sink).run(analyzed.query());
            default -> throw PgException.notSupported(name(statement));
        };
    }

    /** CreateTable as CREATE TABLE. */
    static String name(Statement statement) {
        return statement.getClass().getSimpleName().replaceAll("(?<=[a-z])(?=[A-Z])", " ").toUpperCase(java.util.Locale.ROOT);
    }
}
