package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Authorities and certificates that openssl makes, in a folder: {@code NAME.crt}, {@code NAME.key}, and {@code NAME.pk8} as pgjdbc has it. */
record OpenSsl(Path folder) {
    /** Skips the test where there is no openssl. */
    static OpenSsl in(Path folder) throws Exception {
        OpenSsl made = new OpenSsl(folder);
        try {
            made.run("version");
        } catch (IOException none) {
            assumeTrue(false, "openssl is not installed");
        }
        return made;
    }

    void authority(String name) throws IOException, InterruptedException {
        run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", name + ".key", "-out", name + ".crt", "-subj", "/CN=" + name, "-days", "2");
    }

    /** For this machine and, as a client's, this common name. */
    void signed(String authority, String name, String commonName) throws IOException, InterruptedException {
        run("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", name + ".key", "-out", name + ".csr", "-subj", "/O=Example/CN=" + commonName);
        Files.writeString(folder.resolve("san"), "subjectAltName=DNS:localhost,IP:127.0.0.1\n");
        run("x509", "-req", "-in", name + ".csr", "-CA", authority + ".crt", "-CAkey", authority + ".key", "-CAcreateserial", "-days", "2", "-extfile", "san", "-out", name + ".crt");
        run("pkcs8", "-topk8", "-nocrypt", "-in", name + ".key", "-outform", "DER", "-out", name + ".pk8");
    }

    void run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as(said).isZero();
    }

    String path(String name) {
        return folder.resolve(name).toString();
    }
}
