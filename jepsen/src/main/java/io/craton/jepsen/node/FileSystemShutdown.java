package io.craton.jepsen.node;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/** Linux's shutdown of a mounted ext4 by ioctl: the nearest thing to a power cut that needs no reboot. */
final class FileSystemShutdown {
    /** EXT4_IOC_SHUTDOWN: {@code _IOR('X', 125, __u32)}. */
    private static final long REQUEST = 0x8004587DL;
    /** EXT4_GOING_FLAGS_NOLOGFLUSH: not even the journal is written. */
    private static final int WITHOUT_FLUSH = 2;
    private static final int READ_ONLY = 0;

    private FileSystemShutdown() {}

    static void withoutFlush(Path mountPoint) throws IOException {
        Linker linker = Linker.nativeLinker();
        MethodHandle open = linker.downcallHandle(linker.defaultLookup().find("open").orElseThrow(),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT), Linker.Option.firstVariadicArg(2));
        MethodHandle ioctl = linker.downcallHandle(linker.defaultLookup().find("ioctl").orElseThrow(),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS),
                Linker.Option.firstVariadicArg(2));
        MethodHandle close = linker.downcallHandle(linker.defaultLookup().find("close").orElseThrow(),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment flag = arena.allocateFrom(ValueLayout.JAVA_INT, WITHOUT_FLUSH);
            int file = (int) open.invokeExact(arena.allocateFrom(mountPoint.toString()), READ_ONLY);
            if (file < 0) throw new IOException("cannot open " + mountPoint);
            int status = (int) ioctl.invokeExact(file, REQUEST, flag);
            int closed = (int) close.invokeExact(file);
            if (status != 0) throw new IOException("EXT4_IOC_SHUTDOWN refused on " + mountPoint + " (root and ext4 are needed)");
            if (closed != 0) throw new IOException("cannot close " + mountPoint);
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
