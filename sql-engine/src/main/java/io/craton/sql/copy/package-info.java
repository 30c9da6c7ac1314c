/**
 * COPY in and out: options, the three formats (text, csv, binary) as readers of a byte stream into fields and writers of rows, and the statements that
 * join them with a table or query. Rows stream: a batch at a time is in memory.
 */
@org.jspecify.annotations.NullMarked
package io.craton.sql.copy;
