package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A script for psql, meta-commands included. Needs psql on the path. */
@ExtendWith(TestNode.class)
class PsqlTest {
    @BeforeEach
    void psqlIsThere() {
        boolean found = Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "psql")));
        assumeTrue(found, "psql is not on the path");
    }

    private static String psql(Path folder, String script) throws IOException, InterruptedException {
        Path file = Files.writeString(folder.resolve("script.sql"), script);
        Path output = folder.resolve("output");
        Process process = new ProcessBuilder("psql", "-X", "-q", "-h", "127.0.0.1", "-p", Integer.toString(TestNode.port()), "-U", "postgres", "-d",
                "postgres", "-f", file.toString()).redirectErrorStream(true).redirectOutput(output.toFile()).start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return Files.readString(output, StandardCharsets.UTF_8).replace(file.toString(), "script.sql");
    }

    @Test
    @Timeout(90)
    void scriptWithMetaCommands(@TempDir Path folder) throws Exception {
        String output = psql(folder, """
                create schema psql_test; set search_path = psql_test;
                create table item (id int primary key, name varchar(20) not null, price numeric(8,2) default 1.50);
                create index item_name on item (name);
                create view cheap as select id, name from item where price < 2;
                \\copy item from stdin with (format csv)
                1,apple,1.25
                2,pear,3
                \\.
                \\d item
                \\dt
                \\dv
                select * from item order by id;
                \\x on
                select name from cheap;
                \\x off
                \\set wanted 2
                select name from item where id = :wanted \\gset
                \\echo found :name
                select * from nowhere;
                \\echo :LAST_ERROR_SQLSTATE
                begin;
                select 1/0;
                select 1;
                commit;
                drop schema psql_test cascade;
                """);
        assertThat(output).isEqualTo("""
                                     Table "psql_test.item"
                 Column |         Type          | Collation | Nullable | Default\s
                --------+-----------------------+-----------+----------+---------
                 id     | integer               |           | not null |\s
                 name   | character varying(20) |           | not null |\s
                 price  | numeric(8,2)          |           |          | 1.50
                Indexes:
                    "item_pkey" PRIMARY KEY, btree (id)
                    "item_name" btree (name)

                          List of relations
                  Schema   | Name | Type  |  Owner  \s
                -----------+------+-------+----------
                 psql_test | item | table | postgres
                (1 row)

                          List of relations
                  Schema   | Name  | Type |  Owner  \s
                -----------+-------+------+----------
                 psql_test | cheap | view | postgres
                (1 row)

                 id | name  | price\s
                ----+-------+-------
                  1 | apple |  1.25
                  2 | pear  |  3.00
                (2 rows)

                -[ RECORD 1 ]
                name | apple

                found pear
                psql:script.sql:19: ERROR:  relation "nowhere" does not exist
                LINE 1: select * from nowhere;
                                      ^
                42P01
                psql:script.sql:22: ERROR:  division by zero
                psql:script.sql:23: ERROR:  current transaction is aborted, commands ignored until end of transaction block
                psql:script.sql:25: NOTICE:  drop cascades to 2 other objects
                DETAIL:  drop cascades to table item
                drop cascades to view cheap
                """);
    }
}
