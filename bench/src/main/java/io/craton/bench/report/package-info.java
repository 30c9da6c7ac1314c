/** What was measured: samples per line and server, medians, ratios, and their forms as text and JSON. */
@org.jspecify.annotations.NullMarked
package io.craton.bench.report;
