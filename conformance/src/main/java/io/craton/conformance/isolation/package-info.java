/** PostgreSQL's isolation specs, permutation by permutation, against PostgreSQL and Craton: who waits, what comes back, what is refused. Begin at IsolationMain. */
@org.jspecify.annotations.NullMarked
package io.craton.conformance.isolation;
