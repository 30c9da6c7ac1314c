// knex: its schema builder, migrations with its lock table, query builder, transactions, column information.
const knex = require('knex')({ client: 'pg', connection: { host: process.env.PGHOST, port: process.env.PGPORT, user: process.env.PGUSER, database: process.env.PGDATABASE }, pool: { min: 0, max: 4 }, searchPath: ['app', 'public'] });
const migrations = [
  { name: '1', up: async k => {
    await k.schema.createSchemaIfNotExists('app');
    await k.schema.withSchema('app').createTable('users', t => {
      t.increments(); t.string('email', 80).notNullable().unique(); t.enu('kind', ['a', 'b'], { useNative: true, enumName: 'kinds', schemaName: 'app' }); t.jsonb('data').defaultTo('{}'); t.decimal('credit', 10, 2).defaultTo(0);
      t.uuid('token').defaultTo(k.raw('gen_random_uuid()')); t.specificType('tags', 'text[]'); t.timestamps(true, true); t.boolean('ok').index(); t.comment('the users'); t.check('credit >= 0', [], 'credit_check');
    });
    await k.schema.createTable('app.posts', t => { t.bigIncrements('id'); t.integer('user_id').references('id').inTable('app.users').onDelete('CASCADE').index(); t.text('body').comment('text'); t.unique(['user_id', 'body'], { deferrable: 'deferred' }); });
  }, down: async k => { await k.schema.dropTable('app.posts'); await k.schema.dropTable('app.users'); await k.raw('drop type app.kinds'); } },
  { name: '2', up: async k => {
    await k.schema.alterTable('app.users', t => { t.string('name').after('email'); t.string('email', 120).notNullable().alter(); t.renameColumn('ok', 'active'); t.dropChecks('credit_check'); t.index(['name', 'email'], 'name_email', { predicate: k.whereNotNull('name') }); t.setNullable('created_at'); });
    await k.schema.createView('app.active', v => { v.columns(['id', 'email']); v.as(k('app.users').select('id', 'email').where('active', true)); });
    await k.schema.createMaterializedView('app.counted', v => { v.as(k('app.posts').count('* as n')); }); await k.schema.refreshMaterializedView('app.counted');
  }, down: async k => { await k.schema.dropMaterializedView('app.counted'); await k.schema.dropView('app.active'); await k.schema.alterTable('app.users', t => { t.dropColumn('name'); t.renameColumn('active', 'ok'); }); } }];
const migrationSource = { getMigrations: async () => migrations, getMigrationName: m => m.name, getMigration: m => m };
(async () => {
  await knex.raw('create schema app');
  console.log(await knex.migrate.latest({ migrationSource }), await knex.migrate.currentVersion({ migrationSource }));
  console.log(JSON.stringify(await knex('users').withSchema('app').columnInfo()), await knex.schema.withSchema('app').hasTable('posts'), await knex.schema.withSchema('app').hasColumn('users', 'active'));
  const ids = await knex('users').insert([{ email: 'a@x', kind: 'a', tags: ['t'], active: true }, { email: 'b@x', data: { k: { l: 2 } } }], ['id', 'email']);
  console.log(ids, await knex('users').insert({ email: 'a@x', credit: 5 }).onConflict('email').merge(['credit']).returning(['id', 'credit']), await knex('users').insert({ email: 'a@x' }).onConflict('email').ignore());
  await knex.transaction(async trx => {
    await trx('posts').insert(ids.map(i => ({ user_id: i.id, body: 'p' })));
    await trx.transaction(async inner => { await inner('posts').del(); throw new Error('back'); }).catch(e => console.log(e.message));
    console.log(await trx('posts').count(), (await trx('users').where({ email: 'a@x' }).forUpdate().noWait().first('kind')).kind);
  });
  console.log(await knex('users as u').join('posts as p', 'p.user_id', 'u.id').select('u.email', knex.raw('count(*) over (partition by kind) as n')).whereJsonPath('data', '$.k.l', '=', 2).orWhereILike('email', 'A%').orderBy('u.email'));
  console.log(await knex.with('x', knex('users').select('email')).select('*').from('x').union(knex.select(knex.raw("'z'"))).orderBy('email'), await knex('users').whereJsonSupersetOf('data', { k: { l: 2 } }).pluck('email'));
  console.log(await knex('users').update({ credit: knex.raw('?? + ?', ['credit', 1.5]) }).whereIn('id', ids.map(i => i.id)).returning('credit').then(r => r.map(x => x.credit).sort()), (await knex.batchInsert('posts', Array.from({ length: 70 }, (_, i) => ({ user_id: ids[0].id, body: 'b' + i })), 30).returning('id')).length);
  let n = 0; for await (const row of knex('posts').select().stream()) n++; console.log(n, await knex('posts').distinctOn('user_id').orderBy('user_id').orderBy('id').select('user_id'));
  try { await knex('users').insert({ email: null }); } catch (e) { console.log(e.code, e.message); }
  console.log(await knex.migrate.rollback({ migrationSource }, true), await knex.migrate.list({ migrationSource }));
  await knex.destroy();
})().catch(e => { console.error(e); process.exit(1); });
