package io.craton.storage.entry;

import io.craton.core.type.PgType;
import io.craton.core.type.Repr;
import java.util.ArrayList;
import java.util.List;

/** A user-defined type's row of pg_type as bytes. */
final class TypeRowCodec {
    /** In the count of attributes: each has its number behind it, because some are not their positions. */
    private static final int NUMBERED = 1 << 16;

    private TypeRowCodec() {}

    static void write(PgType type, EntryWriter out) {
        out.int4(type.oid());
        out.text(type.name());
        out.int4(type.namespaceOid());
        out.letter(type.kind());
        out.letter(type.category());
        out.flag(type.preferred());
        out.int4(type.length());
        out.letter(type.align());
        out.letter(type.storage());
        out.letter(type.delimiter());
        out.int4(type.elementOid());
        out.int4(type.arrayOid());
        out.int4(type.relationOid());
        out.int4(type.baseTypeOid());
        out.int4(type.baseTypmod());
        out.int4(type.collationOid());
        out.flag(type.notNull());
        out.text(type.defaultExpression());
        out.int4(type.ownerOid());
        out.number(type.labels().size());
        for (PgType.EnumLabel label : type.labels()) {
            out.int4(label.oid());
            out.text(label.label());
            out.real(label.sortOrder());
        }
        boolean numbered = numbered(type.fields());
        out.number(type.fields().size() | (numbered ? NUMBERED : 0));
        for (PgType.Field field : type.fields()) {
            out.text(field.name());
            out.int4(field.typeOid());
            out.int4(field.typmod());
            if (numbered) out.number(field.number());
        }
        out.number(number(type.repr()));
    }

    static PgType read(EntryReader in) {
        return new PgType(in.int4(), in.requiredText(), in.int4(), in.letter(), in.letter(), in.flag(), in.int4(), in.letter(),
                in.letter(), in.letter(), in.int4(), in.int4(), in.int4(), in.int4(), in.int4(), in.int4(), in.flag(), in.text(),
                in.int4(), labels(in), fields(in), repr((int) in.number()));
    }

    private static List<PgType.EnumLabel> labels(EntryReader in) {
        int count = (int) in.number();
        List<PgType.EnumLabel> labels = new ArrayList<>(count);
        for (int i = 0; i < count; i++) labels.add(new PgType.EnumLabel(in.int4(), in.requiredText(), (float) in.real()));
        return labels;
    }

    private static boolean numbered(List<PgType.Field> fields) {
        for (int i = 0; i < fields.size(); i++) if (fields.get(i).number() != 0 && fields.get(i).number() != i + 1) return true;
        return false;
    }

    private static List<PgType.Field> fields(EntryReader in) {
        int marked = (int) in.number();
        boolean numbered = (marked & NUMBERED) != 0;
        int count = marked & ~NUMBERED;
        List<PgType.Field> fields = new ArrayList<>(count);
        for (int i = 0; i < count; i++) fields.add(new PgType.Field(in.requiredText(), in.int4(), in.int4(), numbered ? (int) in.number() : 0));
        return fields;
    }

    private static int number(Repr repr) {
        return switch (repr) {
            case BOOL -> 1;
            case LONG -> 2;
            case DOUBLE -> 3;
            case NUMERIC -> 4;
            case TEXT -> 5;
            case BYTES -> 6;
            case OBJECT -> 7;
        };
    }

    private static Repr repr(int number) {
        return switch (number) {
            case 1 -> Repr.BOOL;
            case 2 -> Repr.LONG;
            case 3 -> Repr.DOUBLE;
            case 4 -> Repr.NUMERIC;
            case 5 -> Repr.TEXT;
            case 6 -> Repr.BYTES;
            case 7 -> Repr.OBJECT;
            default -> throw new IllegalStateException("unknown representation " + number);
        };
    }
}
