package io.craton.sql.copy;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.ByteReader;
import io.craton.core.type.FormatContext;
import io.craton.core.type.PgType;
import io.craton.core.type.TypeCodec;
import io.craton.core.type.TypeCodecs;
import io.craton.core.type.Utf8;
import io.craton.sql.exec.ExecContext;
import io.craton.sql.pgcatalog.VirtualTable;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** The rows of a COPY FROM as a table that INSERT reads: fields decoded to datums of the columns' types. One statement. */
final class CopyRows implements VirtualTable {
    private final FieldReader reader;
    private final CopyOptions options;
    private final String tableName;
    private final List<ColumnDef> columns;
    private final List<PgType> types;
    private final TypeCodec[] codecs;
    private final boolean[] forceNotNull;
    private final boolean[] forceNull;
    private final FormatContext format;
    private int field = -1;

    CopyRows(FieldReader reader, CopyOptions options, String tableName, List<ColumnDef> columns, List<PgType> types, FormatContext format) {
        this.reader = reader;
        this.options = options;
        this.tableName = tableName;
        this.columns = columns;
        this.types = types;
        this.format = format;
        this.codecs = types.stream().map(type -> TypeCodecs.of(type, format.types())).toArray(TypeCodec[]::new);
        this.forceNotNull = new boolean[columns.size()];
        this.forceNull = new boolean[columns.size()];
        for (int i = 0; i < columns.size(); i++) {
            forceNotNull[i] = options.forceNotNull().contains(columns.get(i).name());
            forceNull[i] = options.forceNull().contains(columns.get(i).name());
        }
    }

    @Override
    public int oid() {
        return 0;
    }

    @Override
    public String schema() {
        return "pg_catalog";
    }

    @Override
    public String name() {
        return "copy";
    }

    @Override
    public char kind() {
        return 'r';
    }

    @Override
    public List<Column> columns() {
        List<Column> result = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) result.add(new Column(columns.get(i).name(), types.get(i), false));
        return result;
    }

    @Override
    public Iterator<@Nullable Object[]> rows(ExecContext context) {
        return new Iterator<>() {
            private boolean known;
            private boolean has;
            private long seen;

            @Override
            public boolean hasNext() {
                if (!known) {
                    if ((++seen & 1023) == 0) context.checkInterrupts();
                    has = advance();
                    known = true;
                }
                return has;
            }

            @Override
            public @Nullable Object[] next() {
                if (!hasNext()) throw new NoSuchElementException();
                known = false;
                return decode();
            }
        };
    }

    /** The header line, checked when the options say so. */
    void header() {
        if (options.header() == CopyOptions.Header.NONE) return;
        boolean some = reader.next();
        if (options.header() != CopyOptions.Header.MATCH || !some) return;
        if (reader.fields() != columns.size()) {
            throw new PgException(SqlState.BAD_COPY_FILE_FORMAT, "wrong number of fields in header line: got " + reader.fields() + ", expected "
                    + columns.size());
        }
        for (int i = 0; i < columns.size(); i++) {
            String text = reader.isNull(i) ? null : text(i);
            if (!columns.get(i).name().equals(text)) {
                throw new PgException(SqlState.BAD_COPY_FILE_FORMAT, "column name mismatch in header line field " + (i + 1) + ": got "
                        + (text == null ? "null value (\"" + options.nullText() + "\")" : "\"" + text + "\"") + ", expected \""
                        + columns.get(i).name() + "\"");
            }
        }
    }

    private boolean advance() {
        field = -1;
        try {
            return reader.next();
        } catch (PgException e) {
            if (e.error().where() != null) throw e;
            String line = options.format() == CopyOptions.Format.CSV ? reader.lineText() : null; // cut into lines before it is cut into fields
            throw new PgException(e.error().withWhere("COPY " + tableName + ", line " + reader.line()
                    + (line == null ? "" : ": \"" + shortened(line) + "\"")));
        }
    }

    private @Nullable Object[] decode() {
        int count = reader.fields();
        if (count != columns.size()) throw wrongCount(count);
        @Nullable Object[] row = new Object[count];
        try {
            for (field = 0; field < count; field++) row[field] = datum(field);
        } catch (PgException e) {
            throw new PgException(e.error().withWhere(where()));
        }
        field = -1;
        return row;
    }

    private PgException wrongCount(int count) {
        if (options.format() == CopyOptions.Format.BINARY) {
            return at(PgError.error(SqlState.BAD_COPY_FILE_FORMAT, "row field count is " + count + ", expected " + columns.size()));
        }
        if (count > columns.size()) return at(PgError.error(SqlState.BAD_COPY_FILE_FORMAT, "extra data after last expected column"));
        return at(PgError.error(SqlState.BAD_COPY_FILE_FORMAT, "missing data for column \"" + columns.get(count).name() + "\""));
    }

    private PgException at(PgError error) {
        String line = reader.lineText();
        return new PgException(error.withWhere("COPY " + tableName + ", line " + reader.line() + (line == null ? "" : ": \"" + shortened(line) + "\"")));
    }

    /** CONTEXT of an error in the current field. */
    String where() {
        String at = "COPY " + tableName + ", line " + reader.line();
        if (field < 0 || field >= columns.size()) {
            String line = reader.lineText();
            return line == null ? at : at + ": \"" + shortened(line) + "\"";
        }
        at += ", column " + columns.get(field).name();
        if (options.format() == CopyOptions.Format.BINARY) return at;
        return reader.isNull(field) ? at + ": null input" : at + ": \"" + shortened(text(field)) + "\"";
    }

    private static String shortened(String text) {
        return text.length() <= 100 ? text : text.substring(0, 100) + "...";
    }

    private @Nullable Object datum(int i) {
        if (options.format() == CopyOptions.Format.BINARY) {
            if (reader.isNull(i)) return null;
            int length = reader.end(i) - reader.start(i);
            ByteReader bytes = new ByteReader(reader.bytes(i), reader.start(i), length);
            Object value = codecs[i].decodeBinary(bytes, length, columns.get(i).typmod(), format);
            if (bytes.remaining() != 0) throw new PgException(SqlState.INVALID_BINARY_REPRESENTATION, "incorrect binary data format");
            return value;
        }
        boolean absent = reader.isNull(i);
        if (absent && !forceNotNull[i] || !absent && forceNull[i] && reader instanceof CsvFields csv && csv.isNullText(i)) return null;
        return codecs[i].decodeText(reader.bytes(i), reader.start(i), reader.end(i) - reader.start(i), columns.get(i).typmod(), format);
    }

    private String text(int i) {
        return Utf8.decode(reader.bytes(i), reader.start(i), reader.end(i) - reader.start(i));
    }
}
