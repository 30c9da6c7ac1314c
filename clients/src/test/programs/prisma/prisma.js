// Prisma: migrations (also two runners at once, and one that fails), its history table, push and pull, the client's queries.
const fs = require('fs');
const { promisify } = require('util');
const execFile = promisify(require('child_process').execFile);
const { Client } = require('pg');
const env = { ...process.env, CI: '1', CHECKPOINT_DISABLE: '1', PRISMA_HIDE_UPDATE_MESSAGE: '1', NO_COLOR: '1', DATABASE_URL: 'postgresql://unused' };
const clean = s => s.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'UUID').replace(/started at \S+ \S+/g, 'started at TIME').replace(/\d{14}_/g, 'TIME_').replace(/\d+(\.\d+)?m?s\b/g, 'TIME')
  .split('\n').filter(l => l.trim() && !/WARNING: Your schema|^- url|^The values from|^We recommend|Loaded Prisma|Prisma config/.test(l)).join('\n');
const run = (...args) => execFile('node', ['-r', './timers.js', 'node_modules/prisma/build/index.js', ...args], { env }).then(r => clean(r.stdout), e => `code ${e.code}\n${clean(e.stdout + e.stderr)}`);
const show = async (...args) => console.log('$', ...args, '\n' + await run(...args));
const schema = models => fs.writeFileSync('work/schema.prisma', `generator client {\n  provider = "prisma-client-js"\n  engineType = "client"\n  output = "../client"\n}\ndatasource db {\n  provider = "postgresql"\n  url = env("DATABASE_URL")\n}\n${models}`);
const migration = (name, sql) => { fs.mkdirSync(`work/migrations/${name}`, { recursive: true }); fs.writeFileSync(`work/migrations/${name}/migration.sql`, sql); };
const MODELS = `
enum Role {
  USER
  ADMIN
}
model User {
  id      Int      @id @default(autoincrement())
  email   String   @unique
  role    Role     @default(USER)
  data    Json?
  posts   Post[]
  created DateTime @default(now())
}
model Post {
  id       String     @id @default(dbgenerated("gen_random_uuid()")) @db.Uuid
  title    String     @db.VarChar(100)
  price    Decimal    @default(1.50) @db.Decimal(8, 2)
  tags     String[]
  big      BigInt?
  raw      Bytes?
  day      DateTime?  @db.Date
  at       DateTime?  @db.Timestamptz(3)
  author   User       @relation(fields: [authorId], references: [id], onDelete: Cascade)
  authorId Int
  labels   Label[]
  @@unique([authorId, title])
  @@index([title(sort: Desc), authorId])
}
model Label {
  id    Int    @id @default(autoincrement())
  b     String @db.Char(3)
  posts Post[]
  @@map("labels")
}
`;
(async () => {
  fs.rmSync('work', { recursive: true, force: true });
  fs.mkdirSync('work/migrations', { recursive: true });
  fs.writeFileSync('work/migrations/migration_lock.toml', 'provider = "postgresql"\n');
  const d = new Client({}); await d.connect();
  const history = async () => console.log((await d.query('select migration_name, finished_at is not null as finished, rolled_back_at is not null as rolled_back, applied_steps_count, logs from _prisma_migrations order by started_at, migration_name')).rows
    .map(r => [r.migration_name.replace(/^\d{14}_/, 'TIME_'), r.finished, r.rolled_back, r.applied_steps_count, r.logs]));
  schema(MODELS);
  const first = await execFile('node', ['node_modules/prisma/build/index.js', 'migrate', 'diff', '--from-empty', '--to-schema-datamodel', 'work/schema.prisma', '--script'], { env });
  migration('1_first', first.stdout);
  migration('2_view', 'create view loud as select upper(email) as email from "User"; create function twice(i int) returns int language sql return i * 2;');
  migration('3_sleep', 'select pg_sleep(0.5)::text; create index on "Post" (price) where price > 0;');
  await show('migrate', 'status');
  const both = await Promise.all([run('migrate', 'deploy'), run('migrate', 'deploy')]);
  console.log(both.filter(s => /No pending/.test(s)).length, both.filter(s => /successfully applied/.test(s)).length);
  await history();
  await show('migrate', 'status');
  await show('db', 'pull', '--print');
  await show('db', 'push', '--skip-generate');
  migration('4_fails', 'create table half (i int);\ninsert into half values (1);\nselect 1 / 0;');
  await show('migrate', 'deploy'); await history();
  await show('migrate', 'deploy');
  console.log((await d.query("select to_regclass('half') as half")).rows);
  await d.query("update _prisma_migrations set rolled_back_at = now() where migration_name = '4_fails'; drop table if exists half"); // migrate resolve needs the engine that npm does not bring
  migration('4_fails', 'create table half (i int primary key);');
  await show('migrate', 'deploy'); await history();
  schema(MODELS + 'model half {\n  i Int @id\n  more String? @default("x")\n}\n');
  await show('db', 'push', '--skip-generate');
  await show('generate', '--no-hints');
  const { PrismaClient, Prisma } = require('./client');
  const config = require('./prisma.config.js');
  const p = new PrismaClient({ adapter: await config.adapter() });
  const u = await p.user.create({ data: { email: 'ann@x', data: { k: [1, null] }, posts: { create: [{ title: 'a', tags: ['p', 'q'], big: 2n ** 60n, raw: Buffer.from('ab'), day: new Date('2024-02-29'), at: new Date('2024-02-29T12:00:00.123Z'), labels: { create: [{ b: 'x' }, { b: 'y' }] } }, { title: 'b', price: '12.34' }] } },
    include: { posts: { omit: { id: true }, include: { labels: true }, orderBy: { title: 'asc' } } }, omit: { created: true } });
  console.log(JSON.stringify(u, (k, v) => typeof v === 'bigint' ? `${v}n` : v));
  await p.user.createMany({ data: [{ email: 'bob@x', role: 'ADMIN' }, { email: 'cid@x' }, { email: 'bob@x' }], skipDuplicates: true });
  console.log(await p.user.findMany({ where: { OR: [{ email: { contains: 'O', mode: 'insensitive' } }, { posts: { some: { tags: { has: 'p' } } } }, { data: { path: ['k', '0'], equals: 1 } }] }, select: { email: true, _count: { select: { posts: true } } }, orderBy: { email: 'asc' } }));
  console.log(JSON.stringify([await p.post.aggregate({ _sum: { price: true }, _avg: { price: true }, _count: true }), await p.user.groupBy({ by: ['role'], _count: true, orderBy: { role: 'asc' }, having: { id: { _count: { gt: 0 } } } }),
    await p.user.upsert({ where: { email: 'ann@x' }, create: { email: 'ann@x' }, update: { role: 'ADMIN' }, select: { role: true } }), await p.user.updateMany({ where: { role: 'ADMIN' }, data: { data: Prisma.DbNull } }), await p.$queryRaw`select twice(${4}::int) as n, now() > ${new Date(0)} as later`, await p.$executeRaw`update "Post" set price = price + ${1}`]));
  for (const wrong of [() => p.user.create({ data: { email: 'ann@x' } }), () => p.post.create({ data: { title: 'x', authorId: 99 } }), () => p.user.update({ where: { id: 99 }, data: { role: 'USER' } }), () => p.$queryRaw`select 1 / 0`, () => p.post.create({ data: { title: 'x'.repeat(101), authorId: u.id } }), () => p.$queryRaw`select * from nowhere`])
    await wrong().then(() => console.log('none'), e => console.log(e.code, JSON.stringify(e.meta), e.message.split('\n').pop()));
  await p.$transaction(async t => { await t.user.delete({ where: { email: 'cid@x' } }); throw new Error('back'); }).catch(e => console.log(e.message, 'stays'));
  console.log(await p.$transaction([p.user.count(), p.user.deleteMany({ where: { email: 'ann@x' } }), p.post.count()], { isolationLevel: 'Serializable' }));
  await p.$disconnect(); await d.end();
  await show('migrate', 'reset', '--force', '--skip-seed', '--skip-generate');
  await show('migrate', 'dev', '--name', 'more', '--skip-generate');
})().catch(e => { console.error(e.message.split('\n').pop()); process.exit(1); });
