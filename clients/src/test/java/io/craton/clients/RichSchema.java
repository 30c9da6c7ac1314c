package io.craton.clients;

/** A schema with something of everything, for programs that read catalogs. */
final class RichSchema {
    static final String[] STATEMENTS = {
        "create schema rich",
        "create type rich.mood as enum ('sad', 'so so', 'happy')",
        "create type rich.point3 as (x int, y int, label varchar(10))",
        "create domain rich.email as varchar(100) not null check (value like '%@%')",
        "create sequence rich.numbers as int start 10 increment 5 minvalue 5 maxvalue 1000 cycle",
        """
        create table rich.customer (
            id bigint generated always as identity primary key,
            code char(4) not null default 'none',
            name varchar(80) not null,
            mail rich.email,
            mood rich.mood default 'happy',
            place rich.point3,
            credit numeric(12, 2) default 0 check (credit >= 0),
            tags text[], numbers int[],
            born date, seen timestamptz default now(), wake time(0), pause interval day to second,
            extra jsonb, plain json, bits bit(3), morebits bit varying(8), address inet, network cidr, mac macaddr,
            token uuid, picture bytea, ratio real, weight double precision, small smallint default 1, flag boolean not null default true,
            doubled numeric generated always as (credit * 2) stored,
            constraint customer_name_born unique (name, born))""",
        "create table rich.\"Order\" (\"Id\" serial, customer_id bigint not null references rich.customer on update cascade on delete restrict, "
            + "line int default nextval('rich.numbers'), \"Total Price\" money, primary key (\"Id\", line))",
        "create table rich.note (order_id int, line int, body text collate \"C\", parent int, id int primary key, "
            + "foreign key (order_id, line) references rich.\"Order\" (\"Id\", line) on delete set null deferrable initially deferred, "
            + "foreign key (parent) references rich.note (id))",
        "create index customer_lower on rich.customer (lower(name) desc nulls last, born) where flag",
        "create unique index note_body on rich.note (body text_pattern_ops) include (parent)",
        "create view rich.happy as select id, name, mood, credit from rich.customer where mood = 'happy' with local check option",
        "create materialized view rich.totals as select c.id, count(*) as orders from rich.customer c join rich.\"Order\" o on o.customer_id = c.id group by c.id",
        "create index totals_id on rich.totals (id)",
        "create function rich.add(a int, b int default 1) returns int language sql immutable strict parallel safe as 'select a + b'",
        "create function rich.find(pattern text, out id bigint, out name text) returns setof record language sql stable as "
            + "'select id, name from rich.customer where name like pattern'",
        "create function rich.rows(variadic ids bigint[]) returns table (id bigint, name varchar) language sql as 'select id, name from rich.customer where id = any (ids)'",
        "create function rich.touch() returns trigger language plpgsql as 'begin new.seen := now(); return new; end'",
        "create procedure rich.tidy(inout removed int) language plpgsql as 'begin delete from rich.note; end'",
        "create trigger touch before insert or update of name, mail on rich.customer for each row when (new.flag) execute function rich.touch()",
        "comment on schema rich is 'something of everything'", "comment on table rich.customer is 'people; it''s them'",
        "comment on column rich.customer.mail is 'where to write'", "comment on function rich.add(int, int) is 'adds'", "comment on type rich.mood is 'moods'",
        "comment on index rich.customer_lower is 'by name'", "comment on constraint customer_name_born on rich.customer is 'no twins'",
        "comment on view rich.happy is 'the happy ones'", "comment on sequence rich.numbers is 'numbers'",
        "insert into rich.customer (name, mail, place, tags, numbers, born, seen, wake, pause, extra, bits, address, network, mac, token, picture, ratio) values "
            + "('Ann', 'ann@x', row(1, 2, 'here'), '{a,\"b,c\"}', '{1,2}', '2000-02-29', '2024-01-02 03:04:05+00', '06:07', '1 day 02:00', '{\"k\": [1, null]}', "
            + "b'101', '10.0.0.1/8', '10.0.0.0/8', '08:00:2b:01:02:03', '00000000-0000-0001-0000-000000000002', '\\x00ff', 1.5), "
            + "('Bob', 'bob@x', null, null, null, null, '2024-01-02 03:04:05+00', null, null, null, null, null, null, null, null, null, null)",
        "insert into rich.\"Order\" (customer_id, \"Total Price\") values (1, 12.5), (1, 7), (2, null)",
        "refresh materialized view rich.totals",
    };

    private RichSchema() {}
}
