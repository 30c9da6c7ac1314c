/** Figures per script and over all, reasons by weight, and the ratchet that holds what was reached. */
package io.craton.conformance.report;
