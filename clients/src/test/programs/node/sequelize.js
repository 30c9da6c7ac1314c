// Sequelize: sync, alter, associations, scopes, upsert, JSON, arrays, enums, transactions, its description of tables.
const { Sequelize, DataTypes, Op, Transaction, fn, col, literal } = require('sequelize');
const s = new Sequelize(process.env.PGDATABASE, process.env.PGUSER, 'x', { host: process.env.PGHOST, port: process.env.PGPORT, dialect: 'postgres', logging: false });
(async () => {
  await s.authenticate();
  const User = s.define('user', { name: { type: DataTypes.STRING(40), allowNull: false, unique: true }, kind: DataTypes.ENUM('a', 'b'), data: DataTypes.JSONB, tags: DataTypes.ARRAY(DataTypes.TEXT), credit: { type: DataTypes.DECIMAL(10, 2), defaultValue: 0 }, token: { type: DataTypes.UUID, defaultValue: '00000000-0000-0000-0000-000000000001' }, day: DataTypes.DATEONLY, picture: DataTypes.BLOB }, { paranoid: true, indexes: [{ fields: [{ name: 'credit', order: 'DESC' }] }, { fields: ['data'], name: 'by_data' }] });
  const Post = s.define('post', { title: { type: DataTypes.STRING, comment: 'the title' }, views: DataTypes.BIGINT });
  const Tag = s.define('tag', { id: { type: DataTypes.STRING(10), primaryKey: true } }, { timestamps: false });
  User.hasMany(Post, { onDelete: 'CASCADE' }); Post.belongsTo(User); Post.belongsToMany(Tag, { through: 'post_tags', timestamps: false }); Tag.belongsToMany(Post, { through: 'post_tags', timestamps: false });
  await s.sync({ force: true }); await s.sync({ alter: true });
  const q = s.getQueryInterface();
  console.log((await q.showAllTables()).sort(), Object.entries(await q.describeTable('users')).sort((a, b) => a[0] < b[0] ? -1 : 1).map(x => JSON.stringify(x)), JSON.stringify(await q.showIndex('users')).replace(/"(indrelid|oid)":\d+/g, ''), JSON.stringify(await q.getForeignKeyReferencesForTable('posts')).replaceAll(process.env.PGDATABASE, 'DB'));
  const u = await User.create({ name: 'ann', kind: 'a', data: { k: { l: [1, 2] } }, tags: ['x', 'y'], day: '2020-02-29', picture: Buffer.from('p'), posts: [{ title: 'one', views: '9007199254740993' }, { title: 'two' }] }, { include: Post });
  await User.bulkCreate(Array.from({ length: 20 }, (_, i) => ({ name: 'u' + i, credit: i })), { returning: true });
  console.log(u.id, (await User.upsert({ name: 'ann', kind: 'b' }, { conflictFields: ['name'] }))[0].kind, await User.findOrCreate({ where: { name: 'u1' } }).then(r => r[1]));
  console.log((await User.findAll({ where: { [Op.or]: [{ 'data.k.l': { [Op.ne]: null } }, { name: { [Op.iLike]: 'U1%' } }, { tags: { [Op.contains]: ['x'] } }], credit: { [Op.between]: [0, 15] } }, include: [{ model: Post, required: false, order: [['id', 'ASC']] }], order: [['name', 'ASC'], [Post, 'id', 'ASC']], limit: 5, offset: 1 })).map(x => [x.name, x.posts.map(p => p.title)]));
  console.log(JSON.stringify(await User.findAll({ attributes: ['kind', [fn('count', col('id')), 'n'], [literal('sum(credit)'), 'sum']], group: ['kind'], order: [['kind', 'ASC']], raw: true })));
  await s.transaction({ isolationLevel: Transaction.ISOLATION_LEVELS.SERIALIZABLE }, async t => {
    const x = await User.findOne({ where: { name: 'u5' }, lock: t.LOCK.UPDATE, skipLocked: true, transaction: t }); await x.increment('credit', { by: 2, transaction: t }); await x.reload({ transaction: t }); console.log(x.credit);
    await s.transaction({ transaction: t }, async inner => { await Post.destroy({ where: {}, transaction: inner }); throw new Error('back'); }).catch(e => console.log(e.message, 'posts'));
    console.log(await Post.count({ transaction: t }));
  });
  try { await User.create({ name: 'ann' }); } catch (e) { console.log(e.name, e.errors.map(x => x.message), e.parent.code); }
  await (await Post.findOne({ where: { title: 'one' } })).addTag(await Tag.create({ id: 'red' })); console.log((await Post.findAndCountAll({ include: Tag, distinct: true, order: ['id'] })).count, (await User.destroy({ where: { name: 'u1' } })), await User.count(), await User.count({ paranoid: false }));
  await q.addColumn('posts', 'extra', { type: DataTypes.INTEGER, defaultValue: 3 }); await q.changeColumn('posts', 'extra', { type: DataTypes.STRING }); await q.renameColumn('posts', 'extra', 'more'); await q.addConstraint('posts', { type: 'check', fields: ['more'], where: { more: { [Op.ne]: 'bad' } }, name: 'more_ok' }); await q.removeConstraint('posts', 'more_ok'); await q.addIndex('posts', ['more'], { concurrently: true }); await q.removeColumn('posts', 'more');
  console.log(JSON.stringify(await s.query('select :a::int as a', { replacements: { a: 5 }, type: 'SELECT' })), JSON.stringify(await s.query('select $1::text as b', { bind: ['c'], type: 'SELECT' })));
  await s.drop({}); console.log(await q.showAllTables()); await s.close();
})().catch(e => { console.error(e); process.exit(1); });
