/**
 * PostgreSQL's regression suite, statement by statement against a private PostgreSQL 15 and a Craton node. A client: it speaks the protocol to real
 * servers and imports nothing of Craton but the processes of the bench. Begin reading at {@link io.craton.conformance.Campaign}.
 */
package io.craton.conformance;
