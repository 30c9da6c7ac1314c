package io.craton.core.type;

import static org.assertj.core.api.Assertions.assertThat;

import io.craton.core.error.PgException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Text in, text and binary out, as PostgreSQL answered. A case is {@code type TAB input TAB => TAB text TAB hex of the binary form}, or
 * {@code !SQLSTATE message}. A line {@code @ datestyle order intervalstyle timezone extra_float_digits bytea_output} sets the session.
 * Recorded by RecordCodecCases in sql-engine's tests.
 */
class CodecCasesTest {
    @ParameterizedTest
    @ValueSource(strings = {"scalars", "datetimes", "structures", "network"})
    void readsAndWritesAsPostgres(String file) throws IOException {
        String content;
        try (var in = CodecCasesTest.class.getResourceAsStream("codec/" + file + ".tsv")) {
            content = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        FormatContext format = FormatContext.DEFAULT;
        List<String> wrong = new ArrayList<>();
        for (String line : content.split("\n")) {
            if (line.isBlank() || line.startsWith("#")) continue;
            if (line.startsWith("@")) {
                format = settings(line.split(" "));
                continue;
            }
            int arrow = line.indexOf("\t=>\t");
            String expected = line.substring(arrow + 4);
            String[] call = line.substring(0, arrow).split("\t", -1);
            String actual = evaluate(PgTypes.find(call[0]), unescape(call[1]), format);
            if (!actual.equals(expected)) wrong.add(line + "\n      but was " + actual);
        }
        assertThat(wrong).as("%s differing cases", wrong.size()).isEmpty();
    }

    private static FormatContext settings(String[] word) {
        return new FormatContext(word[1], word[2], word[3], TimeZones.find(word[4]), word[6].equals("hex"), Integer.parseInt(word[5]),
                PgTypes::find, FormatContext.RegNames.NONE, 0L);
    }

    private static String evaluate(PgType type, String input, FormatContext format) {
        try {
            TypeCodec codec = TypeCodecs.of(type);
            Object value = codec.decodeText(input, -1, format);
            String text = TypeCodecs.toText(type, value, format);
            ByteWriter out = new ByteWriter(16);
            codec.encodeBinary(value, format, out);
            byte[] binary = out.toByteArray();
            Object again = codec.decodeBinary(new ByteReader(binary), binary.length, -1, format);
            if (!TypeCodecs.toText(type, again, format).equals(text)) return "binary form reads back as " + TypeCodecs.toText(type, again, format);
            if (value instanceof Long number) {
                ByteWriter unboxed = new ByteWriter(16);
                codec.encodeTextLong(number, format, unboxed);
                if (!new String(unboxed.toByteArray(), StandardCharsets.UTF_8).equals(text)) return "encodeTextLong differs";
                byte[] bytes = input.getBytes(StandardCharsets.UTF_8);
                if (codec.decodeTextLong(bytes, 0, bytes.length, -1, format) != number) return "decodeTextLong differs";
            }
            return escape(text) + "\t" + HexFormat.of().formatHex(binary);
        } catch (PgException e) {
            return "!" + e.state().code + " " + escape(e.getMessage());
        } catch (RuntimeException e) {
            return e.toString();
        }
    }

    private static String escape(String text) {
        return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t");
    }

    private static String unescape(String text) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\') {
                out.append(c);
                continue;
            }
            char next = text.charAt(++i);
            out.append(next == 'n' ? '\n' : next == 't' ? '\t' : next);
        }
        return out.toString();
    }
}
