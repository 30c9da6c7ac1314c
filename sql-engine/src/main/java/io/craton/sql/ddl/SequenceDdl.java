package io.craton.sql.ddl;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.TypeOid;
import io.craton.sql.analyze.RelationRef;
import io.craton.sql.analyze.TypeResolution;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.syntax.Option;
import io.craton.sql.syntax.QualifiedName;
import io.craton.sql.syntax.SelectStatement.Persistence;
import io.craton.sql.syntax.TableStatement;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** CREATE SEQUENCE, ALTER SEQUENCE, and the sequences of serial and identity columns. */
final class SequenceDdl {
    private SequenceDdl() {}

    static String create(TableStatement.CreateSequence create, Scope scope) {
        int schema = ObjectNames.creationSchema(create.name(), create.persistence(), scope);
        if (scope.context().catalog().relation(schema, create.name().name()) != null) {
            if (!create.ifNotExists()) throw ObjectNames.exists(create.name().name());
            scope.context().notice(PgError.notice(SqlState.DUPLICATE_TABLE,
                    "relation \"" + create.name().name() + "\" already exists, skipping"));
            return "CREATE SEQUENCE";
        }
        char persistence = ObjectNames.persistence(create.persistence(), schema, scope);
        SequenceDef sequence = make(scope, schema, create.name().name(), persistence, TypeOid.INT8, byName(create.options()), 0, 0, false);
        scope.context().transaction().change(new CatalogChange.Put(sequence));
        return "CREATE SEQUENCE";
    }

    static SequenceDef withPersistence(SequenceDef s, char persistence) {
        return new SequenceDef(s.oid(), s.schemaOid(), s.name(), s.owner(), persistence, s.typeOid(), s.start(), s.increment(), s.minimum(), s.maximum(),
                s.cache(), s.cycle(), s.ownerTable(), s.ownerColumn(), s.internal(), s.storageId(), s.acl());
    }

    static Map<String, Option> byName(List<Option> options) {
        Map<String, Option> map = new HashMap<>();
        for (Option option : options) {
            if (map.put(option.name(), option) != null) {
                throw new PgException(SqlState.SYNTAX_ERROR, "conflicting or redundant options").at(option.position());
            }
        }
        return map;
    }

    /** A new sequence from its options; limits and start by PostgreSQL's rules. */
    static SequenceDef make(Scope scope, int schema, String name, char persistence, int typeOid, Map<String, Option> options, int ownerTable,
            int ownerColumn, boolean internal) {
        SequenceDef empty = new SequenceDef(scope.context().transaction().newOid(), schema, name, scope.context().session().currentUserOid(),
                persistence, typeOid, 1, 1, 1, maximum(typeOid), 1, false, ownerTable, ownerColumn, internal,
                scope.context().transaction().newStorageId(), DefaultPrivileges.of('S', schema, scope));
        return apply(empty, options, scope, true);
    }

