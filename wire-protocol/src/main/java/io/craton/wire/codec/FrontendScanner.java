package io.craton.wire.codec;

import io.craton.wire.message.MessageTag;
import io.netty.buffer.ByteBuf;
import java.util.Collection;

/**
 * Follows a client's messages on their way through a relay: is the session at rest, and if it is lost now, could it have committed
 * something? Texts are looked at for words that end transactions. Owned by the event loop.
 */
public final class FrontendScanner {
    private static final int HEADER_LENGTH = 5;

    /** The message under way, and how many of its bytes have not been forwarded. */
    private MessageTag current = MessageTag.FLUSH;
    private int rest;
    /** Where those messages end in the stream that ReadyForQuery follows and for which it has not come: a ring. */
    private long[] ends = new long[4];
    private int first;
    private int unanswered;
    /** A message of the extended protocol was forwarded and no Sync behind it. */
    private boolean batchOpen;
    /** The stream cannot be followed any more: the session will end with an error. */
    private boolean lost;
    /** Since everything was answered last, something was forwarded that may run a statement. */
    private boolean ran;
    private final TransactionEnds transactionEnds = new TransactionEnds();
    private boolean leaving;

    /** @param endingStatements names of statements that the session has, and that end transactions */
    public FrontendScanner(Collection<String> endingStatements) {
        transactionEnds.prepared(endingStatements);
    }

    /**
     * How many of the bytes, from the reader index on, may be forwarded now.
     *
     * @param position of the reader index in the stream of forwarded bytes
     */
    public int scan(ByteBuf in, long position) {
        int start = in.readerIndex();
        int at = start;
        int end = in.writerIndex();
        while (!lost) {
            if (rest > 0) {
                int taken = Math.min(rest, end - at);
                rest -= taken;
                at += taken;
                if (rest == 0) forwarded(current, position + at - start);
            }
            if (rest > 0 || end - at < HEADER_LENGTH) return at - start;
            MessageTag tag = MessageTag.of(in.getByte(at));
            int length = in.getInt(at + 1);
            if (tag == null || length < 4) {
                lost = true;
                break;
            }
            transactionEnds.forward(tag, in, at + HEADER_LENGTH, Math.min(at + 1 + length, end), end > at + length);
            current = tag;
            rest = 1 + length;
        }
        return end - start;
    }

    private void forwarded(MessageTag tag, long endsAt) {
        switch (tag) {
            case QUERY, SYNC, FUNCTION_CALL -> {
                if (unanswered == ends.length) grow();
                ends[(first + unanswered++) % ends.length] = endsAt;
                batchOpen = false;
                ran = true;
            }
            case EXECUTE -> {
                batchOpen = true;
                ran = true;
            }
            case PARSE, BIND, DESCRIBE, CLOSE -> batchOpen = true;
            case TERMINATE -> leaving = true;
            case FLUSH, COPY_DATA, COPY_DONE, COPY_FAIL -> { }
        }
    }

    private void grow() {
        long[] larger = new long[2 * ends.length];
        for (int i = 0; i < unanswered; i++) larger[i] = ends[(first + i) % ends.length];
        ends = larger;
        first = 0;
    }

    /**
     * ReadyForQuery came, or will not come, for the oldest message that waits for it. Answers where that message ends in the stream of
     * forwarded bytes; -1 when none waits.
     */
    public long answered() {
        if (unanswered == 0) return -1;
        long end = ends[first];
        first = (first + 1) % ends.length;
        unanswered--;
        if (unanswered == 0) {
            transactionEnds.restart();
            ran = batchOpen;
        }
        return end;
    }

    /** Everything forwarded so far was forwarded in vain and comes again. */
    public void restart() {
        rest = 0;
        first = 0;
        unanswered = 0;
        batchOpen = false;
        transactionEnds.restart();
        ran = false;
    }

    /** Has everything that was forwarded been answered, and was it forwarded whole? */
    public boolean atRest() {
        return rest == 0 && unanswered == 0 && !batchOpen && !lost;
    }

    /** If the session is lost now, may a commit be among what it did since the last answer? Asked with the status that was reported last. */
    public boolean mayHaveCommitted(char status) {
        return lost || (status == 'I' ? ran : transactionEnds.mayCommit());
    }

    /** Has the client said goodbye? */
    public boolean leaving() {
        return leaving;
    }

    /** Does a message with this tag belong to a batch that a Sync ends? */
    public static boolean inBatch(byte tag) {
        return switch (MessageTag.of(tag)) {
            case PARSE, BIND, DESCRIBE, EXECUTE, CLOSE -> true;
            case null, default -> false;
        };
    }
}
