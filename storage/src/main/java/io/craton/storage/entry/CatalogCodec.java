package io.craton.storage.entry;

import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.catalog.CatalogObject.AggregateDef;
import io.craton.storage.catalog.CatalogObject.CastDef;
import io.craton.storage.catalog.CatalogObject.CollationDef;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.ColumnTuning;
import io.craton.storage.catalog.CatalogObject.CommentDef;
import io.craton.storage.catalog.CatalogObject.ConstraintDef;
import io.craton.storage.catalog.CatalogObject.DatabaseDef;
import io.craton.storage.catalog.CatalogObject.DefaultAclDef;
import io.craton.storage.catalog.CatalogObject.ExtensionDef;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.IndexMarks;
import io.craton.storage.catalog.CatalogObject.BuiltinRightsDef;
import io.craton.storage.catalog.CatalogObject.MembershipDef;
import io.craton.storage.catalog.CatalogObject.RoleDef;
import io.craton.storage.catalog.CatalogObject.RoleSettingDef;
import io.craton.storage.catalog.CatalogObject.RoutineDef;
import io.craton.storage.catalog.CatalogObject.SchemaDef;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import io.craton.storage.catalog.CatalogObject.StatisticsDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.catalog.CatalogObject.TriggerDef;
import io.craton.storage.catalog.CatalogObject.TypeDef;
import io.craton.storage.catalog.CatalogObject.UserOperatorDef;
import io.craton.storage.catalog.CatalogObject.IndexDef.KeyPart;
import io.craton.storage.catalog.DatabaseLocale;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Catalog objects as bytes: a kind's number, then its fields in order of declaration. Numbers are on disk and never reused. A field that is added later goes to
 * the end of a new kind number; the old one stays readable.
 */
public final class CatalogCodec {
    private static final int SCHEMA = 1;
    private static final int TABLE = 2;
    private static final int INDEX = 3;
    private static final int CONSTRAINT = 4;
    private static final int SEQUENCE = 5;
    private static final int TYPE = 6;
    /** Before {@link #ROUTINE}; only read. */
    private static final int ROUTINE_1 = 7;
    private static final int TRIGGER = 8;
    private static final int EXTENSION = 9;
    private static final int COMMENT = 10;
    private static final int CAST = 11;
    private static final int COLLATION = 12;
    private static final int DEFAULT_ACL = 13;
    private static final int STATISTICS = 14;
    private static final int ROLE_SETTING = 15;
    private static final int ROLE = 16;
    private static final int MEMBERSHIP = 17;
    private static final int DATABASE = 18;
    /** As DATABASE, with its group behind it; those of the first group are written without. */
    private static final int DATABASE_IN_GROUP = 22;
    /** As DATABASE_IN_GROUP, with the group that it was made in behind it, for those that were moved. */
    private static final int DATABASE_MOVED = 26;
    /** As DATABASE_MOVED, with its locale behind it; those of the default one are written without. */
    private static final int DATABASE_LOCALE = 27;
    private static final int ROUTINE = 19;
    private static final int AGGREGATE = 20;
    private static final int OPERATOR = 21;
    private static final int BUILTIN_RIGHTS = 29;
    /** As TABLE, with its replica identity and its columns' tuning behind it; those that have neither are written without. */
    private static final int TABLE_TUNED = 23;
    /** As TABLE_TUNED, with the type of a typed table behind it. */
    private static final int TABLE_TYPED = 28;
    /** As INDEX, with its marks behind it; those that have none are written without. */
    private static final int INDEX_MARKED = 24;

    private CatalogCodec() {}

    public static byte[] toBytes(CatalogObject object) {
        EntryWriter out = new EntryWriter(128);
        write(object, out);
        return out.finish();
    }

    public static CatalogObject fromBytes(byte[] bytes) {
        return read(EntryReader.body(bytes));
    }

