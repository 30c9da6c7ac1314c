// node-postgres: types, named statements, cursors, streams, pool, LISTEN, errors, COPY-free bulk through unnest.
const { Client, Pool, types } = require('pg');
const Cursor = require('pg-cursor');
const QueryStream = require('pg-query-stream');
(async () => {
  const c = new Client();
  await c.connect();
  c.on('notice', n => console.log('notice', n.severity, n.message));
  await c.query("set timezone = 'UTC'; create table t (id serial primary key, name text unique, n numeric, a int[], m text[][], j jsonb, b bytea, at timestamptz, d date, ok boolean, big bigint, f float8, i interval, p point)");
  const inserted = await c.query({ name: 'ins', text: 'insert into t (name, n, a, m, j, b, at, ok, big, f, i) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning *',
    values: ['x', '1.50', [1, null], [['a', 'b,"'], ['c', 'NULL']], { k: [1, { l: null }] }, Buffer.from([0, 255]), new Date(Date.UTC(2020, 1, 29)), true, '9007199254740993', 0.1, '1 day 2 hours'] });
  console.log(JSON.stringify(inserted.rows), inserted.command, inserted.rowCount, inserted.fields.map(f => f.name + ':' + f.dataTypeID + ':' + f.dataTypeModifier + ':' + f.format).join(' '));
  await c.query('insert into t (name, n) select * from unnest($1::text[], $2::numeric[])', [Array.from({ length: 100 }, (_, i) => 'n' + i), Array.from({ length: 100 }, (_, i) => i)]);
  console.log(JSON.stringify((await c.query({ text: 'select id, name from t where n > $1 order by id limit 2', values: [50], rowMode: 'array' })).rows));
  const many = await c.query('select 1 as a; select 2 as b; insert into t (name) values (\'m\')');
  console.log(JSON.stringify(many.map(r => [r.command, r.rowCount, r.rows])));
  for (const [sql, values] of [['select * from missing'], ['insert into t (name) values ($1)', ['x']], ['select $1::int', ['abc']], ['select 1/0'], ['select (']]) {
    try { await c.query(sql, values); } catch (e) { console.log(e.code, e.severity, e.message, e.detail, e.position, e.constraint, e.table, e.schema, e.routine !== ''); }
  }
  const cursor = c.query(new Cursor('select id from t order by id'));
  console.log((await cursor.read(10)).length, (await cursor.read(1000)).length, (await cursor.read(5)).length);
  await cursor.close();
  let streamed = 0;
  for await (const row of c.query(new QueryStream('select * from generate_series(0, $1) i', [999], { batchSize: 64 }))) streamed += row.i;
  console.log(streamed);
  await c.query("do $$ begin raise notice 'from node'; end $$");
  const pool = new Pool({ max: 4, statement_timeout: 5000, idle_in_transaction_session_timeout: 10000, application_name: 'pooled' });
  console.log((await Promise.all(Array.from({ length: 40 }, (_, i) => pool.query('select $1::int + 1 as n', [i])))).reduce((s, r) => s + r.rows[0].n, 0));
  const k = await pool.connect();
  try {
    await k.query('begin isolation level repeatable read'); await k.query('delete from t'); await k.query('rollback');
    console.log((await k.query("select count(*) from t")).rows, (await k.query("show application_name")).rows);
    await k.query("set statement_timeout = 50"); await k.query('select pg_sleep(10)');
  } catch (e) { console.log(e.code, e.message); } finally { k.release(); }
  await c.query('listen "a channel"');
  const heard = new Promise(r => c.once('notification', n => r([n.channel, n.payload])));
  await pool.query("select pg_notify('a channel', 'text')");
  console.log(await heard);
  await pool.end(); await c.end();
})().catch(e => { console.error(e); process.exit(1); });