    static SequenceDef apply(SequenceDef before, Map<String, Option> options, Scope scope, boolean fresh) {
        Option named = options.get("sequence_name"); // identity columns may name theirs
        if (named != null && !before.internal()) throw new PgException(SqlState.SYNTAX_ERROR, "invalid sequence option SEQUENCE NAME").at(named.position());
        int type = before.typeOid();
        Option as = options.get("as");
        if (as != null && as.value() instanceof Option.TypeValue typeValue) {
            type = new TypeResolution(scope.names()).resolve(typeValue.type()).type().oid();
            if (type != TypeOid.INT2 && type != TypeOid.INT4 && type != TypeOid.INT8) {
                throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "sequence type must be smallint, integer, or bigint");
            }
        }
        long increment = number(options, "increment", before.increment());
        if (increment == 0) throw invalid("INCREMENT must not be zero");
        boolean up = increment > 0;
        boolean typeChanged = type != before.typeOid();
        long minimum = limit(options, "minvalue", up ? 1 : minimum(type), fresh || typeChanged && before.minimum() == minimum(before.typeOid())
                ? (fresh && up ? 1 : minimum(type)) : before.minimum());
        long maximum = limit(options, "maxvalue", up ? maximum(type) : -1, fresh || typeChanged && before.maximum() == maximum(before.typeOid())
                ? (fresh && !up ? -1 : maximum(type)) : before.maximum());
        if (maximum > maximum(type) || maximum < minimum(type)) {
            throw invalid("MAXVALUE (" + maximum + ") is out of range for sequence data type " + typeName(type));
        }
        if (minimum < minimum(type) || minimum > maximum(type)) {
            throw invalid("MINVALUE (" + minimum + ") is out of range for sequence data type " + typeName(type));
        }
        if (minimum >= maximum) throw invalid("MINVALUE (" + minimum + ") must be less than MAXVALUE (" + maximum + ")");
        long start = number(options, "start", fresh ? (up ? minimum : maximum) : before.start());
        if (start < minimum) throw invalid("START value (" + start + ") cannot be less than MINVALUE (" + minimum + ")");
        if (start > maximum) throw invalid("START value (" + start + ") cannot be greater than MAXVALUE (" + maximum + ")");
        long cache = number(options, "cache", before.cache());
        if (cache <= 0) throw invalid("CACHE (" + cache + ") must be greater than zero");
        Option cycle = options.get("cycle");
        boolean cycles = cycle == null ? before.cycle() : OptionTexts.flag(cycle);
        int ownerTable = before.ownerTable();
        int ownerColumn = before.ownerColumn();
        Option ownedBy = options.get("owned_by");
        if (ownedBy != null) {
            TableDef identified = before.internal() ? scope.context().catalog().table(before.ownerTable()) : null;
            if (identified != null) {
                throw PgError.error(SqlState.FEATURE_NOT_SUPPORTED, "cannot change ownership of identity sequence")
                        .withDetail("Sequence \"" + before.name() + "\" is linked to table \"" + identified.name() + "\".").exception();
            }
            Owner owner = owner(ownedBy, scope);
            ownerTable = owner == null ? 0 : owner.table();
            ownerColumn = owner == null ? 0 : owner.column();
        }
        return new SequenceDef(before.oid(), before.schemaOid(), before.name(), before.owner(), before.persistence(), type, start, increment,
                minimum, maximum, cache, cycles, ownerTable, ownerColumn, before.internal(), before.storageId(), before.acl());
    }

    private record Owner(int table, int column) {}

    private static @Nullable Owner owner(Option option, Scope scope) {
        List<String> parts = option.value() instanceof Option.NameValue name ? name.name().parts() : OptionTexts.list(option);
        if (parts.size() == 1) {
            if (parts.getFirst().equalsIgnoreCase("none")) return null;
            throw PgError.error(SqlState.SYNTAX_ERROR, "invalid OWNED BY option")
                    .withHint("Specify OWNED BY table.column or OWNED BY NONE.").exception();
        }
        QualifiedName table = new QualifiedName(parts.subList(0, parts.size() - 1), option.position());
        RelationRef found = scope.names().relation(table.schema(), table.name());
        if (!(found instanceof RelationRef.Stored stored)) {
            throw new PgException(SqlState.UNDEFINED_TABLE, "relation \"" + table + "\" does not exist");
        }
        TableDef def = stored.table();
        var column = def.column(parts.getLast());
        if (column == null) {
            throw new PgException(SqlState.UNDEFINED_COLUMN,
                    "column \"" + parts.getLast() + "\" of relation \"" + def.name() + "\" does not exist");
        }
        return new Owner(def.oid(), column.number());
    }

    static String alter(TableStatement.AlterSequence alter, Scope scope) {
        RelationRef found = scope.names().relation(alter.name().schema(), alter.name().name());
        if (found == null && alter.ifExists()) {
            scope.context().notice(PgError.notice(SqlState.SUCCESSFUL_COMPLETION, "relation \"" + alter.name() + "\" does not exist, skipping"));
            return "ALTER SEQUENCE";
        }
        if (found == null) throw new PgException(SqlState.UNDEFINED_TABLE, "relation \"" + alter.name() + "\" does not exist");
        if (!(found instanceof RelationRef.Sequence sequence)) {
            throw new PgException(SqlState.WRONG_OBJECT_TYPE, "\"" + alter.name().name() + "\" is not a sequence");
        }
        Ownership.require(sequence.sequence(), scope);
        change(sequence.sequence(), byName(alter.options()), scope);
        return "ALTER SEQUENCE";
    }

    /** Changes definition and, with RESTART, value. */
    static void change(SequenceDef before, Map<String, Option> options, Scope scope) {
        SequenceDef after = apply(before, options, scope, false);
        scope.context().transaction().change(new CatalogChange.Put(after));
        Option restart = options.get("restart");
        if (restart != null) {
            long value = restart.value() == null ? after.start() : number(options, "restart", after.start());
            if (value < after.minimum()) throw invalid("RESTART value (" + value + ") cannot be less than MINVALUE (" + after.minimum() + ")");
            if (value > after.maximum()) throw invalid("RESTART value (" + value + ") cannot be greater than MAXVALUE (" + after.maximum() + ")");
            scope.context().transaction().setValue(after, value, false);
        }
    }

    private static long limit(Map<String, Option> options, String name, long none, long absent) {
        Option option = options.get(name);
        if (option == null) return absent;
        return option.value() == null ? none : number(options, name, absent);
    }

    private static long number(Map<String, Option> options, String name, long otherwise) {
        Option option = options.get(name);
        if (option == null || option.value() == null) return otherwise;
        try {
            return Long.parseLong(OptionTexts.text(option));
        } catch (NumberFormatException e) {
            throw new PgException(SqlState.INVALID_TEXT_REPRESENTATION,
                    "value \"" + OptionTexts.text(option) + "\" is out of range for type bigint");
        }
    }

    private static long maximum(int type) {
        return switch (type) {
            case TypeOid.INT2 -> Short.MAX_VALUE;
            case TypeOid.INT4 -> Integer.MAX_VALUE;
            default -> Long.MAX_VALUE;
        };
    }

    private static long minimum(int type) {
        return -maximum(type) - 1;
    }

    private static String typeName(int type) {
        return switch (type) {
            case TypeOid.INT2 -> "smallint";
            case TypeOid.INT4 -> "integer";
            default -> "bigint";
        };
    }

    private static PgException invalid(String message) {
        return new PgException(SqlState.INVALID_PARAMETER_VALUE, message);
    }
}
