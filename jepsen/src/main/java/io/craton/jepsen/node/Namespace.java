package io.craton.jepsen.node;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.sql.SQLException;

/**
 * A network namespace by its file under /run/netns. A thread can be inside one for a moment: a socket it opens there belongs to that namespace for good, so clients of this
 * process reach a node that listens on its own loopback.
 */
public final class Namespace {
    private static final int CLONE_NEWNET = 0x40000000;
    private static final String OWN = "/proc/self/ns/net";

    private final String file;

    public Namespace(String name) {
        this.file = "/run/netns/" + name;
    }

    /** Work that opens a connection. */
    @FunctionalInterface
    public interface Opening<T> {
        T open() throws SQLException;
    }

    /** Runs it inside; must be called on a platform thread. */
    public <T> T within(Opening<T> opening) throws SQLException {
        Calls calls = new Calls();
        int home = calls.open(OWN);
        try {
            calls.enter(file);
            try {
                return opening.open();
            } finally {
                calls.enter(home);
            }
        } catch (IOException e) {
            throw new SQLException("network namespace " + file + ": " + e.getMessage(), "08001", e);
        } finally {
            calls.close(home);
        }
    }

    private static final class Calls {
        private final Linker linker = Linker.nativeLinker();

        int open(String path) {
            MethodHandle open = linker.downcallHandle(linker.defaultLookup().find("open").orElseThrow(),
                    FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT), Linker.Option.firstVariadicArg(2));
            try (Arena arena = Arena.ofConfined()) {
                return (int) open.invokeExact(arena.allocateFrom(path), 0);
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
        }

        void enter(String path) throws IOException {
            int descriptor = open(path);
            try {
                enter(descriptor);
            } finally {
                close(descriptor);
            }
        }

        void enter(int descriptor) throws IOException {
            MethodHandle setns = linker.downcallHandle(linker.defaultLookup().find("setns").orElseThrow(),
                    FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
            int status;
            try {
                status = (int) setns.invokeExact(descriptor, CLONE_NEWNET);
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
            if (status != 0) throw new IOException("cannot be entered (root is needed)");
        }

        void close(int descriptor) {
            MethodHandle close = linker.downcallHandle(linker.defaultLookup().find("close").orElseThrow(),
                    FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
            try {
                int ignored = descriptor < 0 ? -1 : (int) close.invokeExact(descriptor);
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
