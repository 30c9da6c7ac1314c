/** What busy code writes its measurements into: cheap, without a library. The server turns them into metrics. */
@org.jspecify.annotations.NullMarked
package io.craton.core.metric;
