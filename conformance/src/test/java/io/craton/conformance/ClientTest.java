package io.craton.conformance;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** This module is a client: of Craton it knows the protocol and how the bench starts a node. */
class ClientTest {
    @Test
    void importsNothingOfTheEngine() {
        noClasses().that().resideInAPackage("io.craton.conformance..").should().dependOnClassesThat().resideInAnyPackage("io.craton.core..", "io.craton.wire..",
                "io.craton.storage..", "io.craton.sql..", "io.craton.replication..", "io.craton.server..", "io.craton.bench.load..", "io.craton.bench.report..",
                "io.craton.bench.tpch..").check(new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("io.craton.conformance"));
    }
}
