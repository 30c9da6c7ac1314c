/** The judge: whether two answers are the same, and if not, why; and which failures only follow from earlier ones. */
package io.craton.conformance.compare;