    /** The number of an object's kind, which goes with its oid wherever it is kept. */
    public static int kind(CatalogObject object) {
        return switch (object) {
            case SchemaDef unused -> SCHEMA;
            case TableDef unused -> TABLE;
            case IndexDef unused -> INDEX;
            case ConstraintDef unused -> CONSTRAINT;
            case SequenceDef unused -> SEQUENCE;
            case TypeDef unused -> TYPE;
            case RoutineDef unused -> ROUTINE;
            case TriggerDef unused -> TRIGGER;
            case ExtensionDef unused -> EXTENSION;
            case CommentDef unused -> COMMENT;
            case CastDef unused -> CAST;
            case CollationDef unused -> COLLATION;
            case DefaultAclDef unused -> DEFAULT_ACL;
            case StatisticsDef unused -> STATISTICS;
            case RoleSettingDef unused -> ROLE_SETTING;
            case RoleDef unused -> ROLE;
            case MembershipDef unused -> MEMBERSHIP;
            case DatabaseDef database -> database.firstGroup() == 0 ? DATABASE : DATABASE_IN_GROUP; // part of its key in projections: the same wherever it moves
            case AggregateDef unused -> AGGREGATE;
            case UserOperatorDef unused -> OPERATOR;
            case BuiltinRightsDef unused -> BUILTIN_RIGHTS;
        };
    }

    /** The number of the form that an object is written in: its kind's, or one of those that say more. */
    private static int form(CatalogObject object) {
        return switch (object) {
            case TableDef table when table.ofTypeOid() != 0 -> TABLE_TYPED;
            case TableDef table when table.replicaIdentity() != 'd' || table.columns().stream().anyMatch(CatalogCodec::tuned) -> TABLE_TUNED;
            case IndexDef index when !index.marks().equals(IndexMarks.NONE) -> INDEX_MARKED;
            case DatabaseDef database when !database.locale().equals(DatabaseLocale.DEFAULT) -> DATABASE_LOCALE;
            case DatabaseDef database when database.group() != database.firstGroup() -> DATABASE_MOVED;
            default -> kind(object);
        };
    }

    private static boolean tuned(ColumnDef column) {
        return !column.tuning().equals(ColumnTuning.DEFAULT);
    }

    static void write(CatalogObject object, EntryWriter out) {
        int form = form(object);
        out.number(form);
        switch (object) {
            case SchemaDef schema -> write(schema, out);
            case TableDef table -> {
                write(table, out);
                if (form != TABLE) writeTuning(table, out);
                if (form == TABLE_TYPED) out.int4(table.ofTypeOid());
            }
            case IndexDef index -> {
                write(index, out);
                if (form == INDEX_MARKED) writeMarks(index.marks(), out);
            }
            case ConstraintDef constraint -> write(constraint, out);
            case SequenceDef sequence -> write(sequence, out);
            case TypeDef type -> write(type, out);
            case RoutineDef routine -> write(routine, out);
            case TriggerDef trigger -> write(trigger, out);
            case ExtensionDef extension -> write(extension, out);
            case CommentDef comment -> write(comment, out);
            case CastDef cast -> write(cast, out);
            case CollationDef collation -> write(collation, out);
            case DefaultAclDef acl -> write(acl, out);
            case StatisticsDef statistics -> write(statistics, out);
            case RoleSettingDef roleSetting -> write(roleSetting, out);
            case RoleDef role -> write(role, out);
            case MembershipDef membership -> write(membership, out);
            case DatabaseDef database -> write(database, out);
            case AggregateDef aggregate -> write(aggregate, out);
            case UserOperatorDef operator -> write(operator, out);
            case BuiltinRightsDef(int oid, String acl) -> {
                out.int4(oid);
                out.text(acl);
            }
        }
    }

    static CatalogObject read(EntryReader in) {
        return readForm((int) in.number(), in);
    }

