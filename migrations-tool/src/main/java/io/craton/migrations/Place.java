package io.craton.migrations;

/** Line and column in a file, from 1; columns count characters. */
record Place(int line, int column) {
    static Place of(String text, int offset) {
        int lineStart = text.lastIndexOf('\n', offset - 1) + 1;
        int line = 1 + (int) text.substring(0, lineStart).chars().filter(c -> c == '\n').count();
        return new Place(line, 1 + text.codePointCount(lineStart, offset));
    }

    @Override
    public String toString() {
        return line + ":" + column;
    }
}
