package io.craton.replication.cluster;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;

/** What nodes tell each other beside raft: named values. */
record Note(Struct struct) {
    static Note of(Object... namesAndValues) {
        Struct.Builder builder = Struct.newBuilder();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            Value value = switch (namesAndValues[i + 1]) {
                case Number number -> Value.newBuilder().setStringValue(number.toString()).build();
                case Boolean bool -> Value.newBuilder().setBoolValue(bool).build();
                case Object other -> Value.newBuilder().setStringValue(other.toString()).build();
            };
            builder.putFields((String) namesAndValues[i], value);
        }
        return new Note(builder.build());
    }

    /** Empty when it is not there. */
    String text(String name) {
        Value value = struct.getFieldsMap().get(name);
        return value == null ? "" : value.getStringValue();
    }

    long number(String name) {
        String text = text(name);
        return text.isEmpty() ? 0 : Long.parseLong(text);
    }

    boolean flag(String name) {
        Value value = struct.getFieldsMap().get(name);
        return value != null && value.getBoolValue();
    }
}
