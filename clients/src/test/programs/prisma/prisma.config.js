const { PrismaPg } = require('@prisma/adapter-pg');
const { Client } = require('pg');
// The adapter does not know the type "char", which the engine asks the catalogs for: it is told that it is text.
class CatalogTypes extends Client {
  constructor(config) {
    super(config);
    this.connection.on('rowDescription', ({ fields }) => fields.filter(f => f.dataTypeID === 18).forEach(f => { f.dataTypeID = 25; }));
  }
}
// It drops its shadow database before it closes the connection to it: one that rests is closed at once.
module.exports = { experimental: { adapter: true }, engine: 'js', schema: 'work/schema.prisma', migrations: { initShadowDb: '', path: 'work/migrations' },
  adapter: async () => new PrismaPg({ host: process.env.PGHOST, port: +process.env.PGPORT, user: process.env.PGUSER, database: process.env.PGDATABASE, idleTimeoutMillis: 1, allowExitOnIdle: true, Client: CatalogTypes }) };
