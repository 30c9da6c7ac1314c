/** PostgreSQL's regression suite: where it comes from, its schedule, and which of its files count as core. */
package io.craton.conformance.source;
