/** Several regions: which database is in which cluster. */
@org.jspecify.annotations.NullMarked
package io.craton.server.region;
