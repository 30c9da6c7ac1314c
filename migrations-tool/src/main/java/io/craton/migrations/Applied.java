package io.craton.migrations;

import java.time.OffsetDateTime;

/** One row of the history table. */
public record Applied(Version version, String name, String file, String checksum, OffsetDateTime at) {}
