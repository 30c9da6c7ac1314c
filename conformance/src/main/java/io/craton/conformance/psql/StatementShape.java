package io.craton.conformance.psql;

/** Whether a semicolon ends the statement collected so far: not inside parentheses, nor inside the BEGIN ... END body of a function. */
final class StatementShape {
    /** First letters of the leading words CREATE [OR REPLACE] FUNCTION|PROCEDURE; a space for any other word. */
    private final StringBuilder leading = new StringBuilder();
    private int parentheses;
    private int blocks;

    boolean complete() {
        return parentheses == 0 && blocks == 0;
    }

    void reset() {
        restart();
        parentheses = 0;
        blocks = 0;
    }

    /** A semicolon was forced into the buffer: another statement begins, inside the same parentheses. */
    void restart() {
        leading.setLength(0);
    }

    void parenthesis(int step) {
        parentheses = Math.max(0, parentheses + step);
    }

    void word(String word) {
        if (leading.length() < 4) {
            leading.append(switch (word) {
                case "create", "function", "procedure", "or", "replace" -> word.charAt(0);
                default -> ' ';
            });
        }
        if (parentheses > 0 || !definesRoutine()) return;
        switch (word) {
            case "begin" -> blocks++;
            case "case" -> {
                if (blocks > 0) blocks++;
            }
            case "end" -> blocks = Math.max(0, blocks - 1);
            default -> {}
        }
    }

    private boolean definesRoutine() {
        String words = leading.toString();
        return words.startsWith("cf") || words.startsWith("cp") || words.startsWith("corf") || words.startsWith("corp");
    }
}
