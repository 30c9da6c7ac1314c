package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code craton-admin schema show}: what it prints makes the same definitions again, of now and of a moment. */
@ExtendWith(TestNode.class)
class SchemaShowTest {
    private static final String[] DEFINITIONS = {
        "create schema app", "create type app.mood as enum ('sad', 'it''s ok')", "create domain app.pos as int default 3 check (value > 0) not null",
        "create type app.pt as (x int, y numeric(10, 2))", "create sequence app.free increment 5 start 100 cycle",
        "create function app.inc(i int default 1) returns int language sql as 'select i + 1'",
        "create table app.customer (id bigserial primary key, name text not null default 'x''y', m app.mood default 'sad', p app.pos,"
                + " \"Weird Col\" timestamptz(3) default now(), total numeric(12, 2) generated always as (1.5) stored, constraint nm check (length(name) > 0))",
        "create table app.orders (id int generated always as identity (start 10) primary key, customer bigint references app.customer (id) on delete cascade,"
                + " note varchar(20) collate \"C\", unique (customer, note)) with (fillfactor = 70)",
        "create index on app.orders (lower(note)) where note is not null",
        "create view app.v as select c.name, count(*) n from app.customer c join app.orders o on o.customer = c.id group by 1",
        "create materialized view app.mv as select * from app.v", "create unique index on app.mv (name)",
        "create function app.whole(c app.customer) returns text language sql as 'select c.name'",
        "create procedure app.nothing() language plpgsql as 'begin null; end'",
        "create function app.trg() returns trigger language plpgsql as 'begin return new; end'",
        "create trigger tt before insert on app.orders for each row execute function app.trg()",
        "create function app.acc(s int, v int) returns int language sql as 'select coalesce(s, 0) + v'",
        "create aggregate app.summe(int) (sfunc = app.acc, stype = int, initcond = '0')",
        "create function app.same(a app.pt, b app.pt) returns boolean language sql as 'select (a).x = (b).x'",
        "create operator app.=== (function = app.same, leftarg = app.pt, rightarg = app.pt, commutator = operator(app.===))",
        "create function app.topt(i int) returns app.pt language sql as 'select row(i, 0)::app.pt'",
        "create cast (int as app.pt) with function app.topt(int) as assignment",
        "comment on table app.customer is 'people'", "comment on column app.customer.name is 'their''s'", "comment on function app.inc(int) is 'adds'"};

    private static String show(int status, String... arguments) {
        StringWriter out = new StringWriter();
        String[] all = new String[arguments.length + 6];
        System.arraycopy(new String[] {"schema", "show", "-p", Integer.toString(TestNode.port()), "-U", "postgres"}, 0, all, 0, 6);
        System.arraycopy(arguments, 0, all, 6, arguments.length);
        assertThat(AdminMain.run(new PrintWriter(out, true), new PrintWriter(out, true), all)).as(out.toString()).isEqualTo(status);
        return out.toString();
    }

    private static Connection open(String database) throws SQLException {
        return java.sql.DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + TestNode.port() + "/" + database, "postgres", "");
    }

    @Test
    void printsWhatMakesTheSameDefinitions() throws SQLException {
        try (Connection any = TestNode.connect()) {
            TestNode.run(any, "create database \"shown one\"", "create database shown_two");
        }
        String position;
        try (Connection one = open("shown%20one")) {
            TestNode.run(one, DEFINITIONS);
            position = TestNode.value(one, "select craton_position()");
        }
        String script = show(0, "--tenant", "shown one");
        try (Connection two = open("shown_two")) {
            TestNode.run(two, script);
        }
        assertThat(show(0, "--tenant", "shown_two")).isEqualTo(script);
        try (Connection one = open("shown%20one")) {
            TestNode.run(one, "alter table app.customer drop column m", "drop view app.v cascade", "create table app.later (a int)");
        }
        assertThat(show(0, "--tenant", "shown one", "--at", position)).isEqualTo(script);
        assertThat(show(1, "--tenant", "shown one", "--at", "1").lines()).singleElement().asString().contains("position 1 is before the creation of the database; DETAIL: It was created at position ");
        assertThat(show(0, "--tenant", "shown one", "--diff", position, "now")).contains("-- changed: table app.customer", "-     m app.mood DEFAULT 'sad'::app.mood,",
                "-- removed: view app.v", "-- added: table app.later", "+ CREATE TABLE app.later (");
        assertThat(show(0, "--tenant", "shown one", "--diff", position, "now", "--json")).contains("\"change\" : \"removed\"");
        assertThat(show(0, "--tenant", "shown one", "--json")).contains("\"object\" : \"app.customer\"");
    }

    @Test
    void momentsAndTenantsThatThereAreNotAreOneLine() {
        assertThat(show(1, "--tenant", "nobody's").lines()).singleElement().asString().endsWith("tenant \"nobody's\" does not exist");
        assertThat(show(1, "--tenant", "postgres", "--at", "2001-01-01").lines()).singleElement().asString().contains("is before the creation of the database; DETAIL: The log begins at ");
        assertThat(show(1, "--tenant", "postgres", "--at", "99999999").lines()).singleElement().asString().contains("position 99999999 is in the future");
        assertThat(show(2, "--tenant", "postgres", "--at", "1", "--diff", "1", "2").lines()).singleElement().asString().contains("exclude each other");
        assertThat(show(2).lines()).singleElement().asString().contains("--tenant");
    }
}
