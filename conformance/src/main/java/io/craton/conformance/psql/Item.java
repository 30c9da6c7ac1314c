package io.craton.conformance.psql;

import java.util.List;

/** The next thing psql would act upon. {@code offset} identifies its place in the script. */
public sealed interface Item {
    int offset();

    /** A statement complete with its semicolon; {@code line} is the line of its first character. */
    record Statement(String sql, int offset, int line) implements Item {}

    /**
     * A backslash command.
     *
     * @param buffer the statement collected so far, which commands like {@code \gset} send
     * @param arguments the arguments after quoting and variables; for commands that take the whole line, that line alone
     */
    record Command(String name, List<String> arguments, String buffer, int offset, int line) implements Item {}

    /** End of the script; psql still sends what is in the buffer. */
    record End(String buffer, int offset, int line) implements Item {}
}