    private static CatalogObject readForm(int kind, EntryReader in) {
        return switch (kind) {
            case SCHEMA -> new SchemaDef(
                    in.int4(), in.requiredText(), in.int4(), in.text());
            case TABLE -> new TableDef(
                    in.int4(), in.int4(), in.requiredText(), in.int4(), in.letter(), in.letter(), in.signed(), in.int4(),
                    in.int4(), readColumns(in), in.ints(), in.textMap(), in.text(), in.flag(), in.flag(), in.text(), 'd', 0);
            case TABLE_TUNED, TABLE_TYPED -> readTuned(in, kind);
            case INDEX, INDEX_MARKED -> new IndexDef(
                    in.int4(), in.int4(), in.requiredText(), in.int4(), in.signed(), in.flag(), in.flag(), in.flag(),
                    readKeyParts(in), in.ints(), in.int4(), in.text(), in.requiredText(), in.flag(), in.textMap(),
                    kind == INDEX_MARKED ? readMarks(in) : IndexMarks.NONE);
            case CONSTRAINT -> new ConstraintDef(
                    in.int4(), in.int4(), in.requiredText(), in.letter(), in.int4(), in.int4(), in.int4(), in.ints(),
                    in.int4(), in.ints(), in.letter(), in.letter(), in.ints(), in.letter(), in.flag(), in.flag(),
                    in.flag(), in.flag(), in.text());
            case SEQUENCE -> new SequenceDef(
                    in.int4(), in.int4(), in.requiredText(), in.int4(), in.letter(), in.int4(), in.signed(), in.signed(),
                    in.signed(), in.signed(), in.signed(), in.flag(), in.int4(), in.int4(), in.flag(), in.signed(),
                    in.text());
            case TYPE -> new TypeDef(
                    TypeRowCodec.read(in), in.text());
            case ROUTINE_1, ROUTINE -> new RoutineDef(
                    in.int4(), in.int4(), in.requiredText(), in.int4(), in.letter(), in.requiredText(), in.ints(),
                    in.requiredText(), in.texts(), in.texts(), in.int4(), in.flag(), in.int4(), in.flag(), in.letter(),
                    in.letter(), in.flag(), in.flag(), in.real(), in.real(), kind == ROUTINE ? readPairs(in) : in.textMap(),
                    in.requiredText(), kind == ROUTINE && in.flag(), in.text());
            case TRIGGER -> new TriggerDef(
                    in.int4(), in.requiredText(), in.int4(), in.int4(), in.int4(), in.letter(), in.flag(), in.ints(),
                    in.texts(), in.text(), in.text(), in.text(), in.int4(), in.flag(), in.flag());
            case EXTENSION -> new ExtensionDef(
                    in.int4(), in.requiredText(), in.int4(), in.int4(), in.requiredText());
            case COMMENT -> new CommentDef(
                    in.int4(), in.int4(), in.int4(), in.int4(), in.requiredText());
            case CAST -> new CastDef(
                    in.int4(), in.int4(), in.int4(), in.int4(), in.letter(), in.letter());
            case AGGREGATE -> new AggregateDef(
                    in.int4(), in.letter(), in.int4(), in.int4(), in.int4(), in.int4(), in.int4(), in.int4(), in.int4(), in.int4(), in.int4(),
                    in.flag(), in.flag(), in.letter(), in.letter(), in.int4(), in.int4(), in.int4(), in.int4(), in.int4(), in.text(), in.text());
            case OPERATOR -> new UserOperatorDef(
                    in.int4(), in.int4(), in.requiredText(), in.int4(), in.flag(), in.flag(), in.int4(), in.int4(), in.int4(), in.int4(),
                    in.int4(), in.int4(), in.int4(), in.int4());
            case BUILTIN_RIGHTS -> new BuiltinRightsDef(in.int4(), in.text());
            case COLLATION -> new CollationDef(
                    in.int4(), in.int4(), in.requiredText(), in.int4(), in.letter(), in.flag(), in.requiredText());
            case DEFAULT_ACL -> new DefaultAclDef(
                    in.int4(), in.int4(), in.int4(), in.letter(), in.requiredText());
            case STATISTICS -> new StatisticsDef(
                    in.int4(), in.int4(), in.int4(), in.real(), in.int4(), in.real(), in.texts(), readReals(in),
                    in.texts(), in.real());
            case ROLE_SETTING -> new RoleSettingDef(
                    in.int4(), in.int4(), in.int4(), in.textMap());
            case ROLE -> new RoleDef(
                    in.int4(), in.requiredText(), in.flag(), in.flag(), in.flag(), in.flag(), in.flag(), in.flag(),
                    in.flag(), in.int4(), in.text(), in.text());
            case MEMBERSHIP -> new MembershipDef(
                    in.int4(), in.int4(), in.int4(), in.int4(), in.flag());
            case DATABASE, DATABASE_IN_GROUP, DATABASE_MOVED, DATABASE_LOCALE -> readDatabase(in, kind);
            default -> throw new NewerEntryException("kind " + kind + " of definitions");
        };
    }

