/** The templates of to_char, to_date, to_timestamp and to_number: parsed once, then used for many values. Pure; no session state but the zone. */
@org.jspecify.annotations.NullMarked
package io.craton.sql.function.format;
