package io.craton.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.StringWriter;
import java.sql.Connection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.sf.jasperreports.engine.JasperCompileManager;
import net.sf.jasperreports.engine.JasperFillManager;
import net.sf.jasperreports.engine.JasperPrint;
import net.sf.jasperreports.engine.JasperReport;
import net.sf.jasperreports.engine.export.JRCsvExporter;
import net.sf.jasperreports.export.SimpleExporterInput;
import net.sf.jasperreports.export.SimpleWriterExporterOutput;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** JasperReports fills a grouped report with parameters and a collection in its query, over a cursor. */
@ExtendWith(Servers.class)
class JasperTest {
    @Test
    void aReportIsFilled(Servers.Both both) throws Exception {
        both.same((database, out) -> {
            database.run("create table sale (id serial primary key, region text, product varchar(20), amount numeric(10, 2), sold date)",
                    "insert into sale (region, product, amount, sold) select (array['north', 'south', 'west'])[i % 3 + 1], 'p' || i % 7, i * 1.25, date '2024-01-01' + i "
                            + "from generate_series(1, 300) i");
            try (InputStream design = JasperTest.class.getResourceAsStream("/jasper/sales.jrxml"); Connection connection = database.connect()) {
                connection.setAutoCommit(false);
                JasperReport report = JasperCompileManager.compileReport(design);
                Map<String, Object> parameters = new HashMap<>();
                parameters.put("FROM", java.sql.Date.valueOf("2024-02-01"));
                parameters.put("REGIONS", List.of("north", "west"));
                JasperPrint print = JasperFillManager.fillReport(report, parameters, connection);
                assertThat(print.getPages()).hasSizeGreaterThan(1);
                StringWriter text = new StringWriter();
                JRCsvExporter exporter = new JRCsvExporter();
                exporter.setExporterInput(new SimpleExporterInput(print));
                exporter.setExporterOutput(new SimpleWriterExporterOutput(text));
                exporter.exportReport();
                out.line(text);
            }
        });
    }
}
