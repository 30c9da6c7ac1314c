package io.craton.sql.syntax;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/** PostgreSQL's own parser in Debian's libpg_query, as the oracle of our tests. Never used outside tests. */
final class PgQueryLibrary {
    record Answer(String message, int position) {
        static final Answer ACCEPTED = new Answer("", 0);
    }

    private static final StructLayout RESULT = MemoryLayout.structLayout(ValueLayout.JAVA_LONG, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.ADDRESS);

    private static final StructLayout TREE = MemoryLayout.structLayout(ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.ADDRESS);

    private final MethodHandle parse;
    private final MethodHandle free;
    private final MethodHandle tree;
    private final MethodHandle freeTree;

    private PgQueryLibrary(SymbolLookup library) {
        Linker linker = Linker.nativeLinker();
        parse = linker.downcallHandle(library.find("pg_query_parse_protobuf").orElseThrow(), FunctionDescriptor.of(RESULT, ValueLayout.ADDRESS));
        free = linker.downcallHandle(library.find("pg_query_free_protobuf_parse_result").orElseThrow(), FunctionDescriptor.ofVoid(RESULT));
        tree = linker.downcallHandle(library.find("pg_query_parse").orElseThrow(), FunctionDescriptor.of(TREE, ValueLayout.ADDRESS));
        freeTree = linker.downcallHandle(library.find("pg_query_free_parse_result").orElseThrow(), FunctionDescriptor.ofVoid(TREE));
    }

    /** The library, if this machine has it. */
    static Optional<PgQueryLibrary> open() {
        for (String name : new String[] {"libpg_query.so", "/usr/lib/x86_64-linux-gnu/libpg_query.so", "/usr/lib/aarch64-linux-gnu/libpg_query.so"}) {
            try {
                return Optional.of(new PgQueryLibrary(SymbolLookup.libraryLookup(name, Arena.global())));
            } catch (IllegalArgumentException e) {
                // not there: try the next place
            }
        }
        return Optional.empty();
    }

    Answer parse(String sql) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment result = (MemorySegment) parse.invokeExact((java.lang.foreign.SegmentAllocator) arena, arena.allocateFrom(sql));
            MemorySegment error = result.get(ValueLayout.ADDRESS, 24);
            Answer answer = Answer.ACCEPTED;
            if (error.address() != 0) {
                MemorySegment struct = error.reinterpret(48);
                String message = struct.get(ValueLayout.ADDRESS, 0).reinterpret(Long.MAX_VALUE).getString(0);
                answer = new Answer(message, struct.get(ValueLayout.JAVA_INT, 28));
            }
            free.invokeExact(result);
            return answer;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** The parse tree as JSON without the places of its nodes and without the flags that say which of two spellings was used; empty for what PostgreSQL refuses. */
    Optional<String> tree(String sql) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment result = (MemorySegment) tree.invokeExact((java.lang.foreign.SegmentAllocator) arena, arena.allocateFrom(sql));
            Optional<String> json = Optional.empty();
            if (result.get(ValueLayout.ADDRESS, 16).address() == 0) {
                String text = result.get(ValueLayout.ADDRESS, 0).reinterpret(Long.MAX_VALUE).getString(0);
                json = Optional.of(text.replaceAll("\"(?:stmt_)?(?:location|len)\":-?\\d+,?|\"(?:func|row_)format\":\"\\w+\",?", "").replace(",}", "}"));
            }
            freeTree.invokeExact(result);
            return json;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
