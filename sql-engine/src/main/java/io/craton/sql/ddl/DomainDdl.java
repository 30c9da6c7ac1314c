package io.craton.sql.ddl;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.sql.analyze.ExpressionKind;
import io.craton.sql.analyze.TypeNames;
import io.craton.sql.analyze.TypeResolution;
import io.craton.sql.deparse.StoredSql;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.syntax.AlterTableCommand;
import io.craton.sql.syntax.Constraint;
import io.craton.sql.syntax.Expr;
import io.craton.sql.syntax.ObjectStatement;
import io.craton.sql.syntax.SelectStatement.Persistence;
import io.craton.sql.syntax.QualifiedName;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.ConstraintDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.catalog.CatalogObject.TypeDef;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** CREATE DOMAIN and ALTER DOMAIN. Rows that are there are checked by casts of the engine's own queries. */
final class DomainDdl {
    private DomainDdl() {}

    private static void put(CatalogObject object, Scope scope) {
        scope.context().transaction().change(new CatalogChange.Put(object));
    }

    static TypeDef require(QualifiedName name, Scope scope) {
        TypeDef def = Found.type(name, scope);
        if (def.type().kind() != 'd') throw new PgException(SqlState.WRONG_OBJECT_TYPE, SqlText.identifier(name.name()) + " is not a domain");
        Ownership.require(def, scope);
        return def;
    }

    static @Nullable ConstraintDef constraint(TypeDef domain, String name, Scope scope) {
        for (ConstraintDef constraint : scope.context().catalog().all(ConstraintDef.class)) {
            if (constraint.domainOid() == domain.oid() && constraint.name().equals(name)) return constraint;
        }
        return null;
    }

    static String create(ObjectStatement.CreateDomain create, Scope scope) {
        int schema = ObjectNames.creationSchema(create.name(), Persistence.PERMANENT, scope);
        Ownership.requireCreate(schema, scope);
        String name = create.name().name();
        TypeDdl.requireFreeName(name, schema, scope);
        TypeResolution.TypeRef base = new TypeResolution(scope.names()).resolve(create.type());
        PgType type = base.type();
        Ownership.requireUsage(type, scope);
        if (type.isPseudo()) {
            throw new PgException(SqlState.DATATYPE_MISMATCH,
                    "\"" + TypeNames.of(type, -1, scope.names()) + "\" is not a valid base type for a domain");
        }
        int collation = CollationNames.of(type, create.collation(), scope);
        boolean notNull = false;
        boolean nullGiven = false;
        String defaultText = null;
        boolean defaultGiven = false;
        List<Constraint.Check> checks = new ArrayList<>();
        for (Constraint constraint : create.constraints()) {
            switch (constraint) {
                case Constraint.NotNull n -> {
                    if (nullGiven) throw new PgException(SqlState.SYNTAX_ERROR, "conflicting NULL/NOT NULL constraints");
                    notNull = true;
                }
                case Constraint.Null n -> {
                    if (notNull) throw new PgException(SqlState.SYNTAX_ERROR, "conflicting NULL/NOT NULL constraints");
                    nullGiven = true;
                }
                case Constraint.Default value -> {
                    if (defaultGiven) throw new PgException(SqlState.SYNTAX_ERROR, "multiple default expressions");
                    defaultGiven = true;
                    defaultText = defaultText(value.value(), type, base.typmod(), name, scope);
                }
                case Constraint.Check check -> {
                    if (check.attributes().noInherit()) {
                        throw new PgException(SqlState.INVALID_OBJECT_DEFINITION, "check constraints for domains cannot be marked NO INHERIT");
                    }
                    checks.add(check);
                }
                case Constraint.Unique u -> throw refused(u.primaryKey() ? "primary key" : "unique");
                case Constraint.ForeignKey f -> throw refused("foreign key");
                case Constraint.Exclusion e -> throw refused("exclusion");
                default -> throw PgException.notSupported("this constraint of a domain");
            }
        }
        int oid = scope.context().transaction().newOid();
        int arrayOid = scope.context().transaction().newOid();
        PgType domain = new PgType(oid, name, schema, 'd', type.category(), false, type.length(), type.align(), type.storage(), type.delimiter(),
                0, arrayOid, 0, type.oid(), base.typmod(), collation, notNull, defaultText, scope.context().session().currentUserOid(),
                List.of(), List.of(), type.repr());
        TypeDdl.putWithArray(domain, scope);
        TypeDef def = java.util.Objects.requireNonNull(scope.context().catalog().find(TypeDef.class, oid));
        for (Constraint.Check check : checks) addCheck(def, check, scope);
        return "CREATE DOMAIN";
    }

    private static PgException refused(String what) {
        return new PgException(SqlState.SYNTAX_ERROR, what + " constraints not possible for domains");
    }

    private static @Nullable String defaultText(Expr value, PgType type, int typmod, String name, Scope scope) {
        if (value instanceof Expr.NullLiteral) return null;
        return StoredSql.expression(value, null, ExpressionKind.COLUMN_DEFAULT, type, typmod, name, scope.names()).text();
    }

    private static ConstraintDef addCheck(TypeDef domain, Constraint.Check check, Scope scope) {
        String name = check.name();
        if (name == null) {
            for (int number = 0; ; number++) {
                name = ObjectNames.compose(domain.type().name(), null, number == 0 ? "check" : "check" + number);
                if (constraint(domain, name, scope) == null) break;
            }
        } else if (constraint(domain, name, scope) != null) {
            throw new PgException(SqlState.DUPLICATE_OBJECT,
                    "constraint \"" + name + "\" for domain \"" + domain.type().name() + "\" already exists");
        }
        ConstraintDef def = new ConstraintDef(scope.context().transaction().newOid(), domain.type().namespaceOid(), name, 'c', 0, domain.oid(), 0,
                List.of(), 0, List.of(), ' ', ' ', List.of(), ' ', false, false, !check.attributes().notValid(), false,
                StoredSql.domainCheck(check.condition(), domain.type(), scope.names()).text());
        put(def, scope);
        return def;
    }

