/** What statements cost: pg_stat_statements. */
@NullMarked
package io.craton.sql.statistics;

import org.jspecify.annotations.NullMarked;
