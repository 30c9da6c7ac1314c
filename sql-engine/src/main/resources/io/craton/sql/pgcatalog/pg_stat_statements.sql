create function pg_stat_statements(in showtext boolean,
    out userid oid,
    out dbid oid,
    out toplevel bool,
    out queryid bigint,
    out query text,
    out plans int8,
    out total_plan_time float8,
    out min_plan_time float8,
    out max_plan_time float8,
    out mean_plan_time float8,
    out stddev_plan_time float8,
    out calls int8,
    out total_exec_time float8,
    out min_exec_time float8,
    out max_exec_time float8,
    out mean_exec_time float8,
    out stddev_exec_time float8,
    out rows int8,
    out shared_blks_hit int8,
    out shared_blks_read int8,
    out shared_blks_dirtied int8,
    out shared_blks_written int8,
    out local_blks_hit int8,
    out local_blks_read int8,
    out local_blks_dirtied int8,
    out local_blks_written int8,
    out temp_blks_read int8,
    out temp_blks_written int8,
    out blk_read_time float8,
    out blk_write_time float8,
    out temp_blk_read_time float8,
    out temp_blk_write_time float8,
    out wal_records int8,
    out wal_fpi int8,
    out wal_bytes numeric,
    out jit_functions int8,
    out jit_generation_time float8,
    out jit_inlining_count int8,
    out jit_inlining_time float8,
    out jit_optimization_count int8,
    out jit_optimization_time float8,
    out jit_emission_count int8,
    out jit_emission_time float8)
    returns setof record language internal strict volatile parallel safe as 'pg_stat_statements_1_10';
create view pg_stat_statements as select * from pg_stat_statements(true);
grant select on pg_stat_statements to public;
create function pg_stat_statements_info(out dealloc bigint, out stats_reset timestamp with time zone)
    returns record language internal strict volatile parallel safe as 'pg_stat_statements_info';
create view pg_stat_statements_info as select * from pg_stat_statements_info();
grant select on pg_stat_statements_info to public;
create function pg_stat_statements_reset(in userid oid default 0, in dbid oid default 0, in queryid bigint default 0)
    returns void language internal strict parallel safe as 'pg_stat_statements_reset_1_7';
revoke all on function pg_stat_statements_reset(oid, oid, bigint) from public;
