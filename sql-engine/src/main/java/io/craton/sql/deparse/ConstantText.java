package io.craton.sql.deparse;

import io.craton.core.type.PgType;
import io.craton.core.type.TypeCodecs;
import io.craton.core.type.TypeOid;
import io.craton.sql.logical.Scalar;
import io.craton.sql.syntax.Mark;

/** Constants as SQL. Stateless. */
final class ConstantText {
    /** Whether the type is written behind the value. */
    enum Label { WHERE_NEEDED, ALWAYS, NEVER }

    private ConstantText() {}

    static void print(Scalar.Constant constant, Label label, Naming naming, Layout out) {
        PgType type = constant.type();
        String suffix = "::" + naming.type(type, constant.typmod());
        if (constant.value() == null) {
            out.add("NULL");
            if (label != Label.NEVER && type.oid() != TypeOid.UNKNOWN) out.add(suffix);
            return;
        }
        if (naming.byIdentity() && type.kind() == 'e') {
            out.add(new Mark.EnumLabel(type.oid(), (int) (long) (Long) constant.value()).text());
            return;
        }
        String text = type.oid() == TypeOid.UNKNOWN ? (String) constant.value() : TypeCodecs.toText(type, constant.value(), naming.format());
        boolean needed = true;
        switch (type.oid()) {
            case TypeOid.INT4 -> needed = number(text, text.charAt(0) != '-', out);
            case TypeOid.NUMERIC -> needed = number(text, Character.isDigit(text.charAt(0)) && text.indexOf('.') >= 0, out)
                    || constant.typmod() >= 0;
            case TypeOid.BOOL -> {
                out.add(text.equals("t") ? "true" : "false");
                needed = false;
            }
            case TypeOid.UNKNOWN -> {
                out.add(quoted(text));
                needed = false;
            }
            default -> out.add(quoted(text));
        }
        if (label == Label.ALWAYS || label == Label.WHERE_NEEDED && needed) out.add(suffix);
    }

    /** A number that reads back as what it is; false then. */
    private static boolean number(String text, boolean bare, Layout out) {
        out.add(bare ? text : "'" + text + "'");
        return !bare;
    }

    /** A string constant without escapes: backslashes stand for themselves. */
    static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
