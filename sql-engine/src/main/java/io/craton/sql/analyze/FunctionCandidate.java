package io.craton.sql.analyze;

import io.craton.sql.function.FunctionDef;
import org.jspecify.annotations.Nullable;

/**
 * A function seen as one way to take a call's arguments.
 *
 * @param types effective declared types, one for each argument of the call and then one for each default used
 * @param variadicCount how many trailing arguments go into the variadic array, 0 when none do
 * @param defaultCount how many arguments take their defaults
 * @param parameterOf for named notation: parameter index of each argument, then of each default; null when positional
 */
record FunctionCandidate(FunctionDef function, int[] types, int variadicCount, int defaultCount, int @Nullable [] parameterOf) {}
