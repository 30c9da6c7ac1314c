package io.craton.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.codegen.GenerationTool;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jooq.meta.jaxb.Configuration;
import org.jooq.meta.jaxb.Generate;
import org.jooq.meta.jaxb.Generator;
import org.jooq.meta.jaxb.Jdbc;
import org.jooq.meta.jaxb.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** jOOQ: the same source text is generated from the same schema, and its queries run. */
@ExtendWith(Servers.class)
class JooqTest {
    @Test
    void theSameCodeIsGenerated(Servers.Both both, @TempDir Path folder) throws Exception {
        both.same((database, out) -> {
            database.run(RichSchema.STATEMENTS);
            Path target = folder.resolve(database.server());
            GenerationTool.generate(new Configuration()
                    .withJdbc(new Jdbc().withDriver("org.postgresql.Driver").withUrl(database.url()).withUser(Database.USER).withPassword(""))
                    .withGenerator(new Generator()
                            .withDatabase(new org.jooq.meta.jaxb.Database().withIncludes(".*").withExcludes("totals.*").withInputSchema("rich").withOutputSchemaToDefault(true)
                                    .withIncludeSystemSequences(true).withIncludeIndexes(true).withIncludeTriggerRoutines(true))
                            .withGenerate(new Generate().withPojos(true).withDaos(true).withComments(true).withRoutines(true).withGeneratedAnnotation(false))
                            .withTarget(new Target().withPackageName("generated").withDirectory(target.toString()))));
            try (Stream<Path> files = Files.walk(target)) {
                List<Path> sources = files.filter(Files::isRegularFile).sorted().toList();
                assertThat(sources).hasSizeGreaterThan(10);
                for (Path file : sources) out.line("== " + target.relativize(file) + "\n" + Files.readString(file).replace(database.name(), "DATABASE"));
            }
        });
    }

    @Test
    void queriesRun(Servers.Both both) throws Exception {
        both.same((database, out) -> {
            try (var connection = database.connect()) {
                DSLContext jooq = DSL.using(connection, SQLDialect.POSTGRES);
                jooq.createTable("book").column("id", SQLDataType.INTEGER.generatedByDefaultAsIdentity()).column("title", SQLDataType.VARCHAR(50).nullable(false))
                        .column("price", SQLDataType.NUMERIC(8, 2)).column("tags", SQLDataType.VARCHAR.array()).column("extra", SQLDataType.JSONB)
                        .primaryKey("id").unique("title").execute();
                var book = DSL.table("book");
                var title = DSL.field("title", String.class);
                var price = DSL.field("price", java.math.BigDecimal.class);
                out.line(jooq.insertInto(book).columns(title, price).values("a", new java.math.BigDecimal("1.5")).values("b", null).onConflict(title).doNothing()
                        .returning(DSL.asterisk()).fetch().formatCSV());
                out.line(jooq.insertInto(book).columns(title, price).values("a", new java.math.BigDecimal("2")).onConflict(title).doUpdate().set(price, DSL.excluded(price))
                        .returning(price).fetch().formatCSV());
                out.line(jooq.select(title, DSL.rowNumber().over(DSL.orderBy(title.desc())), DSL.sum(price).over(), DSL.coalesce(price, DSL.inline(java.math.BigDecimal.ZERO)))
                        .from(book).orderBy(title).limit(5).offset(0).fetch().formatCSV());
                out.line(jooq.select(DSL.multiset(DSL.select(title, price).from(book).orderBy(title)).as("books"), DSL.multisetAgg(title).orderBy(title).as("titles"))
                        .from(book).fetch().formatJSON());
                out.line(jooq.select(DSL.jsonObject(DSL.jsonEntry("t", title)), DSL.jsonArrayAgg(title).orderBy(title)).from(book).groupBy(title).orderBy(title).fetch().formatCSV());
                out.line(jooq.mergeInto(book).using(DSL.selectOne()).on(title.eq("b")).whenMatchedThenUpdate().set(price, new java.math.BigDecimal("9"))
                        .whenNotMatchedThenInsert(title).values("c").execute());
                out.line(jooq.fetchCount(book) + " " + jooq.fetchExists(book, title.likeIgnoreCase("A")));
                jooq.transaction(outer -> {
                    outer.dsl().update(book).set(price, price.plus(1)).execute();
                    try {
                        outer.dsl().transaction(inner -> {
                            inner.dsl().deleteFrom(book).execute();
                            throw new IllegalStateException("back");
                        });
                    } catch (IllegalStateException e) {
                        out.line(outer.dsl().fetchCount(book));
                    }
                });
                out.line(jooq.withRecursive("t", "n").as(DSL.select(DSL.inline(1)).unionAll(DSL.select(DSL.field("n", int.class).plus(1)).from("t").where(DSL.field("n", int.class).lt(5))))
                        .select(DSL.arrayAgg(DSL.field("n"))).from("t").fetch().formatCSV());
                out.line(jooq.meta().getTables("book").getFirst().fields().length);
                jooq.alterTable("book").renameColumn("title").to("name").execute();
                jooq.alterTableIfExists("book").addColumnIfNotExists("more", SQLDataType.BIGINT.nullable(false).defaultValue(7L)).execute();
                jooq.createIndexIfNotExists("book_more").on("book", "more").execute();
                out.line(jooq.fetch("select * from book order by id").formatCSV());
                jooq.dropTableIfExists("book").cascade().execute();
            }
        });
    }
}
