package io.craton.conformance.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one statement of a query came to. */
public sealed interface Result {
    /** Rows with their command tag; a null cell is SQL's null. */
    record Rows(List<Field> fields, List<List<@Nullable String>> rows, String tag) implements Result {}

    /** A command without rows. */
    record Command(String tag) implements Result {}

    /** COPY TO STDOUT: its data messages. */
    record CopyOut(List<String> data, String tag) implements Result {}

    record Failure(Report report) implements Result {}

    record Empty() implements Result {}
}
