package io.craton.server.config;

import io.craton.storage.encryption.EncryptionException;
import io.craton.storage.encryption.KeyService;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Modules of key management services. Each is a folder of jars that the server's class path does not know; it is loaded when it is configured, by a class loader that shows it the seam and nothing else of the server, so
 * that a vendor's libraries may be of other versions than the server's.
 */
final class KeyModules {
    private static final List<String> SEAM = List.of("io.craton.storage.encryption.", "org.slf4j.", "org.jspecify.");

    private KeyModules() {}

    /** @throws EncryptionException when the module is not there or does not open */
    static KeyService open(String provider, KeyService.Settings settings) {
        Path folder = folder(provider);
        ClassLoader loader = new URLClassLoader(provider, jars(provider, folder), new Seam(KeyModules.class.getClassLoader()));
        return within(loader, () -> {
            for (KeyService.Provider each : ServiceLoader.load(KeyService.Provider.class, loader)) {
                if (each.name().equals(provider)) return new InModule(loader, each.open(settings));
            }
            throw new EncryptionException("the module of kms_provider " + provider + " in " + folder + " holds no such provider");
        });
    }

    /** Beside the server's jar in an installed distribution; in a source tree, where its own build leaves it. */
    private static Path folder(String provider) {
        CodeSource code = KeyModules.class.getProtectionDomain().getCodeSource();
        try {
            Path place = Path.of(code.getLocation().toURI());
            if (Files.isRegularFile(place)) return place.resolveSibling("cloud").resolve(provider);
            return place.resolve("../../../cloud-keys").resolve(provider).resolve("target/module").normalize();
        } catch (URISyntaxException e) {
            throw new EncryptionException("the module of kms_provider " + provider + " cannot be looked for: " + e.getMessage(), e);
        }
    }

    private static URL[] jars(String provider, Path folder) {
        List<URL> jars = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.jar")) {
                for (Path jar : files) jars.add(url(jar));
            } catch (IOException e) {
                throw new EncryptionException("the module of kms_provider " + provider + " cannot be read: " + e.getMessage(), e);
            }
        }
        if (jars.isEmpty()) {
            throw new EncryptionException("the module of kms_provider " + provider + " is not installed: there is no " + folder + " (in a source tree: mvn -DskipTests package)");
        }
        return jars.toArray(URL[]::new);
    }

    private static URL url(Path file) throws MalformedURLException {
        return file.toUri().toURL();
    }

    private static <T> T within(ClassLoader loader, Supplier<T> work) {
        Thread thread = Thread.currentThread();
        @Nullable ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(loader);
        try {
            return work.get();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /** What a module sees besides the JDK. */
    private static final class Seam extends ClassLoader {
        private final ClassLoader server;

        Seam(ClassLoader server) {
            super("seam of key services", ClassLoader.getPlatformClassLoader());
            this.server = server;
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            if (SEAM.stream().noneMatch(name::startsWith)) throw new ClassNotFoundException(name);
            return server.loadClass(name);
        }
    }

    /** Vendors' libraries look for their parts by the thread's class loader. */
    private record InModule(ClassLoader loader, KeyService service) implements KeyService {
        @Override
        public String newest() {
            return within(loader, service::newest);
        }

        @Override
        public byte[] wrap(String key, int tenant, byte[] dataKey) {
            return within(loader, () -> service.wrap(key, tenant, dataKey));
        }

        @Override
        public byte[] unwrap(String key, int tenant, byte[] wrapped) {
            return within(loader, () -> service.unwrap(key, tenant, wrapped));
        }

        @Override
        public void close() {
            service.close();
        }
    }
}
