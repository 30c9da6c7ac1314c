package io.craton.sql.syntax;

import org.jspecify.annotations.Nullable;

/** Finds key words in text without making strings: open addressing over a hash of the lower-case letters. Immutable, for all threads. */
final class KeywordTable {
    private static final int SIZE = 2048;
    private static final int LONGEST = Token.keywords().stream().mapToInt(token -> token.text.length()).max().orElseThrow();
    private static final @Nullable Token[] TABLE = table();

    private KeywordTable() {}

    /** The hash of one more letter; {@code c} already in lower case. */
    static int hash(int hash, char c) {
        return hash * 31 + c;
    }

    /** The key word at [start, end) of the text, whatever its case, or null; {@code hash} of its lower-case letters. */
    static @Nullable Token find(CharSequence text, int start, int end, int hash) {
        int length = end - start;
        if (length > LONGEST) return null;
        for (int slot = slot(hash); ; slot = (slot + 1) & (SIZE - 1)) {
            Token token = TABLE[slot];
            if (token == null) return null;
            if (token.text.length() == length && matches(token.text, text, start)) return token;
        }
    }

    /** The key word equal to this lower-case word, or null. */
    static @Nullable Token find(String word) {
        int hash = 0;
        for (int i = 0; i < word.length(); i++) hash = hash(hash, word.charAt(i));
        Token token = find(word, 0, word.length(), hash);
        return token != null && token.text.equals(word) ? token : null;
    }

    private static boolean matches(String word, CharSequence text, int start) {
        for (int i = 0; i < word.length(); i++) {
            char c = text.charAt(start + i);
            if (c >= 'A' && c <= 'Z') c += 32;
            if (c != word.charAt(i)) return false;
        }
        return true;
    }

    private static int slot(int hash) {
        return (hash ^ hash >>> 11 ^ hash >>> 22) & (SIZE - 1);
    }

    private static Token[] table() {
        Token[] table = new Token[SIZE];
        for (Token token : Token.keywords()) {
            int hash = 0;
            for (int i = 0; i < token.text.length(); i++) hash = hash(hash, token.text.charAt(i));
            int slot = slot(hash);
            while (table[slot] != null) slot = (slot + 1) & (SIZE - 1);
            table[slot] = token;
        }
        return table;
    }
}
