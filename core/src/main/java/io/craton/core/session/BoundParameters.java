package io.craton.core.session;

/**
 * Parameter values of a Bind message, still in wire form inside the message's own bytes, which are not changed afterwards.
 *
 * @param formats as in the message: empty (all text), one (for all), or one for each parameter; 0 text, 1 binary
 * @param offsets start of each value in {@code bytes}
 * @param lengths its length, -1 for null
 */
public record BoundParameters(byte[] bytes, short[] formats, int[] offsets, int[] lengths) {
    public static final BoundParameters NONE = new BoundParameters(new byte[0], new short[0], new int[0], new int[0]);

    public int count() {
        return lengths.length;
    }

    public int format(int index) {
        return formats.length == 0 ? 0 : formats.length == 1 ? formats[0] : formats[index];
    }
}
