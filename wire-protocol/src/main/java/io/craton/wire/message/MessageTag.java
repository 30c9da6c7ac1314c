package io.craton.wire.message;

import org.jspecify.annotations.Nullable;

/** First byte of a client's message, and how long such a message may be. */
public enum MessageTag {
    QUERY('Q', Length.LARGE),
    PARSE('P', Length.LARGE),
    BIND('B', Length.LARGE),
    DESCRIBE('D', Length.SMALL),
    EXECUTE('E', Length.SMALL),
    CLOSE('C', Length.SMALL),
    FLUSH('H', Length.SMALL),
    SYNC('S', Length.SMALL),
    TERMINATE('X', Length.SMALL),
    COPY_DATA('d', Length.LARGE),
    COPY_DONE('c', Length.SMALL),
    COPY_FAIL('f', Length.SMALL),
    FUNCTION_CALL('F', Length.LARGE);

    public enum Length { SMALL, LARGE }

    private static final @Nullable MessageTag[] BY_BYTE = byByte();

    public final char tag;
    public final Length length;

    MessageTag(char tag, Length length) {
        this.tag = tag;
        this.length = length;
    }

    /** The tag of this byte, or null when clients have no such message. */
    public static @Nullable MessageTag of(int tagByte) {
        return BY_BYTE[tagByte & 0xff];
    }

    private static @Nullable MessageTag[] byByte() {
        @Nullable MessageTag[] table = new MessageTag[256];
        for (MessageTag each : values()) table[each.tag] = each;
        return table;
    }
}
