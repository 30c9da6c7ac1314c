package io.craton.sql.exec;

import io.craton.core.type.PgRecord;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.catalog.CatalogObject.TriggerDef;
import org.jspecify.annotations.Nullable;

/**
 * One firing of a trigger.
 *
 * @param old the row as it was; null for INSERT and for statements
 * @param current the row as it is to be; null for DELETE and for statements
 * @param blank a row of the table without values
 * @param oldTable rows that the statement took away, where the trigger asks for them
 * @param newTable rows that it brought
 */
public record TriggerCall(TriggerDef trigger, TableDef table, TriggerEvent event, @Nullable PgRecord old, @Nullable PgRecord current,
        PgRecord blank, @Nullable TransitionTable oldTable, @Nullable TransitionTable newTable) {}