    static String alter(ObjectStatement.AlterDomain alter, Scope scope) {
        TypeDef domain = require(alter.domain(), scope);
        PgType type = domain.type();
        switch (alter.command()) {
            case AlterTableCommand.SetColumnDefault set -> {
                PgType base = scope.names().requireType(type.baseTypeOid());
                String text = set.value() == null ? null : defaultText(set.value(), base, type.baseTypmod(), type.name(), scope);
                put(new TypeDef(Tables.domain(type, type.notNull(), text), domain.acl()), scope);
            }
            case AlterTableCommand.SetNotNull set -> {
                TypeDdl.requireNotInside(type, scope);
                for (Use use : uses(type, scope)) {
                    if (!scope.rows("select 1 from " + use.table(scope) + " where " + use.columnName() + " is null limit 1").isEmpty()) {
                        throw PgError.error(SqlState.NOT_NULL_VIOLATION, "column \"" + use.column().name() + "\" of table \""
                                        + use.owner().name() + "\" contains null values")
                                .withTable(scope.names().schemaName(use.owner().schemaOid()), use.owner().name())
                                .withColumn(use.column().name()).exception();
                    }
                }
                put(new TypeDef(Tables.domain(type, true, type.defaultExpression()), domain.acl()), scope);
            }
            case AlterTableCommand.DropNotNull drop ->
                    put(new TypeDef(Tables.domain(type, false, type.defaultExpression()), domain.acl()), scope);
            case AlterTableCommand.AddConstraint add -> {
                if (!(add.constraint() instanceof Constraint.Check check)) throw PgException.notSupported("this constraint of a domain");
                ConstraintDef def = addCheck(domain, check, scope);
                if (def.validated()) {
                    TypeDdl.requireNotInside(type, scope);
                    checkRows(type, def, scope);
                }
            }
            case AlterTableCommand.ValidateConstraint validate -> {
                ConstraintDef def = requireConstraint(domain, validate.name(), scope);
                checkRows(type, def, scope);
                put(new ConstraintDef(def.oid(), def.schemaOid(), def.name(), 'c', 0, def.domainOid(), 0, List.of(), 0, List.of(), ' ', ' ',
                        List.of(), ' ', false, false, true, false, def.expression()), scope);
            }
            case AlterTableCommand.DropConstraint drop -> {
                ConstraintDef def = constraint(domain, drop.name(), scope);
                if (def == null && drop.ifExists()) {
                    scope.context().notice(PgError.notice(SqlState.SUCCESSFUL_COMPLETION,
                            "constraint \"" + drop.name() + "\" of domain \"" + type.name() + "\" does not exist, skipping"));
                } else {
                    scope.context().transaction().change(new CatalogChange.Drop(requireConstraint(domain, drop.name(), scope)));
                }
            }
            default -> throw PgException.notSupported("this form of ALTER DOMAIN");
        }
        return "ALTER DOMAIN";
    }

    private static ConstraintDef requireConstraint(TypeDef domain, String name, Scope scope) {
        ConstraintDef def = constraint(domain, name, scope);
        if (def == null) {
            throw new PgException(SqlState.UNDEFINED_OBJECT,
                    "constraint \"" + name + "\" of domain \"" + domain.type().name() + "\" does not exist");
        }
        return def;
    }

    /** The constraint that COMMENT names; for the domain's owner. */
    static ConstraintDef constraintForComment(TypeDef domain, String name, Scope scope) {
        Ownership.require(domain, scope);
        ConstraintDef def = constraint(domain, name, scope);
        if (def != null) return def;
        throw new PgException(SqlState.UNDEFINED_OBJECT,
                "constraint \"" + name + "\" for domain " + TypeNames.of(domain.type(), -1, scope.names()) + " does not exist");
    }

    private record Use(TableDef owner, ColumnDef column) {
        String table(Scope scope) {
            return SqlText.qualified(scope.names().schemaName(owner.schemaOid()), owner.name());
        }

        String columnName() {
            return SqlText.identifier(column.name());
        }
    }

    private static List<Use> uses(PgType domain, Scope scope) {
        List<Use> uses = new ArrayList<>();
        for (TableDef table : scope.context().catalog().all(TableDef.class)) {
            if (table.kind() != 'r' && table.kind() != 'm') continue;
            for (ColumnDef column : table.columns()) {
                if (!column.dropped() && !column.hidden() && column.typeOid() == domain.oid()) uses.add(new Use(table, column));
            }
        }
        return uses;
    }

    /** Values are cast to the base type and back, which applies the new check to each. */
    private static void checkRows(PgType domain, ConstraintDef check, Scope scope) {
        String base = TypeNames.of(scope.names().requireType(domain.baseTypeOid()), domain.baseTypmod(), scope.names());
        String name = SqlText.qualified(scope.names().schemaName(domain.namespaceOid()), domain.name());
        for (Use use : uses(domain, scope)) {
            try {
                scope.rows("select count(((" + use.columnName() + ")::" + base + ")::" + name + ") from " + use.table(scope));
            } catch (PgException e) {
                if (e.state() != SqlState.CHECK_VIOLATION) throw e;
                throw PgError.error(SqlState.CHECK_VIOLATION, "column \"" + use.column().name() + "\" of table \"" + use.owner().name()
                                + "\" contains values that violate the new constraint")
                        .withTable(scope.names().schemaName(use.owner().schemaOid()), use.owner().name()).withColumn(use.column().name())
                        .exception();
            }
        }
    }
}
