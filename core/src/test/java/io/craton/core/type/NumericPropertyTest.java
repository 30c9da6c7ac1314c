package io.craton.core.type;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The compact road of numeric against plain BigDecimal, text and binary round trips, order and hash. */
class NumericPropertyTest {
    private static final int ROUNDS = 20_000;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    private BigDecimal decimal() {
        BigInteger digits = new BigInteger(1 + random.nextInt(random.nextInt(4) == 0 ? 150 : 66), random);
        BigDecimal value = new BigDecimal(digits, random.nextInt(22));
        return random.nextBoolean() ? value.negate() : value;
    }

    @Test
    void arithmeticEqualsBigDecimal() {
        for (int i = 0; i < ROUNDS; i++) {
            BigDecimal a = decimal();
            BigDecimal b = decimal();
            Numeric x = Numeric.of(a);
            Numeric y = Numeric.of(b);
            String what = "seed " + seed + ": " + a + ", " + b;
            assertThat(x.add(y).toBigDecimal()).as(what).isEqualTo(a.add(b));
            assertThat(x.subtract(y).toBigDecimal()).as(what).isEqualTo(a.subtract(b));
            assertThat(x.multiply(y).toBigDecimal()).as(what).isEqualTo(a.multiply(b));
            assertThat(x.compareTo(y)).as(what).isEqualTo(a.compareTo(b));
            if (b.signum() != 0) {
                assertThat(x.mod(y).toBigDecimal().compareTo(a.remainder(b))).as(what).isZero();
                Numeric quotient = x.divide(y);
                assertThat(quotient.toBigDecimal()).as(what).isEqualTo(a.divide(b, quotient.scale(), java.math.RoundingMode.HALF_UP));
            }
            int digits = random.nextInt(12);
            assertThat(x.round(digits).toBigDecimal()).as(what).isEqualTo(a.setScale(digits, java.math.RoundingMode.HALF_UP));
        }
    }

    @Test
    void textAndBinaryFormsReadBack() {
        TypeCodec codec = TypeCodecs.of(PgTypes.NUMERIC);
        for (int i = 0; i < ROUNDS; i++) {
            Numeric value = Numeric.of(decimal());
            ByteWriter out = new ByteWriter(8);
            codec.encodeBinary(value, FormatContext.DEFAULT, out);
            Object read = codec.decodeBinary(new ByteReader(out.toByteArray()), out.size(), -1, FormatContext.DEFAULT);
            assertThat(read.toString()).as("seed " + seed).isEqualTo(value.toString());
            assertThat(Numeric.parse(TypeCodecs.toText(PgTypes.NUMERIC, value, FormatContext.DEFAULT)).toString())
                    .as("seed " + seed).isEqualTo(value.toBigDecimal().toPlainString());
        }
    }

    @Test
    void equalValuesHashEquallyWhateverTheirScale() {
        for (int i = 0; i < ROUNDS; i++) {
            BigDecimal value = decimal();
            Numeric plain = Numeric.of(value);
            Numeric padded = Numeric.of(value.setScale(value.scale() + random.nextInt(20)));
            assertThat(padded).as("seed " + seed + ": " + value).isEqualTo(plain);
            assertThat(padded.hashCode()).as("seed " + seed + ": " + value).isEqualTo(plain.hashCode());
        }
    }
}
