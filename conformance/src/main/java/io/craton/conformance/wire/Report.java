package io.craton.conformance.wire;

import java.util.Map;

/** The fields of an ErrorResponse or NoticeResponse. */
public record Report(Map<Character, String> fields) {
    public Report {
        fields = Map.copyOf(fields);
    }

    public String severity() {
        return fields.getOrDefault('V', fields.getOrDefault('S', ""));
    }

    public String state() {
        return fields.getOrDefault('C', "");
    }

    public String message() {
        return fields.getOrDefault('M', "");
    }

    public String detail() {
        return fields.getOrDefault('D', "");
    }

    public String hint() {
        return fields.getOrDefault('H', "");
    }

    public String position() {
        return fields.getOrDefault('P', "");
    }
}
