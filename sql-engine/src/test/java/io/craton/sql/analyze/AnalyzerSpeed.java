package io.craton.sql.analyze;

import io.craton.sql.syntax.ParsedStatement;
import io.craton.sql.syntax.SqlParser;
import java.util.List;

/** Prints microseconds per analysis of a few statements; a main for the curious, not a test. */
final class AnalyzerSpeed {
    private AnalyzerSpeed() {}

    public static void main(String[] arguments) {
        CatalogView catalog = Fixture.view();
        for (String sql : List.of("select name from emp where id = $1", "update emp set salary = salary + $1 where id = $2",
                "insert into emp (id, name) values ($1, $2)",
                "select d.title, sum(e.salary) as s, count(*) from emp e join dept d on d.id = e.dept where e.hired > '2020-01-01' group by d.title order by s desc limit 10")) {
            ParsedStatement parsed = SqlParser.parse(sql).getFirst();
            for (int round = 0; round < 5; round++) {
                long start = System.nanoTime();
                for (int i = 0; i < 10000; i++) Analyzer.analyze(parsed, catalog, List.of());
                if (round == 4) System.out.printf("%6.2f us  %s%n", (System.nanoTime() - start) / 1e7, sql);
            }
        }
    }
}
