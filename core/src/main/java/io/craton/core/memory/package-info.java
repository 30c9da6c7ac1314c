/** What a tenant's statements take of the node's memory together: an account for each tenant, and leases in it. Knows nothing of who takes it. Any thread. */
@org.jspecify.annotations.NullMarked
package io.craton.core.memory;
