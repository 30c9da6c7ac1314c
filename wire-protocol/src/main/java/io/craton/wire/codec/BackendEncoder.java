package io.craton.wire.codec;

import io.craton.core.error.PgError;
import io.craton.core.session.RowDescription;
import io.craton.core.session.TransactionStatus;
import io.craton.core.type.ByteWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes the server's messages: tag, length (itself included), body. Pure functions over the buffer. */
public final class BackendEncoder {
    private BackendEncoder() {}

    /** Starts a message and answers where its length stands; {@link #end} closes it. */
    public static int begin(ByteWriter out, char tag) {
        out.ensure(5);
        out.putByte(tag);
        int lengthAt = out.size();
        out.putInt(0);
        return lengthAt;
    }

    public static void end(ByteWriter out, int lengthAt) {
        out.setInt(lengthAt, out.size() - lengthAt);
    }

    public static void parseComplete(ByteWriter out) {
        empty(out, '1');
    }

    public static void bindComplete(ByteWriter out) {
        empty(out, '2');
    }

    public static void closeComplete(ByteWriter out) {
        empty(out, '3');
    }

    public static void noData(ByteWriter out) {
        empty(out, 'n');
    }

    public static void portalSuspended(ByteWriter out) {
        empty(out, 's');
    }

    public static void emptyQuery(ByteWriter out) {
        empty(out, 'I');
    }

    public static void copyDone(ByteWriter out) {
        empty(out, 'c');
    }

    public static void readyForQuery(ByteWriter out, TransactionStatus status) {
        out.putByte('Z');
        out.putInt(5);
        out.putByte(status.tag);
    }

    /** The tag is ASCII. */
    public static void commandComplete(ByteWriter out, String tag) {
        out.putByte('C');
        out.putInt(4 + tag.length() + 1);
        out.putAscii(tag);
        out.putByte(0);
    }

    public static void parameterDescription(ByteWriter out, int[] types) {
        out.putByte('t');
        out.putInt(4 + 2 + 4 * types.length);
        out.putShort(types.length);
        for (int type : types) out.putInt(type);
    }

    public static void rowDescription(ByteWriter out, RowDescription description) {
        int lengthAt = begin(out, 'T');
        List<RowDescription.Column> columns = description.columns();
        out.putShort(columns.size());
        for (RowDescription.Column column : columns) {
            text(out, column.name());
            out.putInt(column.tableOid());
            out.putShort(column.attributeNumber());
            out.putInt(column.typeOid());
            out.putShort(column.typeLength());
            out.putInt(column.typmod());
            out.putShort(column.format());
        }
        end(out, lengthAt);
    }

    /** CopyInResponse 'G' or CopyOutResponse 'H'. */
    public static void copyResponse(ByteWriter out, char tag, int overallFormat, short[] columnFormats) {
        int lengthAt = begin(out, tag);
        out.putByte(overallFormat);
        out.putShort(columnFormats.length);
        for (short format : columnFormats) out.putShort(format);
        end(out, lengthAt);
    }

    public static void parameterStatus(ByteWriter out, String name, String value) {
        int lengthAt = begin(out, 'S');
        text(out, name);
        text(out, value);
        end(out, lengthAt);
    }

    public static void backendKeyData(ByteWriter out, int processId, int secret) {
        out.putByte('K');
        out.putInt(12);
        out.putInt(processId);
        out.putInt(secret);
    }

    public static void notification(ByteWriter out, int processId, String channel, String payload) {
        int lengthAt = begin(out, 'A');
        out.putInt(processId);
        text(out, channel);
        text(out, payload);
        end(out, lengthAt);
    }

    /** NegotiateProtocolVersion: the newest minor version and the extensions that the server does not know. */
    public static void negotiateProtocolVersion(ByteWriter out, int minor, List<String> unknownExtensions) {
        int lengthAt = begin(out, 'v');
        out.putInt(minor);
        out.putInt(unknownExtensions.size());
        for (String name : unknownExtensions) text(out, name);
        end(out, lengthAt);
    }

    public static void authenticationOk(ByteWriter out) {
        out.putByte('R');
        out.putInt(8);
        out.putInt(0);
    }

    public static void authenticationSasl(ByteWriter out, List<String> mechanisms) {
        int lengthAt = begin(out, 'R');
        out.putInt(10);
        for (String mechanism : mechanisms) text(out, mechanism);
        out.putByte(0);
        end(out, lengthAt);
    }

    public static void authenticationSaslContinue(ByteWriter out, String serverFirst) {
        authentication(out, 11, serverFirst);
    }

    public static void authenticationSaslFinal(ByteWriter out, String serverFinal) {
        authentication(out, 12, serverFinal);
    }

    public static void error(ByteWriter out, PgError error) {
        errorOrNotice(out, 'E', error);
    }

    public static void notice(ByteWriter out, PgError notice) {
        errorOrNotice(out, 'N', notice);
    }

    private static void errorOrNotice(ByteWriter out, char tag, PgError error) {
        int lengthAt = begin(out, tag);
        field(out, 'S', error.severity().name());
        field(out, 'V', error.severity().name());
        field(out, 'C', error.code());
        field(out, 'M', error.message());
        field(out, 'D', error.detail());
        field(out, 'H', error.hint());
        if (error.position() > 0) field(out, 'P', Integer.toString(error.position()));
        if (error.internalPosition() > 0) field(out, 'p', Integer.toString(error.internalPosition()));
        field(out, 'q', error.internalQuery());
        field(out, 'W', error.where());
        field(out, 's', error.schema());
        field(out, 't', error.table());
        field(out, 'c', error.column());
        field(out, 'd', error.dataType());
        field(out, 'n', error.constraint());
        field(out, 'R', error.routine());
        out.putByte(0);
        end(out, lengthAt);
    }

    private static void field(ByteWriter out, char code, @Nullable String value) {
        if (value == null) return;
        out.putByte(code);
        text(out, value);
    }

    private static void authentication(ByteWriter out, int code, String data) {
        int lengthAt = begin(out, 'R');
        out.putInt(code);
        out.putUtf8(data);
        end(out, lengthAt);
    }

    /** Zero-terminated UTF-8. A zero character inside would shift everything behind it, so it is left out. */
    private static void text(ByteWriter out, String value) {
        out.putUtf8(value.indexOf('\0') < 0 ? value : value.replace("\0", ""));
        out.putByte(0);
    }

    private static void empty(ByteWriter out, char tag) {
        out.ensure(5);
        out.putByte(tag);
        out.putInt(4);
    }
}
