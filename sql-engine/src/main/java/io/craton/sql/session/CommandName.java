package io.craton.sql.session;

import io.craton.sql.syntax.ForeignStatement;
import io.craton.sql.syntax.ObjectKind;
import io.craton.sql.syntax.ObjectStatement;
import io.craton.sql.syntax.RoleStatement;
import io.craton.sql.syntax.RoutineStatement;
import io.craton.sql.syntax.Statement;
import io.craton.sql.syntax.TableStatement;
import java.util.Locale;

/** Names of the statements that change definitions, as PostgreSQL's messages have them (CreateCommandName). Pure. */
final class CommandName {
    private CommandName() {}

    /** Whether the statement changes definitions or rights, which a read-only transaction may not. */
    static boolean changes(Statement statement) {
        return switch (statement) {
            case TableStatement _, ObjectStatement _, RoleStatement _, ForeignStatement _ -> true;
            case RoutineStatement routine -> !(routine instanceof RoutineStatement.Do || routine instanceof RoutineStatement.Call);
            default -> false;
        };
    }

    static String of(Statement statement) {
        return switch (statement) {
            case ObjectStatement.Drop n -> "DROP " + words(n.kind());
            case ObjectStatement.Comment _ -> "COMMENT";
            case ObjectStatement.Rename n -> "ALTER " + words(n.kind() == ObjectKind.COLUMN || n.kind() == ObjectKind.TABLE_CONSTRAINT ? n.relationKind() : n.kind());
            case ObjectStatement.AlterOwner n -> "ALTER " + words(n.kind());
            case ObjectStatement.AlterObjectSchema n -> "ALTER " + words(n.kind());
            case ObjectStatement.AlterDepends n -> "ALTER " + words(n.kind());
            case ObjectStatement.Define n -> "CREATE " + words(n.kind());
            case ObjectStatement.CreateEnum _, ObjectStatement.CreateComposite _, ObjectStatement.CreateRange _ -> "CREATE TYPE";
            case ObjectStatement.AddEnumValue _, ObjectStatement.RenameEnumValue _, ObjectStatement.AlterCompositeType _ -> "ALTER TYPE";
            case ObjectStatement.AlterDatabaseSetting _, ObjectStatement.RefreshDatabaseCollation _ -> "ALTER DATABASE";
            case ObjectStatement.RefreshCollation _ -> "ALTER COLLATION";
            case ObjectStatement.AlterExtensionContents _ -> "ALTER EXTENSION";
            case TableStatement.CreateTableAs n -> n.materializedView() ? "CREATE MATERIALIZED VIEW" : "CREATE TABLE AS";
            case TableStatement.AlterTable n -> "ALTER " + words(n.kind());
            case TableStatement.Truncate _ -> "TRUNCATE TABLE";
            case RoleStatement.Grant n -> n.grant() ? "GRANT" : "REVOKE";
            case RoleStatement.GrantRole n -> n.grant() ? "GRANT ROLE" : "REVOKE ROLE";
            case RoleStatement.AlterRoleSetting _, RoleStatement.AlterGroup _ -> "ALTER ROLE";
            case RoutineStatement.CreateRoutine n -> n.procedure() ? "CREATE PROCEDURE" : "CREATE FUNCTION";
            case RoutineStatement.AlterRoutine n -> "ALTER " + words(n.kind());
            default -> statement.getClass().getSimpleName().replaceAll("(?<=[a-z])(?=[A-Z])", " ").toUpperCase(Locale.ROOT);
        };
    }

    private static String words(ObjectKind kind) {
        return switch (kind) {
            case FOREIGN_SERVER -> "SERVER";
            case DOMAIN_CONSTRAINT -> "DOMAIN";
            case ATTRIBUTE -> "TYPE";
            default -> kind.name().replace('_', ' ');
        };
    }
}