    /** Names, then values, in the order that they were written in. */
    private static Map<String, String> readPairs(EntryReader in) {
        List<String> names = in.texts();
        List<String> values = in.texts();
        Map<String, String> pairs = new LinkedHashMap<>();
        for (int i = 0; i < names.size(); i++) pairs.put(names.get(i), values.get(i));
        return pairs;
    }

    private static void write(SchemaDef schema, EntryWriter out) {
        out.int4(schema.oid());
        out.text(schema.name());
        out.int4(schema.owner());
        out.text(schema.acl());
    }

    private static void write(TableDef table, EntryWriter out) {
        out.int4(table.oid());
        out.int4(table.schemaOid());
        out.text(table.name());
        out.int4(table.owner());
        out.letter(table.kind());
        out.letter(table.persistence());
        out.signed(table.storageId());
        out.int4(table.rowTypeOid());
        out.int4(table.arrayTypeOid());
        writeColumns(table.columns(), out);
        out.ints(table.keyColumns());
        out.textsInOrder(table.options());
        out.text(table.viewQuery());
        out.flag(table.populated());
        out.flag(table.hasTriggers());
        out.text(table.acl());
    }

    private static void writeTuning(TableDef table, EntryWriter out) {
        out.letter(table.replicaIdentity());
        List<ColumnDef> columns = table.columns().stream().filter(CatalogCodec::tuned).toList();
        out.number(columns.size());
        for (ColumnDef column : columns) {
            out.int4(column.number());
            out.letter(column.tuning().storage());
            out.letter(column.tuning().compression());
            out.textsInOrder(column.tuning().options());
        }
    }

    private static TableDef readTuned(EntryReader in, int kind) {
        TableDef t = (TableDef) readForm(TABLE, in);
        char replicaIdentity = in.letter();
        List<ColumnDef> columns = new ArrayList<>(t.columns());
        for (int left = (int) in.number(); left > 0; left--) {
            int at = in.int4() - 1;
            ColumnDef c = columns.get(at);
            columns.set(at, new ColumnDef(c.number(), c.name(), c.typeOid(), c.typmod(), c.collationOid(), c.notNull(), c.defaultExpression(),
                    c.identity(), c.generated(), c.missingText(), c.dropped(), c.hidden(), c.statisticsTarget(), c.acl(),
                    new ColumnTuning(in.letter(), in.letter(), in.textMap())));
        }
        return new TableDef(t.oid(), t.schemaOid(), t.name(), t.owner(), t.kind(), t.persistence(), t.storageId(), t.rowTypeOid(), t.arrayTypeOid(),
                columns, t.keyColumns(), t.options(), t.viewQuery(), t.populated(), t.hasTriggers(), t.acl(), replicaIdentity, kind == TABLE_TYPED ? in.int4() : 0);
    }

    private static void writeMarks(IndexMarks marks, EntryWriter out) {
        out.flag(marks.cluster());
        out.flag(marks.replica());
        out.ints(List.copyOf(marks.statistics().keySet()));
        out.ints(List.copyOf(marks.statistics().values()));
    }

    private static IndexMarks readMarks(EntryReader in) {
        boolean cluster = in.flag();
        boolean replica = in.flag();
        List<Integer> parts = in.ints();
        List<Integer> targets = in.ints();
        Map<Integer, Integer> statistics = new LinkedHashMap<>();
        for (int i = 0; i < parts.size(); i++) statistics.put(parts.get(i), targets.get(i));
        return new IndexMarks(cluster, replica, statistics);
    }

