"""psycopg2: types both ways, server-side cursors, COPY, execute_values, notices, LISTEN, errors, isolation, two connections and a lock."""
import datetime, decimal, io, select, uuid
import psycopg2, psycopg2.extras, psycopg2.extensions, psycopg2.errors, psycopg2.sql

psycopg2.extras.register_uuid()
c = psycopg2.connect("")
print(c.get_parameter_status("integer_datetimes"), c.encoding, c.server_version // 10000, c.get_transaction_status())
k = c.cursor()
k.execute("create type mood as enum ('sad', 'happy'); create type pair as (a int, b text)")
k.execute("create table t (id serial primary key, n numeric(8,2), d date, ts timestamptz, i interval, u uuid, a int[], m text[][], j jsonb, b bytea, o bool, x float8, mo mood, p pair)")
psycopg2.extras.register_composite("pair", c)
value = (decimal.Decimal("1.50"), datetime.date(2020, 2, 29), datetime.datetime(2020, 1, 2, 3, 4, 5, 6, tzinfo=datetime.timezone.utc), datetime.timedelta(days=2, seconds=7),
         uuid.UUID(int=7), [1, None, 3], [["a", "b"], ["c", None]], psycopg2.extras.Json({"k": [1, 2.5, None]}), b"\x00\xff'\\", True, 0.1, "happy", (1, 'x, "y"'))
k.execute("set timezone = 'UTC'")
k.execute("insert into t (n, d, ts, i, u, a, m, j, b, o, x, mo, p) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s::pair) returning *", value)
row = k.fetchone()
print([bytes(v) if isinstance(v, memoryview) else v for v in row])
print([(d.name, d.type_code if d.type_code < 16384 else "user", d.internal_size, d.precision, d.scale) for d in k.description])
print(k.statusmessage, k.rowcount, k.lastrowid)
psycopg2.extras.execute_values(k, "insert into t (n, a) values %s", [(i, [i]) for i in range(250)], page_size=100)
psycopg2.extras.execute_batch(k, "update t set x = %s where id = %s", [(i * 0.5, i) for i in range(1, 30)])
c.commit()
with c.cursor("named", scrollable=True, withhold=True) as server:
    server.itersize = 40
    server.execute("select id, n from t order by id")
    c.commit()
    print(server.fetchone(), len(server.fetchmany(20)))
    server.scroll(100, mode="absolute"); print(server.fetchone())
    server.scroll(-2); print(server.fetchone(), sum(1 for _ in server))
out = io.StringIO()
k.copy_expert("copy (select id, a, j from t where id < 4 order by id) to stdout with csv header", out); print(out.getvalue())
k.copy_from(io.StringIO("1000\t5\n1001\t\\N\n"), "t", columns=("id", "n"))
print(k.rowcount)
k.execute("do $$ begin raise notice 'hello %', 5; raise warning 'careful'; end $$"); print(c.notices[-2:])
with c.cursor(cursor_factory=psycopg2.extras.RealDictCursor) as d:
    d.execute("select count(*) as n, max(id) from t where a && %(ids)s or mo = any(%(moods)s::mood[])", {"ids": [3, 4], "moods": ["happy"]}); print(dict(d.fetchone()))
with c.cursor(cursor_factory=psycopg2.extras.NamedTupleCursor) as d:
    d.execute(psycopg2.sql.SQL("select {} from {} where id = 1").format(psycopg2.sql.Identifier("mo"), psycopg2.sql.Identifier("public", "t"))); print(d.fetchone().mo)
c.commit()
for bad in ["select 1/0", "insert into t (id) values (1)", "selekt", "select * from nowhere", "insert into t (mo) values ('angry')", "select 'x'::int", "insert into t (n) values (1234567)"]:
    try:
        k.execute(bad)
    except psycopg2.Error as e:
        print(type(e).__name__, e.pgcode, e.diag.severity, e.diag.message_primary, e.diag.message_detail, e.diag.table_name, e.diag.constraint_name, e.diag.statement_position)
        c.rollback()
c.set_session(isolation_level="REPEATABLE READ", readonly=True)
try:
    k.execute("delete from t")
except psycopg2.errors.ReadOnlySqlTransaction as e:
    print(e.pgcode); c.rollback()
c.set_session(isolation_level="SERIALIZABLE", readonly=False, deferrable=True); k.execute("show transaction_isolation"); print(k.fetchone()); c.rollback()
other = psycopg2.connect("")
o = other.cursor()
o.execute("select id from t where id = 1 for update")
c.set_session(isolation_level="READ COMMITTED", deferrable=False)
k.execute("select id from t where id in (1, 2) order by id for update skip locked"); print(k.fetchall())
k.execute("set local lock_timeout = '50ms'")
try:
    k.execute("update t set n = 1 where id = 1")
except psycopg2.errors.LockNotAvailable as e:
    print(e.diag.message_primary); c.rollback()
other.rollback()
c.set_isolation_level(psycopg2.extensions.ISOLATION_LEVEL_AUTOCOMMIT)
k.execute("listen chan"); o.execute("notify chan, 'payload'"); other.commit()
select.select([c], [], [], 20); c.poll(); print([(n.channel, n.payload) for n in c.notifies])
x = c.xid(1, "g", "b")
k.callproc("format", ("%s-%s", "a", "b")); print(k.fetchone())
print(k.mogrify("select %s, %s, %s", (None, [1.5], datetime.time(1, 2))))
large = "x" * 3_000_000
k.execute("select length(%s), md5(%s)", (large, large)); print(k.fetchone())
