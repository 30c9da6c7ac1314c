/** Static loops over primitive arrays: the vectorised forms of hot operators. Nothing here knows plans or contexts. */
@org.jspecify.annotations.NullMarked
package io.craton.sql.kernel;
