/**
 * Scripts carried out as psql would, on one server at a time: the reference first, then the server under test, which is asked the same statements and
 * brought into the same transaction state after each.
 */
package io.craton.conformance.run;