    private static void write(IndexDef index, EntryWriter out) {
        out.int4(index.oid());
        out.int4(index.schemaOid());
        out.text(index.name());
        out.int4(index.tableOid());
        out.signed(index.storageId());
        out.flag(index.unique());
        out.flag(index.primary());
        out.flag(index.nullsNotDistinct());
        writeKeyParts(index.keyParts(), out);
        out.ints(index.includedColumns());
        out.int4(index.predicateColumn());
        out.text(index.predicate());
        out.text(index.method());
        out.flag(index.valid());
        out.textsInOrder(index.options());
    }

    private static void write(ConstraintDef constraint, EntryWriter out) {
        out.int4(constraint.oid());
        out.int4(constraint.schemaOid());
        out.text(constraint.name());
        out.letter(constraint.type());
        out.int4(constraint.tableOid());
        out.int4(constraint.domainOid());
        out.int4(constraint.indexOid());
        out.ints(constraint.columns());
        out.int4(constraint.foreignTableOid());
        out.ints(constraint.foreignColumns());
        out.letter(constraint.updateAction());
        out.letter(constraint.deleteAction());
        out.ints(constraint.deleteSetColumns());
        out.letter(constraint.match());
        out.flag(constraint.deferrable());
        out.flag(constraint.initiallyDeferred());
        out.flag(constraint.validated());
        out.flag(constraint.noInherit());
        out.text(constraint.expression());
    }

    private static void write(SequenceDef sequence, EntryWriter out) {
        out.int4(sequence.oid());
        out.int4(sequence.schemaOid());
        out.text(sequence.name());
        out.int4(sequence.owner());
        out.letter(sequence.persistence());
        out.int4(sequence.typeOid());
        out.signed(sequence.start());
        out.signed(sequence.increment());
        out.signed(sequence.minimum());
        out.signed(sequence.maximum());
        out.signed(sequence.cache());
        out.flag(sequence.cycle());
        out.int4(sequence.ownerTable());
        out.int4(sequence.ownerColumn());
        out.flag(sequence.internal());
        out.signed(sequence.storageId());
        out.text(sequence.acl());
    }

    private static void write(TypeDef type, EntryWriter out) {
        TypeRowCodec.write(type.type(), out);
        out.text(type.acl());
    }

    private static void write(RoutineDef routine, EntryWriter out) {
        out.int4(routine.oid());
        out.int4(routine.schemaOid());
        out.text(routine.name());
        out.int4(routine.owner());
        out.letter(routine.kind());
        out.text(routine.language());
        out.ints(routine.allArgTypes());
        out.text(routine.argModes());
        out.texts(routine.argNames());
        out.texts(routine.argDefaults());
        out.int4(routine.returnTypeOid());
        out.flag(routine.returnsSet());
        out.int4(routine.variadicTypeOid());
        out.flag(routine.strict());
        out.letter(routine.volatility());
        out.letter(routine.parallel());
        out.flag(routine.securityDefiner());
        out.flag(routine.leakproof());
        out.real(routine.cost());
        out.real(routine.rows());
        out.texts(List.copyOf(routine.settings().keySet()));
        out.texts(List.copyOf(routine.settings().values()));
        out.text(routine.body());
        out.flag(routine.sqlBody());
        out.text(routine.acl());
    }

    private static void write(TriggerDef trigger, EntryWriter out) {
        out.int4(trigger.oid());
        out.text(trigger.name());
        out.int4(trigger.tableOid());
        out.int4(trigger.functionOid());
        out.int4(trigger.type());
        out.letter(trigger.enabled());
        out.flag(trigger.internal());
        out.ints(trigger.columns());
        out.texts(trigger.arguments());
        out.text(trigger.when());
        out.text(trigger.oldTable());
        out.text(trigger.newTable());
        out.int4(trigger.constraintOid());
        out.flag(trigger.deferrable());
        out.flag(trigger.initiallyDeferred());
    }

