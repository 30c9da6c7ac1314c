// SQLPad: the real server over a database. An administrator signs up, makes a connection, looks at the schema, saves and runs queries, downloads a result.
const { spawn } = require('child_process');
const fs = require('fs'); const os = require('os'); const path = require('path'); const net = require('net');
(async () => {
  const { Client } = require('pg');
  const c = new Client(); await c.connect();
  await c.query("create schema shop; create table shop.sale (id serial primary key, region text, amount numeric(10,2), sold date); comment on column shop.sale.amount is 'in francs';" +
    "create view shop.regions as select region, sum(amount) as total from shop.sale group by region; create materialized view shop.days as select sold, count(*) from shop.sale group by sold;" +
    "insert into shop.sale (region, amount, sold) select (array['n','s'])[i % 2 + 1], i, date '2024-01-01' + i from generate_series(1, 100) i");
  await c.end();
  const port = await new Promise(r => { const s = net.createServer().listen(0, '127.0.0.1', () => { const p = s.address().port; s.close(() => r(p)); }); });
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sqlpad'));
  const server = spawn(process.execPath, [require.resolve('sqlpad/server.js')], { env: { ...process.env, SQLPAD_PORT: port, SQLPAD_IP: '127.0.0.1', SQLPAD_DB_PATH: folder, SQLPAD_PASSPHRASE: 'x' }, stdio: 'ignore' });
  const base = 'http://127.0.0.1:' + port;
  let cookie = '';
  const call = async (method, url, body) => {
    const r = await fetch(base + url, { method, headers: { 'content-type': 'application/json', cookie }, body: body && JSON.stringify(body), redirect: 'manual' });
    for (const set of r.headers.getSetCookie()) cookie = set.split(';')[0];
    const text = await r.text();
    try { return JSON.parse(text); } catch (e) { return text; }
  };
  try {
    for (let i = 0; ; i++) { try { await call('GET', '/api/app'); break; } catch (e) { if (i > 300) throw e; await new Promise(r => setTimeout(r, 100)); } }
    await call('POST', '/api/signup', { email: 'a@x.org', password: 'pass', passwordConfirmation: 'pass' });
    await call('POST', '/api/signin', { email: 'a@x.org', password: 'pass' });
    const connection = { name: 'db', driver: 'postgres', host: process.env.PGHOST, port: process.env.PGPORT, database: process.env.PGDATABASE, username: process.env.PGUSER, password: 'x', maxRows: 50 };
    console.log(JSON.stringify(await call('POST', '/api/test-connection', connection)));
    const made = (await call('POST', '/api/connections', connection)).connection;
    console.log(JSON.stringify((await call('GET', '/api/schema-info/' + made._id)).schemaInfo));
    const run = async queryText => (await call('POST', '/api/query-result', { connectionId: made._id, cacheKey: 'k', queryName: 'q', queryText }));
    for (const sql of ['select * from shop.regions order by 1', 'select id, amount, sold from shop.sale order by id', 'select 1 as a; select 2 as b', 'selekt', 'select sold, count from shop.days order by sold limit 2']) {
      const r = await run(sql);
      console.log(JSON.stringify({ error: r.error, fields: r.queryResult && r.queryResult.fields, incomplete: r.queryResult && r.queryResult.incomplete, rows: r.queryResult && r.queryResult.rows.slice(0, 3), n: r.queryResult && r.queryResult.rows.length, meta: r.queryResult && r.queryResult.meta }));
    }
    const saved = (await call('POST', '/api/queries', { connectionId: made._id, name: 'saved', queryText: 'select region, count(*) from shop.sale group by 1 order by 1', tags: [] })).query;
    console.log(JSON.stringify((await call('GET', '/api/query-result/' + saved._id)).queryResult.rows), await call('GET', '/download-results/' + saved._id + '.csv'));
  } finally {
    server.kill('SIGKILL');
    fs.rmSync(folder, { recursive: true, force: true });
  }
})().catch(e => { console.error(e); process.exit(1); });
