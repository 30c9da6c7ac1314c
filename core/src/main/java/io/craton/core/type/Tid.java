package io.craton.core.type;

/** A tid: block (unsigned) and line pointer. */
public record Tid(int block, int offset) implements Comparable<Tid> {
    @Override
    public int compareTo(Tid other) {
        int order = Integer.compareUnsigned(block, other.block);
        return order != 0 ? order : Integer.compare(offset, other.offset);
    }

    @Override
    public String toString() {
        return "(" + Integer.toUnsignedString(block) + "," + offset + ")";
    }
}
