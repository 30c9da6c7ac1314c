/** Bytes of rows and keys: an order-preserving key encoding and the stored row image. */
@org.jspecify.annotations.NullMarked
package io.craton.storage.row;
