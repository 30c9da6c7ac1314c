/**
 * Fault tests: a real node under concurrent clients is killed, loses power or fills its disk; after each restart pure checkers
 * compare what was promised with what is there. A client only: nothing of the engine is imported. {@link io.craton.jepsen.Main}
 * is the door, {@link io.craton.jepsen.Trial} the sequence of one round, {@link io.craton.jepsen.check} the judgement.
 */
@org.jspecify.annotations.NullMarked
package io.craton.jepsen;
