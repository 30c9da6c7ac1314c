package io.craton.sql.function;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.exec.ExecContext;
import io.craton.sql.largeobject.Descriptors;
import io.craton.sql.largeobject.LargeObject;
import io.craton.sql.largeobject.LargeObjects;
import io.craton.sql.largeobject.ServerFile;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject.CommentDef;
import io.craton.storage.txn.Transaction;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** lo_open and all the other functions of large objects. */
final class LargeObjectFunctions {
    private static final int BYTES_MAX = 0x3fffffff - 4;
    private static final int FROM_START = 0;
    private static final int FROM_HERE = 1;
    private static final int FROM_END = 2;

    private LargeObjectFunctions() {}

    static void register(Kernels kernels) {
        kernels.scalar("be_lo_creat", (context, call, a) -> create(context, 0, "lo_creat()"));
        kernels.scalar("be_lo_create", (context, call, a) -> create(context, oid(a[0]), "lo_create()"));
        kernels.scalar("be_lo_unlink", (context, call, a) -> unlink(context, oid(a[0])));
        kernels.scalar("be_lo_open", (context, call, a) -> open(context, oid(a[0]), (int) (long) (Long) a[1]));
        kernels.scalar("be_lo_close", (context, call, a) -> {
            context.session().largeObjects().close(number(a[0]));
            return 0L;
        });
        kernels.scalar("be_loread", (context, call, a) -> read(context, number(a[0]), (int) (long) (Long) a[1]));
        kernels.scalar("be_lowrite", (context, call, a) -> write(context, number(a[0]), (byte[]) a[1]));
        kernels.scalar("be_lo_lseek", (context, call, a) -> narrow(seek(context, number(a[0]), (Long) a[1], (Long) a[2]), "lo_lseek", number(a[0])));
        kernels.scalar("be_lo_lseek64", (context, call, a) -> seek(context, number(a[0]), (Long) a[1], (Long) a[2]));
        kernels.scalar("be_lo_tell", (context, call, a) -> narrow(context.session().largeObjects().get(number(a[0])).offset(), "lo_tell", number(a[0])));
        kernels.scalar("be_lo_tell64", (context, call, a) -> context.session().largeObjects().get(number(a[0])).offset());
        kernels.scalar("be_lo_truncate", (context, call, a) -> truncate(context, number(a[0]), (Long) a[1], "lo_truncate()"));
        kernels.scalar("be_lo_truncate64", (context, call, a) -> truncate(context, number(a[0]), (Long) a[1], "lo_truncate64()"));
        kernels.scalar("be_lo_from_bytea", (context, call, a) -> {
            long made = create(context, oid(a[0]), "lo_from_bytea()");
            objects(context).write((int) made, 0, (byte[]) a[1], context::checkInterrupts);
            return made;
        });
        kernels.scalar("be_lo_get", (context, call, a) -> get(context, oid(a[0]), 0, -1));
        kernels.scalar("be_lo_get_fragment", (context, call, a) -> {
            if ((Long) a[2] < 0) throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "requested length cannot be negative");
            return get(context, oid(a[0]), (Long) a[1], (int) (long) (Long) a[2]);
        });
        kernels.scalar("be_lo_put", (context, call, a) -> put(context, oid(a[0]), (Long) a[1], (byte[]) a[2]));
        kernels.scalar("be_lo_import", (context, call, a) -> load(context, (String) a[0], 0));
        kernels.scalar("be_lo_import_with_oid", (context, call, a) -> load(context, (String) a[0], oid(a[1])));
        kernels.scalar("be_lo_export", (context, call, a) -> unload(context, oid(a[0]), (String) a[1]));
    }

    private static int oid(@Nullable Object argument) {
        return (int) (long) (Long) java.util.Objects.requireNonNull(argument);
    }

    private static int number(@Nullable Object argument) {
        return oid(argument);
    }

    private static LargeObjects objects(ExecContext context) {
        return new LargeObjects(context.transaction());
    }

    // ---- who may -------------------------------------------------------------------------------------------------

    private static void requireWritable(ExecContext context, String function) {
        if (context.transaction().readOnly()) {
            throw new PgException(SqlState.READ_ONLY_SQL_TRANSACTION, "cannot execute " + function + " in a read-only transaction");
        }
    }

    private static boolean anybodyMay(ExecContext context) {
        return "on".equals(context.session().settingValue("lo_compat_privileges"));
    }

    private static void require(ExecContext context, LargeObject object, String privilege) {
        if (anybodyMay(context) || Privileges.any(context, context.session().currentUserOid(), object.owner(), object.acl(), privilege, 'L')) return;
        throw new PgException(SqlState.INSUFFICIENT_PRIVILEGE, "permission denied for large object " + object.number());
    }

    private static void requireSuperuser(ExecContext context, String function) {
        if (!context.session().superuser()) throw new PgException(SqlState.INSUFFICIENT_PRIVILEGE, "permission denied for function " + function);
    }

    // ---- objects -------------------------------------------------------------------------------------------------

    private static Long create(ExecContext context, int oid, String function) {
        requireWritable(context, function);
        return objects(context).create(oid, context.session().currentUserOid()).oid() & 0xffffffffL;
    }

    private static Long unlink(ExecContext context, int oid) {
        requireWritable(context, "lo_unlink()");
        LargeObjects objects = objects(context);
        LargeObject object = objects.afterAll(() -> objects.require(oid));
        if (!anybodyMay(context) && !Privileges.owns(context, object.owner())) {
            throw new PgException(SqlState.INSUFFICIENT_PRIVILEGE, "must be owner of large object " + object.number());
        }
        context.session().largeObjects().closeAllOf(oid);
        objects.drop(oid);
        for (CommentDef comment : List.copyOf(context.catalog().all(CommentDef.class))) {
            if (comment.classOid() == LargeObject.CLASS && comment.objectOid() == oid) context.transaction().change(new CatalogChange.Drop(comment));
        }
        return 1L;
    }

    private static byte[] get(ExecContext context, int oid, long offset, int length) {
        LargeObjects objects = objects(context);
        require(context, objects.require(oid), "r");
        long present = Math.max(0, objects.length(oid) - offset);
        long wanted = length < 0 ? present : Math.min(length, present);
        if (wanted > BYTES_MAX) throw new PgException(SqlState.PROGRAM_LIMIT_EXCEEDED, "large object read request is too large");
        return bytes(context, (int) wanted, () -> objects.read(oid, within(offset), (int) wanted));
    }

    /** The budget has room for them. */
    private static byte[] bytes(ExecContext context, int count, Supplier<byte[]> reading) {
        context.retain(count);
        context.charge(-count);
        return reading.get();
    }

    private static String put(ExecContext context, int oid, long offset, byte[] bytes) {
        requireWritable(context, "lo_put()");
        LargeObjects objects = objects(context);
        LargeObject object = objects.afterAll(() -> objects.require(oid));
        require(context, object, "r");
        require(context, object, "w");
        objects.write(oid, within(offset), bytes, context::checkInterrupts);
        return "";
    }

    // ---- descriptors ---------------------------------------------------------------------------------------------

    private static Long open(ExecContext context, int oid, int mode) {
        boolean writes = (mode & Descriptors.WRITE) != 0;
        if (!writes && (mode & Descriptors.READ) == 0) {
            throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "invalid flags for opening a large object: " + mode);
        }
        if (writes) requireWritable(context, "lo_open(INV_WRITE)");
        LargeObjects objects = objects(context);
        LargeObject object = writes ? objects.afterAll(() -> objects.require(oid)) : objects.require(oid);
        require(context, object, "r");
        if (writes) require(context, object, "w");
        return (long) context.session().largeObjects().open(oid, writes ? null : context.view());
    }

    /** What a descriptor shows: what it saw when it was opened, or all that there is. */
    private static <T> T seen(ExecContext context, Descriptors.Descriptor descriptor, Supplier<T> reading) {
        Transaction.View view = descriptor.view();
        if (view == null) return objects(context).afterAll(reading);
        Transaction.View before = context.view();
        context.view(view);
        try {
            return reading.get();
        } finally {
            context.view(before);
        }
    }

    private static byte[] read(ExecContext context, int number, int length) {
        Descriptors.Descriptor descriptor = context.session().largeObjects().get(number);
        LargeObjects objects = objects(context);
        byte[] bytes = seen(context, descriptor, () -> {
            int wanted = (int) Math.max(0, Math.min(length, objects.length(descriptor.oid()) - descriptor.offset()));
            if (wanted > BYTES_MAX) throw new PgException(SqlState.PROGRAM_LIMIT_EXCEEDED, "large object read request is too large");
            return bytes(context, wanted, () -> objects.read(descriptor.oid(), descriptor.offset(), wanted));
        });
        descriptor.moveTo(descriptor.offset() + bytes.length);
        return bytes;
    }

    private static Descriptors.Descriptor writable(ExecContext context, int number) {
        Descriptors.Descriptor descriptor = context.session().largeObjects().get(number);
        if (descriptor.writes()) return descriptor;
        throw new PgException(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE, "large object descriptor " + number + " was not opened for writing");
    }

    private static Long write(ExecContext context, int number, byte[] bytes) {
        requireWritable(context, "lowrite()");
        Descriptors.Descriptor descriptor = writable(context, number);
        objects(context).write(descriptor.oid(), descriptor.offset(), bytes, context::checkInterrupts);
        descriptor.moveTo(descriptor.offset() + bytes.length);
        return (long) bytes.length;
    }

    private static Long truncate(ExecContext context, int number, long length, String function) {
        requireWritable(context, function);
        objects(context).truncate(writable(context, number).oid(), length);
        return 0L;
    }

    private static Long seek(ExecContext context, int number, long offset, long from) {
        Descriptors.Descriptor descriptor = context.session().largeObjects().get(number);
        long target = switch ((int) from) {
            case FROM_START -> offset;
            case FROM_HERE -> descriptor.offset() + offset;
            case FROM_END -> seen(context, descriptor, () -> objects(context).length(descriptor.oid())) + offset;
            default -> throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "invalid whence setting: " + from);
        };
        descriptor.moveTo(within(target));
        return target;
    }

    /** 22023 for a place that no object has. */
    private static long within(long target) {
        if (target >= 0 && target <= LargeObject.LENGTH_MAX) return target;
        throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "invalid large object seek target: " + target);
    }

    private static Long narrow(long place, String function, int number) {
        if (place == (int) place) return place;
        throw new PgException(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, function + " result out of range for large-object descriptor " + number);
    }

    // ---- files of the server -------------------------------------------------------------------------------------

    private static Long load(ExecContext context, String name, int oid) {
        requireSuperuser(context, "lo_import");
        requireWritable(context, "lo_import()");
        LargeObjects objects = objects(context);
        try (ServerFile file = ServerFile.open(name)) {
            int made = objects.create(oid, context.session().currentUserOid()).oid();
            long written = 0;
            for (byte[] part = file.read(); part.length > 0; part = file.read()) {
                objects.write(made, written, part, context::checkInterrupts);
                written += part.length;
            }
            return made & 0xffffffffL;
        }
    }

    private static Long unload(ExecContext context, int oid, String name) {
        requireSuperuser(context, "lo_export");
        LargeObjects objects = objects(context);
        objects.require(oid);
        long length = objects.length(oid);
        try (ServerFile file = ServerFile.create(name)) {
            for (long at = 0; at < length; at += ServerFile.PART) {
                context.checkInterrupts();
                file.write(objects.read(oid, at, ServerFile.PART));
            }
            return 1L;
        }
    }
}
