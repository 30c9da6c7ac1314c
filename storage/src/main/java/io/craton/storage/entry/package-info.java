/**
 * What a log entry says: the payload's codec. Kinds, operations and catalog objects have fixed numbers that are never used again for anything else;
 * the golden bytes test holds them. Here it is compressed and sealed; the chain is outside.
 */
@org.jspecify.annotations.NullMarked
package io.craton.storage.entry;
