package io.craton.server.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.slf4j.event.KeyValuePair;

/** Log events in the operations guide's form, one line each: timestamp, level, target, message, fields. */
final class JsonLines extends EncoderBase<ILoggingEvent> {
    private static final DateTimeFormatter MILLIS = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final JsonFactory JSON = new JsonFactory();
    private static final String OWN = "io.craton.";

    @Override
    public byte[] encode(ILoggingEvent event) {
        ByteArrayOutputStream line = new ByteArrayOutputStream(256);
        try (JsonGenerator json = JSON.createGenerator(line)) {
            json.writeStartObject();
            json.writeStringField("timestamp", MILLIS.format(Instant.ofEpochMilli(event.getTimeStamp())));
            json.writeStringField("level", event.getLevel().toString());
            json.writeStringField("target", target(event.getLoggerName()));
            json.writeStringField("message", event.getFormattedMessage());
            json.writeObjectFieldStart("fields");
            fields(event, json);
            json.writeEndObject();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        line.write('\n');
        return line.toByteArray();
    }

    private static void fields(ILoggingEvent event, JsonGenerator json) throws IOException {
        List<KeyValuePair> pairs = event.getKeyValuePairs();
        if (pairs != null) {
            for (KeyValuePair pair : pairs) {
                json.writeFieldName(pair.key);
                switch (pair.value) {
                    case null -> json.writeNull();
                    case Integer value -> json.writeNumber(value);
                    case Long value -> json.writeNumber(value);
                    case Double value -> json.writeNumber(value);
                    case Boolean value -> json.writeBoolean(value);
                    case Object value -> json.writeString(value.toString());
                }
            }
        }
        json.writeStringField("logger", event.getLoggerName().substring(event.getLoggerName().lastIndexOf('.') + 1));
        IThrowableProxy thrown = event.getThrowableProxy();
        if (thrown != null) json.writeStringField("exception", ThrowableProxyUtil.asString(thrown));
    }

    /** The part of the node that speaks: {@code craton_storage}; a library by its own name. */
    private static String target(String logger) {
        if (!logger.startsWith(OWN)) return logger;
        int end = logger.indexOf('.', OWN.length());
        String module = logger.substring(OWN.length(), end < 0 ? logger.length() : end);
        return "craton_" + (module.equals("replication") ? "consensus" : module);
    }

    @Override
    public byte[] headerBytes() {
        return new byte[0];
    }

    @Override
    public byte[] footerBytes() {
        return new byte[0];
    }
}
