package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** CREATE DATABASE .. TEMPLATE: what the template has at that moment, and nothing that it gets later. */
@Timeout(180)
@ExtendWith(TestNode.class)
class TemplateDatabaseTest {
    private static final String[] CONTENTS = {
            "create schema s", "create type s.colour as enum ('red', 'green')", "create domain s.small as int check (value < 1000)",
            "create table s.parent (id serial primary key, c s.colour, n s.small, t text default 'x')", "insert into s.parent (c, n) select 'green', g from generate_series(1, 500) g",
            "create table plain (a int, b int[])", "insert into plain select g, array[g, g + 1] from generate_series(1, 5000) g", "create index on plain (a)", "create index on plain ((a * 2)) where a > 10",
            "create table child (id int references s.parent on delete cascade, primary key (id))", "insert into child select generate_series(1, 100)",
            "create view v as select count(*) as n from plain", "create materialized view m as select max(a) as a from plain",
            "create function twice(i int) returns int language sql as 'select i * 2'",
            "create function stamp() returns trigger language plpgsql as 'begin new.t := new.t || ''!''; return new; end'",
            "create trigger stamps before insert on s.parent for each row execute function stamp()", "create sequence counted start 7", "select nextval('counted')", "select nextval('counted')",
            "create table parts (k int, v text)", "insert into parts values (3, 'three')",
            "comment on table plain is 'remarkable'", "analyze plain", "delete from plain where a = 77", "alter table plain add column late int default 5"};

    private static Connection connect(String database) throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + TestNode.port() + "/" + database + "?user=postgres");
    }

    @Test
    void aCopyIsWhatTheTemplateWas() throws Exception {
        try (Connection first = TestNode.connect()) {
            TestNode.run(first, "create database original");
            try (Connection original = connect("original")) {
                TestNode.run(original, CONTENTS);
                assertThatThrownBy(() -> TestNode.run(first, "set statement_timeout = 300", "create database copied template original")).extracting(e -> ((SQLException) e).getSQLState()).isEqualTo("57014");
                TestNode.run(first, "reset statement_timeout");
                TestNode.run(original, "create database inside template original");
            }
            TestNode.run(first, "create database copied template original connection limit 5");
            try (Connection original = connect("original"); Connection copied = connect("copied"); Connection inside = connect("inside")) {
                TestNode.run(original, "insert into s.parent (c, n) values ('red', 999)", "drop table child");
                for (Connection each : new Connection[] {copied, inside}) {
                    assertThat(TestNode.value(each, "select count(*) || ' ' || sum(a) || ' ' || sum(b[2]) || ' ' || sum(late) from plain")).isEqualTo("4999 12502423 12507422 24995");
                    assertThat(TestNode.value(each, "select n from v")).isEqualTo("4999");
                    assertThat(TestNode.value(each, "select a from m")).isEqualTo("5000");
                    assertThat(TestNode.value(each, "select count(*) from plain where a * 2 = 4000 and a > 10")).isEqualTo("1");
                    assertThat(TestNode.value(each, "select obj_description('plain'::regclass)")).isEqualTo("remarkable");
                    assertThat(TestNode.value(each, "select v from parts where k = 3")).isEqualTo("three");
                    assertThat(TestNode.value(each, "select nextval('counted')")).isEqualTo("9");
                    assertThat(TestNode.value(each, "insert into s.parent (c, n) values ('red', 1) returning id || t")).isEqualTo("501x!");
                    assertThatThrownBy(() -> TestNode.run(each, "insert into s.parent (c, n) values ('red', 1000)")).extracting(e -> ((SQLException) e).getSQLState()).isEqualTo("23514");
                    TestNode.run(each, "delete from s.parent where id <= 10");
                    assertThat(TestNode.value(each, "select count(*) from child")).isEqualTo("90");
                    assertThat(TestNode.value(each, "select twice(21)")).isEqualTo("42");
                }
            }
        }
    }

    @Test
    void whoMayCopyWhat() throws Exception {
        try (Connection first = TestNode.connect()) {
            TestNode.run(first, "create database ours", "create role maker createdb login", "create role owner login createdb", "create database theirs owner owner");
            try (Connection original = connect("ours"); Connection theirs = connect("theirs")) {
                TestNode.run(original, "create table t (n int)");
                TestNode.run(theirs, "create table t (n int)", "insert into t values (1)");
            }
            assertThatThrownBy(() -> TestNode.run(first, "create database x template nosuch")).hasMessageContaining("template database \"nosuch\" does not exist")
                    .extracting(e -> ((SQLException) e).getSQLState()).isEqualTo("3D000");
            TestNode.run(first, "set role maker");
            assertThatThrownBy(() -> TestNode.run(first, "create database x template ours")).hasMessageContaining("permission denied to copy database \"ours\"")
                    .extracting(e -> ((SQLException) e).getSQLState()).isEqualTo("42501");
            TestNode.run(first, "set role owner", "create database x template theirs", "reset role");
            assertThat(TestNode.value(first, "select pg_get_userbyid(datdba) || datconnlimit from pg_database where datname = 'x'")).isEqualTo("owner-1");
            try (Connection template = connect("template1")) {
                TestNode.run(template, "create table everywhere (n int)", "insert into everywhere values (1)");
            }
            TestNode.run(first, "create database y", "create database z template template0");
            try (Connection y = connect("y"); Connection z = connect("z")) {
                assertThat(TestNode.value(y, "select count(*) from everywhere")).isEqualTo("1");
                assertThat(TestNode.value(z, "select to_regclass('everywhere') is null")).isEqualTo("t");
            }
            try (Connection template = connect("template1")) {
                TestNode.run(template, "drop table everywhere"); // other tests use this node
            }
        }
    }
}