    private static void write(ExtensionDef extension, EntryWriter out) {
        out.int4(extension.oid());
        out.text(extension.name());
        out.int4(extension.owner());
        out.int4(extension.schemaOid());
        out.text(extension.version());
    }

    private static void write(CommentDef comment, EntryWriter out) {
        out.int4(comment.oid());
        out.int4(comment.classOid());
        out.int4(comment.objectOid());
        out.int4(comment.subId());
        out.text(comment.text());
    }

    private static void write(CastDef cast, EntryWriter out) {
        out.int4(cast.oid());
        out.int4(cast.sourceOid());
        out.int4(cast.targetOid());
        out.int4(cast.functionOid());
        out.letter(cast.context());
        out.letter(cast.method());
    }

    private static void write(AggregateDef a, EntryWriter out) {
        out.int4(a.oid());
        out.letter(a.kind());
        out.int4(a.directArguments());
        out.int4(a.transitionOid());
        out.int4(a.finalOid());
        out.int4(a.combineOid());
        out.int4(a.serialOid());
        out.int4(a.deserialOid());
        out.int4(a.movingTransitionOid());
        out.int4(a.movingInverseOid());
        out.int4(a.movingFinalOid());
        out.flag(a.finalExtra());
        out.flag(a.movingFinalExtra());
        out.letter(a.finalModify());
        out.letter(a.movingFinalModify());
        out.int4(a.sortOperatorOid());
        out.int4(a.stateTypeOid());
        out.int4(a.stateSpace());
        out.int4(a.movingStateTypeOid());
        out.int4(a.movingStateSpace());
        out.text(a.initial());
        out.text(a.movingInitial());
    }

    private static void write(UserOperatorDef operator, EntryWriter out) {
        out.int4(operator.oid());
        out.int4(operator.schemaOid());
        out.text(operator.name());
        out.int4(operator.owner());
        out.flag(operator.merges());
        out.flag(operator.hashes());
        out.int4(operator.leftOid());
        out.int4(operator.rightOid());
        out.int4(operator.resultOid());
        out.int4(operator.commutatorOid());
        out.int4(operator.negatorOid());
        out.int4(operator.functionOid());
        out.int4(operator.restrictOid());
        out.int4(operator.joinOid());
    }

    private static void write(CollationDef collation, EntryWriter out) {
        out.int4(collation.oid());
        out.int4(collation.schemaOid());
        out.text(collation.name());
        out.int4(collation.owner());
        out.letter(collation.provider());
        out.flag(collation.deterministic());
        out.text(collation.locale());
    }

    private static void write(DefaultAclDef acl, EntryWriter out) {
        out.int4(acl.oid());
        out.int4(acl.roleOid());
        out.int4(acl.schemaOid());
        out.letter(acl.objectType());
        out.text(acl.acl());
    }

    private static void write(StatisticsDef statistics, EntryWriter out) {
        out.int4(statistics.oid());
        out.int4(statistics.tableOid());
        out.int4(statistics.column());
        out.real(statistics.nullFraction());
        out.int4(statistics.averageWidth());
        out.real(statistics.distinct());
        out.texts(statistics.mostCommonValues());
        writeReals(statistics.mostCommonFrequencies(), out);
        out.texts(statistics.histogramBounds());
        out.real(statistics.correlation());
    }

    private static void write(RoleSettingDef roleSetting, EntryWriter out) {
        out.int4(roleSetting.oid());
        out.int4(roleSetting.databaseOid());
        out.int4(roleSetting.roleOid());
        out.texts(roleSetting.settings());
    }

    private static void write(RoleDef role, EntryWriter out) {
        out.int4(role.oid());
        out.text(role.name());
        out.flag(role.superuser());
        out.flag(role.inherit());
        out.flag(role.createRole());
        out.flag(role.createDatabase());
        out.flag(role.canLogin());
        out.flag(role.replication());
        out.flag(role.bypassRowSecurity());
        out.int4(role.connectionLimit());
        out.text(role.scramVerifier());
        out.text(role.validUntil());
    }

