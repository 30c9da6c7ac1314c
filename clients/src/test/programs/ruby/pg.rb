# ruby-pg: type maps, parameters in both formats, COPY, pipeline mode, single-row mode, notices, cancel.
require "pg"
c = PG.connect
c.type_map_for_results = PG::BasicTypeMapForResults.new(c)
c.type_map_for_queries = PG::BasicTypeMapForQueries.new(c)
puts c.server_version / 10000, c.transaction_status, c.internal_encoding
c.exec("create table t (id int generated always as identity primary key, name text, n numeric, a int[], b bytea, at timestamptz, d date, ok bool, f float8)")
r = c.exec_params("insert into t (name, n, a, ok, f) values ($1, $2, $3, $4, $5), ('two', null, '{}', null, 'NaN') returning *", ["one", 1.5, [1, 2], true, 0.1])
r.each { |row| p row }
p r.fields, r.ftype(2), r.fmod(2), r.cmd_tuples, r.cmd_status, r.ftablecol(1)
p PG.connect.exec_params("select $1::int4, $2::text, $3::bytea", [{value: [7].pack("N"), format: 1, type: 23}, "x", {value: "\x00\xff".b, format: 1}], 1).values.map { |v| v.map(&:inspect) }
c.prepare("find", "select name from t where id = $1"); p c.exec_prepared("find", [1]).values
d = c.describe_prepared("find"); p d.nparams, d.paramtype(0), d.ftype(0)
begin c.exec("insert into t (id) values (1)"); rescue PG::Error => e
  p e.class, e.result.error_field(PG::Result::PG_DIAG_SQLSTATE), e.message end
begin c.exec("select 1/0"); rescue PG::DivisionByZero => e
  p e.message end
c.copy_data("copy t (name, n) from stdin") { 100.times { |i| c.put_copy_data("r#{i}\t#{i}\n") } }
c.copy_data("copy (select name, n from t where n > 97 order by n) to stdout") { while (line = c.get_copy_data); p line; end }
c.send_query("select id from t order by id"); c.set_single_row_mode
count = 0; while (r = c.get_result); r.check; count += r.ntuples; end; p count
c.enter_pipeline_mode
5.times { |i| c.send_query_params("select $1::int * 2", [i]) }; c.send_query_params("select 1/$1::int", [0]); c.send_query_params("select 1", []); c.pipeline_sync
answers = []
loop { r = c.get_result; next answers << nil if r.nil? && answers.last; break if r.nil?; answers << (r.result_status == PG::PGRES_TUPLES_OK ? r.values : r.res_status(r.result_status)); break if r.result_status == PG::PGRES_PIPELINE_SYNC }
p answers.compact; c.get_result; c.exit_pipeline_mode
c.transaction { |t| t.exec("update t set n = 0"); t.exec("update t set f = 1") } rescue p $!
c.set_notice_processor { |m| puts m }; c.exec("do $$ begin raise notice 'note'; end $$")
c.exec("listen chan"); PG.connect.exec("notify chan, 'x'"); c.wait_for_notify(20) { |ch, pid, payload| p ch, payload }
Thread.new { sleep 0.2; c.cancel }; begin c.async_exec("select pg_sleep(20)"); rescue PG::QueryCanceled => e
  p e.message end
p c.exec("select count(*), sum(n), max(id) from t").values, c.escape_string("a'b"), c.quote_ident("A b"), c.escape_bytea("\x01'")
