package io.craton.storage.projection;

/** What a tenant shows to new snapshots: published whole, after the batch that made it so. */
public record TenantState(long position, Schema schema) {}