    private static void write(MembershipDef membership, EntryWriter out) {
        out.int4(membership.oid());
        out.int4(membership.roleOid());
        out.int4(membership.memberOid());
        out.int4(membership.grantorOid());
        out.flag(membership.adminOption());
    }

    private static DatabaseDef readDatabase(EntryReader in, int kind) {
        int oid = in.int4();
        int tenant = in.int4();
        String name = in.requiredText();
        int owner = in.int4();
        boolean template = in.flag();
        boolean connections = in.flag();
        int limit = in.int4();
        String acl = in.text();
        int group = kind == DATABASE ? 0 : in.int4();
        int firstGroup = kind == DATABASE_MOVED || kind == DATABASE_LOCALE ? in.int4() : group;
        DatabaseLocale locale = kind == DATABASE_LOCALE ? new DatabaseLocale(in.requiredText(), in.requiredText()) : DatabaseLocale.DEFAULT;
        return new DatabaseDef(oid, tenant, name, owner, template, connections, limit, acl, group, firstGroup, locale);
    }

    private static void write(DatabaseDef database, EntryWriter out) {
        out.int4(database.oid());
        out.int4(database.tenantNumber());
        out.text(database.name());
        out.int4(database.owner());
        out.flag(database.template());
        out.flag(database.allowConnections());
        out.int4(database.connectionLimit());
        out.text(database.acl());
        boolean named = !database.locale().equals(DatabaseLocale.DEFAULT);
        boolean moved = database.group() != database.firstGroup();
        if (named || moved || database.group() != 0) out.int4(database.group());
        if (named || moved) out.int4(database.firstGroup());
        if (named) {
            out.text(database.locale().collate());
            out.text(database.locale().ctype());
        }
    }

    private static void writeColumns(List<ColumnDef> columns, EntryWriter out) {
        out.number(columns.size());
        for (ColumnDef column : columns) write(column, out);
    }

    private static List<ColumnDef> readColumns(EntryReader in) {
        int count = (int) in.number();
        List<ColumnDef> columns = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            columns.add(new ColumnDef(
                    in.int4(), in.requiredText(), in.int4(), in.int4(), in.int4(), in.flag(), in.text(), in.letter(),
                    in.letter(), in.text(), in.flag(), in.flag(), in.int4(), in.text(), ColumnTuning.DEFAULT));
        }
        return columns;
    }

    private static void write(ColumnDef column, EntryWriter out) {
        out.int4(column.number());
        out.text(column.name());
        out.int4(column.typeOid());
        out.int4(column.typmod());
        out.int4(column.collationOid());
        out.flag(column.notNull());
        out.text(column.defaultExpression());
        out.letter(column.identity());
        out.letter(column.generated());
        out.text(column.missingText());
        out.flag(column.dropped());
        out.flag(column.hidden());
        out.int4(column.statisticsTarget());
        out.text(column.acl());
    }

    private static void writeKeyParts(List<KeyPart> parts, EntryWriter out) {
        out.number(parts.size());
        for (KeyPart part : parts) {
            out.int4(part.column());
            out.text(part.expression());
            out.flag(part.descending());
            out.flag(part.nullsFirst());
            out.int4(part.operatorClassOid());
            out.int4(part.collationOid());
        }
    }

    private static List<KeyPart> readKeyParts(EntryReader in) {
        int count = (int) in.number();
        List<KeyPart> parts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            parts.add(new KeyPart(
                    in.int4(), in.text(), in.flag(), in.flag(), in.int4(), in.int4()));
        }
        return parts;
    }

    private static void writeReals(List<Double> values, EntryWriter out) {
        out.number(values.size());
        for (double value : values) out.real(value);
    }

    private static List<Double> readReals(EntryReader in) {
        int count = (int) in.number();
        List<Double> values = new ArrayList<>(count);
        for (int i = 0; i < count; i++) values.add(in.real());
        return values;
    }
}
