package io.craton.core.type;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;

/** aclitem, kept as its text {@code grantee=letters/grantor}: reading it puts the letters in order and asks the catalog for the roles. */
final class AclItemCodec implements TypeCodec {
    private static final String LETTERS = "arwdDxtXUCTcsA";
    private static final int NAME_BYTES_MAX = 63;
    private static final int BOOTSTRAP_SUPERUSER = 10;

    private final TextCodec plain = new TextCodec(TextCodec.Kind.PLAIN);

    @Override
    public void encodeText(Object value, FormatContext context, ByteWriter out) {
        plain.encodeText(value, context, out);
    }

    @Override
    public void encodeBinary(Object value, FormatContext context, ByteWriter out) {
        plain.encodeBinary(value, context, out);
    }

    @Override
    public Object decodeBinary(ByteReader in, int length, int typmod, FormatContext context) {
        return plain.decodeBinary(in, length, typmod, context);
    }

    @Override
    public Object decodeText(String text, int typmod, FormatContext context) {
        return new Reader(text, context).item();
    }

    private static final class Reader {
        private final String text;
        private final FormatContext context;
        private int at;

        Reader(String text, FormatContext context) {
            this.text = text;
            this.context = context;
        }

        String item() {
            String grantee = name();
            blanks();
            if (!is('=')) {
                // What was read is a word before the name.
                if (!grantee.equals("group") && !grantee.equals("user")) {
                    throw invalid("unrecognized key word: \"" + grantee + "\"", "ACL key word must be \"group\" or \"user\".");
                }
                grantee = name();
                if (grantee.isEmpty()) throw invalid("missing name", "A name must follow the \"group\" or \"user\" key word.");
            }
            if (!is('=')) throw new PgException(SqlState.INVALID_TEXT_REPRESENTATION, "missing \"=\" sign");
            at++;
            boolean[] given = new boolean[LETTERS.length()];
            boolean[] options = new boolean[LETTERS.length()];
            int last = -1;
            for (; at < text.length() && (Character.isLetter(text.charAt(at)) || text.charAt(at) == '*'); at++) {
                if (text.charAt(at) == '*') {
                    if (last >= 0) options[last] = true;
                    continue;
                }
                last = LETTERS.indexOf(text.charAt(at));
                if (last < 0) {
                    throw new PgException(SqlState.INVALID_TEXT_REPRESENTATION, "invalid mode character: must be one of \"" + LETTERS + "\"");
                }
                given[last] = true;
            }
            if (!grantee.isEmpty()) require(grantee);
            String grantor = "";
            if (is('/')) {
                at++;
                grantor = name();
                if (grantor.isEmpty()) throw new PgException(SqlState.INVALID_TEXT_REPRESENTATION, "a name must follow the \"/\" sign");
                require(grantor);
            }
            blanks();
            if (at < text.length()) {
                throw new PgException(SqlState.INVALID_TEXT_REPRESENTATION, "extra garbage at the end of the ACL specification");
            }
            StringBuilder item = new StringBuilder(quoted(grantee)).append('=');
            for (int i = 0; i < LETTERS.length(); i++) {
                if (!given[i]) continue;
                item.append(LETTERS.charAt(i));
                if (options[i]) item.append('*');
            }
            String giver = grantor.isEmpty() ? context.names().print(TypeOid.REGROLE, BOOTSTRAP_SUPERUSER) : quoted(grantor);
            return item.append('/').append(giver).toString();
        }

        private boolean is(char c) {
            return at < text.length() && text.charAt(at) == c;
        }

        private void blanks() {
            while (at < text.length() && Character.isWhitespace(text.charAt(at))) at++;
        }

        /** Letters, digits and underscores, and whatever stands in quotes. */
        private String name() {
            blanks();
            StringBuilder name = new StringBuilder();
            boolean quoted = false;
            for (; at < text.length(); at++) {
                char c = text.charAt(at);
                if (c == '"' && quoted && at + 1 < text.length() && text.charAt(at + 1) == '"') {
                    name.append(c);
                    at++;
                } else if (c == '"') {
                    quoted = !quoted;
                } else if (quoted || Character.isLetterOrDigit(c) || c == '_') {
                    name.append(c);
                } else {
                    break;
                }
            }
            if (Utf8.length(name.toString()) > NAME_BYTES_MAX) {
                throw PgError.error(SqlState.NAME_TOO_LONG, "identifier too long").withDetail("Identifier must be less than 64 characters.").exception();
            }
            return name.toString();
        }

        private void require(String role) {
            if (context.names() != FormatContext.RegNames.NONE) context.names().parse(TypeOid.REGROLE, '"' + role.replace("\"", "\"\"") + '"');
        }

        private static PgException invalid(String message, String hint) {
            return PgError.error(SqlState.INVALID_TEXT_REPRESENTATION, message).withHint(hint).exception();
        }

        private static String quoted(String name) {
            boolean plain = name.chars().allMatch(c -> c < 128 && (Character.isLetterOrDigit(c) || c == '_'));
            return plain ? name : '"' + name.replace("\"", "\"\"") + '"';
        }
    }
}
