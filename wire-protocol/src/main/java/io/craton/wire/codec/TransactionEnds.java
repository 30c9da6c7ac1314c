package io.craton.wire.codec;

import io.craton.wire.message.MessageTag;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * Which of a client's messages may end a transaction block: a look at words, not at syntax, that is never wrong in saying no. Of statements
 * prepared under a name only those are remembered that may. Owned by the event loop.
 */
final class TransactionEnds {
    private enum End {
        NONE,
        /** Commits nothing itself, but what comes behind it is outside the block. */
        ROLLBACK,
        COMMIT
    }

    private final Map<String, End> named = new HashMap<>();
    private End unnamed = End.NONE;
    private End bound = End.NONE;
    private boolean rolledBack;
    private boolean mayCommit;

    /** These statements were prepared before, and may end transactions. */
    void prepared(Collection<String> names) {
        for (String name : names) {
            if (name.isEmpty()) unnamed = End.COMMIT;
            else named.put(name, End.COMMIT);
        }
    }

    /** Everything has been answered: what was forwarded before no longer counts. */
    void restart() {
        rolledBack = false;
        mayCommit = false;
        bound = End.NONE;
    }

    /** If the session was in a block, may what was forwarded since then have committed something? */
    boolean mayCommit() {
        return mayCommit;
    }

    /** A message of which so much is there; {@code whole} when that is all. */
    void forward(MessageTag tag, ByteBuf in, int from, int to, boolean whole) {
        switch (tag) {
            case QUERY -> runs(whole ? end(in, from, to) : End.COMMIT);
            case FUNCTION_CALL -> runs(End.NONE);
            case PARSE -> {
                int nameEnd = zero(in, from, to);
                End end = whole ? end(in, nameEnd, to) : End.COMMIT;
                if (nameEnd == from) unnamed = end;
                // The name keeps what it may have been before: this Parse can fail.
                else if (end != End.NONE) named.merge(text(in, from, nameEnd), end, (old, now) -> old.compareTo(now) > 0 ? old : now);
            }
            case BIND -> {
                if (unnamed == End.NONE && named.isEmpty()) return;
                int portalEnd = zero(in, from, to);
                int nameEnd = zero(in, portalEnd + 1, to);
                End end = nameEnd >= to ? End.COMMIT : nameEnd == portalEnd + 1 ? unnamed : named.getOrDefault(text(in, portalEnd + 1, nameEnd), End.NONE);
                if (end.compareTo(bound) > 0) bound = end;
            }
            case EXECUTE -> {
                runs(bound);
                bound = End.NONE;
            }
            case DESCRIBE, CLOSE, FLUSH, SYNC, TERMINATE, COPY_DATA, COPY_DONE, COPY_FAIL -> { }
        }
    }

    private void runs(End end) {
        mayCommit |= rolledBack || end == End.COMMIT;
        rolledBack |= end == End.ROLLBACK;
    }

    private static int zero(ByteBuf in, int from, int to) {
        int at = from;
        while (at < to && in.getByte(at) != 0) at++;
        return at;
    }

    private static String text(ByteBuf in, int from, int to) {
        return in.toString(from, to - from, StandardCharsets.ISO_8859_1);
    }

    private static End end(ByteBuf in, int from, int to) {
        End found = End.NONE;
        boolean inWord = false;
        for (int at = from; at < to; at++) {
            int c = in.getByte(at);
            boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c < 0;
            if (letter && !inWord) {
                switch (c | 0x20) {
                    case 'c', 'e', 'p' -> {
                        if (begins(in, at, to, "commit") || begins(in, at, to, "end") || begins(in, at, to, "prepare")) return End.COMMIT;
                    }
                    case 'r', 'a' -> {
                        if (begins(in, at, to, "rollback") || begins(in, at, to, "abort")) found = End.ROLLBACK;
                    }
                    default -> { }
                }
            }
            // Behind the end of the block there may be more in the same message.
            if (c == ';' && found == End.ROLLBACK) return End.COMMIT;
            inWord = letter;
        }
        return found;
    }

    private static boolean begins(ByteBuf in, int at, int to, String word) {
        if (to - at < word.length()) return false;
        for (int i = 1; i < word.length(); i++) {
            if ((in.getByte(at + i) | 0x20) != word.charAt(i)) return false;
        }
        return true;
    }
}
