package io.craton.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The arrows between modules, and the homes of third parties: what the architecture's drawing leaves out is forbidden. */
class ModuleGraphTest {
    private static final Map<String, String> PACKAGES = Map.of("core", "io.craton.core..", "wire-protocol", "io.craton.wire..", "storage",
            "io.craton.storage..", "replication", "io.craton.replication..", "sql-engine", "io.craton.sql..", "server", "io.craton.server..");

    private static final Map<String, List<String>> ARROWS = Map.of("core", List.of(), "wire-protocol", List.of("core"), "storage", List.of("core"),
            "replication", List.of("core", "storage"), "sql-engine", List.of("core", "storage"), "server",
            List.of("core", "wire-protocol", "storage", "replication", "sql-engine"));

    private static JavaClasses classes;

    @BeforeAll
    static void read() {
        classes = new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .withImportOption(location -> !location.contains("test-classes")).importPackages("io.craton");
    }

    static Stream<Arguments> missingArrows() {
        List<Arguments> missing = new ArrayList<>();
        for (String from : PACKAGES.keySet()) {
            for (String to : PACKAGES.keySet()) {
                if (!from.equals(to) && !ARROWS.get(from).contains(to)) missing.add(Arguments.of(from, to));
            }
        }
        return missing.stream();
    }

    @ParameterizedTest
    @MethodSource("missingArrows")
    void noArrow(String from, String to) {
        noClasses().that().resideInAPackage(PACKAGES.get(from)).should().dependOnClassesThat().resideInAPackage(PACKAGES.get(to)).check(classes);
    }

    static Stream<Arguments> homes() {
        return Stream.of(Arguments.of("io.netty..", new String[] {"io.craton.wire..", "io.craton.replication.."}),
                Arguments.of("org.apache.calcite..", new String[] {"io.craton.sql.optimize.."}),
                Arguments.of("org.rocksdb..", new String[] {"io.craton.storage.projection.."}),
                Arguments.of("com.github.luben..", new String[] {"io.craton.storage.entry.."}),
                Arguments.of("com.alipay..", new String[] {"io.craton.replication.."}),
                Arguments.of("com.github.benmanes.caffeine..", new String[] {"io.craton.storage..", "io.craton.sql.."}),
                Arguments.of("io.micrometer..", new String[] {"io.craton.server.."}),
                Arguments.of("software.amazon..", new String[] {"io.craton.server.."}),
                Arguments.of("io.opentelemetry..", new String[] {"io.craton.server.tracing.."}),
                Arguments.of("org.apache.commons.cli..", new String[] {"io.craton.server", "io.craton.server.config"}),
                Arguments.of("picocli..", new String[] {"io.craton.server..", "io.craton.migrations..", "io.craton.bench..", "io.craton.jepsen..",
                    "io.craton.conformance.."}));
    }

    @ParameterizedTest
    @MethodSource("homes")
    void thirdPartyStaysAtHome(String thirdParty, String[] homes) {
        noClasses().that().resideInAPackage("io.craton..").and().resideOutsideOfPackages(homes).should().dependOnClassesThat()
                .resideInAPackage(thirdParty).allowEmptyShould(true).check(classes);
    }

    /** Modules of key services are loaded apart: of Craton they may see what the loader shows them, and each one vendor's libraries. */
    @ParameterizedTest
    @CsvSource({"aws-kms, software.amazon..", "gcp-kms, com.google..", "azure-keyvault, com.azure.."})
    void keyServicesSeeTheSeamAlone(String module, String vendor) {
        Path compiled = Path.of("..", "cloud-keys", module, "target", "classes");
        assumeTrue(Files.isDirectory(compiled), "cloud-keys is not built here: mvn process-classes");
        JavaClasses own = new ClassFileImporter().importPath(compiled);
        classes().should().onlyDependOnClassesThat().resideInAnyPackage("java..", "org.jspecify..", "io.craton.keys..", "io.craton.storage.encryption..", vendor).check(own);
    }

    @Test
    void nobodyImportsKeyServices() {
        noClasses().that().resideOutsideOfPackage("io.craton.keys..").should().dependOnClassesThat().resideInAPackage("io.craton.keys..").check(classes);
    }
}
