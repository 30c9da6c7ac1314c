// TypeORM: schema synchronisation twice (the second must find nothing to do), repositories, query builder, locks.
require('reflect-metadata');
const { DataSource, EntitySchema, ILike, In, QueryFailedError } = require('typeorm');
const Author = new EntitySchema({ name: 'Author', tableName: 'author', columns: { id: { type: 'int', primary: true, generated: 'increment' }, name: { type: 'varchar', length: 50, unique: true }, kind: { type: 'enum', enum: ['x', 'y'], default: 'x' }, data: { type: 'jsonb', nullable: true }, tags: { type: 'text', array: true, default: [] }, price: { type: 'numeric', precision: 8, scale: 2, nullable: true }, created: { type: 'timestamptz', createDate: true }, version: { type: 'int', version: true }, gone: { type: 'timestamp', deleteDate: true, nullable: true } },
  relations: { books: { type: 'one-to-many', target: 'Book', inverseSide: 'author', cascade: true } }, indices: [{ columns: ['kind', 'name'] }], checks: [{ expression: '"price" > 0' }] });
const Book = new EntitySchema({ name: 'Book', tableName: 'book', columns: { id: { type: 'uuid', primary: true, generated: 'uuid' }, title: { type: 'text', comment: 'title of it' }, n: { type: 'bigint', default: 5 } }, relations: { author: { type: 'many-to-one', target: 'Author', onDelete: 'CASCADE', inverseSide: 'books' }, related: { type: 'many-to-many', target: 'Book', joinTable: true } } });
(async () => {
  const d = new DataSource({ type: 'postgres', host: process.env.PGHOST, port: +process.env.PGPORT, username: process.env.PGUSER, database: process.env.PGDATABASE, entities: [Author, Book], uuidExtension: 'pgcrypto', installExtensions: false });
  await d.initialize();
  await d.synchronize();
  console.log((await d.driver.createSchemaBuilder().log()).upQueries.map(q => q.query));
  const authors = d.getRepository('Author');
  const a = await authors.save({ name: 'Ann', data: { k: 1 }, tags: ['p', 'q'], price: '2.50', books: [{ title: 'b1' }, { title: 'b2' }] });
  await authors.insert([{ name: 'Bob' }, { name: 'Cid', kind: 'y' }]);
  console.log((await authors.find({ where: [{ name: ILike('a%') }, { kind: In(['y']) }], relations: { books: true }, order: { name: 'ASC', books: { title: 'ASC' } } })).map(x => [x.name, x.version, x.price, x.tags, x.books.map(b => b.title)]));
  a.price = '3.25'; await authors.save(a); console.log(a.version, await authors.count(), (await authors.softDelete({ name: 'Cid' })).affected, await authors.count(), await authors.count({ withDeleted: true }));
  console.log(await d.createQueryBuilder('Author', 'a').leftJoin('a.books', 'b').select('a.kind', 'kind').addSelect('count(b.id)', 'n').groupBy('a.kind').having('count(*) > :n', { n: 0 }).orderBy('a.kind').getRawMany());
  console.log((await d.createQueryBuilder().insert().into('Author').values({ name: 'Ann', kind: 'y' }).orUpdate(['kind'], ['name']).returning('kind').execute()).raw, (await d.createQueryBuilder().update('Author').set({ price: () => 'price + 1' }).where('name = :n', { n: 'Ann' }).returning('price').execute()).raw);
  await d.transaction('SERIALIZABLE', async m => { console.log((await m.getRepository('Author').findOne({ where: { name: 'Ann' }, lock: { mode: 'pessimistic_write_or_fail' } })).name); await m.transaction(async n => { await n.delete('Book', {}); throw new Error('back'); }).catch(e => console.log(e.message)); console.log(await m.count('Book')); });
  try { await authors.insert({ name: 'Ann' }); } catch (e) { console.log(e instanceof QueryFailedError, e.driverError.code, e.driverError.detail); }
  const r = d.createQueryRunner(); const t = await r.getTable('author'); console.log(t.columns.map(c => [c.name, c.type, c.length, c.isNullable, c.default, c.enum, c.isArray, c.precision]), t.indices.length, t.uniques.length, t.checks.map(c => c.expression), (await r.getTable('book')).foreignKeys.map(f => [f.columnNames, f.onDelete])); await r.release();
  await d.dropDatabase(); await d.destroy();
})().catch(e => { console.error(e); process.exit(1); });
