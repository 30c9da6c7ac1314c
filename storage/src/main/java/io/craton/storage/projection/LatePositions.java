package io.craton.storage.projection;

import io.craton.storage.row.Bytes;
import java.util.Arrays;

/**
 * Positions of transactions whose rows were written before they had one. Such rows carry a mark with the transaction's id in place of a position;
 * it is replaced when they are read. Immutable: a new one is made for each such transaction; there are few, for only large ones are written so.
 */
final class LatePositions {
    static final LatePositions NONE = new LatePositions(new long[0], new long[0]);
    private static final long MARK = 1L << 62;

    /** Sorted. */
    private final long[] transactions;
    private final long[] positions;

    private LatePositions(long[] transactions, long[] positions) {
        this.transactions = transactions;
        this.positions = positions;
    }

    /** What stands for the position of this transaction. */
    static long mark(long transaction) {
        return MARK | transaction;
    }

    LatePositions with(long transaction, long position) {
        int at = Arrays.binarySearch(transactions, transaction);
        if (at >= 0) return this;
        int count = transactions.length;
        int place = -at - 1;
        long[] moreTransactions = Arrays.copyOf(transactions, count + 1);
        long[] morePositions = Arrays.copyOf(positions, count + 1);
        System.arraycopy(transactions, place, moreTransactions, place + 1, count - place);
        System.arraycopy(positions, place, morePositions, place + 1, count - place);
        moreTransactions[place] = transaction;
        morePositions[place] = position;
        return new LatePositions(moreTransactions, morePositions);
    }

    boolean knows(long transaction) {
        return Arrays.binarySearch(transactions, transaction) >= 0;
    }

    /** The position itself, or that of the transaction it is the mark of; a transaction that is not known is later than everything. */
    long of(long position) {
        if ((position & MARK) == 0) return position;
        int at = Arrays.binarySearch(transactions, position & ~MARK);
        return at < 0 ? Long.MAX_VALUE : positions[at];
    }

    /** Puts the position where a mark is, 8 bytes at {@code at} in a copy that nobody else has. */
    void settle(byte[] bytes, int at) {
        if ((bytes[at] & 0x40) != 0) Bytes.setLong(bytes, at, of(Bytes.getLong(bytes, at)));
    }
}
